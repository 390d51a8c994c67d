//! How credentials get onto a request, and new ones after a refusal.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use reqwest::Request;

use super::identity::Identity;
use crate::error::AnyError;
use crate::model::fault::{BoxError, ConfigError};
use crate::model::kind::Kind;
use crate::model::operation::{Operation, Place, Scheme};
use crate::time::BoxFuture;
use crate::wire::reply::Reply;

/// Puts credentials on requests, anew for each attempt.
///
/// The chain asks only for operations that want credentials and only for requests to the client's own origin, and marks
/// every header as sensitive afterwards.
pub trait Auth: Any + Send + Sync {
    /// Adds to `request` what `operation` asks for.
    ///
    /// The request is whole: its body holds the exact bytes that will be sent, and every other header is set. So this is also where a
    /// request is signed, anew for each attempt.
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>>;

    /// Sees every whole answer from the client's origin, for providers that renew a token in an answer.
    fn observe(&self, operation: &'static Operation, reply: &Reply) {
        let _ = (operation, reply);
    }

    /// Gets new credentials after an answer that refused the old ones or asked for a one-time password; `true` if the call is worth repeating.
    ///
    /// Asked at most once per call and reason, and only where a repeat cannot take effect twice.
    ///
    /// # Errors
    ///
    /// Why there are none: the call then fails with this instead of the refusal.
    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        let _ = refused;
        Box::pin(std::future::ready(Ok(false)))
    }

    /// Whether a refusal means that the credentials are over, for providers that say so with another status than 401.
    fn has_ended(&self, operation: &'static Operation, reply: &Reply) -> bool {
        let _ = (operation, reply);
        false
    }

    /// Credentials of another customer of the same caller, to begin with none of the customer's own; `None` if there are no customers.
    fn session(&self) -> Option<Arc<dyn Auth>> {
        None
    }

    /// What identifies the account that the credentials belong to; `None` if nothing lasting does.
    ///
    /// It tells the entries of a journal apart by account. It must be the same after a restart and after every renewal of a token: the API
    /// key, client id or user name that tokens are acquired with, never a token that ends.
    fn identity(&self) -> Option<Identity> {
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

    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        (**self).renew(refused)
    }

    fn has_ended(&self, operation: &'static Operation, reply: &Reply) -> bool {
        (**self).has_ended(operation, reply)
    }

    fn session(&self) -> Option<Arc<dyn Auth>> {
        (**self).session()
    }

    fn identity(&self) -> Option<Identity> {
        (**self).identity()
    }
}

/// A refused call, for whoever gets new credentials.
#[derive(Clone, Copy)]
pub struct Refused<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) kind: &'a Kind,
    pub(crate) reply: &'a Reply,
    pub(crate) sent: &'a [(HeaderName, HeaderValue)],
}

impl<'a> Refused<'a> {
    /// What was called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// [`Kind::Unauthenticated`] or [`Kind::OtpRequired`].
    pub fn kind(&self) -> &'a Kind {
        self.kind
    }

    /// The answer.
    pub fn reply(&self) -> &'a Reply {
        self.reply
    }

    /// The credential of a scheme that the refused call carried; `None` if it did not, or not in a header of its own. Do not print it.
    pub fn sent(&self, scheme: &Scheme) -> Option<&'a str> {
        match scheme.place {
            Place::Header(name) => self.header(name),
            Place::Bearer => self.header("authorization")?.strip_prefix("Bearer "),
            _ => None,
        }
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        self.sent.iter().find(|(other, _)| other == name)?.1.to_str().ok()
    }
}

/// Why a request could not be given its credentials. Nothing is sent then.
#[derive(Debug, thiserror::Error)]
#[error("{message}: {}", kind.hint())]
pub struct AuthError {
    pub(crate) kind: Kind,
    pub(crate) message: Cow<'static, str>,
    #[source]
    pub(crate) source: Option<BoxError>,
}

impl AuthError {
    /// A fault of this kind: what is wrong, in half a sentence. Never put a credential's value here.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// A call for credentials that failed: its kind, and in your words what that means. It becomes the source.
    pub fn failed(message: impl Into<Cow<'static, str>>, error: impl Into<AnyError>) -> Self {
        let error = error.into();
        Self::new(error.kind().clone(), message).caused_by(error)
    }

    /// What kind of fault it is.
    pub fn kind(&self) -> &Kind {
        &self.kind
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
