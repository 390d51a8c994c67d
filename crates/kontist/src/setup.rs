//! Construction: environment and credentials.

use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential, Credentials};

use crate::{Client, PROVIDER};

/// Variable with the API key, read by [`Client::from_env`].
const API_KEY: &str = "BURSAR_KONTIST_API_KEY";

/// Variable with the base URL, read by [`Client::from_env`]; the sandbox if it is not set.
const URL: &str = "BURSAR_KONTIST_URL";

/// Where Kontist is called. Keys of one environment do not work in another.
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
        Builder { core: Core::builder(&PROVIDER), credentials: Credentials::new() }
    }

    /// A client from the environment variables `BURSAR_KONTIST_API_KEY` and `BURSAR_KONTIST_URL` (the sandbox if that is not set).
    ///
    /// # Errors
    ///
    /// The key is not set (the error names the variable) or a variable does not hold what it should.
    pub fn from_env() -> Result<Self, ConfigError> {
        let environment = std::env::var(URL).map_or(Environment::Sandbox, Environment::Custom);
        Self::builder().environment(environment).api_key(Credential::from_env(API_KEY)?).build()
    }
}

/// Sets a [`Client`] up.
#[derive(Debug)]
#[must_use = "nothing is set up before `build()`"]
pub struct Builder {
    core: bursar_runtime::Builder,
    credentials: Credentials,
}

impl Builder {
    /// Where to call.
    pub fn environment(self, environment: Environment) -> Self {
        self.core(|core| core.base_url(environment.url()))
    }

    /// The API key, of the integrator or of a user.
    pub fn api_key(self, key: Credential) -> Self {
        self.credential("api_key", key)
    }

    /// The access token of a session, for the operations that manage keys.
    pub fn access_token(self, token: Credential) -> Self {
        self.credential("access_token", token)
    }

    /// The refresh token of a session, for getting the next access token.
    pub fn refresh_token(self, token: Credential) -> Self {
        self.credential("refresh_token", token)
    }

    /// The settling partner's signature over the one report that this client is to send. Signing is the caller's.
    pub fn settlement_signature(self, signature: Credential) -> Self {
        self.credential("settlement_signature", signature)
    }

    fn credential(self, scheme: &'static str, credential: Credential) -> Self {
        self.credentials.set(scheme, credential);
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
        Ok(Client::from_core(self.core.auth(self.credentials).build()?))
    }
}
