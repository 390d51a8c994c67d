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
use crate::model::outcome::Outcome;
use crate::wire::decode::Answer;
use crate::wire::envelope;
use crate::wire::reply::Reply;
use crate::wire::request::{BadSegment, BuildError, CallError};

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Nothing of it left this machine.
    NotSent,
    /// It was sent, and no whole answer came.
    NoAnswer,
    /// A whole answer came, and it is an error.
    Answered,
    /// A whole answer came, and it cannot be read.
    Undecodable,
}

/// What is known about a failed call, whichever operation it was.
///
/// Neither `Display` nor `Debug` shows bodies, headers or URLs.
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

    /// Why the call failed.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// How far the call came.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether the call may have taken effect, and how to find out.
    pub fn outcome(&self) -> Outcome {
        self.outcome.clone()
    }

    /// Whether the same call may succeed later and a repeat does no harm.
    pub fn is_retryable(&self) -> bool {
        self.kind.is_transient() && (self.keyed || !self.outcome.is_unknown())
    }

    /// Status of the answer, if at least that much came.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Provider name, as in the crate's name; empty if the request could not even be built.
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// Operation id; empty if the request could not even be built.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The id by which the provider knows the request, if its answer named one.
    pub fn request_id(&self) -> Option<&str> {
        self.reply.as_ref().and_then(Reply::request_id)
    }

    /// The provider's own code for what happened, if its answer holds a short, plain one at a usual place.
    ///
    /// It is part of the answer, so that neither `Display` nor `Debug` shows it.
    pub fn provider_code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The provider's own words about the failure, as its answer has them. They may hold personal data.
    ///
    /// They are part of the answer, so neither `Display` nor `Debug` shows them. They are at the place that the document names, or at a usual one.
    pub fn message(&self) -> Option<String> {
        let pointer = self.row.and_then(|row| row.envelope.as_ref()).map_or("", |envelope| envelope.message);
        self.reply.as_ref()?.message(pointer)
    }

    /// How many times the call was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long the provider asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Body of the answer as it came. It may hold personal data: do not print it.
    pub fn raw(&self) -> Option<&[u8]> {
        self.reply.as_ref().map(|reply| &reply.bytes()[..])
    }

    /// The whole answer, if one came.
    pub fn reply(&self) -> Option<&Reply> {
        self.reply.as_ref()
    }

    /// The answer of a call that was accepted and then failed a check ([`Kind::Integrity`]), read as what it would have returned.
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

/// A failed call of an operation whose error bodies are `E`. The accessors are those of [`Facts`], besides the body.
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

    /// The error body by its status, if a whole answer came.
    pub fn body(&self) -> Option<&E> {
        self.0.body.as_ref()
    }

    /// The error body by its status, if a whole answer came.
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
