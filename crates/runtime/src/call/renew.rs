//! Sends a call once more with new credentials, after an answer that refused the old ones or asked for a one-time password.

use std::pin::pin;

use http::header::AUTHORIZATION;
use reqwest::Request;

use super::{Call, Failure, Sent, attempt, rate_limit};
use crate::auth::{Refused, header_name};
use crate::model::operation::Place;
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// An attempt, and at most one more for each of the two reasons; the gate counts them over the whole call, so there is no loop.
pub(super) async fn renewed(call: &Call, request: &Request) -> Result<Reply, Failure> {
    let auth = call.chain.auth.as_ref().filter(|_| !call.operation.auth.is_empty());
    loop {
        // Only a stream cannot be cloned, and the checks refuse those.
        let Some(copy) = request.try_clone() else { return Err(Failure::is_stream()) };
        let mut sent = Sent::new();
        let result = attempt(call, copy, &mut sent).await;
        let (Ok(reply), Some(auth)) = (&result, auth) else { return result };
        if reply.status().is_success() && !envelope::reports_failure(call.operation, reply) {
            return result;
        }
        let kind = call.refusal_of(reply);
        if !call.gate().may_renew(call.operation.effect, &kind) {
            return result;
        }
        let refused = Refused { operation: call.operation, kind: &kind, reply, sent: &sent };
        let renewal = call.chain.time.within(call.remaining(), pin!(auth.renew(refused))).await;
        match renewal {
            // What came before says more than that there is no room for a repeat.
            Some(Ok(true)) if rate_limit::admit(call).await.is_err() => return result,
            Some(Ok(true)) => {}
            // Without new credentials, the refusal is the answer.
            Some(Ok(false)) | None => return result,
            Some(Err(error)) => return result.and_then(|reply| Err(Failure::not_renewed(error, reply))),
        }
    }
}

/// The headers of a dressed request that may hold credentials.
pub(super) fn credentials(call: &Call, request: &Request) -> Sent {
    let schemes = call.operation.auth.iter().flat_map(|schemes| *schemes);
    let names = schemes.filter_map(|scheme| match scheme.place {
        Place::Header(name) => header_name(name),
        Place::Bearer | Place::Basic => Some(AUTHORIZATION),
        Place::Query(_) | Place::Cookie(_) => None,
    });
    names.filter_map(|name| request.headers().get(&name).map(|value| (name.clone(), value.clone()))).collect()
}
