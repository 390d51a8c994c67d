//! What carries requests in place of the HTTP client: a simulated network, or a fake provider in the same process.

use std::fmt;

use bytes::Bytes;
use http::{Response, StatusCode};
use reqwest::Request;

use crate::model::fault::BoxError;
use crate::time::BoxFuture;

/// Sends requests instead of the HTTP client.
///
/// It is the innermost step of a call: the request has its credentials and was validated. Retries are separate calls. The client's timeouts apply.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request.
    ///
    /// # Errors
    ///
    /// There is no whole answer: [`TransportError`] says whether anything may have left.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}

/// The error of a [`Transport`] without a complete answer.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) stage: Stage,
    pub(crate) source: BoxError,
}

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing of it left.
    Unsent,
    /// It may have arrived, and no answer came.
    Unanswered,
    /// An answer of this status began, and its body broke off.
    CutOff(StatusCode),
}

impl TransportError {
    /// Creates the error of a failed connection: nothing was sent.
    pub fn unsent(source: impl Into<BoxError>) -> Self {
        Self { stage: Stage::Unsent, source: source.into() }
    }

    /// Creates the error of a connection closed before the answer.
    ///
    /// The request may have arrived.
    pub fn unanswered(source: impl Into<BoxError>) -> Self {
        Self { stage: Stage::Unanswered, source: source.into() }
    }

    /// Creates the error of a connection closed within the body of an answer.
    pub fn cut_off(status: StatusCode, source: impl Into<BoxError>) -> Self {
        Self { stage: Stage::CutOff(status), source: source.into() }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.stage.meaning())
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

impl Stage {
    /// What is said of a call that ended there.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Unsent => "the connection failed, nothing was sent",
            Self::Unanswered => "the connection was closed before the answer",
            Self::CutOff(_) => "the connection was closed before the answer was complete",
        }
    }
}
