//! Encrypts one attempt, and opens its answer.

use reqwest::Request;

use super::failure::Failure;
use super::state::CallState;
use crate::model::kind::Kind;
use crate::wire::reply::Reply;
use crate::wire::seal::{Sealed, Unseal};

/// The sealed form of a request, if its operation travels so. The request itself stays plain for the gate, which reads references from it.
pub(super) fn sealed(call: &CallState, request: &Request) -> Result<Option<Sealed>, Failure> {
    let Some(seal) = call.chain.seal.as_ref().filter(|_| call.operation.sealed) else { return Ok(None) };
    let sealed = seal.seal(request)?;
    let has_body = request.body().and_then(|body| body.as_bytes()).is_some_and(|bytes| !bytes.is_empty());
    if has_body != sealed.body.is_some() {
        return Err(Failure::refused(Kind::Config, "the body was not encrypted, so nothing was sent"));
    }
    Ok(Some(sealed))
}

/// A sealed answer as a plain one.
pub(super) fn opened(key: Option<Box<dyn Unseal>>, reply: Reply) -> Result<Reply, Failure> {
    let Some(key) = key else { return Ok(reply) };
    match key.open(&reply) {
        Ok(Some(body)) => Ok(reply.with_body(body)),
        Ok(None) => Ok(reply),
        Err(fault) => Err(Failure::unopened(reply, fault)),
    }
}
