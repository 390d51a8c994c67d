//! Typed clients for banking and payment APIs that an engineer can trust with the money.
//!
//! This crate re-exports the provider crates, one feature each, and what they share. It has no logic of its own: every provider crate can be
//! used without it.
//!
//! | feature | module | provider |
//! |---|---|---|
//! | `kasha` | `bursar::kasha` | Kasha, the payment cashier: pay-in, pay-out, refund |
//! | `kasisto` | `bursar::kasisto` | Kasisto integration API, hosted by a bank |
//! | `kontist` | `bursar::kontist` | Kontist: business bank accounts, transactions and SEPA transfers |
//! | `kontist-oauth` | `bursar::kontist::oauth` | the same with logins by OAuth2, and their dependencies |
//! | `kotani` | `bursar::kotani` | Kotani Pay: mobile money, bank, card and crypto ramps |
//! | `vaultspay` | `bursar::vaultspay` | VaultsPay: wallets, cards, KYC and transfers |
//!
//! What holds for every provider:
//!
//! * amounts are never floats: [`Major`] is an exact decimal, [`Minor`] an integer, and they do not mix;
//! * `Ok` means that the provider accepted the call and answered readably; [`Response::progress`] says whether money moved;
//! * a failed call says whether it may have taken effect ([`Outcome`]), and a call that moves money is sent again only where a repeat
//!   cannot pay twice;
//! * secrets, card data and bodies are never printed, by no error and no `Debug`.

pub use bursar_runtime::{
    BuildError, ConfigError, Counts, Credential, Currency, Journal, Kind, Leg, List, Major, Minor, Number, Open,
    Options, Outcome, Pending, Phase, Progress, Reconciled, Recovered, Recovery, Response, Secret, StringOrInteger,
    journal, major,
};

/// A failed call of any operation of any provider; every provider's typed error converts into it.
pub type Error = bursar_runtime::AnyError;

#[cfg(feature = "kasha")]
pub use bursar_kasha as kasha;
#[cfg(feature = "kasisto")]
pub use bursar_kasisto as kasisto;
#[cfg(feature = "kontist")]
pub use bursar_kontist as kontist;
#[cfg(feature = "kotani")]
pub use bursar_kotani as kotani;
#[cfg(feature = "vaultspay")]
pub use bursar_vaultspay as vaultspay;

// The example that people copy must compile.
#[cfg(all(doctest, feature = "kasisto"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
