//! Construction of a client, and one session per customer.

use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential};

use crate::auth::Session;
use crate::env::{SECRET, TOKEN, URL};
use crate::{Client, Customer, PROVIDER};

impl Client {
    /// Returns a builder; the base URL and the secret are required.
    pub fn builder() -> Builder {
        Builder { core: Core::builder(&PROVIDER), secret: None, customer: Customer::new() }
    }

    /// Returns a client for another customer of the same bank.
    ///
    /// It shares the connections and has its own token, which `create_token` acquires. Clones of a client share their customer; sessions do not.
    #[must_use]
    pub fn session(&self) -> Self {
        Self::from_core(self.core().session())
    }

    /// Returns a [`session`](Self::session) with the token, login or one-time passwords of a customer.
    #[must_use]
    pub fn session_of(&self, customer: Customer) -> Self {
        let core = self.core();
        match core.auth::<Session>() {
            Some(session) => Self::from_core(core.with_auth(session.of(customer))),
            // Every client is built with a session.
            None => self.session(),
        }
    }

    /// Creates a client from environment variables.
    ///
    /// Reads `BURSAR_KASISTO_URL`, `BURSAR_KASISTO_SECRET` and the optional `BURSAR_KASISTO_TOKEN`.
    ///
    /// # Errors
    ///
    /// A variable is not set (the error names it) or its value is invalid.
    pub fn from_env() -> Result<Self, ConfigError> {
        let url =
            std::env::var(URL).map_err(|_| ConfigError::new(format!("the environment variable `{URL}` is not set")))?;
        let builder = Self::builder().base_url(url).secret(Credential::from_env(SECRET)?);
        match Credential::from_env_if_set(TOKEN)? {
            Some(token) => builder.token(token).build(),
            None => builder.build(),
        }
    }
}

/// Builder of a [`Client`].
#[derive(Debug)]
#[must_use = "call `build()` to get the client"]
pub struct Builder {
    core: bursar_runtime::Builder,
    secret: Option<Credential>,
    customer: Customer,
}

impl Builder {
    /// Sets the bank's base URL with its path: `https://bank.example/api`.
    ///
    /// The scheme is `https:`, or `http:` for a loopback address.
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.core(|core| core.base_url(url))
    }

    /// Sets the shared secret that authenticates Kasisto to the bank.
    pub fn secret(mut self, secret: Credential) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Sets a customer's token; without one, `create_token` acquires it.
    pub fn token(mut self, token: Credential) -> Self {
        self.customer = self.customer.token(token);
        self
    }

    /// Sets the customer of the client; [`Client::session_of`] serves others.
    pub fn customer(mut self, customer: Customer) -> Self {
        self.customer = customer;
        self
    }

    /// Sets the header `locale`: language and country of the customer, such as `en_US`.
    pub fn locale(self, locale: &str) -> Self {
        self.core(|core| core.header("locale", locale))
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
    /// The base URL or the secret is missing or invalid.
    pub fn build(self) -> Result<Client, ConfigError> {
        let Some(secret) = self.secret else {
            return Err(ConfigError::new(
                "the bank's secret is not set: give `secret(..)` the key that the bank issued",
            ));
        };
        let core = self.core.build()?;
        let session = Session::new(&core, secret, self.customer);
        Ok(Client::from_core(core.with_auth(session)))
    }
}
