//! One span per call and one per attempt, with OpenTelemetry's names for HTTP clients. They say what and how long, never for whom:
//! no URL, header, id or body.

use std::future::Future;
use std::pin::Pin;

use tracing::{Instrument, Span, field};

use super::failure::Failure;
use super::state::CallState;
use crate::wire::reply::Reply;

pub(super) async fn call(
    call: &CallState,
    work: Pin<&mut impl Future<Output = Result<Reply, Failure>>>,
) -> Result<Reply, Failure> {
    let span = tracing::info_span!(
        "call",
        provider = call.operation.provider,
        operation = call.operation.id,
        http.request.method = call.operation.method.as_str(),
        http.response.status_code = field::Empty,
        error.type = field::Empty,
        kind = field::Empty,
        outcome = field::Empty,
        attempts = field::Empty,
    );
    let result = work.instrument(span.clone()).await;
    if !span.is_disabled() {
        let failed = record(call, &span, &result);
        let sent = call.sent();
        span.record("attempts", sent.sends());
        if failed {
            let verdict = sent.verdict(call.operation.effect);
            span.record("outcome", verdict.name());
        }
    }
    result
}

/// The span of one attempt.
pub(super) async fn attempt(
    call: &CallState,
    work: Pin<&mut impl Future<Output = Result<Reply, Failure>>>,
) -> Result<Reply, Failure> {
    let span = tracing::info_span!(
        "attempt",
        otel.kind = "client",
        http.request.method = call.operation.method.as_str(),
        http.request.resend_count = call.sends(),
        url.template = call.operation.path,
        server.address = call.chain.base.host(),
        server.port = call.chain.base.port(),
        http.response.status_code = field::Empty,
        error.type = field::Empty,
        kind = field::Empty,
    );
    let result = work.instrument(span.clone()).await;
    if !span.is_disabled() {
        record(call, &span, &result);
    }
    result
}

/// Records how something ended; whether it failed.
fn record(call: &CallState, span: &Span, result: &Result<Reply, Failure>) -> bool {
    let (status, kind) = call.verdict(result);
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    if let Some(kind) = &kind {
        span.record("kind", kind.name());
        // OpenTelemetry: the status where that is the error, else a name of few values.
        match status.filter(|status| *status >= 400) {
            Some(status) => span.record("error.type", status),
            None => span.record("error.type", kind.name()),
        };
    }
    kind.is_some() || result.is_err()
}
