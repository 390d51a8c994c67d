//! Typed client for Kasha, the payment cashier: pay-in, pay-out, refund.
//!
//! **Most paths, the header of the API key, error bodies and webhooks are inferred** from other products of the same platform, and marked as
//! inferred in the documentation. Set the values of your merchant contract with [`Environment::Custom`], [`Builder::api_key_header`] and
//! [`Builder::path`].
//!
//! The steps of a direct payment are: options, suboptions (not for cards), payment, and the status by webhook or from the transaction:
//!
//! ```no_run
//! use bursar_kasha::{Client, Credential, Decline, Environment, Form, Progress, major, types};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let kasha = Client::builder()
//!     .environment(Environment::Custom("https://kasha.example/v2".into()))
//!     .api_key(Credential::from_env("BURSAR_KASHA_API_KEY")?)
//!     .build()?;
//!
//! let mut customer = types::Customer::default();
//! customer.name = Some("Alex Sample".into());
//! customer.phone = Some("+15550100".into());
//! let order = types::GetPaymentOptions::builder()
//!     .country("BR")
//!     .currency("BRL")
//!     .amount(major!(130.00))
//!     .language("PT")
//!     .redirect_url("https://shop.example/thanks")
//!     .customer(customer)
//!     .merchant_reference("order-17")
//!     .build()?;
//! let opened = kasha.get_payment_options(&order).await?;
//! let session = opened.session().ok_or("no session")?;
//! let option = session.payment_options.first().ok_or("nothing to pay with")?;
//!
//! let form = Form::of_option(option); // form.inputs(): the inputs to request from the customer
//! let filled = form.fill().text("cardnum", "4111111111111111").text("cardholder", "Alex Sample");
//! let filled = filled.text("expiryyear", "2031").text("expirymonth", "01").text("cardcvv", "123").build()?;
//! let payment = types::CreateDirectPayment::builder()
//!     .session_id(session.session_id.as_deref().unwrap_or_default())
//!     .payment_option_id(option.payment_option_id.as_deref().unwrap_or_default())
//!     .extra_data(filled)
//!     .build()?;
//! match kasha.create_direct_payment(&payment).await {
//!     Ok(step) => println!("next: {:?}", step.result_type), // success, redirect, qrcode, ...
//!     Err(error) => match Decline::of(&error) {
//!         Some(decline) => println!("{decline}; customer can retry: {:?}", decline.code().customer_can_retry()),
//!         None => println!("{error}"),
//!     },
//! }
//!
//! // Accepted is not paid: the transaction or the webhook reports whether the money moved.
//! let id = session.transaction_id.as_deref().unwrap_or_default();
//! if kasha.get_transaction(id).await?.progress() == Progress::Done {
//!     println!("paid");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The steps of a pay-out are: options, suboptions, create, settle. `settle_payout` moves the money. A webhook contains a
//! [`types::TransactionNotification`]; verify the raw body with [`signature::verify`] before reading it, and convert it with
//! [`json_text`], which handles byte order marks and character sets.

mod auth;
mod codes;
mod decline_codes;
mod declines;
pub mod env;
mod form;
#[rustfmt::skip]
#[allow(missing_docs, deprecated, unreachable_pub, clippy::all)]
mod generated;
mod setup;
mod shapes;
pub mod signature;

pub use bursar_runtime::{
    AnyError, BuildError, ConfigError, Core, Counts, Credential, Currency, DateError, DateTime, Download, Empty, Error,
    FilePart, Journal, Kind, Leg, List, Major, Minor, Number, Odd, Open, Options, Outcome, Pending, Phase, Progress,
    Reconciled, Recovered, Recovery, Response, Secret, StringOrInteger, journal, json_text, major,
};
pub use decline_codes::{Category, DeclineCode};
pub use declines::Decline;
pub use form::{Fault, Filling, Form, FormError, FormFault};
pub use generated::client::Client;
#[cfg(feature = "dispatch")]
pub use generated::dispatch;
pub use generated::{PROVENANCE, operations, requests, responses, types};
pub use setup::{Builder, Environment};

/// Compiles the examples of the page on money flows.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/money/kasha.md")]
mod money_page {}

/// Static description of Kasha for the runtime.
pub static PROVIDER: bursar_runtime::Provider = bursar_runtime::Provider {
    name: "kasha",
    operations: operations::ALL,
    limits: operations::LIMITS,
    retry_after: operations::RETRY_AFTER,
    kind: codes::kind,
};
