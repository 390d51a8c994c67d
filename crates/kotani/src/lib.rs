//! Typed client for Kotani Pay v3: mobile money, bank, card and crypto ramps in Africa.
//!
//! Amounts are decimals in major units; rates are decimals sent as text. The caller's reference (`reference_id`, `referenceId` or
//! `provider_reference_id`, depending on the operation) makes a call idempotent: the same call can be sent again with the same reference.
//!
//! ```no_run
//! use bursar_kotani::{Client, Credential, Environment, Progress, major, types::CreateMobileMoneyDeposit};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let kotani = Client::builder()
//!     .environment(Environment::Sandbox)
//!     .api_key(Credential::from_env("BURSAR_KOTANI_API_KEY")?)
//!     .build()?;
//!
//! let deposit = CreateMobileMoneyDeposit::builder()
//!     .customer_key("cust-1")
//!     .amount(major!(1000.50))
//!     .wallet_id("wallet-kes")
//!     .reference_id("order-17")
//!     .build()?;
//! let answer = kotani.create_mobile_money_deposit(&deposit).await?;
//! match answer.progress() {
//!     Progress::Done => println!("paid"),
//!     Progress::Pending => println!("look up {:?} later", answer.reference_id),
//!     Progress::Failed => println!("failed, nothing moved: {:?}", answer.message()),
//!     other => println!("{other}: {:?}; {}", answer.legs(), other.advice()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Without an API key, `mail_sign_in_link` and `sign_in` open a session, which is refreshed automatically. With a
//! [`signing_secret`](Builder::signing_secret), requests are signed.
//!
//! An answer derefs to its payload; `answer.message()` and `answer.raw()` give access to the envelope. Facts without a source are marked as
//! inferred in the documentation.

mod codes;
pub mod env;
#[rustfmt::skip]
#[allow(missing_docs, deprecated, unreachable_pub, clippy::all)]
mod generated;
mod session;
mod setup;
mod signing;

pub use bursar_runtime::{
    AnyError, AuthError, BuildError, ConfigError, Core, Counts, Credential, Currency, DateError, DateTime, Download,
    Empty, Error, FilePart, FileStore, Journal, Kind, Leg, List, Major, Minor, Number, Odd, Open, Options, Outcome,
    Pending, Phase, Progress, Reconciled, Recovered, Recovery, Response, Secret, StringOrInteger, TokenStore, journal,
    major,
};
pub use generated::client::Client;
#[cfg(feature = "dispatch")]
pub use generated::dispatch;
pub use generated::{PROVENANCE, operations, requests, responses, types};
pub use setup::{Builder, Environment};

/// Compiles the examples of the page on money flows.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/money/kotani.md")]
mod money_page {}

/// Static description of Kotani Pay for the runtime.
pub static PROVIDER: bursar_runtime::Provider = bursar_runtime::Provider {
    name: "kotani",
    operations: operations::ALL,
    limits: operations::LIMITS,
    retry_after: operations::RETRY_AFTER,
    kind: codes::kind,
};
