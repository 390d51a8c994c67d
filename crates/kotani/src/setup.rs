//! Construction: environment and credentials.

use std::fmt;
use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential, TokenStore};

use crate::env;
use crate::session::{Session, Settings};
use crate::{Client, PROVIDER, session};

/// Where Kotani Pay is called. Keys of one environment do not work in another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://sandbox-api.kotanipay.com`.
    Sandbox,
    /// `https://api.kotanipay.com`.
    Production,
    /// `https://sandbox-api.kotanipay.io`, the newer host.
    SandboxIo,
    /// `https://api.kotanipay.io`, the newer host.
    ProductionIo,
    /// `https://preview.kotanipay.com`, the only address in the specification of 2026-03.
    Preview,
    /// Another address, without the path: every path begins with `/api/v3` by itself.
    Custom(String),
}

impl Environment {
    /// The base URL.
    pub fn url(&self) -> &str {
        match self {
            Self::Sandbox => "https://sandbox-api.kotanipay.com",
            Self::Production => "https://api.kotanipay.com",
            Self::SandboxIo => "https://sandbox-api.kotanipay.io",
            Self::ProductionIo => "https://api.kotanipay.io",
            Self::Preview => "https://preview.kotanipay.com",
            Self::Custom(url) => url,
        }
    }
}

impl Client {
    /// Starts setting a client up; only the environment is needed, public operations work without a key.
    pub fn builder() -> Builder {
        Builder { core: Core::builder(&PROVIDER), settings: Settings::default() }
    }

    /// A client from environment variables: `BURSAR_KOTANI_API_KEY`, `BURSAR_KOTANI_ACCESS_TOKEN` and `BURSAR_KOTANI_REFRESH_TOKEN`, of which
    /// one is enough, `BURSAR_KOTANI_URL` (the sandbox if that is not set), `BURSAR_KOTANI_SIGNING_SECRET` (nothing is signed if that is not
    /// set) and `BURSAR_KOTANI_SETTLEMENT_SIGNATURE`.
    ///
    /// # Errors
    ///
    /// There is neither key nor token (the error names the variable of the key) or a variable does not hold what it should.
    pub fn from_env() -> Result<Self, ConfigError> {
        let environment = std::env::var(env::URL).map_or(Environment::Sandbox, Environment::Custom);
        let mut builder = Self::builder().environment(environment);
        let access = Credential::from_env_if_set(env::ACCESS_TOKEN)?;
        let refresh = Credential::from_env_if_set(env::REFRESH_TOKEN)?;
        if access.is_none() && refresh.is_none() {
            builder = builder.api_key(Credential::from_env(env::API_KEY)?);
        } else if let Some(key) = Credential::from_env_if_set(env::API_KEY)? {
            builder = builder.api_key(key);
        }
        if let Some(token) = access {
            builder = builder.access_token(token);
        }
        if let Some(token) = refresh {
            builder = builder.refresh_token(token);
        }
        if let Some(secret) = Credential::from_env_if_set(env::SIGNING_SECRET)? {
            builder = builder.signing_secret(secret);
        }
        if let Some(signature) = Credential::from_env_if_set(env::SETTLEMENT_SIGNATURE)? {
            builder = builder.settlement_signature(signature);
        }
        builder.build()
    }
}

/// Sets a [`Client`] up.
#[must_use = "nothing is set up before `build()`"]
pub struct Builder {
    core: bursar_runtime::Builder,
    settings: Settings,
}

impl fmt::Debug for Builder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Builder").field("core", &self.core).finish_non_exhaustive()
    }
}

impl Builder {
    /// Where to call.
    pub fn environment(self, environment: Environment) -> Self {
        self.core(|core| core.base_url(environment.url()))
    }

    /// The API key, of the integrator or of a user.
    pub fn api_key(self, key: Credential) -> Self {
        self.settings.credentials.set(session::API_KEY, key);
        self
    }

    /// The access token of a session, for the operations that manage keys, and for all others if there is no API key.
    pub fn access_token(mut self, token: Credential) -> Self {
        self.settings.access = Some(token);
        self
    }

    /// The refresh token of a session: the client gets the next access token with it, shortly before the old one ends or when it is refused.
    pub fn refresh_token(mut self, token: Credential) -> Self {
        self.settings.refresh = Some(token);
        self
    }

    /// Keeps a session's tokens where a restart finds them, such as a [`FileStore`](crate::FileStore). What `refresh_token()`, called by hand,
    /// brings is not stored.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.settings.store = Some(Box::new(store));
        self
    }

    /// Signs every request that carries the API key, with the secret that came with the key: for integrators that have switched signing on.
    pub fn signing_secret(mut self, secret: Credential) -> Self {
        self.settings.signing = Some(secret);
        self
    }

    /// The settling partner's signature over the one report that this client is to send. Signing is the caller's.
    pub fn settlement_signature(self, signature: Credential) -> Self {
        self.settings.credentials.set("settlement_signature", signature);
        self
    }

    /// Longest time for a whole call, waits and repeats included (90 s by default).
    pub fn timeout(self, limit: Duration) -> Self {
        self.core(|core| core.timeout(limit))
    }

    /// Everything else: timeouts, caps, proxy, certificates, middleware, clock.
    pub fn core(mut self, set: impl FnOnce(bursar_runtime::Builder) -> bursar_runtime::Builder) -> Self {
        self.core = set(self.core);
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// The environment is missing, or its address is unfit.
    pub fn build(self) -> Result<Client, ConfigError> {
        let core = self.core.build()?;
        let session = Session::new(&core, self.settings);
        Ok(Client::from_core(core.with_auth(session)))
    }
}
