//! One span per call. Its fields say what and how long, never for whom: no URL, header, id or body.

use std::future::Future;
use std::pin::Pin;

use tracing::{Instrument, field};

use super::{Call, Failure};
use crate::reply::Reply;

pub(super) async fn traced(
    call: &Call,
    work: Pin<&mut impl Future<Output = Result<Reply, Failure>>>,
) -> Result<Reply, Failure> {
    let span = tracing::info_span!(
        "call",
        provider = call.operation.provider,
        operation = call.operation.id,
        http.request.method = call.operation.method.as_str(),
        http.response.status_code = field::Empty,
        kind = field::Empty,
        attempts = field::Empty,
    );
    let result = work.instrument(span.clone()).await;
    if !span.is_disabled() {
        let (status, kind) = match &result {
            Ok(reply) if reply.status().is_success() => (Some(reply.status()), None),
            Ok(reply) => (Some(reply.status()), Some(call.kind_of(reply))),
            Err(failure) => (failure.status, failure.kind.clone()),
        };
        span.record("attempts", call.gate().sends());
        if let Some(status) = status {
            span.record("http.response.status_code", status.as_u16());
        }
        if let Some(kind) = kind {
            span.record("kind", kind.name());
        }
    }
    result
}
