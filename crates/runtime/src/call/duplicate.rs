//! Looks up what an answer means that says "duplicate reference", or "too soon after a similar call".

use super::ask::{Ask, FindCall, Holder};
use super::state::CallState;
use crate::wire::reply::Reply;

/// The lookup's answer if it shows this very call. If it shows another one, the call is told so; if it tells nothing, the outcome stays unknown.
pub(super) async fn resolved(find: &dyn FindCall, ask: &dyn Ask, call: &CallState, reply: Reply) -> Reply {
    let (pending, waits) = match (call.duplicate(&reply), call.similar(&reply)) {
        (Some(pending), _) => (pending, true),
        (None, Some(pending)) => (pending, false),
        (None, None) => return reply,
    };
    match find.find(ask, &call.options, &pending, waits, call.remaining()).await {
        Holder::This(lookup, found) => call.answered_by(lookup, found),
        Holder::Another(differing) => {
            call.belongs_to_another(&differing);
            reply
        }
        Holder::Unknown => reply,
    }
}
