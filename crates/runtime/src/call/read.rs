//! Reads the whole answer of a call as its type.

use std::sync::Arc;

use super::failure::Failure;
use super::response::Response;
use super::state::CallState;
use crate::error::Error;
use crate::json::evidence::Evidence;
use crate::wire::decode::{Answer, ErrorBody};
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// Reads a whole answer: of the call, or of the lookup that found it.
pub(super) fn typed<T: Answer, E: ErrorBody>(call: &Arc<CallState>, reply: Reply) -> Result<Response<T>, Error<E>> {
    let operation = call.answering();
    if !reply.status().is_success() || envelope::reports_failure(operation, &reply) {
        let body = E::read(&reply);
        return Err(Error::new(call.facts(Failure::answered(reply)), Some(body)));
    }
    let contradictions = call.contradictions(&reply);
    if !contradictions.is_empty() {
        return Err(Error::new(call.facts(Failure::contradicting(reply, &contradictions)), None));
    }
    // An answer that was looked up has been compared with the request.
    let needs = if call.is_looked_up() { Evidence::Nothing } else { envelope::needs(operation, &reply) };
    match envelope::read::<T>(operation, &reply, needs) {
        Ok((value, payload)) => {
            if !call.is_looked_up() {
                call.learn(&reply);
            }
            Ok(Response::new(value, payload, reply, call))
        }
        Err(fault) => Err(Error::new(call.facts(Failure::undecodable(reply, fault)), None)),
    }
}
