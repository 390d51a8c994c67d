//! The HTTP client: how connections are made, and one pool of them for each tokio runtime.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::tls::Version;
use reqwest::{Certificate, Identity, Proxy};
use tokio::runtime::{Handle, Id};

use crate::model::fault::ConfigError;
use crate::time::Time;
use crate::time::runtimes;
use crate::wire::base::Base;

/// Load balancers close idle connections after five seconds and more. Letting go first avoids sending into a closing one,
/// which ends in "nobody knows".
const IDLE: Duration = Duration::from_secs(4);

/// So many runtimes have connections at once; the one that came first loses its own.
const RUNTIMES: usize = 8;

/// How connections are made.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) connect_timeout: Duration,
    pub(crate) idle_connections: usize,
    pub(crate) user_agent: String,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) roots: Vec<Certificate>,
    /// The system's root certificates do not count.
    pub(crate) only_roots: bool,
    pub(crate) identity: Option<Identity>,
    pub(crate) tls_min: Option<Version>,
    /// The caller's own client in the place of ours.
    pub(crate) client: Option<reqwest::Client>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            idle_connections: 32,
            user_agent: concat!("bursar/", env!("CARGO_PKG_VERSION")).to_owned(),
            proxy: None,
            roots: Vec::new(),
            only_roots: false,
            identity: None,
            tls_min: None,
            client: None,
        }
    }
}

impl Settings {
    /// Refuses what would be less safe than it looks.
    fn check(&self, base: &Base) -> Result<(), ConfigError> {
        let refuse = |fault: &'static str| Err(ConfigError::new(fault));
        if self.proxy.is_some() && base.is_plain() {
            return refuse("http: calls cannot be sent through a proxy: use an https base URL");
        }
        if self.only_roots && self.roots.is_empty() {
            return refuse("no root certificate is trusted: set at least one with `only_root_certificates`");
        }
        if self.tls_min.is_some_and(|version| version < Version::TLS_1_2) {
            return refuse("TLS before 1.2 is not supported: set `tls_min_version` to 1.2 or 1.3");
        }
        let Some(client) = &self.client else { return Ok(()) };
        if self.proxy.is_some() || !self.roots.is_empty() || self.identity.is_some() || self.tls_min.is_some() {
            return refuse(
                "`http_client` excludes settings for proxy, certificates and TLS versions: set them on the HTTP client",
            );
        }
        // The only way that a client tells its policy.
        if !format!("{client:?}").contains("Policy(None)") {
            return refuse(
                "the HTTP client follows redirects: build it with `redirect(reqwest::redirect::Policy::none())`",
            );
        }
        Ok(())
    }

    /// A client that sends once, and only where it is told to.
    fn build(&self, base: &Base) -> Result<reqwest::Client, ConfigError> {
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .tls_version_min(self.tls_min.unwrap_or(Version::TLS_1_2))
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(self.idle_connections)
            .user_agent(&self.user_agent);
        if base.is_named_localhost() {
            // Whatever a name server says, this name is this machine. Port 0: the port of the URL.
            http =
                http.resolve_to_addrs("localhost", &[([127, 0, 0, 1], 0).into(), ([0, 0, 0, 0, 0, 0, 0, 1], 0).into()]);
        }
        http = if base.is_plain() {
            // No TLS is spoken, so the system's certificates need not be there.
            http.https_only(false).tls_certs_only([])
        } else {
            let http = http.https_only(true);
            match (self.only_roots, self.roots.is_empty()) {
                (true, _) => http.tls_certs_only(self.roots.clone()),
                (false, true) => http,
                (false, false) => http.tls_certs_merge(self.roots.clone()),
            }
        };
        if let Some(identity) = self.identity.clone() {
            http = http.identity(identity);
        }
        if let Some(proxy) = self.proxy.clone() {
            http = http.proxy(proxy);
        }
        http.build().map_err(|error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            ConfigError::new(format!("the HTTP client cannot be built{cause}"))
        })
    }
}

/// The connections of a client. Those of one runtime stand still when that does, so each runtime has its own.
pub(crate) struct Connections {
    base: Base,
    settings: Settings,
    first: reqwest::Client,
    /// The runtime that sent first.
    home: OnceLock<Handle>,
    others: Mutex<Vec<(Id, reqwest::Client)>>,
}

impl Connections {
    pub(crate) fn new(settings: Settings, base: Base) -> Result<Arc<Self>, ConfigError> {
        settings.check(&base)?;
        let first = match &settings.client {
            Some(client) => client.clone(),
            None => settings.build(&base)?,
        };
        Ok(Arc::new(Self { base, settings, first, home: OnceLock::new(), others: Mutex::default() }))
    }

    /// A client for building requests, whose connections belong to the runtime that sent first.
    pub(crate) fn first(&self) -> &reqwest::Client {
        &self.first
    }

    /// The client whose connections belong to the runtime that asks.
    ///
    /// # Errors
    ///
    /// The client is the caller's own, and its connections belong to a runtime that stands still.
    pub(crate) async fn here(&self, time: &Time) -> Result<reqwest::Client, ConfigError> {
        let Ok(here) = Handle::try_current() else { return Ok(self.first.clone()) };
        let home = self.home.get_or_init(|| here.clone());
        if home.id() == here.id() {
            return Ok(self.first.clone());
        }
        if self.settings.client.is_some() {
            let answers = Box::pin(runtimes::answers(home, time)).await;
            let stalled = "the tokio runtime of the HTTP client's connections has stopped: use one client per runtime";
            return if answers { Ok(self.first.clone()) } else { Err(ConfigError::new(stalled)) };
        }
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = others.iter().find(|(id, _)| *id == here.id()) {
            return Ok(known.clone());
        }
        let client = self.settings.build(&self.base)?;
        if others.len() >= RUNTIMES {
            others.remove(0);
        }
        others.push((here.id(), client.clone()));
        Ok(client)
    }
}
