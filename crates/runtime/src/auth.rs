//! Credentials: what they are, and how they get onto a request.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use reqwest::Request;
use zeroize::Zeroizing;

use crate::error::{BoxError, ConfigError};
use crate::kind::Kind;
use crate::operation::{Operation, Place, Scheme};
use crate::reply::Reply;
use crate::time::BoxFuture;

/// Puts credentials on requests, anew for each attempt.
///
/// The chain asks only for operations that want credentials and only for requests to the client's own origin, and marks
/// every header as sensitive afterwards.
pub trait Auth: Send + Sync + 'static {
    /// Adds to `request` what `operation` asks for.
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>>;

    /// Sees every whole answer from the client's origin, for providers that renew a token in an answer.
    fn observe(&self, operation: &'static Operation, reply: &Reply) {
        let _ = (operation, reply);
    }

    /// Credentials of another customer of the same caller, to begin with none of the customer's own; `None` if there are no customers.
    fn session(&self) -> Option<Arc<dyn Auth>> {
        None
    }
}

impl<A: Auth + ?Sized> Auth for Arc<A> {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        (**self).authorize(operation, request)
    }

    fn observe(&self, operation: &'static Operation, reply: &Reply) {
        (**self).observe(operation, reply);
    }

    fn session(&self) -> Option<Arc<dyn Auth>> {
        (**self).session()
    }
}

/// Why a request could not be given its credentials. Nothing is sent then.
#[derive(Debug)]
pub struct AuthError {
    pub(crate) kind: Kind,
    pub(crate) message: Cow<'static, str>,
    pub(crate) source: Option<BoxError>,
}

impl AuthError {
    /// A fault of this kind: what is wrong, in half a sentence. Never put a credential's value here.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Adds what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl From<ConfigError> for AuthError {
    fn from(error: ConfigError) -> Self {
        Self::new(Kind::Config, error.into_message())
    }
}

/// A secret that proves who calls. It is wiped from memory when dropped, never prints and never serialises.
#[derive(Clone)]
pub struct Credential(Zeroizing<String>);

impl Credential {
    /// A key, token or password as the provider gave it.
    ///
    /// # Errors
    ///
    /// If it is empty or holds what no header can carry: control characters (a line break at its end, say) or letters outside ASCII.
    pub fn new(value: impl Into<String>) -> Result<Self, ConfigError> {
        Self::checked("the credential", Zeroizing::new(value.into()))
    }

    /// User name and password for HTTP Basic.
    ///
    /// # Errors
    ///
    /// If the user name is empty or holds a colon, or either holds a control character.
    pub fn basic(user: &str, password: &str) -> Result<Self, ConfigError> {
        if user.is_empty() || user.contains(':') {
            return Err(ConfigError::new("the user name is empty or holds a colon, which HTTP Basic cannot carry"));
        }
        let pair = Zeroizing::new(format!("{user}:{password}"));
        if pair.chars().any(char::is_control) {
            return Err(ConfigError::new("the user name or password holds a line break or another control character"));
        }
        Ok(Self(pair))
    }

    /// The value of an environment variable.
    ///
    /// # Errors
    ///
    /// If the variable is not set (the error names it), or its value cannot be a credential as in [`Credential::new`].
    pub fn from_env(variable: &str) -> Result<Self, ConfigError> {
        match std::env::var(variable) {
            Ok(value) => Self::checked(&format!("the environment variable `{variable}`"), Zeroizing::new(value)),
            Err(std::env::VarError::NotPresent) => {
                Err(ConfigError::new(format!("the environment variable `{variable}` is not set")))
            }
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(ConfigError::new(format!("the environment variable `{variable}` is not text")))
            }
        }
    }

    fn checked(what: &str, value: Zeroizing<String>) -> Result<Self, ConfigError> {
        let fault = if value.is_empty() {
            "is empty"
        } else if value.chars().any(char::is_control) {
            "holds a line break or another control character"
        } else if !value.is_ascii() {
            "holds a letter outside ASCII"
        } else if value.trim() != value.as_str() {
            "begins or ends with a blank"
        } else {
            return Ok(Self(value));
        };
        Err(ConfigError::new(format!("{what} {fault}")))
    }

    /// The secret itself, for code that signs or logs in with it. Do not print it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credential(***)")
    }
}

/// Credentials by the name of their security scheme. Clones share one set, so a token can be renewed while calls run.
#[derive(Clone, Default)]
pub struct Credentials(Arc<RwLock<BTreeMap<&'static str, Credential>>>);

impl Credentials {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the credential of a scheme.
    #[must_use]
    pub fn with(self, scheme: &'static str, credential: Credential) -> Self {
        self.set(scheme, credential);
        self
    }

    /// Sets the credential of a scheme, from the next attempt on.
    pub fn set(&self, scheme: &'static str, credential: Credential) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(scheme, credential);
    }

    /// Forgets the credential of a scheme.
    pub fn remove(&self, scheme: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(scheme);
    }

    /// Whether the credential of a scheme is set.
    pub fn has(&self, scheme: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(scheme)
    }

    fn place(&self, operation: &Operation, request: &mut Request) -> Result<(), AuthError> {
        let set = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let complete = |schemes: &&&[Scheme]| schemes.iter().all(|scheme| set.contains_key(scheme.name));
        // An empty alternative means that credentials are optional: it counts only where no other one is complete.
        let chosen = operation.auth.iter().filter(|schemes| !schemes.is_empty()).find(complete);
        let Some(schemes) = chosen.or_else(|| operation.auth.iter().find(|schemes| schemes.is_empty())) else {
            let missing =
                operation.auth.iter().flat_map(|schemes| *schemes).find(|scheme| !set.contains_key(scheme.name));
            return Err(missing_credential(missing));
        };
        for scheme in *schemes {
            if let Some(credential) = set.get(scheme.name) {
                attach(scheme, credential, request)?;
            }
        }
        Ok(())
    }
}

impl Auth for Credentials {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(std::future::ready(self.place(operation, request)))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.0.read().unwrap_or_else(PoisonError::into_inner).keys()).finish()
    }
}

/// The error for an operation that wants a credential which nobody gave.
pub(crate) fn missing_credential(scheme: Option<&Scheme>) -> AuthError {
    let name = scheme.map_or("", |scheme| scheme.name);
    AuthError::new(Kind::Config, format!("the credential `{name}` is not set"))
}

/// A header name of a document, without copying it; `None` unless it is a name in lower case.
pub(crate) fn header_name(name: &'static str) -> Option<HeaderName> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&byte);
    // What does not fit would panic below.
    (!name.is_empty() && name.bytes().all(fits)).then(|| HeaderName::from_static(name))
}

fn attach(scheme: &Scheme, credential: &Credential, request: &mut Request) -> Result<(), AuthError> {
    let unfit =
        || AuthError::new(Kind::Config, format!("the credential `{}` cannot stand where it has to", scheme.name));
    let value = credential.expose();
    let header = |text: &str| HeaderValue::from_str(text).map_err(|_| unfit());
    match scheme.place {
        Place::Header(name) => {
            let name = header_name(name).ok_or_else(unfit)?;
            request.headers_mut().insert(name, header(value)?);
        }
        Place::Query(name) => {
            request.url_mut().query_pairs_mut().append_pair(name, value);
        }
        Place::Cookie(name) => {
            if value.contains([';', ',', '"', '\\', ' ']) {
                return Err(unfit());
            }
            let cookie = Zeroizing::new(match request.headers().get(COOKIE).and_then(|others| others.to_str().ok()) {
                Some(others) => format!("{others}; {name}={value}"),
                None => format!("{name}={value}"),
            });
            request.headers_mut().insert(COOKIE, header(&cookie)?);
        }
        Place::Bearer => {
            let bearer = Zeroizing::new(format!("Bearer {value}"));
            request.headers_mut().insert(AUTHORIZATION, header(&bearer)?);
        }
        Place::Basic => {
            let basic = Zeroizing::new(format!("Basic {}", *base64(value.as_bytes())));
            request.headers_mut().insert(AUTHORIZATION, header(&basic)?);
        }
    }
    Ok(())
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> Zeroizing<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4));
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| (bits << 8) | usize::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let shown = digit <= group.len();
            out.push(if shown { char::from(DIGITS[(bits >> (18 - 6 * digit)) & 63]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_the_vectors_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(*base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn what_no_header_can_carry_is_no_credential() {
        for (value, fault) in [
            ("", "the credential is empty"),
            ("SECRET\n", "the credential holds a line break or another control character"),
            ("SECRET\r\nX-Admin: 1", "the credential holds a line break or another control character"),
            ("SECRÉT", "the credential holds a letter outside ASCII"),
            (" SECRET", "the credential begins or ends with a blank"),
        ] {
            assert_eq!(Credential::new(value).map_err(|error| error.to_string()).err().as_deref(), Some(fault));
        }
        let unset = Credential::from_env("BURSAR_SURELY_NOT_SET").map_err(|error| error.to_string()).err();
        assert_eq!(unset.as_deref(), Some("the environment variable `BURSAR_SURELY_NOT_SET` is not set"));
        assert!(Credential::basic("a:b", "c").is_err());
        assert!(Credential::basic("a", "c\n").is_err());
    }

    #[test]
    fn header_names_are_taken_in_lower_case_only() {
        assert_eq!(header_name("x-api_key").as_ref().map(HeaderName::as_str), Some("x-api_key"));
        for name in ["", "X-Api-Key", "a b", "a:b", "a\r\n", "\u{fc}"] {
            assert_eq!(header_name(name), None);
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let credentials = Credentials::new().with("token", Credential::new("SECRET").expect("valid"));
        assert_eq!(format!("{credentials:?} {:?}", Credential::new("SECRET")), "{\"token\"} Ok(Credential(***))");
    }
}
