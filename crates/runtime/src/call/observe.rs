//! A hook for metrics: what was called, how it ended, how long it took, and where answers leave their document.

use std::time::Duration;

use crate::model::kind::Kind;
use crate::model::operation::Operation;
use crate::model::outcome::Outcome;
use crate::wire::drift::Drift;

/// Sees attempts and calls end. It gets no ids, addresses, headers or bodies, so nothing of a customer can reach a metric.
///
/// It runs on the path of the call: count, and return.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Default)]
/// struct Repeats(AtomicU64);
///
/// impl bursar_runtime::Observer for Repeats {
///     fn call_ended(&self, call: &bursar_runtime::CallEnd<'_>) {
///         self.0.fetch_add(u64::from(call.attempts.saturating_sub(1)), Ordering::Relaxed);
///     }
/// }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// One attempt has ended.
    fn attempt_ended(&self, attempt: &AttemptEnd<'_>) {
        let _ = attempt;
    }

    /// A call has ended, with all its attempts.
    fn call_ended(&self, call: &CallEnd<'_>) {
        let _ = call;
    }

    /// Whether answers are to be compared with their document, which costs about as much as reading them.
    fn wants_drift(&self) -> bool {
        false
    }

    /// An answer differs from its document: paths of unknown fields, unlisted words, coerced and lost values; never values.
    fn drifted(&self, operation: &'static Operation, drift: &Drift) {
        let _ = (operation, drift);
    }
}

/// How an attempt ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct AttemptEnd<'a> {
    /// What was called.
    pub operation: &'static Operation,
    /// Status of the answer, if at least that much came.
    pub status: Option<u16>,
    /// Why it failed; `None` for a success.
    pub kind: Option<&'a Kind>,
    /// How long the provider asked to wait, a day at most. After a 429 nothing of the same rate is sent until then.
    pub retry_after: Option<Duration>,
    /// From the credentials to the last byte of the answer.
    pub elapsed: Duration,
}

/// How a call ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// What was called.
    pub operation: &'static Operation,
    /// How many times it was sent.
    pub attempts: u32,
    /// Status of the last answer, if at least that much came.
    pub status: Option<u16>,
    /// Why it failed; `None` for a success.
    pub kind: Option<&'a Kind>,
    /// Whether a failed call may have taken effect; `None` for a success.
    pub outcome: Option<&'a Outcome>,
    /// With all attempts and waits.
    pub elapsed: Duration,
}
