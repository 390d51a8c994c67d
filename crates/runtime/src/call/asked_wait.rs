//! How long an answer asks to wait.

use std::time::Duration;

use super::chain::Chain;
use crate::wire::reply::Reply;

/// No provider makes a client wait longer, whatever it asks for.
const DAY: Duration = Duration::from_secs(86_400);

/// What the answer asks for: in its body where the document says so, else in `Retry-After`, as seconds or as a date by the provider's
/// clock. It is a day at most.
pub(super) fn asked_wait(chain: &Chain, reply: &Reply) -> Option<Duration> {
    let pointer = chain.provider.retry_after;
    let stated = (!pointer.is_empty()).then(|| reply.text_at(pointer)).flatten();
    // More than a day in a body may be a moment instead of a wait: then the header says more.
    let stated = stated.and_then(|seconds| whole_seconds(&seconds));
    let asked = match reply.header("retry-after").map(str::trim) {
        _ if stated.is_some_and(|wait| wait <= DAY) => stated,
        Some(text) => whole_seconds(text).or_else(|| until(chain, text)).or(stated),
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
fn until(chain: &Chain, date: &str) -> Option<Duration> {
    let date = httpdate::parse_http_date(date).ok()?;
    Some(date.duration_since(chain.time.provider_now()).unwrap_or_default())
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
