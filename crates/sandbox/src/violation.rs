//! What broke a document: a place and a rule, never a value.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// One breach of a provider's document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The provider's path prefix: `kasisto`.
    pub provider: &'static str,
    /// The operation's id; empty if the document has no such operation.
    pub operation: String,
    /// Who broke it.
    pub side: Side,
    /// JSON pointer into the body, or `header NAME`, `query NAME`, `path NAME`; empty for the whole.
    pub pointer: String,
    /// JSON pointer to the rule in the document, or a rule of HTTP in words.
    pub rule: String,
}

/// Who broke the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The caller: the request is not what the document describes.
    Request,
    /// The sandbox itself: a bug to report.
    Answer {
        /// HTTP status of the answer that was held back.
        status: u16,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { provider, operation, pointer, rule, .. } = self;
        match self.side {
            Side::Request => write!(f, "{provider} {operation} request {pointer:?}: {rule}"),
            Side::Answer { status } => write!(f, "{provider} {operation} answer {status} {pointer:?}: {rule}"),
        }
    }
}

/// All violations since the start, in order.
#[derive(Debug, Default)]
pub(crate) struct Violations(Mutex<Vec<Violation>>);

impl Violations {
    pub(crate) fn record(&self, found: Vec<Violation>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
    }

    pub(crate) fn all(&self) -> Vec<Violation> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
