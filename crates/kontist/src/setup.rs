//! Construction of a client: environment and credentials.

use std::fmt;
use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential, Secret, TokenStore, Tokens};

use crate::env::{PASSWORD, REFRESH_TOKEN, TOKEN, URL, USERNAME};
#[cfg(feature = "oauth")]
use crate::oauth::Program;
use crate::session::{Login, Session, Settings};
use crate::{Client, PROVIDER};

/// Base URL of Kontist; there is no public sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.kontist.com`.
    Production,
    /// Another base URL, without `/api`, with which every path begins.
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
    /// Returns a builder; only the environment is required.
    ///
    /// The operations that issue tokens work without a token.
    pub fn builder() -> Builder {
        Builder { core: Core::builder(&PROVIDER), settings: Settings::default() }
    }

    /// Creates a client from environment variables.
    ///
    /// Reads `BURSAR_KONTIST_URL` (default: production) and either `BURSAR_KONTIST_TOKEN`, `BURSAR_KONTIST_REFRESH_TOKEN` or both, or
    /// `BURSAR_KONTIST_USERNAME` with `BURSAR_KONTIST_PASSWORD`.
    ///
    /// # Errors
    ///
    /// There is no credential (the error names the variables) or the value of a variable is invalid.
    pub fn from_env() -> Result<Self, ConfigError> {
        let environment = std::env::var(URL).map_or(Environment::Production, Environment::Custom);
        let builder = Self::builder().environment(environment);
        let (token, refresh) = (Credential::from_env_if_set(TOKEN)?, Credential::from_env_if_set(REFRESH_TOKEN)?);
        match (token, refresh) {
            (Some(token), Some(refresh)) => builder.token(token).refresh_token(refresh).build(),
            (Some(token), None) => builder.token(token).build(),
            (None, Some(refresh)) => builder.refresh_token(refresh).build(),
            (None, None) if std::env::var_os(USERNAME).is_some() => {
                let (user, password) = (Credential::from_env(USERNAME)?, Credential::from_env(PASSWORD)?);
                builder.basic(Credential::basic(user.expose(), password.expose())?).build()
            }
            (None, None) => Err(ConfigError::new(format!(
                "none of the environment variables `{TOKEN}`, `{REFRESH_TOKEN}` and `{USERNAME}` is set"
            ))),
        }
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

    /// Sets an access token: an auth token (JWT), OAuth2 token, or confirmed token.
    ///
    /// It is sent as bearer with every operation that requires one. Kontist decides which operations it permits: `update_mfa_challenge`
    /// requires a confirmed token, and the revocation of an auth token requires that token.
    pub fn token(mut self, token: Credential) -> Self {
        self.settings.tokens = Some(Tokens::new(token));
        self
    }

    /// Sets a JWT refresh token, with which the client renews auth tokens.
    ///
    /// They are renewed shortly before they expire or when they are refused. A `create_auth_token` of the caller sends the refresh token too, and
    /// needs neither e-mail nor password.
    pub fn refresh_token(mut self, token: Credential) -> Self {
        self.settings.refresh = Some(token);
        self
    }

    /// Sets the customer's e-mail address and password for automatic login.
    ///
    /// The client acquires auth tokens (JWT) with them if it has none, or if the refresh token is refused or missing.
    pub fn login(mut self, email: impl Into<String>, password: Credential) -> Self {
        self.settings.login = Some(Login { email: Secret::new(email.into()), password });
        self
    }

    /// Sets the tokens of a program: a [`Grant`](crate::oauth::Grant) or a confirmation by push message.
    ///
    /// If they include a refresh token, they are refreshed shortly before they expire or when they are refused.
    #[cfg(feature = "oauth")]
    pub fn grant(mut self, program: Program, tokens: impl Into<Tokens>) -> Self {
        self.settings.tokens = Some(tokens.into());
        self.program(program)
    }

    /// Sets the program whose grant is in the token store.
    ///
    /// [`Client::set_tokens`] stores the next grant of the program.
    #[cfg(feature = "oauth")]
    pub fn program(mut self, program: Program) -> Self {
        self.settings.program = Some(program);
        self
    }

    /// Sets a store for tokens, such as [`FileStore`](crate::FileStore), shared across restarts and processes.
    ///
    /// Tokens of the builder are stored when they are refreshed, those of [`Client::set_tokens`] immediately.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.settings.store = Some(Box::new(store));
        self
    }

    /// Sets user name and password for HTTP Basic, from [`Credential::basic`].
    ///
    /// For evaluation only: it has low rate limits, and is not accepted by every operation. A token takes precedence.
    pub fn basic(mut self, pair: Credential) -> Self {
        self.settings.basic = Some(pair);
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
    /// The environment is missing, its URL is invalid, or a program is combined with a JWT login or refresh token.
    pub fn build(self) -> Result<Client, ConfigError> {
        let core = self.core.build()?;
        let session = Session::new(&core, self.settings)?;
        Ok(Client::from_core(core.with_auth(session)))
    }
}
