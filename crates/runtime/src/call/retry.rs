//! Repeats what failed in passing, where the document says that a repeat is harmless.

use std::time::Duration;

use super::asked_wait::asked_wait;
use super::failure::Failure;
use super::state::CallState;
use crate::wire::reply::Reply;

/// The first wait is at most this, each further one at most twice as long, and never longer than [`LONGEST`].
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);

/// Waits before the next attempt; `false` if there must be none. `retries` counts those of the call.
pub(super) async fn again(call: &CallState, result: &Result<Reply, Failure>, retries: &mut u32) -> bool {
    let number = retries.saturating_add(1);
    if number >= call.options.attempts() {
        return false;
    }
    let Some(wait) = wait_before_repeat(call, result, number) else { return false };
    *retries = number;
    call.chain.time.sleep.sleep(wait).await;
    true
}

/// How long to wait before the next attempt; `None` if there must be none, or no time is left for it.
fn wait_before_repeat(call: &CallState, result: &Result<Reply, Failure>, number: u32) -> Option<Duration> {
    let asked = match result {
        Ok(reply) if matches!(reply.status().as_u16(), 408 | 429 | 502..=504) => asked_wait(&call.chain, reply),
        Err(failure) if failure.transient => None,
        _ => return None,
    };
    let harmless = call.sent().repeat_is_harmless(call.operation.effect);
    let wait = asked.unwrap_or_else(|| {
        let limit = FIRST.saturating_mul(1 << (number - 1).min(16)).min(LONGEST);
        call.chain.time.jitter(limit)
    });
    // What never left this machine is no burden to the provider, so repeating it is free.
    let free = matches!(result, Err(failure) if failure.unsent);
    (harmless && wait < call.remaining() && (free || call.chain.budget.spend())).then_some(wait)
}
