//! One request and its answer, whole, free of any server's types.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};

use crate::json::Json;

/// A request as a provider sees it: the path starts below the provider's prefix.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    /// The header's text; `None` if it is missing or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
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

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}
