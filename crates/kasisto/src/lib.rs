//! Typed client for the Kasisto integration API.
//!
//! The **bank** hosts this API, and Kasisto's assistant (KAI) is its client: this crate plays KAI. There is no public server; the bank
//! tells base URL and shared secret. Amounts are in major units (inferred: no source states it), with the currency in a field beside.
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
//! // One session per customer: tokens never mix.
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
//!         Some(CreateTransferError::OtpRequired(_)) => println!("ask the customer for the code, then validate_otp"),
//!         _ => println!("{error}"),
//!     },
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A session can help itself: [`Customer`] holds a login, so that it signs in when it needs to, and whom to ask for one-time passwords.
//!
//! Facts come from the public history of the API's description, versions 1.0.0 (2016) to 1.3.0 Beta 10 (2019); nothing was checked against
//! a real bank. What is inferred says so in its documentation.

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

/// The examples of the page on money flows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/money/kasisto.md")]
mod money_page {}

/// What the runtime knows about Kasisto.
pub static PROVIDER: bursar_runtime::Provider = bursar_runtime::Provider {
    name: "kasisto",
    operations: operations::ALL,
    limits: operations::LIMITS,
    retry_after: operations::RETRY_AFTER,
    kind: codes::kind,
};
