//! Shows the request of a dry run in place of sending it.

use reqwest::Request;

use super::authorize;
use super::failure::Failure;
use super::state::CallState;

/// Shows the request with its credentials masked, and ends the attempt of a dry run there.
pub(super) async fn show(call: &CallState, request: &mut Request) -> Result<(), Failure> {
    let Some(show) = &call.chain.rehearsal else { return Ok(()) };
    authorize::mask(call, request).await?;
    show(request);
    Err(Failure::rehearsed())
}
