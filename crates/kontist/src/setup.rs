//! Construction: environment and credentials.

use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential, Credentials};

use crate::{Client, PROVIDER};

/// Variable with the base URL, read by [`Client::from_env`]; production if it is not set.
const URL: &str = "BURSAR_KONTIST_URL";

/// Variable with an access token, read by [`Client::from_env`].
const TOKEN: &str = "BURSAR_KONTIST_TOKEN";

/// Variables for HTTP Basic, read by [`Client::from_env`] where there is no token.
const USERNAME: &str = "BURSAR_KONTIST_USERNAME";
const PASSWORD: &str = "BURSAR_KONTIST_PASSWORD";

/// Where Kontist is called. There is no public sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.kontist.com`.
    Production,
    /// Another address, without `/api`: every path begins with that by itself.
    Custom(String),
}

impl Environment {
    /// The base URL.
    pub fn url(&self) -> &str {
        match self {
            Self::Production => "https://api.kontist.com",
            Self::Custom(url) => url,
        }
    }
}

impl Client {
    /// Starts setting a client up; only the environment is needed, operations that get tokens work without one.
    pub fn builder() -> Builder {
        Builder { core: Core::builder(&PROVIDER), credentials: Credentials::new() }
    }

    /// A client from environment variables: `BURSAR_KONTIST_URL` (production if it is not set) and either `BURSAR_KONTIST_TOKEN` or
    /// `BURSAR_KONTIST_USERNAME` with `BURSAR_KONTIST_PASSWORD`.
    ///
    /// # Errors
    ///
    /// There is no credential (the error names the variables) or a variable does not hold what it should.
    pub fn from_env() -> Result<Self, ConfigError> {
        let environment = std::env::var(URL).map_or(Environment::Production, Environment::Custom);
        let builder = Self::builder().environment(environment);
        if std::env::var_os(TOKEN).is_some() {
            return builder.token(Credential::from_env(TOKEN)?).build();
        }
        if std::env::var_os(USERNAME).is_some() {
            let (user, password) = (Credential::from_env(USERNAME)?, Credential::from_env(PASSWORD)?);
            return builder.basic(Credential::basic(user.expose(), password.expose())?).build();
        }
        Err(ConfigError::new(format!("neither the environment variable `{TOKEN}` nor `{USERNAME}` is set")))
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

    /// An access token of any kind, sent as bearer wherever one is asked for: an auth token (JWT), one of OAuth2, or a confirmed one.
    ///
    /// What a token is good for is Kontist's to decide: `update_mfa_challenge` wants a confirmed one, revoking an auth token that token.
    pub fn token(self, token: Credential) -> Self {
        self.credential("oauth", token.clone()).credential("jwt", token.clone()).credential("confirmed", token)
    }

    /// A refresh token of the JWT kind: `create_auth_token` then sends it, and needs no e-mail and password.
    pub fn refresh_token(self, token: Credential) -> Self {
        self.credential("refresh", token)
    }

    /// User name and password, from [`Credential::basic`], for trying the API out: heavily limited, not for production, and not for
    /// every operation. A token goes before it.
    pub fn basic(self, pair: Credential) -> Self {
        self.credential("basic", pair)
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
