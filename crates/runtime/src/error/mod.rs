//! What a failed call says: who, what, why, and whether it may have taken effect.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use http::StatusCode;

use crate::json::evidence::Evidence;
use crate::model::fault::{BoxError, ConfigError};
use crate::model::kind::Kind;
use crate::model::operation::Operation;
use crate::model::outcome::{Outcome, Pending};
use crate::wire::decode::Answer;
use crate::wire::draft::Unsendable;
use crate::wire::envelope;
use crate::wire::reply::Reply;
use crate::wire::request::{BadSegment, BuildError, CallError};

/// The phase in which a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The request was not sent.
    NotSent,
    /// The request was sent, and no complete answer was received.
    NoAnswer,
    /// A complete answer was received, and it is an error.
    Answered,
    /// A complete answer was received, and it cannot be decoded.
    Undecodable,
}

/// The facts about a failed call, independent of its operation.
///
/// `Display` and `Debug` show no bodies, headers or URLs.
pub struct Facts {
    pub(crate) provider: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) kind: Kind,
    pub(crate) phase: Phase,
    pub(crate) outcome: Outcome,
    pub(crate) status: Option<StatusCode>,
    pub(crate) reply: Option<Reply>,
    pub(crate) code: Option<String>,
    /// Where the payload of the answer stands, for reading it again.
    pub(crate) row: Option<&'static Operation>,
    pub(crate) attempts: u32,
    pub(crate) retry_after: Option<Duration>,
    /// The call carries a reference that makes a repeat harmless.
    pub(crate) keyed: bool,
    /// A layer outside asked for a repeat that was not allowed.
    pub(crate) held_back: bool,
    /// Replaces the kind's own words.
    pub(crate) message: Option<Cow<'static, str>>,
    pub(crate) source: Option<BoxError>,
}

impl Facts {
    /// A fault found before anything was sent.
    pub(crate) fn unsent(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            provider: "",
            operation: "",
            kind,
            phase: Phase::NotSent,
            outcome: Outcome::NotSent,
            status: None,
            reply: None,
            code: None,
            row: None,
            attempts: 0,
            retry_after: None,
            keyed: false,
            held_back: false,
            message: Some(message.into()),
            source: None,
        }
    }

    /// The same, of a call of this operation.
    pub(crate) fn of(self, operation: &Operation) -> Self {
        Self { provider: operation.provider, operation: operation.id, ..self }
    }

    /// Whether an operation that succeeds only once was refused.
    fn is_used_up(&self) -> bool {
        self.row.is_some_and(Operation::works_once) && self.status.is_some_and(|status| status.is_client_error())
    }

    /// Makes the outcome of a refused call unknown, because an earlier call with the same reference is open.
    pub(crate) fn doubt(&mut self, pending: Pending) {
        self.kind = std::mem::replace(&mut self.kind, Kind::OutcomeUnknown).doubted();
        self.message = Some("refused, but an earlier call with the same reference is still open".into());
        self.outcome = Outcome::Unknown(pending);
    }

    /// The kind of the failure.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The phase in which the call failed.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether the call may have taken effect, with the data to look it up.
    pub fn outcome(&self) -> Outcome {
        self.outcome.clone()
    }

    /// Whether the same call can be retried safely and may succeed later.
    pub fn is_retryable(&self) -> bool {
        self.kind.is_transient() && (self.keyed || !self.outcome.is_unknown())
    }

    /// HTTP status of the answer, if one was received.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Provider name, as in the crate's name; empty if the request could not be built.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// Operation id; empty if the request could not be built.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The provider's id of the request, if the answer contains one.
    pub fn request_id(&self) -> Option<&str> {
        self.reply.as_ref().and_then(Reply::request_id)
    }

    /// The provider's error code, if the answer contains a short one.
    ///
    /// It is read from the common members of a body. It is part of the answer, so `Display` and `Debug` do not show it.
    pub fn provider_code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The provider's message about the failure. It may contain personal data.
    ///
    /// It is read from the documented member, or from a common one. It is part of the answer, so `Display` and `Debug` do not show it.
    pub fn message(&self) -> Option<String> {
        let pointer = self.row.and_then(|row| row.envelope.as_ref()).map_or("", |envelope| envelope.message);
        self.reply.as_ref()?.message(pointer)
    }

    /// Number of attempts that were sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The wait that the provider requested.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The unchanged body of the answer. It may contain personal data: do not print it.
    pub fn raw(&self) -> Option<&[u8]> {
        self.reply.as_ref().map(|reply| &reply.bytes()[..])
    }

    /// The complete answer, if one was received.
    pub fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    /// Decodes the answer of an accepted call that contradicts its request ([`Kind::Integrity`]).
    pub fn answer<T: Answer>(&self) -> Option<T> {
        let reply = self.reply.as_ref().filter(|reply| reply.status().is_success())?;
        envelope::read::<T>(self.row?, reply, Evidence::Nothing).ok().map(|(value, _)| value)
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.operation.is_empty() {
            write!(out, "{} {}: ", self.provider, self.operation)?;
        }
        if let Some(status) = self.status {
            write!(out, "{}, ", status.as_u16())?;
        }
        let hint = match self.outcome {
            Outcome::Unknown(_) if self.is_used_up() => "look it up, and start over only if it is not found",
            Outcome::Unknown(_) => "it may have taken effect, look it up before repeating it",
            Outcome::NotSent | Outcome::Refused => self.kind.hint(),
        };
        write!(out, "{}: {hint}", self.message.as_deref().unwrap_or(self.kind.meaning()))?;
        let mut notes = Vec::new();
        notes.extend(self.request_id().map(|id| format!("request {id}")));
        notes.extend((self.attempts > 0).then(|| format!("attempt {}", self.attempts)));
        notes.extend(self.retry_after.map(|wait| format!("retry after {} s", wait.as_secs())));
        notes.extend(self.held_back.then(|| "a retry was suppressed".to_owned()));
        if notes.is_empty() { Ok(()) } else { write!(out, " ({})", notes.join(", ")) }
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Error")
            .field("provider", &self.provider)
            .field("operation", &self.operation)
            .field("kind", &self.kind)
            .field("phase", &self.phase)
            .field("outcome", &self.outcome.name())
            .field("status", &self.status.map(|status| status.as_u16()))
            .field("request_id", &self.request_id())
            .field("attempts", &self.attempts)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// A failed call with typed error bodies `E`.
///
/// It derefs to [`Facts`].
pub struct Error<E>(Box<Inner<E>>);

struct Inner<E> {
    facts: Facts,
    body: Option<E>,
}

impl<E> Error<E> {
    pub(crate) fn new(facts: Facts, body: Option<E>) -> Self {
        Self(Box::new(Inner { facts, body }))
    }

    /// A value of the call cannot travel where it has to.
    pub(crate) fn unsent(operation: &Operation, facts: Facts) -> Self {
        Self::new(facts.of(operation), None)
    }

    /// What the provider answered before contradicts the call that it would lead to.
    pub(crate) fn integrity(operation: &Operation, message: &'static str) -> Self {
        let facts = Facts::unsent(Kind::Integrity, message);
        Self::new(Facts { provider: operation.provider, operation: operation.id, ..facts }, None)
    }

    pub(crate) fn facts_mut(&mut self) -> &mut Facts {
        &mut self.0.facts
    }

    /// The typed error body, if a complete answer was received.
    pub fn body(&self) -> Option<&E> {
        self.0.body.as_ref()
    }

    /// The typed error body, if a complete answer was received.
    pub fn into_body(self) -> Option<E> {
        self.0.body
    }
}

impl<E> Deref for Error<E> {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0.facts
    }
}

/// A failed call of any operation.
pub struct AnyError(Box<Facts>);

impl Deref for AnyError {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl<E> From<Error<E>> for AnyError {
    fn from(error: Error<E>) -> Self {
        Self(Box::new(error.0.facts))
    }
}

impl From<Facts> for AnyError {
    fn from(facts: Facts) -> Self {
        Self(Box::new(facts))
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.facts, out)
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.facts, out)
    }
}

impl fmt::Display for AnyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl fmt::Debug for AnyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl<E> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.facts.source.as_deref().map(|source| source as _)
    }
}

impl StdError for AnyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl From<ConfigError> for Facts {
    fn from(error: ConfigError) -> Self {
        Self::unsent(Kind::Config, error.into_message())
    }
}

impl From<BadSegment> for Facts {
    fn from(error: BadSegment) -> Self {
        Self::unsent(Kind::Invalid { fields: vec![error.name().to_owned()] }, error.to_string())
    }
}

impl From<CallError> for Facts {
    fn from(error: CallError) -> Self {
        Self::unsent(Kind::Invalid { fields: vec![error.name().to_owned()] }, error.to_string())
    }
}

impl From<Unsendable> for Facts {
    fn from(fault: Unsendable) -> Self {
        match fault {
            Unsendable::Value(fault) => fault.into(),
            Unsendable::Checked(kind, faults) => Self::unsent(kind, faults),
        }
    }
}

impl From<BuildError> for Facts {
    fn from(error: BuildError) -> Self {
        let fields = error.missing().iter().chain(error.blank()).map(|field| (*field).to_owned()).collect();
        Self::unsent(Kind::Invalid { fields }, error.to_string())
    }
}

impl From<http::header::InvalidHeaderValue> for Facts {
    fn from(_: http::header::InvalidHeaderValue) -> Self {
        Self::unsent(Kind::INVALID, "a header parameter contains a character that cannot be sent in a header")
    }
}

macro_rules! raised_outside_a_call {
    ($($fault:ty),*) => {$(
        impl<E> From<$fault> for Error<E> {
            fn from(fault: $fault) -> Self {
                Self::new(fault.into(), None)
            }
        }

        impl From<$fault> for AnyError {
            fn from(fault: $fault) -> Self {
                Self(Box::new(fault.into()))
            }
        }
    )*};
}

raised_outside_a_call!(ConfigError, CallError, BadSegment, BuildError, http::header::InvalidHeaderValue);
