//! Encryption of whole bodies under a key of the attempt's own, as providers ask for it on top of TLS.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;
use reqwest::Request;

use crate::model::kind::Kind;
use crate::wire::reply::Reply;

/// Encrypts requests, anew for each attempt.
///
/// The chain asks only for operations whose row says `sealed`, after the credentials are on the request.
pub trait Seal: Send + Sync + 'static {
    /// What travels in place of `request`, and the key for its answer.
    ///
    /// # Errors
    ///
    /// Nothing is sent then.
    fn seal(&self, request: &Request) -> Result<Sealed, SealError>;
}

/// Opens the answer to one sealed request.
pub trait Unseal: Send + Sync + 'static {
    /// The plain body; `None` leaves the answer as it came.
    ///
    /// # Errors
    ///
    /// The answer cannot be opened. The call fails, and it may have taken effect.
    fn open(&self, reply: &Reply) -> Result<Option<Bytes>, SealError>;
}

/// One sealed attempt.
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

/// Why a request could not be sealed, or an answer not opened.
#[derive(Debug)]
pub struct SealError {
    pub(crate) kind: Kind,
    pub(crate) message: Cow<'static, str>,
}

impl SealError {
    /// A fault of this kind: what is wrong, in half a sentence. Never put a key or a body here.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into() }
    }
}
