//! Construction of a client: environment, device, credentials, encryption.

use std::env::VarError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential, Credentials, TokenStore, Tokens};

use crate::env::{CLIENT_ID, CLIENT_SECRET, DEVICE_ID, PUBLIC_KEY, URL};
use crate::login::{App, BEARER, Session};
use crate::sealing::{ENABLE, Sealing};
use crate::{Client, PROVIDER};

const PRODUCTION: &str = "https://rest.vaultspay.com";

/// Base URL of VaultsPay.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.vaultspay.dev`, the test system. Accepts encrypted and plain bodies.
    Uat,
    /// `https://rest.vaultspay.com`. Accepts encrypted bodies only.
    Production,
    /// Another base URL, without the service with which every path begins.
    Custom(String),
}

impl Environment {
    /// The base URL.
    pub fn url(&self) -> &str {
        match self {
            Self::Uat => "https://api.vaultspay.dev",
            Self::Production => PRODUCTION,
            Self::Custom(url) => url,
        }
    }
}

impl Client {
    /// Returns a builder; the environment and the device id are required.
    ///
    /// All operations except login and ping also require the app's id and secret.
    pub fn builder() -> Builder {
        Builder {
            core: Core::builder(&PROVIDER),
            device_os: "SAAS".to_owned(),
            device_id: None,
            app: None,
            tokens: None,
            store: None,
            sealing: None,
        }
    }

    /// Creates a client from environment variables.
    ///
    /// Reads `BURSAR_VAULTSPAY_CLIENT_ID`, `BURSAR_VAULTSPAY_CLIENT_SECRET`, `BURSAR_VAULTSPAY_DEVICE_ID`, and the optional
    /// `BURSAR_VAULTSPAY_URL` (default: UAT) and `BURSAR_VAULTSPAY_PUBLIC_KEY` (bodies are not encrypted without it).
    ///
    /// # Errors
    ///
    /// A variable is not set (the error names it) or its value is invalid.
    pub fn from_env() -> Result<Self, ConfigError> {
        let environment = variable(URL)?.map_or(Environment::Uat, Environment::Custom);
        let builder = Self::builder()
            .environment(environment)
            .client(Credential::from_env(CLIENT_ID)?, Credential::from_env(CLIENT_SECRET)?)
            .device_id(Credential::from_env(DEVICE_ID)?.expose());
        match variable(PUBLIC_KEY)? {
            Some(key) => builder.sealing(Sealing::new(&key)?).build(),
            None => builder.build(),
        }
    }
}

/// An optional environment variable. An invalid value is an error, so that it cannot disable encryption.
fn variable(name: &str) -> Result<Option<String>, ConfigError> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(ConfigError::new(format!("the environment variable `{name}` is not valid Unicode")))
        }
    }
}

/// Builder of a [`Client`].
#[must_use = "call `build()` to get the client"]
pub struct Builder {
    core: bursar_runtime::Builder,
    device_os: String,
    device_id: Option<String>,
    app: Option<App>,
    tokens: Option<Tokens>,
    store: Option<Arc<dyn TokenStore>>,
    sealing: Option<Sealing>,
}

impl Builder {
    /// Sets the base URL.
    pub fn environment(self, environment: Environment) -> Self {
        self.core(|core| core.base_url(environment.url()))
    }

    /// Sets the id of the SaaS app, a small integer such as `17`.
    ///
    /// It is sent with every call.
    pub fn device_id(self, id: impl Into<String>) -> Self {
        Self { device_id: Some(id.into()), ..self }
    }

    /// Sets the type of the caller. Default: `SAAS`.
    ///
    /// It is sent with every call. Change it only on the provider's instruction.
    pub fn device_os(self, os: impl Into<String>) -> Self {
        Self { device_os: os.into(), ..self }
    }

    /// Sets the client id and secret of the app, for automatic login.
    ///
    /// The client logs in when the first call needs a token, and after the session has ended.
    pub fn client(self, id: Credential, secret: Credential) -> Self {
        Self { app: Some(App { id, secret }), ..self }
    }

    /// Sets the tokens of an existing session.
    ///
    /// They are refreshed if they include a refresh token.
    pub fn tokens(self, tokens: Tokens) -> Self {
        Self { tokens: Some(tokens), ..self }
    }

    /// Sets a store for tokens, such as [`FileStore`](crate::FileStore), shared across restarts and processes.
    pub fn token_store(self, store: impl TokenStore) -> Self {
        Self { store: Some(Arc::new(store)), ..self }
    }

    /// Encrypts every body.
    ///
    /// Without it bodies are plain, and every call has the header `x-enable-encryption: false`, which only UAT accepts.
    pub fn sealing(self, sealing: Sealing) -> Self {
        Self { sealing: Some(sealing), ..self }
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
    /// Environment or device id are missing or invalid, or production is selected without encryption.
    pub fn build(self) -> Result<Client, ConfigError> {
        let missing = || {
            ConfigError::new(
                "the device id is not set: set `device_id` to the number of your SaaS app in the dashboard",
            )
        };
        let device_id = self.device_id.ok_or_else(missing)?;
        let is_sealed = self.sealing.is_some();
        let core = self.core.header("x-device-os", &self.device_os).header("x-device-id", &device_id);
        let core = match self.sealing {
            Some(sealing) => core.seal(sealing).build()?,
            None => core.header(ENABLE, "false").build()?,
        };
        if !is_sealed && core.base_url() == PRODUCTION {
            return Err(ConfigError::new(
                "production requires encrypted bodies: set `sealing` with VaultsPay's RSA public key",
            ));
        }
        let can_renew = self.app.is_some() || self.store.is_some();
        Ok(Client::from_core(match self.tokens {
            None if !can_renew => core,
            // The tokens cannot be renewed: a 401 is the final answer.
            Some(tokens) if !can_renew && tokens.refresh().is_none() => {
                core.with_auth(Credentials::new().with(BEARER, tokens.access().clone()))
            }
            tokens => core.with_auth(Session::new(&core, self.app, tokens, self.store)),
        }))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Builder").field("core", &self.core).field("sealing", &self.sealing).finish_non_exhaustive()
    }
}
