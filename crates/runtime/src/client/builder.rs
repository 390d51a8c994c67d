//! Setting a client up: every limit has a default, and what would be unsafe is refused.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::tls::Version;
use reqwest::{Certificate, Identity, Proxy};
use reqwest_middleware::Middleware;

use crate::auth::Auth;
use crate::auth::account::Account;
use crate::call::chain::{Chain, Rehearsal};
use crate::call::limits::{Limits, RateLimit};
use crate::call::observer::Observer;
use crate::call::options::Options;
use crate::call::pipeline::Pipeline;
use crate::client::core::Core;
use crate::journal::lease::Owner;
use crate::journal::{Journal, Until};
use crate::model::fault::ConfigError;
use crate::recovery::find::FindByLookup;
use crate::time::{Clock, Rng, Sleep, Time};
use crate::wire::base::Base;
use crate::wire::connections::{Connections, Settings};
use crate::wire::paths::Paths;
use crate::wire::provider::Provider;
use crate::wire::seal::Seal;
use crate::wire::transport::Transport;

const MEBIBYTE: usize = 1024 * 1024;

/// Builder of a [`Core`].
pub struct Builder {
    provider: &'static Provider,
    base_url: Option<String>,
    auth: Option<Arc<dyn Auth>>,
    seal: Option<Arc<dyn Seal>>,
    transport: Option<Arc<dyn Transport>>,
    middlewares: Vec<Arc<dyn Middleware>>,
    options: Options,
    paths: Vec<(String, String)>,
    response_cap: usize,
    request_cap: usize,
    connections: Settings,
    rate_limit: Option<RateLimit>,
    concurrent: Option<usize>,
    observer: Option<Arc<dyn Observer>>,
    time: Time,
    rehearsal: Option<Rehearsal>,
    journal: Option<Arc<dyn Journal>>,
    until: Until,
    lease: Duration,
    account: Option<String>,
}

impl Core {
    /// Returns a builder of the core of a provider's client.
    pub fn builder(provider: &'static Provider) -> Builder {
        Builder::new(provider)
    }
}

impl Builder {
    pub(crate) fn new(provider: &'static Provider) -> Self {
        Self {
            provider,
            base_url: None,
            auth: None,
            seal: None,
            transport: None,
            middlewares: Vec::new(),
            options: Options::new(),
            paths: Vec::new(),
            response_cap: 16 * MEBIBYTE,
            request_cap: 32 * MEBIBYTE,
            connections: Settings::default(),
            rate_limit: None,
            concurrent: None,
            observer: None,
            time: Time::default(),
            rehearsal: None,
            journal: None,
            until: Until::default(),
            lease: Duration::from_secs(30),
            account: None,
        }
    }

    /// Sets the base URL: `https:`, or `http:` for a loopback address.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets the source of credentials.
    #[must_use]
    pub fn auth(mut self, auth: impl Auth) -> Self {
        self.auth = Some(Arc::new(auth));
        self
    }

    /// Sets the encryption of bodies; without it they are plain.
    #[must_use]
    pub fn seal(mut self, seal: impl Seal) -> Self {
        self.seal = Some(Arc::new(seal));
        self
    }

    /// Adds a middleware around the client's own steps; the first is the outermost.
    ///
    /// It receives neither credentials nor single attempts, and its retries cannot move money twice. It must pass on the `Extensions` that it receives.
    #[must_use]
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middlewares.push(Arc::new(middleware));
        self
    }

    /// Sets the timeout of a connection with its TLS handshake. Default: 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connections.connect_timeout = limit;
        self
    }

    /// Sets the timeout of a single attempt, as [`Options::attempt_timeout`].
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.attempt_timeout(limit);
        self
    }

    /// Sets the timeout of a call, as [`Options::timeout`].
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.timeout(limit);
        self
    }

    /// Sets the maximum number of attempts, as [`Options::max_attempts`].
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.options = self.options.max_attempts(attempts);
        self
    }

    /// Sets a header that the client fills, as [`Options::header`].
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// Sets whether requests are validated, as [`Options::check_requests`].
    #[must_use]
    pub fn check_requests(mut self, check: bool) -> Self {
        self.options = self.options.check_requests(check);
        self
    }

    /// Sets the behaviour at the provider's rate limit.
    ///
    /// Default: wait up to 30 seconds; off for loopback servers.
    #[must_use]
    pub fn rate_limit(mut self, policy: RateLimit) -> Self {
        self.rate_limit = Some(policy);
        self
    }

    /// Sets the maximum number of concurrent requests. Default: no limit.
    ///
    /// Further requests wait for a permit.
    #[must_use]
    pub fn max_concurrent_calls(mut self, requests: usize) -> Self {
        self.concurrent = Some(requests);
        self
    }

    /// Sets the maximum number of idle connections. Default: 32.
    ///
    /// An idle connection is closed after four seconds.
    #[must_use]
    pub fn idle_connections(mut self, connections: usize) -> Self {
        self.connections.idle_connections = connections;
        self
    }

    /// Registers an observer of finished calls, for metrics and drift.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Overrides the path of an operation: `path_of("get_thing", "/v1/things/{id}")`.
    ///
    /// It is relative to the base URL and has the same parameters in braces. [`Builder::build`] checks the parameters and the operation.
    #[must_use]
    pub fn path_of(mut self, operation: &str, template: &str) -> Self {
        self.paths.push((operation.to_owned(), template.to_owned()));
        self
    }

    /// Sets the maximum size of an answer in bytes. Default: 16 MiB.
    #[must_use]
    pub fn response_cap(mut self, bytes: usize) -> Self {
        self.response_cap = bytes;
        self
    }

    /// Sets the maximum size of a request body in bytes. Default: 32 MiB.
    #[must_use]
    pub fn request_cap(mut self, bytes: usize) -> Self {
        self.request_cap = bytes;
        self
    }

    /// Sets the user agent. Default: `bursar/` and the version.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.connections.user_agent = name.into();
        self
    }

    /// Sets a proxy. The proxy variables of the environment are ignored.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.connections.proxy = Some(proxy);
        self
    }

    /// Adds a trusted root certificate to the system's.
    #[must_use]
    pub fn root_certificate(mut self, certificate: Certificate) -> Self {
        self.connections.roots.push(certificate);
        self
    }

    /// Replaces the system's root certificates.
    ///
    /// Certificates of [`root_certificate`](Self::root_certificate) are trusted too. [`Certificate::from_pem_bundle`] reads several from one file.
    #[must_use]
    pub fn only_root_certificates(mut self, certificates: impl IntoIterator<Item = Certificate>) -> Self {
        self.connections.only_roots = true;
        self.connections.roots.extend(certificates);
        self
    }

    /// Sets the client certificate and its key, for mutual TLS.
    ///
    /// [`Identity::from_pem`] reads both from one PEM text: the key (PKCS#8, RSA or SEC1), then the certificate and its chain. Convert PKCS#12 with
    /// `openssl pkcs12 -in client.p12 -nodes`.
    #[must_use]
    pub fn client_identity(mut self, identity: Identity) -> Self {
        self.connections.identity = Some(identity);
        self
    }

    /// Sets the minimum TLS version. Default: 1.2.
    ///
    /// [`Builder::build`] refuses older versions.
    #[must_use]
    pub fn tls_min_version(mut self, version: Version) -> Self {
        self.connections.tls_min = Some(version);
        self
    }

    /// Sets a custom HTTP client, for settings that the builder lacks.
    ///
    /// It must not follow redirects, which would send credentials to other origins: [`Builder::build`] refuses one that does. It must not retry requests
    /// either (`retry(reqwest::retry::never())`), which cannot be checked: a retry may pay twice. Its own proxy, certificates, TLS versions, connect timeout,
    /// idle connections and user agent apply. One client serves one tokio runtime.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.connections.client = Some(client);
        self
    }

    /// Sets the journal, which records money calls before they are sent.
    ///
    /// If an intent cannot be written, nothing is sent ([`Kind::Journal`](crate::Kind::Journal)). Several clients share a journal with `Arc`.
    #[must_use]
    pub fn journal(mut self, journal: impl Journal) -> Self {
        self.journal = Some(Arc::new(journal));
        self
    }

    /// Sets when an accepted call's entry is closed. Default: when it is settled.
    #[must_use]
    pub fn journal_until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// Sets the lease on journal entries. Default: 30 seconds.
    ///
    /// The lease is extended while the call runs. `recover` in another process takes the entry over only after the lease has expired, so a shorter lease lets
    /// it start earlier. The minimum is a tenth of a second.
    #[must_use]
    pub fn journal_lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// Sets the name of the credentials' account, such as `shop-7`.
    ///
    /// Journal entries, stored tokens and [`Pending`](crate::Pending) contain a fingerprint of origin and account, and a client refuses those of another
    /// account. Without a name the credentials (API key, client id, user name) identify the account, so another key is another account. Set a name before a
    /// key is rotated.
    ///
    /// Set a name, too, if customers share a journal and the credentials do not identify them: an OAuth program that serves many customers, a client with
    /// access tokens only, a secret that all customers of a bank share (`Customer::name` of Kasisto). Without names they are one account, and `recover`
    /// of one client looks up the calls of the others with its own credentials.
    #[must_use]
    pub fn account(mut self, name: impl Into<String>) -> Self {
        self.account = Some(name.into());
        self
    }

    /// Sets a transport instead of the HTTP client, such as an in-process fake.
    ///
    /// Settings of connections have no effect then.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock. Default: the system clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.time.clock = Arc::new(clock);
        self
    }

    /// Sets the timer. Default: tokio's timer.
    #[must_use]
    pub fn sleep(mut self, sleep: impl Sleep) -> Self {
        self.time.sleep = Arc::new(sleep);
        self
    }

    /// Sets the source of random numbers. Default: the operating system.
    #[must_use]
    pub fn rng(mut self, rng: impl Rng) -> Self {
        self.time.rng = Arc::new(rng);
        self
    }

    /// Enables a dry run: requests are passed to `show` instead of being sent.
    ///
    /// Every credential is `***`, and every call fails as not sent. No login is sent either.
    #[must_use]
    pub fn dry_run(mut self, show: impl Fn(&reqwest::Request) + Send + Sync + 'static) -> Self {
        self.rehearsal = Some(Arc::new(show));
        self
    }

    /// Builds the client. The first call opens connections.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the base URL is missing or unsafe, a header or path is invalid, or TLS cannot be configured.
    pub fn build(self) -> Result<Core, ConfigError> {
        let url = self.base_url.as_deref().ok_or_else(|| ConfigError::new("the base URL is not set"))?;
        let base = Base::parse(url)?;
        let options = self.options.checked(self.provider.operations);
        if let Some(fault) = options.fault() {
            return Err(fault);
        }
        let paths = Paths::checked(self.paths, self.provider.operations)?;
        let connections = Connections::new(self.connections, base.clone())?;
        let default = if base.is_loopback() { RateLimit::Off } else { RateLimit::Wait(Duration::from_secs(30)) };
        let policy = self.rate_limit.unwrap_or(default);
        let limits = Limits::new(policy, self.provider.limits, Arc::clone(&self.time.clock), self.concurrent);
        let chain = Arc::new(Chain {
            provider: self.provider,
            base,
            paths,
            connections,
            transport: self.transport,
            auth: self.auth,
            seal: self.seal,
            time: self.time,
            limits: Arc::new(limits),
            budget: Arc::default(),
            observer: self.observer,
            rehearsal: self.rehearsal,
            journal: self.journal,
            until: self.until,
            owner: Arc::new(Owner::new(self.lease)),
            account: Account::labelled(self.account),
            memory: Arc::default(),
            response_cap: self.response_cap,
            request_cap: self.request_cap,
            serves: false,
        });
        Ok(Core::new(Pipeline::new(chain, self.middlewares, &FindByLookup), options))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Builder")
            .field("provider", &self.provider.name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
