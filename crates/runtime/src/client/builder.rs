//! Setting a client up: every limit has a default, and what would be unsafe is refused.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::tls::Version;
use reqwest::{Certificate, Identity, Proxy};
use reqwest_middleware::Middleware;

use crate::auth::Auth;
use crate::auth::account::Account;
use crate::call::observe::Observer;
use crate::call::options::Options;
use crate::call::{Chain, Limits, Owner, RateLimit, Rehearsal};
use crate::client::core::{Core, Shared};
use crate::journal::{Journal, Until};
use crate::model::fault::ConfigError;
use crate::time::{Clock, Rng, Sleep, Time};
use crate::wire::base::Base;
use crate::wire::connections::{Connections, Settings};
use crate::wire::paths::Paths;
use crate::wire::provider::Provider;
use crate::wire::seal::Seal;
use crate::wire::transport::Transport;

const MEBIBYTE: usize = 1024 * 1024;

/// Builds a [`Core`].
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
    at_once: Option<usize>,
    observer: Option<Arc<dyn Observer>>,
    time: Time,
    rehearsal: Option<Rehearsal>,
    journal: Option<Arc<dyn Journal>>,
    until: Until,
    lease: Duration,
    account: Option<String>,
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
            at_once: None,
            observer: None,
            time: Time::default(),
            rehearsal: None,
            journal: None,
            until: Until::default(),
            lease: Duration::from_secs(30),
            account: None,
        }
    }

    /// Where the provider is: `https:`, or `http:` to this machine.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Where credentials come from.
    #[must_use]
    pub fn auth(mut self, auth: impl Auth) -> Self {
        self.auth = Some(Arc::new(auth));
        self
    }

    /// How the bodies of operations that travel encrypted are sealed and opened. Without it they travel as they are.
    #[must_use]
    pub fn seal(mut self, seal: impl Seal) -> Self {
        self.seal = Some(Arc::new(seal));
        self
    }

    /// Adds a middleware of yours outside the client's own chain; the first one added is the outermost.
    ///
    /// It sees neither credentials nor single attempts, and no repeat that it asks for can move money twice.
    /// It must hand on the `Extensions` it is given.
    #[must_use]
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middlewares.push(Arc::new(middleware));
        self
    }

    /// Most time for a connection with its TLS handshake. Default: 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connections.connect_timeout = limit;
        self
    }

    /// Most time for one attempt, as in [`Options::attempt_timeout`].
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.attempt_timeout(limit);
        self
    }

    /// Most time for a whole call, as in [`Options::timeout`].
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.timeout(limit);
        self
    }

    /// Most attempts of a call whose repeat is harmless, as in [`Options::max_attempts`].
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.options = self.options.max_attempts(attempts);
        self
    }

    /// Value of a header that the client fills by itself, as in [`Options::header`].
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// Whether typed calls are checked before they are sent, as in [`Options::check_requests`].
    #[must_use]
    pub fn check_requests(mut self, check: bool) -> Self {
        self.options = self.options.check_requests(check);
        self
    }

    /// What calls do when the provider's documented rate is used up. Default: wait up to 30 seconds; off for a server on this machine.
    #[must_use]
    pub fn rate_limit(mut self, policy: RateLimit) -> Self {
        self.rate_limit = Some(policy);
        self
    }

    /// Most requests under way at once; further ones wait for a place. Default: no limit.
    #[must_use]
    pub fn max_at_once(mut self, requests: usize) -> Self {
        self.at_once = Some(requests);
        self
    }

    /// Most idle connections that are kept for the next calls, each for four seconds. Default: 32.
    #[must_use]
    pub fn idle_connections(mut self, connections: usize) -> Self {
        self.connections.idle_connections = connections;
        self
    }

    /// Tells somebody how calls end, for metrics and for the provider's changes.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Path of an operation below the base URL, in the place of the document's: `path_of("get_thing", "/v1/things/{id}")`.
    ///
    /// It has the same parameters in braces; [`Builder::build`] checks that, and that there is such an operation.
    #[must_use]
    pub fn path_of(mut self, operation: &str, template: &str) -> Self {
        self.paths.push((operation.to_owned(), template.to_owned()));
        self
    }

    /// Longest answer that is read, in bytes. Default: 16 MiB.
    #[must_use]
    pub fn response_cap(mut self, bytes: usize) -> Self {
        self.response_cap = bytes;
        self
    }

    /// Longest body that is sent, in bytes. Default: 32 MiB.
    #[must_use]
    pub fn request_cap(mut self, bytes: usize) -> Self {
        self.request_cap = bytes;
        self
    }

    /// What the client calls itself. Default: `bursar/` and its version.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.connections.user_agent = name.into();
        self
    }

    /// Sends everything through a proxy. Without this the environment's proxy settings are ignored.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.connections.proxy = Some(proxy);
        self
    }

    /// Trusts a root certificate besides the system's.
    #[must_use]
    pub fn root_certificate(mut self, certificate: Certificate) -> Self {
        self.connections.roots.push(certificate);
        self
    }

    /// Trusts these root certificates in place of the system's.
    ///
    /// Those of [`root_certificate`](Self::root_certificate) are trusted too. [`Certificate::from_pem_bundle`] reads a file of several.
    #[must_use]
    pub fn only_root_certificates(mut self, certificates: impl IntoIterator<Item = Certificate>) -> Self {
        self.connections.only_roots = true;
        self.connections.roots.extend(certificates);
        self
    }

    /// Client certificate with its key, for providers that ask for one (mutual TLS).
    ///
    /// [`Identity::from_pem`] reads both from one PEM text: the key (PKCS#8, RSA or SEC1), then the certificate and those above it. A PKCS#12
    /// file becomes one by `openssl pkcs12 -in client.p12 -nodes`.
    #[must_use]
    pub fn client_identity(mut self, identity: Identity) -> Self {
        self.connections.identity = Some(identity);
        self
    }

    /// Oldest version of TLS that is spoken. Default: 1.2, and [`Builder::build`] refuses older ones.
    #[must_use]
    pub fn tls_min_version(mut self, version: Version) -> Self {
        self.connections.tls_min = Some(version);
        self
    }

    /// Sends through an HTTP client of your own, for settings that are missing here.
    ///
    /// It must not follow redirects, which would carry credentials elsewhere: [`Builder::build`] refuses one that does. It must not repeat
    /// requests by itself either (`retry(reqwest::retry::never())`), which nothing can check: a repeat may pay twice. Proxy, certificates,
    /// TLS versions, connect timeout, idle connections and user agent are its own. One client serves one tokio runtime.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.connections.client = Some(client);
        self
    }

    /// Where every call that may move money is written down before it is sent, so that no outcome is lost in a crash.
    ///
    /// If an intent cannot be written, nothing is sent ([`Kind::Journal`](crate::Kind::Journal)). Share one between clients with `Arc`.
    #[must_use]
    pub fn journal(mut self, journal: impl Journal) -> Self {
        self.journal = Some(Arc::new(journal));
        self
    }

    /// How far the journal follows an accepted call. Default: until the provider settled it.
    #[must_use]
    pub fn journal_until(mut self, until: Until) -> Self {
        self.until = until;
        self
    }

    /// How long this client's entries of the journal are its own after its process stopped. Default: 30 seconds.
    ///
    /// The lease on an entry is extended while its call runs. `recover` of another process takes the entry over only when the lease is over,
    /// so a shorter one lets it begin earlier. The shortest is a tenth of a second.
    #[must_use]
    pub fn journal_lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// Name of the account that the credentials belong to, such as `shop-7`.
    ///
    /// Journal entries, stored tokens and [`Pending`](crate::Pending) carry a fingerprint of origin and account, and a client refuses those of
    /// another account. Without a
    /// name, the account is told by the credentials (API key, client id, user name), so a client with another key is another account: set a
    /// name before a key is rotated, and where tokens alone do not identify the account, as with OAuth programs that serve many customers.
    #[must_use]
    pub fn account(mut self, name: impl Into<String>) -> Self {
        self.account = Some(name.into());
        self
    }

    /// Sends requests in place of the HTTP client: a fake provider in the same process. Settings of connections then do nothing.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Where the time is read. Default: the machine's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.time.clock = Arc::new(clock);
        self
    }

    /// How waits are done. Default: tokio's timer.
    #[must_use]
    pub fn sleep(mut self, sleep: impl Sleep) -> Self {
        self.time.sleep = Arc::new(sleep);
        self
    }

    /// Where random numbers come from. Default: the operating system.
    #[must_use]
    pub fn rng(mut self, rng: impl Rng) -> Self {
        self.time.rng = Arc::new(rng);
        self
    }

    /// Sends nothing: each request is shown as it would be sent, with `***` for every credential, and its call fails as not sent.
    ///
    /// Credentials are not asked for, so no login is sent either.
    #[must_use]
    pub fn dry_run(mut self, show: impl Fn(&reqwest::Request) + Send + Sync + 'static) -> Self {
        self.rehearsal = Some(Arc::new(show));
        self
    }

    /// Builds the client. Connections are opened by the first call.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the base URL is missing or unsafe, a header or path cannot be set, or TLS cannot be set up.
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
        let limits = Limits::new(policy, self.provider.limits, Arc::clone(&self.time.clock), self.at_once);
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
        Ok(Core::new(Shared::new(chain, self.middlewares), options))
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
