//! What a caller may set per call; the client's own settings are the same thing with less priority.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};

use crate::model::fault::ConfigError;
use crate::model::operation::Operation;

/// Settings for calls through one clone of a client: `client.with(Options::new().timeout(..))`.
///
/// What is not set stays as the client has it.
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
    /// Nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Most time a call may take with all its attempts and waits. Default: 90 seconds.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Most time one attempt may take, from credentials to the last byte of the answer. Default: 30 seconds.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Most attempts of a call whose repeat is harmless. Default: 3. Other calls are sent once, whatever stands here.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// Whether typed calls are held against what the document states of their values (lengths, ranges, decimals, IBAN checksums, codes
    /// of countries and currencies) before they are sent. Default: yes. Switch it off where the provider takes more than it documents.
    #[must_use]
    pub fn check_requests(mut self, check: bool) -> Self {
        self.check_requests = Some(check);
        self
    }

    /// Value of a header that the client fills by itself, such as a locale. Operations without that header ignore it.
    ///
    /// A name that no operation of the provider has, or a value that no header can carry, fails the call before it is sent.
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

    /// Value that the lookup of the call asks for and the request does not name, by the name of the lookup's parameter: such as the id of
    /// a transaction that an earlier answer gave.
    ///
    /// It goes into [`Pending`](crate::Pending) and the journal, so that the call can be reconciled. A client remembers such ids of its own answers by
    /// itself; it cannot know those of another process.
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
