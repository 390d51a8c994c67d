//! What every bursar provider crate shares: calls, errors, money, secrets.
//!
//! A generated method puts a request together and hands it to [`Core::call`], which sends it through the steps of a call: checks, journal, retries,
//! rate limit, credentials, encryption, and the gate that refuses a repeat that might take effect twice. The result is a [`Response`], or an
//! [`Error`] with the outcome of the call; [`Core::reconcile`] looks an unknown outcome up, and a [`Journal`] keeps it across a crash.

mod auth;
mod call;
mod client;
#[cfg(feature = "dispatch")]
pub mod dispatch;
mod error;
#[doc(hidden)]
pub mod generated;
pub mod journal;
mod json;
mod model;
mod recovery;
mod time;
mod value;
mod wire;

/// The guide's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/outcomes.md")]
mod outcomes_page {}

pub use bytes::Bytes;
pub use reqwest::Request;
pub use reqwest_middleware::{self, Middleware, Next};
pub use {http, reqwest};

#[doc(hidden)]
pub use crate::json::{evidence, lenient};
pub use crate::model::operation;

pub use crate::auth::Identity;
pub use crate::auth::token::{
    FileStore, MemoryStore, StoreError, Stored, TokenIssuer, TokenSource, TokenStore, Tokens, jwt_expiry,
};
pub use crate::auth::{Auth, AuthError, Credential, Credentials, Refused};
pub use crate::call::limits::RateLimit;
pub use crate::call::observer::{AttemptEnd, CallEnd, Observer};
pub use crate::call::options::Options;
pub use crate::call::response::Response;
pub use crate::client::builder::Builder;
pub use crate::client::core::Core;
pub use crate::client::walk::{Paged, Walk};
pub use crate::error::{AnyError, Error, Facts, Phase};
pub use crate::journal::Journal;
pub use crate::model::fault::ConfigError;
pub use crate::model::kind::Kind;
pub use crate::model::operation::{
    Absent, Check, Correlation, Direction, Effect, Entries, EntryKey, Envelope, Failed, Fill, FilledHeader,
    Idempotency, Key, Limit, Lookup, LookupParameter, Money, MoneyFields, Operation, Page, Place, Remembered, Scheme,
    Settled, SettledCounts, SettledLeg, Slot, StatusMeaning,
};
pub use crate::model::outcome::{Outcome, Pending};
pub use crate::model::progress::{Counts, Leg, Progress};
pub use crate::recovery::candidates::{Candidate, Reason};
pub use crate::recovery::reconcile::{Found, Reconciled};
pub use crate::recovery::recover::{Recovered, Recovery};
pub use crate::time::{BoxFuture, Clock, OsRng, Rng, Sleep, SystemClock, TokioSleep};
pub use crate::value::file_part::FilePart;
pub use crate::value::*;
pub use crate::wire::compare::{Compared, Comparison};
pub use crate::wire::content::json_text;
pub use crate::wire::decode::{Answer, Download, Empty, ErrorBody};
pub use crate::wire::drift::Drift;
pub use crate::wire::multipart::Multipart;
pub use crate::wire::provider::Provider;
pub use crate::wire::reply::Reply;
pub use crate::wire::request::{BadSegment, BuildError, CallError, Faults, QueryParam, path_segment};
pub use crate::wire::seal::{Seal, SealError, Sealed, Unseal};
pub use crate::wire::transport::{Transport, TransportError};
pub use crate::wire::undecodable::Undecodable;
