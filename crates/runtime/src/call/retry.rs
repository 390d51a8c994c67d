//! Repeats what failed in passing, where the document says that a repeat is harmless.

use std::time::Duration;

use reqwest::Request;

use super::renew::renewed;
use super::{Call, Failure, rate_limit};
use crate::wire::reply::Reply;

/// The first wait is at most this, each further one at most twice as long, and never longer than [`LONGEST`].
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);

/// No provider makes a client wait longer, whatever it asks for.
const DAY: Duration = Duration::from_secs(86_400);

pub(super) async fn repeated(call: &Call, request: &Request) -> Result<Reply, Failure> {
    rate_limit::admit(call).await?;
    call.chain.budget.earn();
    for number in 1..call.options.attempts() {
        let result = renewed(call, request).await;
        let Some(wait) = wait_before_repeat(call, &result, number) else {
            return result;
        };
        call.chain.time.sleep.sleep(wait).await;
        // What came before says more than that there is no room for a repeat.
        if rate_limit::admit(call).await.is_err() {
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

/// What the answer asks for: in its body where the document says so, else in `Retry-After`, as seconds or as a date by the provider's
/// clock. It is a day at most.
pub(super) fn asked_wait(call: &Call, reply: &Reply) -> Option<Duration> {
    let pointer = call.chain.provider.retry_after;
    let stated = (!pointer.is_empty()).then(|| reply.text_at(pointer)).flatten();
    // More than a day in a body may be a moment instead of a wait: then the header says more.
    let stated = stated.and_then(|seconds| whole_seconds(&seconds));
    let asked = match reply.header("retry-after").map(str::trim) {
        _ if stated.is_some_and(|wait| wait <= DAY) => stated,
        Some(text) => whole_seconds(text).or_else(|| until(call, text)).or(stated),
        None => stated,
    };
    asked.map(|wait| wait.min(DAY))
}

/// Decimal seconds, rounded up; more digits than any number has are more than a day, too.
fn whole_seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    Some(Duration::from_secs(whole.parse().unwrap_or(u64::MAX).saturating_add(more)))
}

/// The time until an HTTP date; none if it has passed.
fn until(call: &Call, date: &str) -> Option<Duration> {
    let date = httpdate::parse_http_date(date).ok()?;
    Some(date.duration_since(call.chain.time.provider_now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_rounded_up_and_nothing_else_is_read_as_a_number() {
        let seconds = |text| whole_seconds(text).map(|wait| wait.as_secs());
        for (text, wait) in
            [("0", 0), ("7", 7), ("007", 7), ("1.5", 2), ("1.0", 1), ("0.001", 1), ("99999999999999999999", u64::MAX)]
        {
            assert_eq!(seconds(text), Some(wait), "{text}");
        }
        for text in ["", "-1", "+1", "1.", ".5", "1e3", "1,5", "0x10", "NaN", "soon", "1.5.5", "1 2"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
