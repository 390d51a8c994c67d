//! Lets one call go wrong.

use std::time::Duration;

use axum::http::StatusCode;

use super::Fault;
use crate::document::Operation;
use crate::exchange::{Answer, Call, Exchange};
use crate::provider::Mount;

/// How long a slow body takes: longer than any client waits.
const SLOW: Duration = Duration::from_secs(10 * 60);

/// What `Retry-After` asks for, in seconds.
const RETRY_AFTER: &str = "2";

/// Handles a call as far as its fault lets it come.
pub(crate) fn strike(mount: &Mount, operation: &Operation, call: &Call, fault: Fault) -> Exchange {
    let handle = || mount.answer(operation, call);
    match fault {
        Fault::ConnectionRefused => Exchange::Refused,
        Fault::ResetBeforeSend => Exchange::ResetUnread,
        Fault::ResetAfterSend => Exchange::Reset,
        Fault::DropAfterAccept => {
            handle();
            Exchange::Dropped
        }
        Fault::ErrorBeforeEffect => error(StatusCode::INTERNAL_SERVER_ERROR),
        Fault::ErrorAfterEffect => {
            handle();
            error(StatusCode::INTERNAL_SERVER_ERROR)
        }
        Fault::Unavailable => error(StatusCode::SERVICE_UNAVAILABLE),
        Fault::TooManyRequests => error(StatusCode::TOO_MANY_REQUESTS),
        Fault::TimeoutBeforeEffect => Exchange::Silent,
        Fault::TimeoutAfterEffect => {
            handle();
            Exchange::Silent
        }
        Fault::TruncatedBody => {
            let answer = handle();
            let bytes = answer.body.as_ref().map_or(0, |body| body.len() / 2);
            Exchange::Truncated(answer.into_response(), bytes)
        }
        Fault::GarbageBody => {
            let body = Some("<html>\u{0}It works!".to_owned());
            Exchange::Answered(Answer { body, media_type: "text/html", ..handle() }.into_response())
        }
        Fault::SuccessFalse => match &operation.verdict {
            Some(verdict) => {
                let answer = Answer { body: Some(verdict.body.clone()), ..Answer::empty(verdict.status) };
                Exchange::Answered(answer.into_response())
            }
            // Rules and headers are checked before.
            None => error(StatusCode::NOT_IMPLEMENTED),
        },
        Fault::DuplicateDelivery => {
            let first = handle();
            handle();
            Exchange::Answered(first.into_response())
        }
        Fault::SlowBody => Exchange::Slow(handle().into_response(), SLOW),
    }
}

/// An answer of no provider's own: what stands between the client and the provider says so.
fn error(status: StatusCode) -> Exchange {
    let words = status.canonical_reason().unwrap_or_default();
    let body = Some(format!(r#"{{"message":"{words}"}}"#));
    let answer = Answer { body, ..Answer::empty(status) };
    let asks = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
    let answer = if asks { answer.with_header("retry-after", RETRY_AFTER.to_owned()) } else { answer };
    Exchange::Answered(answer.into_response())
}
