//! What broke a document: a place and a rule, never a value.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

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

/// So many violations are kept: the oldest go first.
const MOST: usize = 1_000;

/// So much of a place or a rule is kept, in bytes.
const LONGEST: usize = 300;

/// The last violations since the start, in order.
#[derive(Debug, Default)]
pub(crate) struct Violations(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    last: VecDeque<Violation>,
    forgotten: u64,
}

impl Violations {
    pub(crate) fn record(&self, found: Vec<Violation>) {
        let mut kept = self.kept();
        for mut violation in found {
            // Names of parameters and members are the caller's own, and may be of any length.
            for text in [&mut violation.pointer, &mut violation.rule] {
                let end = (0..=LONGEST.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
                text.truncate(end.unwrap_or_default());
            }
            if kept.last.len() == MOST {
                kept.last.pop_front();
                kept.forgotten += 1;
            }
            kept.last.push_back(violation);
        }
    }

    pub(crate) fn all(&self) -> Vec<Violation> {
        self.kept().last.iter().cloned().collect()
    }

    /// How many were kept once, and are no more.
    pub(crate) fn forgotten(&self) -> u64 {
        self.kept().forgotten
    }

    pub(crate) fn clear(&self) {
        *self.kept() = Kept::default();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
