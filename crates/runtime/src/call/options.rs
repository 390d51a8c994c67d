//! What a caller may set per call; the client's own settings are the same thing with less priority.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};

use crate::model::fault::ConfigError;
use crate::model::operation::Operation;

/// Options of the calls of one clone: `client.with(Options::new().timeout(..))`.
///
/// Unset options are those of the client.
#[derive(Clone, Default)]
pub struct Options {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    max_attempts: Option<u32>,
    check_requests: Option<bool>,
    headers: Option<Arc<[(HeaderName, HeaderValue)]>>,
    lookup_values: Option<Arc<[(String, String)]>>,
    // Setters do not fail; the first call that meets the fault does, before anything is sent.
    fault: Option<Cow<'static, str>>,
}

impl Options {
    /// Creates options without settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the timeout of a call with all attempts and waits. Default: 90 seconds.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets the timeout of a single attempt. Default: 30 seconds.
    ///
    /// An attempt lasts from adding the credentials to the last byte of the answer.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Sets the maximum number of attempts of a retryable call. Default: 3.
    ///
    /// Calls that cannot be retried safely are sent once.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// Sets whether requests are validated before they are sent. Default: yes.
    ///
    /// The documented lengths, ranges, decimals, IBAN checksums, country and currency codes are validated. Turn it off if the provider accepts more than it
    /// documents.
    #[must_use]
    pub fn check_requests(mut self, check: bool) -> Self {
        self.check_requests = Some(check);
        self
    }

    /// Sets a header that the client fills, such as a locale.
    ///
    /// Operations without the header ignore it. A name that no operation of the provider has, or a value that cannot be sent, fails the call before it is
    /// sent.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                let kept = self.headers().iter().filter(|(other, _)| *other != name).cloned();
                self.headers = Some(kept.chain([(name.clone(), value)]).collect());
            }
            (Err(_), _) => self.fault = Some("an option has an invalid header name".into()),
            (_, Err(_)) => {
                self.fault = Some(format!("the value of the header `{}` cannot be sent", name.escape_debug()).into());
            }
        }
        self
    }

    /// Sets a parameter of the call's lookup that the request does not contain.
    ///
    /// An example is the id of a transaction in an earlier answer. The value is stored in [`Pending`](crate::Pending) and the journal, so that the call can
    /// be reconciled. A client remembers the ids of its own answers, but not those of another process.
    #[must_use]
    pub fn lookup_value(mut self, name: &str, value: &str) -> Self {
        let known = self.lookup_values.as_deref().unwrap_or_default();
        let kept = known.iter().filter(|(other, _)| other != name).cloned();
        self.lookup_values = Some(kept.chain([(name.to_owned(), value.to_owned())]).collect());
        self
    }

    /// These options with what `over` sets on top.
    pub(crate) fn merged(&self, over: Self) -> Self {
        let mut headers = self.headers.clone();
        if let Some(added) = over.headers {
            let kept = self.headers().iter().filter(|(name, _)| !added.iter().any(|(other, _)| other == name));
            headers = Some(kept.chain(added.iter()).cloned().collect());
        }
        Self {
            timeout: over.timeout.or(self.timeout),
            attempt_timeout: over.attempt_timeout.or(self.attempt_timeout),
            max_attempts: over.max_attempts.or(self.max_attempts),
            check_requests: over.check_requests.or(self.check_requests),
            headers,
            lookup_values: over.lookup_values.or_else(|| self.lookup_values.clone()),
            fault: over.fault.or_else(|| self.fault.clone()),
        }
    }

    /// Notes a fault if a header is set that no operation of the provider leaves to the caller.
    pub(crate) fn checked(mut self, operations: &[&Operation]) -> Self {
        let known = || operations.iter().flat_map(|row| row.headers).map(|header| header.name);
        let stray =
            self.headers().iter().map(|(name, _)| name).find(|name| !known().any(|other| other == name.as_str()));
        if let Some(name) = stray
            && self.fault.is_none()
        {
            let known: BTreeSet<&str> = known().collect();
            let known = if known.is_empty() { "none".to_owned() } else { Vec::from_iter(known).join(", ") };
            self.fault = Some(format!("the header `{name}` cannot be set, only {known}").into());
        }
        self
    }

    pub(crate) fn total(&self) -> Duration {
        self.timeout.unwrap_or(Duration::from_secs(90))
    }

    pub(crate) fn attempt(&self) -> Duration {
        self.attempt_timeout.unwrap_or(Duration::from_secs(30))
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.max_attempts.unwrap_or(3)
    }

    pub(crate) fn checks_requests(&self) -> bool {
        self.check_requests.unwrap_or(true)
    }

    pub(crate) fn value_of(&self, name: &str) -> Option<&HeaderValue> {
        self.headers().iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    pub(crate) fn lookup_value_of(&self, name: &str) -> Option<&str> {
        let known = self.lookup_values.as_deref().unwrap_or_default();
        known.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        self.headers.as_deref().unwrap_or_default()
    }

    pub(crate) fn fault(&self) -> Option<ConfigError> {
        self.fault.clone().map(ConfigError::new)
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers().iter().map(|(name, _)| name.as_str()).collect();
        out.debug_struct("Options")
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("max_attempts", &self.max_attempts)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
