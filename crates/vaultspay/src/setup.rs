//! Construction: environment, device, credentials, sealing.

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
    /// `https://api.vaultspay.dev`, the test system. Takes sealed and plain bodies.
    Uat,
    /// `https://rest.vaultspay.com`. Takes sealed bodies only.
    Production,
    /// Another address, without the path: every path begins with its service by itself.
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
    /// Starts setting a client up. Environment and device id are needed, and the app's id and secret for all operations but login and ping.
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

    /// A client from the environment variables `BURSAR_VAULTSPAY_CLIENT_ID`, `BURSAR_VAULTSPAY_CLIENT_SECRET`, `BURSAR_VAULTSPAY_DEVICE_ID`,
    /// `BURSAR_VAULTSPAY_URL` (UAT if that is not set) and `BURSAR_VAULTSPAY_PUBLIC_KEY` (plain bodies if that is not set).
    ///
    /// # Errors
    ///
    /// A variable is not set (the error names it) or does not hold what it should.
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

/// An environment variable that need not be set. One that is no text is a mistake, not an absence: it must not switch sealing off.
fn variable(name: &str) -> Result<Option<String>, ConfigError> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(ConfigError::new(format!("the environment variable `{name}` is not text"))),
    }
}

/// Sets a [`Client`] up.
#[must_use = "nothing is set up before `build()`"]
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
    /// Where to call.
    pub fn environment(self, environment: Environment) -> Self {
        self.core(|core| core.base_url(environment.url()))
    }

    /// Id of the SaaS app, a small integer as text such as `17`. Every call carries it.
    pub fn device_id(self, id: impl Into<String>) -> Self {
        Self { device_id: Some(id.into()), ..self }
    }

    /// Kind of the caller, `SAAS` unless the provider tells you another. Every call carries it.
    pub fn device_os(self, os: impl Into<String>) -> Self {
        Self { device_os: os.into(), ..self }
    }

    /// Client id and secret of the app. The client logs in with them when the first call needs a token, and whenever the session is over.
    pub fn client(self, id: Credential, secret: Credential) -> Self {
        Self { app: Some(App { id, secret }), ..self }
    }

    /// Tokens of a login made elsewhere, to begin with. They are refreshed if they hold a refresh token.
    pub fn tokens(self, tokens: Tokens) -> Self {
        Self { tokens: Some(tokens), ..self }
    }

    /// Where tokens are kept, so that a restart or another process finds them: [`FileStore`](crate::FileStore), say.
    pub fn token_store(self, store: impl TokenStore) -> Self {
        Self { store: Some(Arc::new(store)), ..self }
    }

    /// Seals every body. Without it bodies are plain, and every call says so (`x-enable-encryption: false`), which UAT accepts.
    pub fn sealing(self, sealing: Sealing) -> Self {
        Self { sealing: Some(sealing), ..self }
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
    /// Environment or device id are missing or unfit, or production is to be called without sealing.
    pub fn build(self) -> Result<Client, ConfigError> {
        let missing =
            || ConfigError::new("the device id is not set: it is the number of your SaaS app, as in the dashboard");
        let device_id = self.device_id.ok_or_else(missing)?;
        let is_sealed = self.sealing.is_some();
        let core = self.core.header("x-device-os", &self.device_os).header("x-device-id", &device_id);
        let core = match self.sealing {
            Some(sealing) => core.seal(sealing).build()?,
            None => core.header(ENABLE, "false").build()?,
        };
        if !is_sealed && core.base_url() == PRODUCTION {
            return Err(ConfigError::new(
                "production takes sealed calls only: set `sealing` with VaultsPay's RSA public key",
            ));
        }
        let can_renew = self.app.is_some() || self.store.is_some();
        Ok(Client::from_core(match self.tokens {
            None if !can_renew => core,
            // Nothing could be renewed: a refusal stays the provider's own.
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
