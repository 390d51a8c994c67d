//! One request and its answer, whole, free of any server's types.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::fate::Cause;
use crate::json::Json;

/// How a call without sockets ended: with an answer, or with what a connection would have done.
#[derive(Debug)]
#[non_exhaustive]
pub enum Exchange {
    /// A whole answer.
    Answered(Response<Bytes>),
    /// Nobody listened: nothing of the call left its sender.
    Refused,
    /// The connection was reset before anything was read: nothing of the call arrived.
    ResetUnread,
    /// The call arrived, and the connection was reset.
    Reset,
    /// The call arrived, and the connection ended without an answer.
    Dropped,
    /// The call arrived, and nothing comes back; the connection stays open.
    Silent,
    /// The head arrived (`content-length` says how long the body should have been) with this many bytes of the body, and the
    /// connection broke.
    Truncated(Response<Bytes>, usize),
    /// The head arrives at once, the whole body only after this time.
    Slow(Response<Bytes>, Duration),
}

/// A request as a provider sees it: the path starts below the provider's prefix.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What it brings about besides what it says.
    pub(crate) cause: Cause,
}

impl Call {
    /// The header's text; `None` if it is missing or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The credentials of an authorization scheme, whose name has no case (RFC 9110, 11.1).
    pub(crate) fn credentials(&self, scheme: &str) -> Option<&str> {
        let (name, credentials) = self.header("authorization")?.trim().split_once(' ')?;
        name.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
    }

    /// The body as text; empty if it is not UTF-8, which validation has refused by then.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}

/// What a provider answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Headers beyond those of HTTP itself; validated against the document like the body.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// JSON text unless the media type says otherwise, byte for byte what goes out.
    pub(crate) body: Option<String>,
    pub(crate) media_type: &'static str,
    /// The body goes out without the envelope in which the document describes it.
    pub(crate) bare: bool,
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: impl Into<Json>) -> Self {
        Self { body: Some(body.into().into_text()), ..Self::empty(status) }
    }

    pub(crate) fn ok(body: impl Into<Json>) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// A success in plain text.
    pub(crate) fn text(body: &str) -> Self {
        Self { body: Some(body.to_owned()), media_type: "text/plain; charset=utf-8", ..Self::empty(StatusCode::OK) }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: None, media_type: "application/json", bare: false }
    }

    /// As it goes out.
    pub(crate) fn into_response(self) -> Response<Bytes> {
        let has_body = self.body.is_some();
        let body = Bytes::from(self.body.unwrap_or_default());
        let length = body.len();
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        for (name, value) in self.headers {
            // Values come from the sandbox's own tokens: always valid, so nothing is dropped here.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        if has_body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        }
        if self.status != StatusCode::NO_CONTENT {
            headers.insert(CONTENT_LENGTH, length.into());
        }
        response
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}
