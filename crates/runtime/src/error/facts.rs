//! What is known about a failed call.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::json::evidence::Evidence;
use crate::model::fault::BoxError;
use crate::model::kind::Kind;
use crate::model::operation::Operation;
use crate::model::outcome::{Outcome, Pending};
use crate::wire::decode::Answer;
use crate::wire::envelope;
use crate::wire::reply::Reply;

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
