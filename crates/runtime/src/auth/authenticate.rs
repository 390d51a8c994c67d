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

/// Adds credentials to requests, once per attempt.
///
/// It is called only for operations that require credentials and for requests to the client's own origin. Afterwards every header is marked as
/// sensitive.
pub trait Auth: Any + Send + Sync {
    /// Adds the credentials of `operation` to `request`.
    ///
    /// The body contains the exact bytes that are sent, and all other headers are set. Requests are signed here, once per attempt.
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>>;

    /// Receives every complete answer, for providers that renew tokens in answers.
    fn observe(&self, operation: &'static Operation, reply: &Reply) {
        let _ = (operation, reply);
    }

    /// Acquires new credentials after a refusal; `true` if the call is repeated.
    ///
    /// It is called after an authentication failure or a request for a one-time password, at most once per call and reason, and only if a retry cannot
    /// take effect twice.
    ///
    /// # Errors
    ///
    /// No credentials could be acquired: the call fails with this error instead of the refusal.
    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        let _ = refused;
        Box::pin(std::future::ready(Ok(false)))
    }

    /// Whether a refusal with a status other than 401 means expired credentials.
    fn has_ended(&self, operation: &'static Operation, reply: &Reply) -> bool {
        let _ = (operation, reply);
        false
    }

    /// Creates credentials for another customer of the same caller.
    ///
    /// `None` if the provider has no customers.
    fn session(&self) -> Option<Arc<dyn Auth>> {
        None
    }

    /// The identity of the account; `None` if nothing durable identifies it.
    ///
    /// It distinguishes journal entries by account. It must be stable across restarts and token renewals: use the API key, client id or user name, never a
    /// token that expires.
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

/// A refused call, passed to [`Auth::renew`].
#[derive(Clone, Copy)]
pub struct Refused<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) kind: &'a Kind,
    pub(crate) reply: &'a Reply,
    pub(crate) sent: &'a [(HeaderName, HeaderValue)],
}

impl<'a> Refused<'a> {
    /// The operation.
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

    /// The credential of a scheme that the refused call sent in a header. Do not print it.
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

/// The error of adding credentials to a request; nothing is sent.
#[derive(Debug, thiserror::Error)]
#[error("{message}: {}", kind.hint())]
pub struct AuthError {
    pub(crate) kind: Kind,
    pub(crate) message: Cow<'static, str>,
    #[source]
    pub(crate) source: Option<BoxError>,
}

impl AuthError {
    /// Creates an error of a kind. The message must not contain a credential.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Creates an error from a failed call for credentials, which becomes the source.
    pub fn failed(message: impl Into<Cow<'static, str>>, error: impl Into<AnyError>) -> Self {
        let error = error.into();
        Self::new(error.kind().clone(), message).caused_by(error)
    }

    /// The kind of the error.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Sets the source of the error.
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
