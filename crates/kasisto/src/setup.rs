//! Construction: the bank's address and secret, one session per customer.

use std::time::Duration;

use bursar_runtime::{ConfigError, Core, Credential};

use crate::auth::Session;
use crate::env::{SECRET, TOKEN, URL};
use crate::{Client, Customer, PROVIDER};

impl Client {
    /// Starts setting a client up; base URL and secret are needed.
    pub fn builder() -> Builder {
        Builder { core: Core::builder(&PROVIDER), secret: None, customer: Customer::new() }
    }

    /// A client for another customer: same bank, same connections, a token of its own that `create_token` gets.
    ///
    /// Clones share their customer; sessions do not.
    #[must_use]
    pub fn session(&self) -> Self {
        Self::from_core(self.core().session())
    }

    /// [`session`](Self::session) for a customer of whom more is known: a token, a login, who is asked for one-time passwords.
    #[must_use]
    pub fn session_of(&self, customer: Customer) -> Self {
        let core = self.core();
        match core.auth::<Session>() {
            Some(session) => Self::from_core(core.with_auth(session.of(customer))),
            // Every client is built with a session.
            None => self.session(),
        }
    }

    /// A client from the environment variables `BURSAR_KASISTO_URL` and `BURSAR_KASISTO_SECRET`, and, if it is set,
    /// `BURSAR_KASISTO_TOKEN`.
    ///
    /// # Errors
    ///
    /// A variable is not set (the error names it) or does not hold what it should.
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

/// Sets a [`Client`] up.
#[derive(Debug)]
#[must_use = "nothing is set up before `build()`"]
pub struct Builder {
    core: bursar_runtime::Builder,
    secret: Option<Credential>,
    customer: Customer,
}

impl Builder {
    /// Address of the bank's API, `https:` (or `http:` on this machine), with its base path: `https://bank.example/api`.
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.core(|core| core.base_url(url))
    }

    /// The key that proves to the bank that the caller is Kasisto.
    pub fn secret(mut self, secret: Credential) -> Self {
        self.secret = Some(secret);
        self
    }

    /// A customer's token, if one is at hand; else `create_token` gets one.
    pub fn token(mut self, token: Credential) -> Self {
        self.customer = self.customer.token(token);
        self
    }

    /// The customer whom the client serves; [`Client::session_of`] serves others.
    pub fn customer(mut self, customer: Customer) -> Self {
        self.customer = customer;
        self
    }

    /// Language and country of the customer, such as `en_US`: the header `locale` of every call.
    pub fn locale(self, locale: &str) -> Self {
        self.core(|core| core.header("locale", locale))
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
    /// The base URL or the secret is missing or unfit.
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
