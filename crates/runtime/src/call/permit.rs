//! Keeps to the concurrency limit.

use std::pin::pin;

use tokio::sync::SemaphorePermit;

use super::failure::Failure;
use super::state::CallState;
use crate::model::kind::Kind;

/// Takes one of the places for calls at once, for as long as an attempt lasts.
pub(super) async fn acquire(call: &CallState) -> Result<Option<SemaphorePermit<'_>>, Failure> {
    let Some(slots) = call.chain.limits.slots.as_ref().filter(|_| !call.chain.serves) else { return Ok(None) };
    if let Ok(free) = slots.try_acquire() {
        return Ok(Some(free));
    }
    match call.chain.time.within(call.remaining(), pin!(slots.acquire())).await {
        // Nobody closes it.
        Some(permit) => Ok(permit.ok()),
        None => Err(Failure::refused(Kind::Timeout, "no permit of the concurrency limit was available in time")),
    }
}
