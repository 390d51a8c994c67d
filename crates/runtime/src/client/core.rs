//! The client behind every generated client: where it calls, with what, and how.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::{RequestBuilder, Url};
use reqwest_middleware::{ClientWithMiddleware, Middleware};
use serde::Serialize;

use crate::auth::Auth;
use crate::call::observe::CallEnd;
use crate::call::options::Options;
use crate::call::response::Response;
use crate::call::{self, Call, Chain, Failure, intent};
use crate::client::builder::Builder;
use crate::error::{Error, Facts};
use crate::json::evidence::Evidence;
use crate::model::operation::{Lookup, Operation};
use crate::model::outcome::Pending;
use crate::recovery::lookup::Patience;
use crate::recovery::reconcile::Reconciled;
use crate::time::{BoxFuture, Time};
use crate::wire::decode::{Answer, ErrorBody};
use crate::wire::envelope;
use crate::wire::provider::Provider;
use crate::wire::reply::Reply;

/// The core of a generated client: base URL, connections, credentials, options.
///
/// Clones are cheap and share all of it.
#[derive(Clone)]
pub struct Core {
    shared: Arc<Shared>,
    options: Options,
}

pub(crate) struct Shared {
    pub(crate) chain: Arc<Chain>,
    /// The caller's middleware, outermost first.
    middlewares: Vec<Arc<dyn Middleware>>,
    /// The caller's middleware with the chain as the innermost layer; `None` if there is none.
    layers: Option<ClientWithMiddleware>,
}

impl Shared {
    pub(crate) fn new(chain: Arc<Chain>, middlewares: Vec<Arc<dyn Middleware>>) -> Self {
        let layers = (!middlewares.is_empty()).then(|| {
            let innermost = Arc::clone(&chain) as Arc<dyn Middleware>;
            let layers: Vec<_> = middlewares.iter().cloned().chain([innermost]).collect();
            ClientWithMiddleware::new(chain.connections.first().clone(), layers)
        });
        Self { chain, middlewares, layers }
    }
}

impl Core {
    /// Returns a builder of the core of a provider's client.
    pub fn builder(provider: &'static Provider) -> Builder {
        Builder::new(provider)
    }

    pub(crate) fn new(shared: Shared, options: Options) -> Self {
        Self { shared: Arc::new(shared), options }
    }

    /// Fingerprint of the origin and the account of this client, as [`Pending::account`] has it.
    pub fn account(&self) -> &str {
        self.shared.chain.account()
    }

    /// Base URL without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.shared.chain.base.url()
    }

    /// Path template of an operation below the base URL: the document's, unless [`Builder::path_of`] set another.
    pub fn path_of<'a>(&'a self, operation: &'a Operation) -> &'a str {
        self.shared.chain.paths.of(operation)
    }

    /// What requests are built with. It sends no credentials and follows no redirects; only [`Core::call`] runs the chain.
    pub fn http(&self) -> &reqwest::Client {
        self.shared.chain.connections.first()
    }

    /// Waits with the client's timer, for polling.
    pub fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.shared.chain.time.sleep.sleep(duration)
    }

    /// Returns the client with other options.
    #[must_use]
    pub fn with(&self, options: Options) -> Self {
        let options = self.options.merged(options).checked(self.shared.chain.provider.operations);
        Self { shared: Arc::clone(&self.shared), options }
    }

    /// Returns the client with the credentials of another customer.
    #[must_use]
    pub fn session(&self) -> Self {
        let chain = &self.shared.chain;
        let Some(auth) = chain.auth.as_ref().and_then(|auth| auth.session()) else { return self.clone() };
        self.rebuilt(auth)
    }

    /// Returns the client with other credentials.
    ///
    /// Connections, options and middleware are kept.
    #[must_use]
    pub fn with_auth(&self, auth: impl Auth) -> Self {
        self.rebuilt(Arc::new(auth))
    }

    /// The source of credentials, if it is of this type.
    pub fn auth<A: Auth>(&self) -> Option<&A> {
        let auth: &dyn Any = &**self.shared.chain.auth.as_ref()?;
        auth.downcast_ref()
    }

    /// Returns the client without credentials and middleware, for logins.
    #[must_use]
    pub fn bare(&self) -> Self {
        let account = self.shared.chain.account.anew();
        let chain = Arc::new(Chain { auth: None, serves: true, account, ..Chain::clone(&self.shared.chain) });
        Self { shared: Arc::new(Shared::new(chain, Vec::new())), options: self.options.clone() }
    }

    fn rebuilt(&self, auth: Arc<dyn Auth>) -> Self {
        let account = self.shared.chain.account.anew();
        let memory = Arc::default();
        let chain = Arc::new(Chain { auth: Some(auth), account, memory, ..Chain::clone(&self.shared.chain) });
        Self { shared: Arc::new(Shared::new(chain, self.shared.middlewares.clone())), options: self.options.clone() }
    }

    /// The provider's clock: the client's own, corrected by the `Date` of the last answer.
    pub fn provider_now(&self) -> SystemTime {
        self.time().provider_now()
    }

    /// A random UUID (version 4) from the client's random numbers, for nonces.
    pub fn uuid(&self) -> String {
        self.time().uuid().to_string()
    }

    pub(crate) fn time(&self) -> &Time {
        &self.shared.chain.time
    }

    /// Makes a call; decodes a 2xx answer as `T` and any other as `E`.
    ///
    /// # Errors
    ///
    /// [`Error`] with the kind of the failure and the outcome of the call.
    pub async fn call<T: Answer, E: ErrorBody>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<Response<T>, Error<E>> {
        let call = Call::new(operation, self.options.clone(), &self.shared.chain);
        let result: Result<Response<T>, Error<E>> = match self.exchange(&call, request).await {
            Ok(reply) => read(&call, reply),
            Err(failure) => Err(Error::new(call.facts(failure), None)),
        };
        if call.is_journaled() {
            let end = result.as_ref().map(Response::progress).map_err(|error| &error.outcome);
            Box::pin(intent::end(&call, end)).await;
        }
        if let Some(observer) = &self.shared.chain.observer {
            let status = match &result {
                Ok(answer) => Some(answer.status()),
                Err(error) => error.status(),
            };
            observer.call_ended(&CallEnd {
                operation,
                attempts: call.sends(),
                status: status.map(|status| status.as_u16()),
                kind: result.as_ref().err().map(|error| error.kind()),
                outcome: result.as_ref().err().map(|error| &error.outcome),
                elapsed: call.elapsed(),
            });
        }
        result
    }

    /// Makes a lookup, of which only the whole answer is wanted, as long as it shows what the lookup is for.
    pub(crate) async fn ask(
        &self,
        operation: &'static Operation,
        lookup: &Lookup,
        options: Options,
        request: RequestBuilder,
    ) -> Result<Reply, Facts> {
        let call = Call::new(operation, options, &self.shared.chain);
        match self.exchange(&call, request).await {
            Ok(reply) if !reply.status().is_success() || envelope::reports_failure(operation, &reply) => {
                Err(call.facts(Failure::answered(reply)))
            }
            Ok(reply) if envelope::answers(operation, lookup, &reply) => Ok(reply),
            Ok(reply) => Err(call.facts(Failure::unreadable(reply))),
            Err(failure) => Err(call.facts(failure)),
        }
    }

    /// Tells the observer how an answer differs from its document, if it wants to know.
    pub(crate) fn report_drift<T: Serialize>(&self, operation: &'static Operation, answer: &Response<T>) {
        if let Some(observer) = self.shared.chain.observer.as_ref().filter(|observer| observer.wants_drift()) {
            let drift = answer.drift();
            if !drift.is_empty() {
                observer.drifted(operation, &drift);
            }
        }
    }

    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        self.shared.chain.base.is_origin_of(url)
    }

    /// Whether requests are held against their document before they are sent.
    pub(crate) fn checks_requests(&self) -> bool {
        self.options.checks_requests()
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) fn chain(&self) -> &Arc<Chain> {
        &self.shared.chain
    }

    /// The part of a call that knows no types, boxed once so that the futures of generated methods stay small.
    fn exchange<'a>(&'a self, call: &'a Arc<Call>, request: RequestBuilder) -> BoxFuture<'a, Result<Reply, Failure>> {
        Box::pin(async move {
            let request = request.build().map_err(Failure::not_built)?;
            let reply = match &self.shared.layers {
                None => call::run(call, request).await,
                Some(layers) => call::run_inside(layers, call, request).await,
            }?;
            match call.duplicate(&reply) {
                Some(pending) => Ok(self.already_there(call, &pending).await.unwrap_or(reply)),
                None => Ok(reply),
            }
        })
    }

    /// "Duplicate reference", to whichever attempt: the lookup's answer if it shows this very call. If it shows another one, the call
    /// is told so; if it tells nothing, the outcome stays unknown.
    async fn already_there(&self, call: &Call, pending: &Pending) -> Option<Reply> {
        let state = self.find_out(pending, Patience::UntilFound, call.remaining()).await.ok()?;
        if let Reconciled::Differs(found) = &state {
            call.belongs_to_another(found);
        }
        let lookup = self.chain().provider.operations.iter().find(|row| pending.lookup() == Some(row.id))?;
        let found = state.into_known()?;
        found.is_surely_the(pending).then(|| call.answered_by(lookup, found))
    }
}

/// Reads a whole answer: of the call, or of the lookup that found it.
fn read<T: Answer, E: ErrorBody>(call: &Arc<Call>, reply: Reply) -> Result<Response<T>, Error<E>> {
    let operation = call.answering();
    if !reply.status().is_success() || envelope::reports_failure(operation, &reply) {
        let body = E::read(&reply);
        return Err(Error::new(call.facts(Failure::answered(reply)), Some(body)));
    }
    let contradictions = call.contradictions(&reply);
    if !contradictions.is_empty() {
        return Err(Error::new(call.facts(Failure::contradicting(reply, &contradictions)), None));
    }
    // An answer that was looked up has been compared with the request.
    let needs = if call.is_looked_up() { Evidence::Nothing } else { envelope::needs(operation, &reply) };
    match envelope::read::<T>(operation, &reply, needs) {
        Ok((value, payload)) => {
            if !call.is_looked_up() {
                call.learn(&reply);
            }
            Ok(Response::new(value, payload, reply, call))
        }
        Err(fault) => Err(Error::new(call.facts(Failure::undecodable(reply, fault)), None)),
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Core")
            .field("provider", &self.shared.chain.provider.name)
            .field("base_url", &self.base_url())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
