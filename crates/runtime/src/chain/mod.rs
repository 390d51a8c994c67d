//! What happens to a request between a method call and the wire.

mod auth;
mod budget;
mod call;
mod checks;
mod collect;
mod failure;
mod gate;
pub(crate) mod journal;
mod layer;
pub(crate) mod lease;
mod limit;
mod renew;
mod retry;
mod seal;
mod timeout;
mod trace;

use std::pin::pin;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use reqwest::Request;

pub(crate) use self::budget::Budget;
pub(crate) use self::call::Call;
pub(crate) use self::failure::Failure;
pub(crate) use self::layer::run_inside;
pub(crate) use self::lease::Owner;
pub(crate) use self::limit::Limits;
pub use self::limit::RateLimit;
use crate::account::Account;
use crate::auth::Auth;
use crate::base::Base;
use crate::connections::Connections;
use crate::core::Provider;
use crate::journal::{Journal, Until};
use crate::memory::Memory;
use crate::observe::{AttemptEnd, Observer};
use crate::outcome::Pending;
use crate::paths::Paths;
use crate::reply::Reply;
use crate::seal::Seal;
use crate::time::Time;
use crate::transport::Transport;

/// The headers of a request that hold credentials.
pub(crate) type Sent = Vec<(HeaderName, HeaderValue)>;

/// What sees a request that is not sent.
pub(crate) type Rehearsal = Arc<dyn Fn(&Request) + Send + Sync>;

/// What all calls of a client share.
#[derive(Clone)]
pub(crate) struct Chain {
    pub(crate) provider: &'static Provider,
    pub(crate) base: Base,
    pub(crate) paths: Paths,
    pub(crate) connections: Arc<Connections>,
    /// Sends in place of the connections.
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) auth: Option<Arc<dyn Auth>>,
    pub(crate) seal: Option<Arc<dyn Seal>>,
    pub(crate) time: Time,
    pub(crate) limits: Arc<Limits>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    /// Shows requests instead of sending them.
    pub(crate) rehearsal: Option<Rehearsal>,
    pub(crate) journal: Option<Arc<dyn Journal>>,
    /// How far the journal follows an accepted call.
    pub(crate) until: Until,
    /// Whose entries of the journal are those of this client.
    pub(crate) owner: Arc<Owner>,
    pub(crate) account: Account,
    /// Ids of answers that lookups of later calls ask for.
    pub(crate) memory: Arc<Memory>,
    pub(crate) response_cap: usize,
    pub(crate) request_cap: usize,
    /// Its calls serve other calls, which wait for them in their places.
    pub(crate) serves: bool,
}

impl Chain {
    /// Fingerprint of the origin and the account that calls are made with.
    pub(crate) fn account(&self) -> &str {
        self.account.fingerprint(self.provider.name, &self.base, self.auth.as_deref())
    }

    /// Whether a call was made with this origin and account. Earlier versions did not say.
    pub(crate) fn is_ours(&self, pending: &Pending) -> bool {
        pending.account().is_none_or(|account| account == self.account())
    }
}

/// trace -> checks -> journal -> total timeout (the call's deadline, which every step below keeps) -> retry -> rate limit -> renewal -> (each attempt)
pub(crate) async fn run(call: &Call, request: Request) -> Result<Reply, Failure> {
    let work = pin!(async {
        checks::check(call, &request)?;
        let mut own = Some(request);
        call.keep(&mut own);
        // One of the two holds it.
        let Some(request) = own.as_ref().or(call.asked()) else { return Err(Failure::is_stream()) };
        journal::begin(call).await?;
        lease::held(call, pin!(retry::repeated(call, request))).await
    });
    trace::traced(call, work).await
}

/// place among the calls at once -> attempt timeout -> auth -> seal -> gate -> collect. `sent` becomes the headers with the credentials that went out.
async fn attempt(call: &Call, mut request: Request, sent: &mut Sent) -> Result<Reply, Failure> {
    let _place = limit::place(call).await?;
    let began = call.chain.time.clock.elapsed();
    let work = pin!(async {
        if let Some(show) = &call.chain.rehearsal {
            auth::mask(call, &mut request).await?;
            show(&request);
            return Err(Failure::rehearsed());
        }
        auth::authorize(call, &mut request).await?;
        let sealed = seal::sealed(call, &request)?;
        lease::confirm(call).await?;
        gate::pass(call, &request)?;
        *sent = renew::credentials(call, &request);
        let key = sealed.map(|sealed| sealed.replace(&mut request));
        let result = collect::collect(call, request, key).await;
        gate::note(call, &result);
        if let Ok(reply) = &result {
            if let Some(date) = reply.header("date") {
                call.chain.time.learn_skew(date);
            }
            if let Some(auth) = &call.chain.auth {
                auth.observe(call.operation, reply);
            }
        }
        result
    });
    let work = pin!(timeout::attempt(call, work));
    let result = trace::attempt(call, work).await;
    if let Ok(reply) = &result {
        limit::learn(call, reply);
    }
    if let Some(observer) = &call.chain.observer {
        let (status, kind) = call.verdict(&result);
        let elapsed = call.chain.time.clock.elapsed().saturating_sub(began);
        let (operation, kind) = (call.operation, kind.as_ref());
        let asked = result.as_ref().ok().and_then(|reply| retry::asked_wait(call, reply));
        let retry_after = asked.or_else(|| result.as_ref().err().and_then(|failure| failure.wait));
        observer.attempt_ended(&AttemptEnd { operation, status, kind, retry_after, elapsed });
    }
    result
}
