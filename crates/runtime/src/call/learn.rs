//! Learns from a whole answer: the provider's clock, renewed credentials, and how long to be silent.

use super::asked_wait::asked_wait;
use super::state::CallState;
use crate::wire::reply::Reply;

pub(super) fn learn(call: &CallState, reply: &Reply) {
    let chain = &call.chain;
    if let Some(date) = reply.header("date") {
        chain.time.learn_skew(date);
    }
    if let Some(auth) = &chain.auth {
        auth.observe(call.operation, reply);
    }
    // After a 429 nothing of its lane is sent until the time that it names, a day at most.
    if reply.status().as_u16() == 429
        && let (Some(counter), Some(wait)) = (chain.limits.counter(call.operation), asked_wait(chain, reply))
    {
        counter.silence(chain.time.clock.elapsed().saturating_add(wait));
    }
}
