//! Construction: environment and credentials.

use std::fmt;
use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential, Secret, TokenStore, Tokens};

use crate::env::{PASSWORD, REFRESH_TOKEN, TOKEN, URL, USERNAME};
#[cfg(feature = "oauth")]
use crate::oauth::Program;
use crate::session::{Login, Session, Settings};
use crate::{Client, PROVIDER};

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
        Builder { core: Core::builder(&PROVIDER), settings: Settings::default() }
    }

    /// A client from environment variables: `BURSAR_KONTIST_URL` (production if it is not set) and either `BURSAR_KONTIST_TOKEN`,
    /// `BURSAR_KONTIST_REFRESH_TOKEN` or both, or `BURSAR_KONTIST_USERNAME` with `BURSAR_KONTIST_PASSWORD`.
    ///
    /// # Errors
    ///
    /// There is no credential (the error names the variables) or a variable does not hold what it should.
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

    /// An access token of any kind, sent as bearer wherever one is asked for: an auth token (JWT), one of OAuth2, or a confirmed one.
    ///
    /// What a token is good for is Kontist's to decide: `update_mfa_challenge` wants a confirmed one, revoking an auth token that token.
    pub fn token(mut self, token: Credential) -> Self {
        self.settings.tokens = Some(Tokens::new(token));
        self
    }

    /// A refresh token of the JWT kind: the client gets auth tokens with it, shortly before the old one ends or when it is refused. A
    /// `create_auth_token` of the caller's own sends it too, and needs no e-mail and password.
    pub fn refresh_token(mut self, token: Credential) -> Self {
        self.settings.refresh = Some(token);
        self
    }

    /// E-mail address and password of the customer: the client gets auth tokens (JWT) with them when it has none or no refresh token helps.
    pub fn login(mut self, email: impl Into<String>, password: Credential) -> Self {
        self.settings.login = Some(Login { email: Secret::new(email.into()), password });
        self
    }

    /// What a program was given: a [`Grant`](crate::oauth::Grant), or what a confirmation by push message has brought. It is refreshed
    /// shortly before its end or when it is refused, if there is a refresh token with it.
    #[cfg(feature = "oauth")]
    pub fn grant(mut self, program: Program, tokens: impl Into<Tokens>) -> Self {
        self.settings.tokens = Some(tokens.into());
        self.program(program)
    }

    /// The program whose grant the token store holds after a restart, or whose next one goes to [`Client::set_tokens`], which stores it.
    #[cfg(feature = "oauth")]
    pub fn program(mut self, program: Program) -> Self {
        self.settings.program = Some(program);
        self
    }

    /// Where tokens are kept, so that a restart or another process finds them: [`FileStore`](crate::FileStore), say. What the builder is
    /// given is stored when it is refreshed, what [`Client::set_tokens`] is given at once.
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.settings.store = Some(Box::new(store));
        self
    }

    /// User name and password, from [`Credential::basic`], for trying the API out: heavily limited, not for production, and not for
    /// every operation. A token goes before it.
    pub fn basic(mut self, pair: Credential) -> Self {
        self.settings.basic = Some(pair);
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
    /// The environment is missing, its address is unfit, or a program is set beside what belongs to tokens of the JWT kind.
    pub fn build(self) -> Result<Client, ConfigError> {
        let core = self.core.build()?;
        let session = Session::new(&core, self.settings)?;
        Ok(Client::from_core(core.with_auth(session)))
    }
}
