//! Construction: address, key, signature secret, and what a merchant's contract may say otherwise.

use std::time::Duration;

use bursar_runtime::http::HeaderName;
use bursar_runtime::{ConfigError, Core, Credential};

use crate::auth::Keys;
use crate::env::{API_KEY, SIGNATURE_SECRET, URL};
use crate::{Client, PROVIDER, signature};

/// Header of the API key, named as in the documents of the platform's other products (inferred).
const KEY_HEADER: &str = "x-api-key";

/// Headers that the client or HTTP itself needs.
const TAKEN: [&str; 7] =
    [signature::HEADER, "accept", "connection", "content-length", "content-type", "host", "transfer-encoding"];

/// Where Kasha is called. **Every address but [`Custom`](Self::Custom) is a guess** modelled on the platform's other products: no public page states one.
/// Keys of one environment do not work in another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.kasha.io/v2`: production, the likeliest guess.
    Production,
    /// `https://api-gateway.kasha.io/v2`: production, a rival guess.
    ProductionGateway,
    /// `https://api.test.kasha.io/v2`: the test system with play money, a guess.
    Test,
    /// `https://api.sandbox.kasha.io/v2`: the test system, a rival and less likely guess.
    Sandbox,
    /// The address that Kasha gave the merchant, with the prefix `/v2` or without: paths begin after it.
    Custom(String),
}

impl Environment {
    /// The base URL.
    pub fn url(&self) -> &str {
        match self {
            Self::Production => "https://api.kasha.io/v2",
            Self::ProductionGateway => "https://api-gateway.kasha.io/v2",
            Self::Test => "https://api.test.kasha.io/v2",
            Self::Sandbox => "https://api.sandbox.kasha.io/v2",
            Self::Custom(url) => url,
        }
    }
}

impl Client {
    /// Starts setting a client up; environment and API key are needed.
    pub fn builder() -> Builder {
        Builder { core: Core::builder(&PROVIDER), header: KEY_HEADER.to_owned(), key: None, secret: None }
    }

    /// A client from the environment variables `BURSAR_KASHA_URL`, `BURSAR_KASHA_API_KEY` and, to sign requests,
    /// `BURSAR_KASHA_SIGNATURE_SECRET`.
    ///
    /// There is no default address: a key is not sent to a guessed one.
    ///
    /// # Errors
    ///
    /// URL or key is not set (the error names the variable), or a variable does not hold what it should.
    pub fn from_env() -> Result<Self, ConfigError> {
        let url =
            std::env::var(URL).map_err(|_| ConfigError::new(format!("the environment variable `{URL}` is not set")))?;
        let mut builder = Self::builder().environment(Environment::Custom(url)).api_key(Credential::from_env(API_KEY)?);
        if let Some(secret) = Credential::from_env_if_set(SIGNATURE_SECRET)? {
            builder = builder.signature_secret(secret);
        }
        builder.build()
    }
}

/// Sets a [`Client`] up.
#[derive(Debug)]
#[must_use = "nothing is set up before `build()`"]
pub struct Builder {
    core: bursar_runtime::Builder,
    header: String,
    key: Option<Credential>,
    secret: Option<Credential>,
}

impl Builder {
    /// Where to call.
    pub fn environment(self, environment: Environment) -> Self {
        self.core(|core| core.base_url(environment.url()))
    }

    /// The merchant's API key, from the merchant portal.
    pub fn api_key(mut self, key: Credential) -> Self {
        self.key = Some(key);
        self
    }

    /// Name of the header that carries the API key: `X-API-KEY` by default, which is inferred.
    pub fn api_key_header(mut self, name: impl Into<String>) -> Self {
        self.header = name.into();
        self
    }

    /// The merchant's signature secret, which is not the API key: signs every body that is sent (header `x-signature`).
    pub fn signature_secret(mut self, secret: Credential) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Path of an operation below the base URL, where the contract says other than the (mostly inferred) document:
    /// `path("create_payout", "/payout")`. It has the same parameters in braces; `build()` checks that.
    pub fn path(self, operation: &str, template: &str) -> Self {
        self.core(|core| core.path_of(operation, template))
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
    /// The environment or the API key is missing, or the address, a header name or a path is unfit.
    pub fn build(self) -> Result<Client, ConfigError> {
        let Some(key) = self.key else {
            return Err(ConfigError::new(
                "the API key is not set: give `api_key(..)` the key from the merchant portal",
            ));
        };
        let header = HeaderName::try_from(self.header.as_str()).ok();
        let Some(header) = header.filter(|header| !TAKEN.contains(&header.as_str())) else {
            return Err(ConfigError::new("the header of the API key is no header name, or one that the client needs"));
        };
        let keys = Keys { header, key, secret: self.secret };
        Ok(Client::from_core(self.core.auth(keys).build()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::{CREATE_PAYOUT, GET_TRANSACTION};

    fn builder() -> Builder {
        let url = "https://kasha.example/v2/".to_owned();
        Client::builder().environment(Environment::Custom(url)).api_key(Credential::new("key-1").unwrap())
    }

    fn fault(builder: Builder) -> String {
        builder.build().unwrap_err().to_string()
    }

    #[test]
    fn what_the_contract_says_replaces_the_document() {
        let client = builder().api_key_header("Authorization").path("create_payout", "/payout").build().unwrap();
        assert_eq!(client.core().base_url(), "https://kasha.example/v2");
        assert_eq!(client.core().path_of(&CREATE_PAYOUT), "/payout");
        assert_eq!(client.core().path_of(&GET_TRANSACTION), "/payments/{transactionId}");
    }

    #[test]
    fn unfit_settings_say_what_is_wrong() {
        let header = "the header of the API key is no header name, or one that the client needs";
        for name in ["", "x key", "x-signature", "Content-Type", "host"] {
            assert_eq!(fault(builder().api_key_header(name)), header, "{name}");
        }
        assert!(fault(builder().path("create_refund", "/refund")).contains("`create_refund`, which is no operation"));
        assert!(
            fault(builder().path("get_transaction", "/payments")).contains("exactly the parameters {transactionId}")
        );
        assert!(fault(builder().environment(Environment::Custom("http://kasha.example".into()))).contains("is http:"));
        let no_key = Client::builder().environment(Environment::Test);
        assert_eq!(fault(no_key), "the API key is not set: give `api_key(..)` the key from the merchant portal");
        let no_url = Client::builder().api_key(Credential::new("key-1").unwrap());
        assert_eq!(fault(no_url), "the base URL is not set");
    }
}
