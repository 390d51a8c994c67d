//! What the tests know of each provider, one file of tables each, and the macro that asks a question of all of them.

mod kasha;
mod kasisto;
mod kontist;
mod kotani;
mod vaultspay;

pub(crate) use kasha::KASHA;
pub(crate) use kasisto::KASISTO;
pub(crate) use kontist::KONTIST;
pub(crate) use kotani::KOTANI;
pub(crate) use vaultspay::VAULTSPAY;

use std::collections::BTreeSet;

use crate::support::provider::Provider;
use crate::support::workspace;

/// All providers.
pub(crate) static ALL: &[&Provider] = &[&KASHA, &KASISTO, &KONTIST, &KOTANI, &VAULTSPAY];

/// One test per provider of each function named: `per_provider!(fn is_counted, async is_called)`.
macro_rules! per_provider {
    ($($kind:tt $test:ident),+ $(,)?) => {
        per_provider!(@ kasha KASHA: $($kind $test)+);
        per_provider!(@ kasisto KASISTO: $($kind $test)+);
        per_provider!(@ kontist KONTIST: $($kind $test)+);
        per_provider!(@ kotani KOTANI: $($kind $test)+);
        per_provider!(@ vaultspay VAULTSPAY: $($kind $test)+);
    };
    (@ $module:ident $provider:ident: $($kind:tt $test:ident)+) => {
        mod $module {
            use crate::providers::$provider;
            $(crate::providers::per_provider!(# $kind $test $provider);)+
        }
    };
    (# fn $test:ident $provider:ident) => {
        #[test]
        fn $test() {
            super::$test(&$provider);
        }
    };
    (# async $test:ident $provider:ident) => {
        #[tokio::test]
        async fn $test() {
            super::$test(&$provider).await;
        }
    };
}
pub(crate) use per_provider;

/// There is a file of tables for each provider with generated code.
#[test]
fn every_provider_is_tested() {
    let names = ALL.iter().map(|provider| provider.name.to_owned());
    assert_eq!(names.collect::<BTreeSet<_>>(), workspace::providers());
}
