//! Whose money a call moves: the origin and the account, as a fingerprint that reveals neither.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::authenticate::Auth;
use super::identity::Identity;
use crate::wire::base::Base;

/// Bytes of a fingerprint: enough that no two accounts share one by chance.
const LENGTH: usize = 16;

/// Fingerprint of an account at an origin, in hexadecimal.
///
/// The identity is the key of an HMAC over provider and origin: who does not know it cannot compute the fingerprint, and clients need
/// nothing in common to compare two. Without an identity, only the origins are told apart.
pub(crate) fn fingerprint(provider: &str, origin: &str, identity: Option<&Identity>) -> String {
    let key = identity.map(Identity::bytes).unwrap_or_default();
    let mut text = String::with_capacity(2 * LENGTH);
    // HMAC takes keys of every length.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return text };
    for part in ["account-1", provider, origin] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    for byte in &mac.finalize().into_bytes()[..LENGTH] {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The account of a client, computed once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account {
    /// The caller's name for it, in the place of the credentials.
    label: Option<Arc<str>>,
    fingerprint: OnceLock<String>,
}

impl Account {
    pub(crate) fn labelled(label: Option<String>) -> Self {
        Self { label: label.map(Arc::from), fingerprint: OnceLock::new() }
    }

    /// The same for other credentials.
    pub(crate) fn anew(&self) -> Self {
        Self { label: self.label.clone(), fingerprint: OnceLock::new() }
    }

    /// Whether the caller has named the account.
    pub(crate) fn is_named(&self) -> bool {
        self.label.is_some()
    }

    /// Fingerprint by an identity, unless the caller has named the account.
    pub(crate) fn of(&self, provider: &str, base: &Base, identity: Option<&Identity>) -> String {
        let label = self.label.as_deref().map(|label| Identity::of("label", label));
        fingerprint(provider, &base.origin(), label.as_ref().or(identity))
    }

    pub(crate) fn fingerprint(&self, provider: &str, base: &Base, auth: Option<&dyn Auth>) -> &str {
        self.fingerprint.get_or_init(|| {
            let identity = match &self.label {
                Some(label) => Some(Identity::of("label", label)),
                None => auth.and_then(Auth::identity),
            };
            fingerprint(provider, &base.origin(), identity.as_ref())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_differ_by_provider_origin_and_identity() {
        let one = Identity::of("key", "k-1");
        let (again, of) = (one.clone(), fingerprint);
        let first = of("bank", "https://bank.example", Some(&one));
        assert_eq!(first.len(), 32);
        assert_eq!(first, of("bank", "https://bank.example", Some(&again)));
        for other in [
            of("other", "https://bank.example", Some(&one)),
            of("bank", "https://staging.bank.example", Some(&one)),
            of("bank", "https://bank.example", Some(&Identity::of("key", "k-2"))),
            of("bank", "https://bank.example", Some(&Identity::of("name", "k-1"))),
            of("bank", "https://bank.example", Some(&one.clone().and("user", "u"))),
            of("bank", "https://bank.example", None),
        ] {
            assert_ne!(first, other);
        }
        assert_ne!(Identity::of("a", "b").and("c", "d"), Identity::of("a", "bc").and("", "d"));
        assert!(!format!("{one:?}").contains("k-1"));
    }
}
