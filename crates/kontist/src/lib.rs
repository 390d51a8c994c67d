//! Typed client for Kontist: business bank accounts, transactions and SEPA transfers.
//!
//! Amounts are integers of euro cents ([`Minor`]). Money moves in two steps: the first call registers the order and has a code sent by SMS, the
//! second carries the code. The bank knows no reference of the caller's: a repeated registration is a second order.
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
//! // The code that came by SMS, with exactly what was registered.
//! let body = transfer.confirm(code);
//! let confirmation = requests::ConfirmTransferParameters::builder()
//!     .account_id(account)
//!     .transfer_id(registered.id().ok_or("no id")?)
//!     .body(&body)
//!     .build()?;
//! let accepted = kontist.confirm_transfer(&confirmation).await?;
//! println!("{:?}; the booked transaction says that it was paid", accepted.status);
//! # Ok(())
//! # }
//! ```
//!
//! A client that is given more than an access token (a refresh token, a login, a program's grant with the feature `oauth`) gets the next one by
//! itself, once for all calls, ahead of its end.
//!
//! Transactions come in three versions, each an operation of its own; [`direction`] tells in all of them which way the money went. Facts come
//! from the public documentation of 2018 and 2019 and from public programs; nothing was checked against a live server, and what is
//! inferred (statuses, bodies of errors) says so in its documentation. The GraphQL API that followed is not described here.

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

/// The examples of the page on money flows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/money/kontist.md")]
mod money_page {}

/// What the runtime knows about Kontist.
pub static PROVIDER: bursar_runtime::Provider = bursar_runtime::Provider {
    name: "kontist",
    operations: operations::ALL,
    limits: operations::LIMITS,
    retry_after: operations::RETRY_AFTER,
    kind: codes::kind,
};
