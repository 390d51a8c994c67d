//! Typed, asynchronous clients for banking and payment APIs.
//!
//! This crate re-exports the provider crates, one feature each, and their shared types. Every provider crate can also be used on its own.
//!
//! | feature | module | provider |
//! |---|---|---|
//! | `kasha` | `bursar::kasha` | Kasha, the payment cashier: pay-in, pay-out, refund |
//! | `kasisto` | `bursar::kasisto` | Kasisto integration API, hosted by a bank |
//! | `kontist` | `bursar::kontist` | Kontist: business bank accounts, transactions and SEPA transfers |
//! | `kontist-oauth` | `bursar::kontist::oauth` | Kontist with OAuth2 logins |
//! | `kotani` | `bursar::kotani` | Kotani Pay: mobile money, bank, card and crypto ramps |
//! | `vaultspay` | `bursar::vaultspay` | VaultsPay: wallets, cards, KYC and transfers |
//!
//! For every provider:
//!
//! * amounts are never floats: [`Major`] is an exact decimal, [`Minor`] an integer, and they cannot be mixed;
//! * `Ok` means that the provider accepted the call and that its answer was decoded; [`Response::progress`] states whether money moved;
//! * a failed call has an [`Outcome`], and a call that moves money is retried only where a duplicate cannot pay twice;
//! * errors and `Debug` output contain no secrets, card data or bodies.

pub use bursar_runtime::{
    BuildError, ConfigError, Counts, Credential, Currency, Journal, Kind, Leg, List, Major, Minor, Number, Open,
    Options, Outcome, Pending, Phase, Progress, Reconciled, Recovered, Recovery, Response, Secret, StringOrInteger,
    journal, json_text, major,
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

// Compiles the README's example.
#[cfg(all(doctest, feature = "kasisto"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
