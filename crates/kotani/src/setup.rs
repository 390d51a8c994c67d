//! Construction of a client: environment and credentials.

use std::fmt;
use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential, TokenStore};

use crate::env;
use crate::session::{Session, Settings};
use crate::{Client, PROVIDER, session};

/// Base URL of Kotani Pay.
///
/// An API key is valid in one environment only.
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
    /// Another base URL, without `/api/v3`, with which every path begins.
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
    /// Returns a builder; only the environment is required.
    ///
    /// Public operations work without a key.
    pub fn builder() -> Builder {
        Builder { core: Core::builder(&PROVIDER), settings: Settings::default() }
    }

    /// Creates a client from environment variables.
    ///
    /// Reads `BURSAR_KOTANI_API_KEY`, `BURSAR_KOTANI_ACCESS_TOKEN` and `BURSAR_KOTANI_REFRESH_TOKEN`, of which one is required, and the optional
    /// `BURSAR_KOTANI_URL` (default: the sandbox), `BURSAR_KOTANI_SIGNING_SECRET` (requests are not signed without it) and
    /// `BURSAR_KOTANI_SETTLEMENT_SIGNATURE`.
    ///
    /// # Errors
    ///
    /// There is neither a key nor a token (the error names the variable of the key) or the value of a variable is invalid.
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

/// Builder of a [`Client`].
#[must_use = "call `build()` to get the client"]
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
    /// Sets the base URL.
    pub fn environment(self, environment: Environment) -> Self {
        self.core(|core| core.base_url(environment.url()))
    }

    /// Sets the API key of the integrator or of a user.
    pub fn api_key(self, key: Credential) -> Self {
        self.settings.credentials.set(session::API_KEY, key);
        self
    }

    /// Sets the access token of a session.
    ///
    /// It is sent with the operations that manage keys, and with all others if there is no API key.
    pub fn access_token(mut self, token: Credential) -> Self {
        self.settings.access = Some(token);
        self
    }

    /// Sets the refresh token of a session, which renews the access token.
    ///
    /// The access token is renewed shortly before it expires or when it is refused.
    pub fn refresh_token(mut self, token: Credential) -> Self {
        self.settings.refresh = Some(token);
        self
    }

    /// Sets a store for session tokens across restarts, such as [`FileStore`](crate::FileStore).
    ///
    /// Tokens of a `refresh_token()` call by the caller are not stored.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.settings.store = Some(Box::new(store));
        self
    }

    /// Sets the signing secret, which was issued with the API key.
    ///
    /// Every request with the API key is signed. Only for integrators that have enabled signing.
    pub fn signing_secret(mut self, secret: Credential) -> Self {
        self.settings.signing = Some(secret);
        self
    }

    /// Sets the settling partner's signature over one settlement report.
    ///
    /// The caller computes it, for the one report that the client sends.
    pub fn settlement_signature(self, signature: Credential) -> Self {
        self.settings.credentials.set("settlement_signature", signature);
        self
    }

    /// Sets the timeout of a call, including waits and retries. Default: 90 seconds.
    pub fn timeout(self, limit: Duration) -> Self {
        self.core(|core| core.timeout(limit))
    }

    /// Sets any other setting: timeouts, limits, proxy, certificates, middleware, clock.
    pub fn core(mut self, set: impl FnOnce(bursar_runtime::Builder) -> bursar_runtime::Builder) -> Self {
        self.core = set(self.core);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// The environment is missing, or its URL is invalid.
    pub fn build(self) -> Result<Client, ConfigError> {
        let core = self.core.build()?;
        let session = Session::new(&core, self.settings);
        Ok(Client::from_core(core.with_auth(session)))
    }
}
