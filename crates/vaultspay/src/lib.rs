//! Typed client for VaultsPay: users and their KYC, wallets, transfers to IBANs, cards and their rules.
//!
//! Transfers are in minor units. The unit of balances, ledger and limits is undocumented, so those are exact numbers without a unit. No call has
//! a caller's reference: a transfer with an unknown outcome is never sent again.
//!
//! ```no_run
//! use bursar_vaultspay::types::{CreateDirectTransfer, TransferPurpose};
//! use bursar_vaultspay::{Client, Credential, Environment, Minor, Progress, Sealing};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let vaultspay = Client::builder()
//!     .environment(Environment::Production)
//!     .device_id("17")
//!     .client(Credential::from_env("BURSAR_VAULTSPAY_CLIENT_ID")?, Credential::from_env("BURSAR_VAULTSPAY_CLIENT_SECRET")?)
//!     .sealing(Sealing::new(&std::fs::read_to_string("vaultspay.pem")?)?)
//!     .build()?;
//!
//! let transfer = CreateDirectTransfer::builder()
//!     .sender_account_id("701")
//!     .payment_contact_id("301")
//!     .purpose(TransferPurpose::FamilySupport)
//!     .description("Pocket money")
//!     .amount(Minor::new(2500))
//!     .build()?;
//! match vaultspay.create_direct_transfer(&transfer).await {
//!     Ok(answer) if answer.progress() == Progress::Done => println!("paid"),
//!     Ok(_) => println!("accepted, not settled yet"),
//!     Err(error) => match bursar_vaultspay::required_action(&error) {
//!         Some(action) => println!("complete {action} first"),
//!         None => println!("{error}"),
//!     },
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Production requires encrypted bodies ([`Sealing`]). Facts without a source are marked as inferred in the documentation; 14 of the 53
//! operations are inferred entirely.

mod codes;
pub mod env;
#[rustfmt::skip]
#[allow(missing_docs, deprecated, unreachable_pub, clippy::all)]
mod generated;
mod login;
mod public_key;
mod sealing;
mod setup;

pub use bursar_runtime::{
    AnyError, BuildError, ConfigError, Core, Counts, Credential, Currency, Date, DateError, DateTime, Download, Empty,
    Error, FilePart, FileStore, Journal, Kind, Leg, List, Major, MemoryStore, Minor, Number, Odd, Open, Options,
    Outcome, PartialDate, Pending, Phase, Progress, Reconciled, Recovered, Recovery, Response, Secret, StringOrInteger,
    TokenStore, Tokens, journal, major,
};
pub use codes::{Category, Code, Repeat, required_action};
pub use generated::client::Client;
#[cfg(feature = "dispatch")]
pub use generated::dispatch;
pub use generated::{PROVENANCE, operations, requests, responses, types};
pub use sealing::{AnswerNonce, Padding, Sealing, WrappedKey};
pub use setup::{Builder, Environment};

/// Compiles the examples of the page on money flows.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/money/vaultspay.md")]
mod money_page {}

/// Static description of VaultsPay for the runtime.
pub static PROVIDER: bursar_runtime::Provider = bursar_runtime::Provider {
    name: "vaultspay",
    operations: operations::ALL,
    limits: operations::LIMITS,
    retry_after: operations::RETRY_AFTER,
    kind: codes::kind,
};
