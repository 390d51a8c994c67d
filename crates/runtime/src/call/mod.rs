//! What happens to a request between a method call and the wire.
//!
//! [`pipeline`] names every step in its order. A step is one file; the other files are what the steps work on: [`chain`] is shared by all calls
//! of a client, [`state`] by all attempts of a call.

pub(crate) mod ask;
mod asked_wait;
mod attempt_timeout;
mod authorize;
mod budget;
pub(crate) mod chain;
mod check;
mod collect;
mod duplicate;
mod encrypt;
mod failure;
mod gate;
mod intent;
mod learn;
mod lease;
pub(crate) mod limits;
pub(crate) mod memory;
mod middleware;
mod observe;
pub(crate) mod observer;
pub(crate) mod options;
mod permit;
pub(crate) mod pipeline;
mod rate_limit;
mod read;
mod rehearse;
mod renew;
pub(crate) mod response;
mod retry;
mod sends;
mod state;
mod trace;
mod whole;
