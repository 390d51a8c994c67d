//! Typed client for Kontist: business bank accounts, transactions and SEPA transfers.
//!
//! Amounts are integers of euro cents ([`Minor`]). Money moves in two steps: the first call registers the order and sends a code by SMS, the
//! second call confirms it with the code. The bank has no caller's reference: a repeated registration is a second order.
//!
//! ```no_run
//! use bursar_kontist::{Client, Credential, Direction, Environment, Minor, direction, requests, types};
//!
//! # async fn example(code: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let kontist = Client::builder()
//!     .environment(Environment::Production)
//!     .token(Credential::from_env("BURSAR_KONTIST_TOKEN")?)
//!     .build()?;
//!
//! let account = kontist.list_accounts().await?.first().and_then(|account| account.id).ok_or("no account")?;
//! let mut transactions = kontist.walk_transactions(account);
//! while let Some(transaction) = transactions.next().await? {
//!     if direction(&transaction, account) == Some(Direction::Outgoing) {
//!         println!("paid {:?} cents to {:?}", transaction.amount, transaction.name);
//!     }
//! }
//!
//! let transfer = types::CreateTransfer::builder().recipient("Kim Example").iban("DE79000000000000000002");
//! let transfer = transfer.amount(Minor::new(1250)).build()?;
//! let registered = kontist.create_transfer(account, &transfer).await?;
//!
//! // The code from the SMS, with the same values as registered.
//! let body = transfer.confirm(code);
//! let confirmation = requests::ConfirmTransferParameters::builder()
//!     .account_id(account)
//!     .transfer_id(registered.id().ok_or("no id")?)
//!     .body(&body)
//!     .build()?;
//! let accepted = kontist.confirm_transfer(&confirmation).await?;
//! println!("{:?}; the booked transaction proves the payment", accepted.status);
//! # Ok(())
//! # }
//! ```
//!
//! A client with a refresh token, a login or a program's grant (feature `oauth`) renews its access token before it expires, once for all calls.
//!
//! The list of transactions has three versions, each of which is an operation; [`direction`] returns the direction of a transaction in every
//! version. Facts come from the public documentation of 2018 and 2019 and from public client programs. The client was not tested with a live
//! server. Inferred facts (statuses, bodies of errors) are marked in the documentation. The later GraphQL API is not supported.

mod codes;
mod direction;
pub mod env;
#[rustfmt::skip]
#[allow(missing_docs, deprecated, unreachable_pub, clippy::all)]
mod generated;
#[cfg(feature = "oauth")]
pub mod oauth;
mod pages;
mod push;
mod session;
mod setup;
mod transfer;

pub use bursar_runtime::{
    AnyError, AuthError, BuildError, ConfigError, Core, Counts, Credential, Currency, DateError, DateTime, Empty,
    Error, FileStore, Journal, Kind, Leg, List, Major, MemoryStore, Minor, Nullable, Number, Odd, Open, Options,
    Outcome, Paged, Pending, Phase, Progress, Reconciled, Recovered, Recovery, Response, Secret, StringOrInteger,
    TokenStore, Tokens, Walk, journal, major,
};
pub use direction::{Directed, Direction, direction};
pub use generated::client::Client;
#[cfg(feature = "dispatch")]
pub use generated::dispatch;
pub use generated::{PROVENANCE, operations, requests, responses, types};
pub use push::{Confirmed, PushError};
pub use setup::{Builder, Environment};

/// Compiles the examples of the page on money flows.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/money/kontist.md")]
mod money_page {}

/// Static description of Kontist for the runtime.
pub static PROVIDER: bursar_runtime::Provider = bursar_runtime::Provider {
    name: "kontist",
    operations: operations::ALL,
    limits: operations::LIMITS,
    retry_after: operations::RETRY_AFTER,
    kind: codes::kind,
};
