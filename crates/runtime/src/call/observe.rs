//! Tells the observer how attempts and calls end.

use std::future::Future;
use std::pin::Pin;

use super::asked_wait::asked_wait;
use super::failure::Failure;
use super::observer::{AttemptEnd, CallEnd};
use super::response::Response;
use super::state::CallState;
use crate::error::Error;
use crate::wire::reply::Reply;

/// Runs an attempt and tells how it ended.
pub(super) async fn attempt(
    call: &CallState,
    work: Pin<&mut impl Future<Output = Result<Reply, Failure>>>,
) -> Result<Reply, Failure> {
    let began = call.chain.time.clock.elapsed();
    let result = work.await;
    if let Some(observer) = &call.chain.observer {
        let (status, kind) = call.verdict(&result);
        let elapsed = call.chain.time.clock.elapsed().saturating_sub(began);
        let (operation, kind) = (call.operation, kind.as_ref());
        let asked = result.as_ref().ok().and_then(|reply| asked_wait(&call.chain, reply));
        let retry_after = asked.or_else(|| result.as_ref().err().and_then(|failure| failure.wait));
        observer.attempt_ended(&AttemptEnd { operation, status, kind, retry_after, elapsed });
    }
    result
}

/// Tells how a call ended.
pub(super) fn ended<T, E>(call: &CallState, result: &Result<Response<T>, Error<E>>) {
    let Some(observer) = &call.chain.observer else { return };
    let status = match result {
        Ok(answer) => Some(answer.status()),
        Err(error) => error.status(),
    };
    observer.call_ended(&CallEnd {
        operation: call.operation,
        attempts: call.sends(),
        status: status.map(|status| status.as_u16()),
        kind: result.as_ref().err().map(|error| error.kind()),
        outcome: result.as_ref().err().map(|error| &error.outcome),
        elapsed: call.elapsed(),
    });
}
