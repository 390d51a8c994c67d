//! A whole answer, as it came off the wire.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::json::evidence::Evidence;
use crate::json::lenient::{Json, Lenient};
use crate::json::members::Members;
use crate::json::pointer;
use crate::wire::undecodable::{self, Undecodable};

/// Headers in which providers send the id they know a request by.
const REQUEST_IDS: [&str; 4] = ["x-request-id", "request-id", "request_id", "x-correlation-id"];

/// Places in which providers state their own code.
const CODES: [&str; 6] = ["/code", "/error_code", "/errorCode", "/error/code", "/errors/code", "/errors/0/code"];

/// Places in which providers say in words what is wrong.
const MESSAGES: [&str; 6] =
    ["/message", "/error/message", "/errors/0/message", "/result/errors/0/message", "/error_description", "/title"];

/// A complete answer: status, headers and body.
///
/// `Debug` shows the status and the length of the body only.
#[derive(Clone)]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
    attempts: u32,
    /// What it has to show to count as the documented answer.
    needs: Evidence,
    /// Whether the body is JSON, once somebody asked.
    is_json: OnceLock<bool>,
    /// Where its members stand, once somebody looked for one; nothing if it is no object.
    members: OnceLock<Option<Arc<Members>>>,
}

impl Reply {
    /// An answer of these parts, to the first attempt.
    pub fn new(status: StatusCode, headers: HeaderMap, bytes: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers,
            bytes: bytes.into(),
            attempts: 1,
            needs: Evidence::Nothing,
            is_json: OnceLock::new(),
            members: OnceLock::new(),
        }
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The same answer, which has to show this to count as the documented one.
    pub(crate) fn needing(mut self, needs: Evidence) -> Self {
        self.needs = needs;
        self
    }

    pub(crate) fn needs(&self) -> Evidence {
        self.needs
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers. They may contain tokens: do not print them.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first header with this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The unchanged body. It may contain personal data: do not print it.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Number of attempts up to this answer.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The id by which the provider knows the request, if a header names one that is fit to print.
    pub fn request_id(&self) -> Option<&str> {
        let id = REQUEST_IDS.iter().find_map(|name| self.header(name))?;
        (!id.is_empty() && id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic())).then_some(id)
    }

    /// The provider's own code for what happened, where the body has one at a usual place and it is fit to print.
    pub(crate) fn code(&self) -> Option<String> {
        let fits = |code: &str| {
            let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
            plain
                && !code.is_empty()
                && code.len() <= 40
                && !code.bytes().all(|byte| byte.is_ascii_digit() && code.len() > 6)
        };
        let found = CODES.iter().find_map(|pointer| self.text_at(pointer))?;
        fits(&found).then(|| found.into_owned())
    }

    /// The provider's words about a failure: at the first of these pointers that holds any, else at a usual place. Several are joined.
    pub(crate) fn message(&self, first: &str) -> Option<String> {
        let first = Some(first).filter(|pointer| !pointer.is_empty());
        first.into_iter().chain(MESSAGES).find_map(|pointer| {
            let found = self.find(pointer)?;
            let words = |text: Cow<'_, str>| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            let Some(items) = found.items() else { return found.scalar().and_then(words) };
            let all: Vec<String> = items.filter_map(|item| item.scalar().and_then(words)).collect();
            (!all.is_empty()).then(|| all.join("; "))
        })
    }

    /// The scalar at a JSON pointer of the body as text, for deciding on a provider's codes.
    pub fn text_at(&self, pointer: &str) -> Option<Cow<'_, str>> {
        self.find(pointer)?.scalar()
    }

    /// The body as JSON, whose syntax is checked once; `None` if it is none.
    pub(crate) fn body(&self) -> Option<Json<'_>> {
        let is_json = *self.is_json.get_or_init(|| Json::parse(&self.bytes).is_ok());
        if is_json { Json::checked(&self.bytes) } else { None }
    }

    /// The value at a JSON pointer of the body.
    pub(crate) fn find(&self, pointer: &str) -> Option<Json<'_>> {
        let body = self.body()?;
        if pointer.is_empty() {
            return Some(body);
        }
        match self.members.get_or_init(|| Members::of(body).map(Arc::new)) {
            Some(members) => members.find(body.text(), pointer),
            None => pointer::within(body, pointer),
        }
    }

    /// Reads the body as JSON; an empty body reads as `null`.
    ///
    /// # Errors
    ///
    /// [`Undecodable`] says where the body does not fit, never what it holds.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Undecodable> {
        undecodable::strict(&self.bytes)
    }

    /// Reads the body of an error as JSON; `None` if it is empty or does not fit.
    pub fn error_json<T: Lenient>(&self) -> Option<T> {
        if self.bytes.is_empty() { None } else { crate::json::lenient::from_slice(&self.bytes).ok() }
    }

    /// The same answer with a part of its body or other JSON, which shares the body's memory where it can.
    pub(crate) fn part(&self, text: &str) -> Self {
        let body = self.bytes.as_ptr_range();
        let within = body.contains(&text.as_ptr());
        let bytes =
            if within { self.bytes.slice_ref(text.as_bytes()) } else { Bytes::copy_from_slice(text.as_bytes()) };
        Self { bytes, is_json: OnceLock::from(true), members: OnceLock::new(), ..self.clone() }
    }

    /// The same answer with another body, which its length no longer describes.
    pub(crate) fn with_body(mut self, bytes: Bytes) -> Self {
        self.headers.remove(CONTENT_LENGTH);
        self.headers.remove(CONTENT_ENCODING);
        Self { bytes, is_json: OnceLock::new(), members: OnceLock::new(), ..self }
    }

    pub(crate) fn into_parts(self) -> (StatusCode, HeaderMap, Bytes) {
        (self.status, self.headers, self.bytes)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Reply({}, {} bytes)", self.status.as_u16(), self.bytes.len())
    }
}
