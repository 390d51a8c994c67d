//! Refuses what must not be sent at all.

use reqwest::Request;

use super::failure::Failure;
use super::state::CallState;
use crate::model::kind::Kind;

/// Longest URL, in bytes. Many servers take no more than half of it.
const LONGEST_URL: usize = 16_384;

pub(super) fn check(call: &CallState, request: &Request) -> Result<(), Failure> {
    if let Some(fault) = call.options.fault() {
        return Err(fault.into());
    }
    let base = &call.chain.base;
    if !base.is_origin_of(request.url()) {
        return Err(Failure::refused(Kind::Config, "the destination of the request is not the origin of the base URL"));
    }
    if *request.method() != call.operation.method || !base.fits(request.url(), call.chain.paths.of(call.operation)) {
        return Err(Failure::refused(Kind::INVALID, "the request does not have the operation's method and path"));
    }
    if request.url().as_str().len() > LONGEST_URL {
        return Err(Failure::refused(Kind::INVALID, format!("the URL is longer than {LONGEST_URL} bytes")));
    }
    match request.body().map(|body| body.as_bytes()) {
        // A stream could neither be signed nor sent again.
        Some(None) => Err(Failure::is_stream()),
        Some(Some(bytes)) if bytes.len() > call.chain.request_cap => {
            let cap = call.chain.request_cap;
            Err(Failure::refused(Kind::INVALID, format!("the body is longer than {cap} bytes")))
        }
        _ => Ok(()),
    }
}
