//! Credentials by security scheme, and where each of them stands on a request.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use reqwest::Request;
use zeroize::Zeroizing;

use super::authenticate::{Auth, AuthError, Refused};
use super::base64;
use super::credential::Credential;
use super::identity::Identity;
use super::token::TokenSource;
use crate::model::kind::Kind;
use crate::model::operation::{Operation, Place, Scheme};
use crate::time::BoxFuture;

/// Credentials by the name of their security scheme.
///
/// Clones share the set, so that tokens can be renewed while calls run.
#[derive(Clone, Default)]
pub struct Credentials(Arc<RwLock<BTreeMap<&'static str, Entry>>>);

/// Where the credential of a scheme comes from.
#[derive(Clone)]
enum Entry {
    Fixed(Credential),
    Renewed(TokenSource),
}

impl Entry {
    async fn credential(self) -> Result<Credential, AuthError> {
        match self {
            Self::Fixed(credential) => Ok(credential),
            Self::Renewed(source) => source.token().await,
        }
    }
}

/// The schemes that an operation's request carries, each with its entry.
type Chosen = Vec<(&'static Scheme, Entry)>;

impl Credentials {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the credential of a scheme.
    #[must_use]
    pub fn with(self, scheme: &'static str, credential: Credential) -> Self {
        self.set(scheme, credential);
        self
    }

    /// Adds a scheme whose tokens come from a source, which renews them.
    #[must_use]
    pub fn with_source(self, scheme: &'static str, source: TokenSource) -> Self {
        self.set_source(scheme, source);
        self
    }

    /// Sets the source of a scheme's tokens, from the next attempt on.
    pub fn set_source(&self, scheme: &'static str, source: TokenSource) {
        self.insert(scheme, Entry::Renewed(source));
    }

    /// Sets the credential of a scheme, from the next attempt on.
    pub fn set(&self, scheme: &'static str, credential: Credential) {
        self.insert(scheme, Entry::Fixed(credential));
    }

    fn insert(&self, scheme: &'static str, entry: Entry) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(scheme, entry);
    }

    /// Removes the credential of a scheme.
    pub fn remove(&self, scheme: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(scheme);
    }

    /// Whether the credential of a scheme is set.
    pub fn has(&self, scheme: &str) -> bool {
        self.read().contains_key(scheme)
    }

    /// Identity by the credentials of these schemes, as far as they are set and no source renews them.
    pub fn identity_of(&self, schemes: &[&str]) -> Option<Identity> {
        self.identity_by(|scheme| schemes.contains(&scheme))
    }

    fn identity_by(&self, counts: impl Fn(&str) -> bool) -> Option<Identity> {
        let set = self.read();
        let fixed = set.iter().filter(|(scheme, _)| counts(scheme)).filter_map(|(scheme, entry)| match entry {
            Entry::Fixed(credential) => Some((scheme, credential.expose())),
            Entry::Renewed(_) => None,
        });
        fixed.fold(None, |identity, (scheme, value)| {
            Some(identity.map_or_else(|| Identity::of(scheme, value), |identity: Identity| identity.and(scheme, value)))
        })
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<&'static str, Entry>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The alternative of the operation that is used: the first one of which nothing is missing.
    fn choose(&self, operation: &'static Operation) -> Result<Chosen, AuthError> {
        let set = self.read();
        let complete = |schemes: &&&[Scheme]| schemes.iter().all(|scheme| set.contains_key(scheme.name));
        // An empty alternative means that credentials are optional: it counts only where no other one is complete.
        let chosen = operation.auth.iter().filter(|schemes| !schemes.is_empty()).find(complete);
        let Some(schemes) = chosen.or_else(|| operation.auth.iter().find(|schemes| schemes.is_empty())) else {
            let missing =
                operation.auth.iter().flat_map(|schemes| *schemes).find(|scheme| !set.contains_key(scheme.name));
            return Err(missing_credential(missing));
        };
        Ok(schemes.iter().filter_map(|scheme| Some((scheme, set.get(scheme.name)?.clone()))).collect())
    }
}

impl Auth for Credentials {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(async move {
            for (scheme, entry) in self.choose(operation)? {
                attach(scheme, &entry.credential().await?, request)?;
            }
            Ok(())
        })
    }

    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        Box::pin(async move {
            let mut renewed = false;
            if *refused.kind == Kind::Unauthenticated {
                for (scheme, entry) in self.choose(refused.operation)? {
                    if let Entry::Renewed(source) = entry {
                        renewed |= source.renew(refused.sent(scheme)).await?;
                    }
                }
            }
            Ok(renewed)
        })
    }

    /// All credentials that no source renews, together.
    fn identity(&self) -> Option<Identity> {
        self.identity_by(|_| true)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.read().keys()).finish()
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
        || AuthError::new(Kind::Config, format!("the credential `{}` cannot be sent in its place", scheme.name));
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
            let basic = Zeroizing::new(format!("Basic {}", *base64::encode(value.as_bytes())));
            request.headers_mut().insert(AUTHORIZATION, header(&basic)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
