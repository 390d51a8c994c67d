//! Lets one call go wrong.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Fault;
use crate::document::Operation;
use crate::exchange::{Answer, Call, Exchange};
use crate::provider::Mount;
use crate::verdict::Verdict;

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
        Fault::SuccessFalse => verdict(operation, |verdict| Some(verdict.body.clone())),
        Fault::SuccessZero => verdict(operation, |verdict| verdict.zero.clone()),
        Fault::ErrorObject => {
            let body = json!({ "error": { "code": "MAINTENANCE", "message": "Down for maintenance" } });
            let answer = Answer { body: Some(body.to_string()), ..Answer::empty(StatusCode::OK) };
            Exchange::Answered(answer.into_response())
        }
        Fault::EmptyObject => {
            let answer = handle();
            let body = if answer.status.is_success() { Some("{}".to_owned()) } else { answer.body };
            Exchange::Answered(Answer { body, ..answer }.into_response())
        }
        Fault::OtherReference => {
            let answer = handle();
            let body = answer.body.map(|body| with_other_reference(body, operation, call));
            Exchange::Answered(Answer { body, ..answer }.into_response())
        }
        Fault::DuplicateDelivery => {
            let first = handle();
            handle();
            Exchange::Answered(first.into_response())
        }
        Fault::SlowBody => Exchange::Slow(handle().into_response(), SLOW),
    }
}

/// The reference that an answer of another call shows.
const OTHER: &str = "00000000-0000-4000-8000-00000000beef";

/// The body with another reference wherever it shows that of the request.
fn with_other_reference(body: String, operation: &Operation, call: &Call) -> String {
    let request: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let reference = operation.reference.as_ref().and_then(|pointer| request.pointer(pointer)?.as_str());
    let Some(reference) = reference.filter(|reference| !reference.is_empty()) else { return body };
    body.replace(&Value::from(reference).to_string(), &Value::from(OTHER).to_string())
}

/// The document's success that says in its envelope that the call failed.
fn verdict(operation: &Operation, body: impl Fn(&Verdict) -> Option<String>) -> Exchange {
    // Rules and headers are checked before.
    let Some(verdict) = &operation.verdict else { return error(StatusCode::NOT_IMPLEMENTED) };
    Exchange::Answered(Answer { body: body(verdict), ..Answer::empty(verdict.status) }.into_response())
}

/// An answer of no provider's own: what stands between the client and the provider says so.
fn error(status: StatusCode) -> Exchange {
    let words = status.canonical_reason().unwrap_or_default();
    let body = Some(json!({ "message": words }).to_string());
    let answer = Answer { body, ..Answer::empty(status) };
    let asks = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
    let answer = if asks { answer.with_header("retry-after", RETRY_AFTER.to_owned()) } else { answer };
    Exchange::Answered(answer.into_response())
}
