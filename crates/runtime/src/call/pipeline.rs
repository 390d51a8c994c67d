//! What happens to a request between a method call and the wire.

use std::pin::pin;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use reqwest::Request;

use super::budget::Budget;
use super::failure::Failure;
use super::lease::Owner;
use super::rate_limit::Limits;
use super::state::Call;
use super::{
    attempt_timeout, authorize, check, collect, encrypt, gate, intent, lease, rate_limit, renew, retry, trace,
};
use crate::auth::Auth;
use crate::auth::account::Account;
use crate::call::memory::Memory;
use crate::call::observe::{AttemptEnd, Observer};
use crate::journal::{Journal, Until};
use crate::model::outcome::Pending;
use crate::time::Time;
use crate::wire::base::Base;
use crate::wire::connections::Connections;
use crate::wire::paths::Paths;
use crate::wire::provider::Provider;
use crate::wire::reply::Reply;
use crate::wire::seal::Seal;
use crate::wire::transport::Transport;

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
    /// When the entry of an accepted call is closed.
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
        check::check(call, &request)?;
        let mut own = Some(request);
        call.keep(&mut own);
        // One of the two holds it.
        let Some(request) = own.as_ref().or(call.asked()) else { return Err(Failure::is_stream()) };
        intent::begin(call).await?;
        lease::held(call, pin!(retry::repeated(call, request))).await
    });
    trace::traced(call, work).await
}

/// place among the calls at once -> attempt timeout -> auth -> seal -> gate -> collect. `sent` becomes the headers with the credentials that went out.
pub(super) async fn attempt(call: &Call, mut request: Request, sent: &mut Sent) -> Result<Reply, Failure> {
    let _place = rate_limit::place(call).await?;
    let began = call.chain.time.clock.elapsed();
    let work = pin!(async {
        if let Some(show) = &call.chain.rehearsal {
            authorize::mask(call, &mut request).await?;
            show(&request);
            return Err(Failure::rehearsed());
        }
        authorize::authorize(call, &mut request).await?;
        let sealed = encrypt::sealed(call, &request)?;
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
    let work = pin!(attempt_timeout::attempt(call, work));
    let result = trace::attempt(call, work).await;
    if let Ok(reply) = &result {
        rate_limit::learn(call, reply);
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
