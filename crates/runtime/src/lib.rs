//! What every bursar provider crate shares: calls, errors, money, secrets.
//!
//! A generated method builds a request and hands it to [`Core::call`], which runs the chain: trace, checks, journal, total timeout, retry,
//! attempt timeout, credentials, sealing, gate, transport. What comes back is a [`Response`], or an [`Error`] that says whether the call may
//! have taken effect; [`Core::reconcile`] finds out, and a [`Journal`] lets it do so after a crash.

mod account;
mod asked;
mod auth;
mod base;
mod base64;
mod builder;
mod call;
mod chain;
mod compare;
mod connections;
mod content;
mod core;
mod correlation;
mod countries;
mod decode;
#[cfg(feature = "dispatch")]
pub mod dispatch;
mod drift;
mod envelope;
mod error;
#[doc(hidden)]
pub mod evidence;
mod file_part;
#[doc(hidden)]
pub mod generated;
pub mod journal;
mod json;
mod kind;
#[doc(hidden)]
pub mod lenient;
#[cfg(test)]
mod linear;
mod memory;
mod multipart;
mod observe;
pub mod operation;
mod options;
mod outcome;
mod paths;
mod preflight;
mod reconcile;
mod recover;
mod reply;
mod request;
mod response;
mod runtimes;
mod seal;
mod settled;
mod spelling;
mod time;
mod token;
mod transport;
mod value;
mod walk;
mod words;

/// The guide's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/outcomes.md")]
mod outcomes_page {}

pub use bytes::Bytes;
pub use reqwest::Request;
pub use reqwest_middleware::{self, Middleware, Next};
pub use {http, reqwest};

pub use crate::account::Identity;
pub use crate::auth::{Auth, AuthError, Credential, Credentials, Refused};
pub use crate::builder::Builder;
pub use crate::call::CallError;
pub use crate::chain::RateLimit;
pub use crate::compare::{Compared, Comparison};
pub use crate::content::json_text;
pub use crate::core::{Core, Provider};
pub use crate::decode::{Answer, Download, Empty, ErrorBody, Undecodable};
pub use crate::drift::Drift;
pub use crate::error::{AnyError, ConfigError, Error, Facts, Phase};
pub use crate::file_part::FilePart;
pub use crate::journal::Journal;
pub use crate::kind::Kind;
pub use crate::multipart::Multipart;
pub use crate::observe::{AttemptEnd, CallEnd, Observer};
pub use crate::operation::{
    Absent, Check, Correlation, Direction, Effect, Entries, EntryKey, Envelope, Failed, Fill, FilledHeader,
    Idempotency, Key, Limit, Lookup, LookupParameter, Money, MoneyFields, Operation, Page, Place, Remembered, Scheme,
    Settled, SettledCounts, SettledLeg, Slot, StatusMeaning,
};
pub use crate::options::Options;
pub use crate::outcome::{Outcome, Pending};
pub use crate::reconcile::{Candidate, Found, Reason, Reconciled};
pub use crate::recover::{Recovered, Recovery};
pub use crate::reply::Reply;
pub use crate::request::{BadSegment, BuildError, Faults, QueryParam, path_segment};
pub use crate::response::Response;
pub use crate::seal::{Seal, SealError, Sealed, Unseal};
pub use crate::settled::{Counts, Leg, Progress};
pub use crate::time::{BoxFuture, Clock, OsRng, Rng, Sleep, SystemClock, TokioSleep};
pub use crate::token::{
    FileStore, MemoryStore, StoreError, Stored, TokenIssuer, TokenSource, TokenStore, Tokens, jwt_expiry,
};
pub use crate::transport::{Transport, TransportError};
pub use crate::value::*;
pub use crate::walk::{Paged, Walk};
