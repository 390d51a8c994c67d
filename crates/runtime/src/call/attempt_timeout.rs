//! The time limits of a call and of its attempts, over the client's own clock and sleep.
//!
//! The total limit is a deadline rather than a timer of its own: an attempt is cut at it, and no wait between attempts goes beyond it.

use std::future::Future;
use std::pin::Pin;

use super::failure::Failure;
use super::state::CallState;
use crate::wire::reply::Reply;

/// Ends one attempt when its time, or that of the whole call, is over. An attempt under way is dropped, and its fate stays open.
pub(super) async fn limited(
    call: &CallState,
    work: Pin<&mut impl Future<Output = Result<Reply, Failure>>>,
) -> Result<Reply, Failure> {
    let (limit, remaining) = (call.options.attempt(), call.remaining());
    let done = if remaining.is_zero() { None } else { call.chain.time.within(limit.min(remaining), work).await };
    match done {
        Some(done) => done,
        None if remaining <= limit => Err(Failure { transient: false, ..Failure::timed_out(call.options.total()) }),
        None => Err(Failure::timed_out(limit)),
    }
}
