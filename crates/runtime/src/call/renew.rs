//! Gets new credentials after an answer that refused the old ones or asked for a one-time password.

use std::pin::pin;

use super::chain::Sent;
use super::failure::Failure;
use super::state::CallState;
use crate::auth::Refused;
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// Whether the attempt is worth repeating with new credentials: at most once for each of the two reasons, which the call counts.
///
/// `sent` are the credentials that were refused. If the new ones cannot be obtained, the result says why.
pub(super) async fn again(call: &CallState, result: &mut Result<Reply, Failure>, sent: &Sent) -> bool {
    let auth = call.chain.auth.as_ref().filter(|_| !call.operation.auth.is_empty());
    let (Ok(reply), Some(auth)) = (&*result, auth) else { return false };
    if reply.status().is_success() && !envelope::reports_failure(call.operation, reply) {
        return false;
    }
    let kind = call.refusal_of(reply);
    if !call.sent().may_renew(call.operation.effect, &kind) {
        return false;
    }
    let refused = Refused { operation: call.operation, kind: &kind, reply, sent };
    let renewal = call.chain.time.within(call.remaining(), pin!(auth.renew(refused))).await;
    match renewal {
        Some(Ok(is_renewed)) => is_renewed,
        // Without new credentials, the refusal is the answer.
        None => false,
        Some(Err(error)) => {
            let refusal = reply.clone();
            *result = Err(Failure::not_renewed(error, refusal));
            false
        }
    }
}
