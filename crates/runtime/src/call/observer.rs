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
    /// Called after each attempt.
    fn attempt_ended(&self, attempt: &AttemptEnd<'_>) {
        let _ = attempt;
    }

    /// Called after each call, with all its attempts.
    fn call_ended(&self, call: &CallEnd<'_>) {
        let _ = call;
    }

    /// Whether to compare answers with their document.
    ///
    /// The comparison costs about as much as decoding.
    fn wants_drift(&self) -> bool {
        false
    }

    /// Called for an answer that differs from its document.
    ///
    /// The drift contains the paths of unknown fields, unknown values, coerced and lost values, never the values.
    fn drifted(&self, operation: &'static Operation, drift: &Drift) {
        let _ = (operation, drift);
    }
}

/// The result of an attempt.
#[derive(Debug)]
#[non_exhaustive]
pub struct AttemptEnd<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// HTTP status of the answer, if one was received.
    pub status: Option<u16>,
    /// The kind of the failure; `None` for a success.
    pub kind: Option<&'a Kind>,
    /// The wait that the provider requested, at most a day.
    ///
    /// After a 429 no call of the same rate tier is sent until then.
    pub retry_after: Option<Duration>,
    /// Time from adding the credentials to the last byte of the answer.
    pub elapsed: Duration,
}

/// The result of a call.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// Number of attempts that were sent.
    pub attempts: u32,
    /// HTTP status of the last answer, if one was received.
    pub status: Option<u16>,
    /// The kind of the failure; `None` for a success.
    pub kind: Option<&'a Kind>,
    /// Whether a failed call may have taken effect; `None` for a success.
    pub outcome: Option<&'a Outcome>,
    /// Total time with all attempts and waits.
    pub elapsed: Duration,
}
