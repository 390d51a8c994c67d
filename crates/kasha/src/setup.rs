//! Construction of a client: base URL, API key, signature secret, and overrides of inferred facts.

use std::time::Duration;

use bursar_runtime::http::HeaderName;
use bursar_runtime::{ConfigError, Core, Credential};

use crate::auth::Keys;
use crate::env::{API_KEY, SIGNATURE_SECRET, URL};
use crate::{Client, PROVIDER, signature};

/// Header of the API key, as in the documents of the platform's other products (inferred).
const KEY_HEADER: &str = "x-api-key";

/// Headers that are reserved for the client or for HTTP.
const TAKEN: [&str; 7] =
    [signature::HEADER, "accept", "connection", "content-length", "content-type", "host", "transfer-encoding"];

/// Base URL of Kasha.
///
/// **Every address except [`Custom`](Self::Custom) is inferred** from the platform's other products: no public page states one. An API key is
/// valid in one environment only.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.kasha.io/v2`: production, inferred.
    Production,
    /// `https://api-gateway.kasha.io/v2`: production, an inferred alternative.
    ProductionGateway,
    /// `https://api.test.kasha.io/v2`: the test system without real money, inferred.
    Test,
    /// `https://api.sandbox.kasha.io/v2`: the test system, an inferred and less likely alternative.
    Sandbox,
    /// The base URL that Kasha issued, including a prefix such as `/v2`.
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
    /// Returns a builder; the environment and the API key are required.
    pub fn builder() -> Builder {
        Builder { core: Core::builder(&PROVIDER), header: KEY_HEADER.to_owned(), key: None, secret: None }
    }

    /// Creates a client from environment variables.
    ///
    /// Reads `BURSAR_KASHA_URL`, `BURSAR_KASHA_API_KEY` and the optional `BURSAR_KASHA_SIGNATURE_SECRET`, which signs requests. The URL has no
    /// default, so that the key is not sent to an inferred address.
    ///
    /// # Errors
    ///
    /// URL or key is not set (the error names the variable), or the value of a variable is invalid.
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

/// Builder of a [`Client`].
#[derive(Debug)]
#[must_use = "call `build()` to get the client"]
pub struct Builder {
    core: bursar_runtime::Builder,
    header: String,
    key: Option<Credential>,
    secret: Option<Credential>,
}

impl Builder {
    /// Sets the base URL.
    pub fn environment(self, environment: Environment) -> Self {
        self.core(|core| core.base_url(environment.url()))
    }

    /// Sets the merchant's API key, from the merchant portal.
    pub fn api_key(mut self, key: Credential) -> Self {
        self.key = Some(key);
        self
    }

    /// Sets the header of the API key. Default: `X-API-KEY` (inferred).
    pub fn api_key_header(mut self, name: impl Into<String>) -> Self {
        self.header = name.into();
        self
    }

    /// Sets the merchant's signature secret, which signs every body.
    ///
    /// It is not the API key. The signature is sent in the header `x-signature`.
    pub fn signature_secret(mut self, secret: Credential) -> Self {
        self.secret = Some(secret);
        self
    }

    /// Overrides the path of an operation: `path("create_payout", "/payout")`.
    ///
    /// Most paths in the document are inferred. The template is relative to the base URL and has the same parameters in braces, as `build()`
    /// checks.
    pub fn path(self, operation: &str, template: &str) -> Self {
        self.core(|core| core.path_of(operation, template))
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
    /// The environment or the API key is missing, or the base URL, a header name or a path is invalid.
    pub fn build(self) -> Result<Client, ConfigError> {
        let Some(key) = self.key else {
            return Err(ConfigError::new(
                "the API key is not set: give `api_key(..)` the key from the merchant portal",
            ));
        };
        let header = HeaderName::try_from(self.header.as_str()).ok();
        let Some(header) = header.filter(|header| !TAKEN.contains(&header.as_str())) else {
            return Err(ConfigError::new(
                "the header of the API key is not a valid header name, or is reserved for the client: choose another",
            ));
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
        let header =
            "the header of the API key is not a valid header name, or is reserved for the client: choose another";
        for name in ["", "x key", "x-signature", "Content-Type", "host"] {
            assert_eq!(fault(builder().api_key_header(name)), header, "{name}");
        }
        assert!(
            fault(builder().path("create_refund", "/refund")).contains("`create_refund`, which is not an operation")
        );
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
