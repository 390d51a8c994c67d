//! Encryption of whole bodies under a key of the attempt's own, as providers ask for it on top of TLS.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;
use reqwest::Request;

use crate::model::kind::Kind;
use crate::wire::reply::Reply;

/// Encrypts requests, once per attempt.
///
/// It is called for operations whose row is `sealed`, after the credentials were added.
pub trait Seal: Send + Sync + 'static {
    /// Returns the encrypted `request` and the key for its answer.
    ///
    /// # Errors
    ///
    /// The request cannot be encrypted; nothing is sent.
    fn seal(&self, request: &Request) -> Result<Sealed, SealError>;
}

/// Decrypts the answer to an encrypted request.
pub trait Unseal: Send + Sync + 'static {
    /// Decrypts the body; `None` keeps the answer unchanged.
    ///
    /// # Errors
    ///
    /// The answer cannot be decrypted. The call fails with an unknown outcome.
    fn open(&self, reply: &Reply) -> Result<Option<Bytes>, SealError>;
}

/// An encrypted request.
pub struct Sealed {
    /// Set on the request, over what is there. They never print.
    pub headers: HeaderMap,
    /// Replaces the body; `None` if and only if there is none.
    pub body: Option<Bytes>,
    /// Opens the answer.
    pub key: Box<dyn Unseal>,
}

impl Sealed {
    /// Makes the request the sealed one: all of it or, by its type, nothing.
    pub(crate) fn replace(self, request: &mut Request) -> Box<dyn Unseal> {
        for (name, mut value) in self.headers {
            let Some(name) = name else { continue };
            value.set_sensitive(true);
            request.headers_mut().insert(name, value);
        }
        if let Some(body) = self.body {
            *request.body_mut() = Some(body.into());
        }
        self.key
    }
}

/// The error of encrypting a request or decrypting an answer.
#[derive(Debug)]
pub struct SealError {
    pub(crate) kind: Kind,
    pub(crate) message: Cow<'static, str>,
}

impl SealError {
    /// Creates an error of a kind. The message must not contain a key or a body.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into() }
    }
}
