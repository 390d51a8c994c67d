//! Waits until the provider's rate has room.

use std::time::Duration;

use super::failure::Failure;
use super::limits::RateLimit;
use super::state::CallState;
use crate::model::kind::Kind;

/// Waits until the provider's rate has room for one more request.
pub(super) async fn admit(call: &CallState) -> Result<(), Failure> {
    let limits = &call.chain.limits;
    let Some(counter) = limits.counter(call.operation) else { return Ok(()) };
    let began = call.chain.time.clock.elapsed();
    loop {
        let now = call.chain.time.clock.elapsed();
        let Err(wait) = counter.pass(now) else { return Ok(()) };
        let most = match limits.policy {
            RateLimit::Wait(most) => most.saturating_sub(now.saturating_sub(began)).min(call.remaining()),
            RateLimit::FailFast | RateLimit::Off => Duration::ZERO,
        };
        if wait > most {
            let message = format!("the provider's rate limit for `{}` calls is reached", call.operation.limit);
            return Err(Failure { wait: Some(wait), ..Failure::refused(Kind::RateLimited, message) });
        }
        call.chain.time.sleep.sleep(wait).await;
    }
}
