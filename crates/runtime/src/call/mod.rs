//! What happens to a request between a method call and the wire.

mod attempt_timeout;
mod authorize;
mod budget;
mod check;
mod collect;
mod encrypt;
mod failure;
mod gate;
pub(crate) mod intent;
pub(crate) mod lease;
pub(crate) mod memory;
mod middleware;
pub(crate) mod observe;
pub(crate) mod options;
mod pipeline;
mod rate_limit;
mod renew;
pub(crate) mod response;
mod retry;
mod state;
mod trace;

pub(crate) use self::failure::Failure;
pub(crate) use self::lease::Owner;
pub(crate) use self::middleware::run_inside;
pub(crate) use self::pipeline::{Chain, Rehearsal, run};
use self::pipeline::{Sent, attempt};
pub(crate) use self::rate_limit::Limits;
pub use self::rate_limit::RateLimit;
pub(crate) use self::state::Call;
