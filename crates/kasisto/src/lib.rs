//! Typed client for the Kasisto integration API.
//!
//! The **bank** hosts this API, and Kasisto's assistant (KAI) calls it. This crate takes the part of KAI. There is no public server: the bank
//! issues the base URL and the shared secret. Amounts are in major units (inferred), with the currency in a separate field.
//!
//! ```no_run
//! use bursar_kasisto::{Client, Credential, major, responses::CreateTransferError, types};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let bank = Client::builder()
//!     .base_url("https://bank.example/api")
//!     .secret(Credential::from_env("BURSAR_KASISTO_SECRET")?)
//!     .build()?;
//!
//! // One session per customer: tokens are never shared.
//! let customer = bank.session();
//! let login = types::CreateToken::builder().username("user-1").password("not-a-real-password").build()?;
//! customer.create_token(&login).await?;
//!
//! let transfer = types::CreateTransfer::builder()
//!     .source_account_id("acc-checking")
//!     .dest_account_id("acc-savings")
//!     .amount(major!(25.50))
//!     .currency_code("USD")
//!     .build()?;
//! match customer.create_transfer(&transfer).await {
//!     Ok(answer) => println!("{:?}: {:?}", answer.reference_number, answer.progress()),
//!     Err(error) => match error.body() {
//!         Some(CreateTransferError::OtpRequired(_)) => println!("ask the customer for the code, then call validate_otp"),
//!         _ => println!("{error}"),
//!     },
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Customer`] configures automatic login and one-time passwords of a session.
//!
//! Facts come from the public history of the API's description, versions 1.0.0 (2016) to 1.3.0 Beta 10 (2019). The client was not tested with
//! a real bank. Inferred facts are marked in the documentation.

mod auth;
mod codes;
mod customer;
pub mod env;
#[rustfmt::skip]
#[allow(missing_docs, deprecated, unreachable_pub, clippy::all)]
mod generated;
mod setup;

pub use bursar_runtime::{
    AnyError, AuthError, BasicDateTime, BoxFuture, BuildError, ConfigError, Core, Counts, Credential, Currency, Date,
    DateError, Empty, Error, Journal, Kind, Leg, List, Major, Minor, Number, Odd, Open, Options, Outcome, Pending,
    Phase, Progress, Reconciled, Recovered, Recovery, Response, Secret, StringOrInteger, journal, major,
};
pub use customer::{Customer, LogIn, OtpProvider, OtpRequest};
pub use generated::client::Client;
#[cfg(feature = "dispatch")]
pub use generated::dispatch;
pub use generated::{PROVENANCE, operations, requests, responses, types};
pub use setup::Builder;

/// Compiles the examples of the page on money flows.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/money/kasisto.md")]
mod money_page {}

/// Static description of Kasisto for the runtime.
pub static PROVIDER: bursar_runtime::Provider = bursar_runtime::Provider {
    name: "kasisto",
    operations: operations::ALL,
    limits: operations::LIMITS,
    retry_after: operations::RETRY_AFTER,
    kind: codes::kind,
};
