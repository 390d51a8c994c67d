//! Why the pipeline has no answer to give, before it is put together with what the call knows.

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;

use crate::auth::AuthError;
use crate::error::Phase;
use crate::model::fault::{BoxError, ConfigError};
use crate::model::kind::Kind;
use crate::wire::compare::Comparison;
use crate::wire::reply::Reply;
use crate::wire::seal::SealError;
use crate::wire::transport::{Stage, TransportError};
use crate::wire::undecodable::Undecodable;

/// A failure of one attempt or one check.
#[derive(Default)]
pub(crate) struct Failure {
    /// `None`: told from the reply.
    pub(super) kind: Option<Kind>,
    /// `None`: told from whether anything was sent.
    pub(super) phase: Option<Phase>,
    pub(super) status: Option<StatusCode>,
    pub(super) message: Option<Cow<'static, str>>,
    pub(super) source: Option<BoxError>,
    pub(super) reply: Option<Box<Reply>>,
    /// Nothing of this attempt left the machine.
    pub(super) unsent: bool,
    /// Another attempt may do better.
    pub(super) transient: bool,
    /// How long to wait before the call has a chance.
    pub(super) wait: Option<Duration>,
    /// The gate did not let a repeat pass.
    pub(super) held_back: bool,
}

impl Failure {
    fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: Some(kind), message: Some(message.into()), ..Self::default() }
    }

    fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// A whole answer that is an error.
    pub(crate) fn answered(reply: Reply) -> Self {
        let redirects = reply.status().is_redirection();
        Self {
            phase: Some(Phase::Answered),
            message: redirects.then_some("the provider redirects, and redirects are not followed".into()),
            reply: Some(Box::new(reply)),
            ..Self::default()
        }
    }

    /// A whole answer that does not have the documented shape.
    pub(crate) fn undecodable(reply: Reply, fault: Undecodable) -> Self {
        Self {
            kind: Some(Kind::Decode),
            phase: Some(Phase::Undecodable),
            message: Some(fault.to_string().into()),
            reply: Some(Box::new(reply)),
            ..Self::default()
        }
    }

    /// An answer that asked for new credentials, which could not be had.
    pub(super) fn not_renewed(error: AuthError, reply: Reply) -> Self {
        Self { phase: Some(Phase::Answered), reply: Some(Box::new(reply)), ..error.into() }
    }

    /// A whole answer that cannot be opened; it is kept as it came.
    pub(super) fn unopened(reply: Reply, fault: SealError) -> Self {
        Self { phase: Some(Phase::Undecodable), reply: Some(Box::new(reply)), ..fault.into() }
    }

    /// A whole answer whose content encoding cannot be undone; it is kept as it came.
    pub(super) fn encoded(reply: Reply, message: String) -> Self {
        let failure = Self::new(Kind::Decode, message);
        Self { phase: Some(Phase::Undecodable), reply: Some(Box::new(reply)), ..failure }
    }

    /// A whole answer of a lookup that tells nothing.
    pub(crate) fn unreadable(reply: Reply) -> Self {
        Self {
            kind: Some(Kind::Decode),
            phase: Some(Phase::Undecodable),
            message: Some("the answer contains none of the documented members".into()),
            reply: Some(Box::new(reply)),
            ..Self::default()
        }
    }

    /// An answer that contradicts its request.
    pub(crate) fn contradicting(reply: Reply, contradictions: &[Comparison]) -> Self {
        let said: Vec<String> = contradictions.iter().map(ToString::to_string).collect();
        Self {
            kind: Some(Kind::Integrity),
            phase: Some(Phase::Answered),
            message: Some(said.join("; ").into()),
            reply: Some(Box::new(reply)),
            ..Self::default()
        }
    }

    /// An intent that could not be written down.
    pub(super) fn not_journaled(error: impl Into<BoxError>) -> Self {
        Self::new(Kind::Journal, "the journal could not be written, so nothing was sent").caused_by(error)
    }

    /// A call whose process was paused for so long that another one may look it up by now.
    pub(super) fn lease_over() -> Self {
        Self::new(Kind::Journal, "the lease on the journal's entry has expired, so nothing more was sent")
    }

    /// A call that another process has taken over.
    pub(super) fn taken_over() -> Self {
        Self::new(Kind::Journal, "another process took over the journal's entry, so nothing more was sent")
    }

    /// A request that reqwest could not put together.
    pub(crate) fn not_built(error: reqwest::Error) -> Self {
        Self::new(Kind::INVALID, "the request cannot be built").caused_by(error.without_url())
    }

    /// A request that a check refuses.
    pub(super) fn refused(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(kind, message)
    }

    /// A request that was only shown.
    pub(super) fn rehearsed() -> Self {
        Self::new(Kind::Config, "a dry run sends nothing")
    }

    /// A body that could neither be signed nor sent again.
    pub(super) fn is_stream() -> Self {
        Self::new(Kind::INVALID, "the body is a stream instead of bytes")
    }

    /// A repeat that might take effect twice.
    pub(super) fn held_back() -> Self {
        let failure = Self::new(Kind::OutcomeUnknown, "the call was sent before, and a retry might take effect twice");
        Self { held_back: true, ..failure }
    }

    /// A time limit that ran out.
    pub(super) fn timed_out(limit: Duration) -> Self {
        let failure = Self::new(Kind::Timeout, format!("no complete answer within {limit:?}"));
        Self { transient: true, ..failure }
    }

    /// A transport that gave no answer.
    pub(super) fn transport(error: reqwest::Error) -> Self {
        let stage = if error.is_connect() || error.is_builder() { Stage::Unsent } else { Stage::Unanswered };
        if stage == Stage::Unanswered && error.is_timeout() {
            let failure = Self::new(Kind::Timeout, "the call timed out");
            return Self { transient: true, ..failure.caused_by(error.without_url()) };
        }
        Self::broken(stage, error.without_url())
    }

    /// An answer that broke off in its body.
    pub(super) fn cut_off(status: StatusCode, error: reqwest::Error) -> Self {
        Self::broken(Stage::CutOff(status), error.without_url())
    }

    /// A connection that broke, or never was.
    fn broken(stage: Stage, source: impl Into<BoxError>) -> Self {
        let failure = Self::new(Kind::Connect, stage.meaning()).caused_by(source);
        let status = match stage {
            Stage::CutOff(status) => Some(status),
            Stage::Unsent | Stage::Unanswered => None,
        };
        Self { status, unsent: stage == Stage::Unsent, transient: true, ..failure }
    }

    /// An answer longer than the client reads.
    pub(super) fn too_long(status: StatusCode, cap: usize) -> Self {
        let failure = Self::new(Kind::Decode, format!("the answer is longer than {cap} bytes"));
        Self { phase: Some(Phase::Undecodable), status: Some(status), ..failure }
    }

    /// A middleware of the caller's that failed by itself, perhaps after an answer.
    pub(super) fn foreign(error: reqwest_middleware::Error, reply: Option<Reply>) -> Self {
        let source: BoxError = match error.without_url() {
            reqwest_middleware::Error::Middleware(error) => error.into(),
            reqwest_middleware::Error::Reqwest(error) => error.into(),
        };
        Self {
            kind: Some(Kind::Middleware),
            phase: reply.is_some().then_some(Phase::Answered),
            source: Some(source),
            reply: reply.map(Box::new),
            ..Self::default()
        }
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        Self { source: error.source, ..Self::new(error.kind, error.message) }
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        Self::new(error.kind, error.message)
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        Self::broken(error.stage, error.source)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(Kind::Config, error.into_message())
    }
}
