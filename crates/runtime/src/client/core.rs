//! The client behind every generated client: where it calls, with what, and how.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::RequestBuilder;
use serde::Serialize;

use crate::auth::Auth;
use crate::call::chain::Chain;
use crate::call::options::Options;
use crate::call::pipeline::Pipeline;
use crate::call::response::Response;
use crate::error::Error;
use crate::model::operation::Operation;
use crate::time::{BoxFuture, Time};
use crate::wire::decode::{Answer, ErrorBody};

/// The core of a generated client: base URL, connections, credentials, options.
///
/// Clones are cheap and share all of it.
#[derive(Clone)]
pub struct Core {
    pipeline: Arc<Pipeline>,
    options: Options,
}

impl Core {
    pub(crate) fn new(pipeline: Pipeline, options: Options) -> Self {
        Self { pipeline: Arc::new(pipeline), options }
    }

    /// Fingerprint of the origin and the account of this client, as [`Pending::account`](crate::Pending::account) has it.
    pub fn account(&self) -> &str {
        self.pipeline.chain.account()
    }

    /// Base URL without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.pipeline.chain.base.url()
    }

    /// Path template of an operation below the base URL: the document's, unless [`Builder::path_of`](crate::Builder::path_of) set another.
    pub fn path_of<'a>(&'a self, operation: &'a Operation) -> &'a str {
        self.pipeline.chain.paths.of(operation)
    }

    /// What requests are built with. It sends no credentials and follows no redirects; only [`Core::call`] runs the steps of a call.
    pub fn http(&self) -> &reqwest::Client {
        self.pipeline.chain.connections.first()
    }

    /// Waits with the client's timer, for polling.
    pub fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.pipeline.chain.time.sleep.sleep(duration)
    }

    /// Returns the client with other options.
    #[must_use]
    pub fn with(&self, options: Options) -> Self {
        let options = self.options.merged(options).checked(self.pipeline.chain.provider.operations);
        Self { pipeline: Arc::clone(&self.pipeline), options }
    }

    /// Returns the client with the credentials of another customer.
    #[must_use]
    pub fn session(&self) -> Self {
        let chain = &self.pipeline.chain;
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
        let auth: &dyn Any = &**self.pipeline.chain.auth.as_ref()?;
        auth.downcast_ref()
    }

    /// Returns the client without credentials and middleware, for logins.
    #[must_use]
    pub fn bare(&self) -> Self {
        let account = self.pipeline.chain.account.anew();
        let chain = Arc::new(Chain { auth: None, serves: true, account, ..Chain::clone(&self.pipeline.chain) });
        Self::new(Pipeline::new(chain, Vec::new(), self.pipeline.find()), self.options.clone())
    }

    fn rebuilt(&self, auth: Arc<dyn Auth>) -> Self {
        let account = self.pipeline.chain.account.anew();
        let memory = Arc::default();
        let chain = Arc::new(Chain { auth: Some(auth), account, memory, ..Chain::clone(&self.pipeline.chain) });
        Self::new(
            Pipeline::new(chain, self.pipeline.middlewares().to_vec(), self.pipeline.find()),
            self.options.clone(),
        )
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
        &self.pipeline.chain.time
    }

    /// Makes a call; decodes a 2xx answer as `T` and any other as `E`.
    ///
    /// # Errors
    ///
    /// [`Error`] with the kind of the failure and the outcome of the call.
    pub fn call<T: Answer, E: ErrorBody>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> impl Future<Output = Result<Response<T>, Error<E>>> {
        self.pipeline.call(operation, &self.options, request)
    }

    /// Tells the observer how an answer differs from its document, if it wants to know.
    pub(crate) fn report_drift<T: Serialize>(&self, operation: &'static Operation, answer: &Response<T>) {
        if let Some(observer) = self.pipeline.chain.observer.as_ref().filter(|observer| observer.wants_drift()) {
            let drift = answer.drift();
            if !drift.is_empty() {
                observer.drifted(operation, &drift);
            }
        }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    pub(crate) fn chain(&self) -> &Arc<Chain> {
        &self.pipeline.chain
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Core")
            .field("provider", &self.pipeline.chain.provider.name)
            .field("base_url", &self.base_url())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
