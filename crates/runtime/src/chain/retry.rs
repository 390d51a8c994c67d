//! Repeats what failed in passing, where the document says that a repeat is harmless.

use std::time::Duration;

use reqwest::Request;

use super::renew::renewed;
use super::{Call, Failure, limit};
use crate::reply::Reply;

/// The first wait is at most this, each further one at most twice as long, and never longer than [`LONGEST`].
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);

/// More seconds than this in a body are no wait, but a moment or a mistake.
const DAY: u64 = 86_400;

pub(super) async fn repeated(call: &Call, request: &Request) -> Result<Reply, Failure> {
    limit::admit(call).await?;
    call.chain.budget.earn();
    for number in 1..call.options.attempts() {
        let result = renewed(call, request).await;
        let Some(wait) = wait_before_repeat(call, &result, number) else {
            return result;
        };
        call.chain.time.sleep.sleep(wait).await;
        // What came before says more than that there is no room for a repeat.
        if limit::admit(call).await.is_err() {
            return result;
        }
    }
    renewed(call, request).await
}

/// How long to wait before the next attempt; `None` if there must be none, or no time is left for it.
fn wait_before_repeat(call: &Call, result: &Result<Reply, Failure>, number: u32) -> Option<Duration> {
    let asked = match result {
        Ok(reply) if matches!(reply.status().as_u16(), 408 | 429 | 502..=504) => asked_wait(call, reply),
        Err(failure) if failure.transient => None,
        _ => return None,
    };
    let harmless = call.gate().repeat_is_harmless(call.operation.effect);
    let wait = asked.unwrap_or_else(|| {
        let limit = FIRST.saturating_mul(1 << (number - 1).min(16)).min(LONGEST);
        call.chain.time.jitter(limit)
    });
    // What never left this machine is no burden to the provider, so repeating it is free.
    let free = matches!(result, Err(failure) if failure.unsent);
    (harmless && wait < call.remaining() && (free || call.chain.budget.spend())).then_some(wait)
}

/// What the answer asks for: in its body where the document says so, else in `Retry-After`, as seconds or as a date seen from the
/// client's clock.
pub(super) fn asked_wait(call: &Call, reply: &Reply) -> Option<Duration> {
    let pointer = call.chain.provider.retry_after;
    let stated = (!pointer.is_empty()).then(|| reply.text_at(pointer)).flatten();
    if let Some(seconds) = stated.and_then(|seconds| seconds.parse().ok()).filter(|seconds| *seconds <= DAY) {
        return Some(Duration::from_secs(seconds));
    }
    let text = reply.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(call.chain.time.clock.now()).unwrap_or_default())
}
