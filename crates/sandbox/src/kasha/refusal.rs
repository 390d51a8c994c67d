//! The provider's ways to say no, in the form of the sister documents.

use axum::http::StatusCode;

use crate::document::Breach;
use crate::exchange::Answer;
use crate::json::{Json, Object};

/// Why a call was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    messages: Vec<String>,
    /// One message goes out as a text where the sister documents show it so.
    is_text: bool,
}

impl Refusal {
    fn new(status: StatusCode, messages: Vec<String>, is_text: bool) -> Self {
        Self { status, messages, is_text }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::all(vec![message.into()])
    }

    /// All that is wrong with the request.
    pub(super) fn all(messages: Vec<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, messages, false)
    }

    /// The request is not what the document describes: where, and by which of its rules.
    pub(super) fn not_as_described(breaches: &[Breach]) -> Self {
        let first = "the request is not as the API describes it".to_owned();
        Self::all(std::iter::once(first).chain(breaches.iter().map(ToString::to_string)).collect())
    }

    /// A refund that cannot be.
    pub(super) fn business_failed() -> Self {
        Self::new(StatusCode::BAD_REQUEST, vec!["Business Failed".to_owned()], true)
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, vec!["Unauthorized".to_owned()], true)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, vec![message.into()], false)
    }

    pub(super) fn answer(self) -> Answer {
        let message: Json = match self.messages.as_slice() {
            [one] if self.is_text => one.as_str().into(),
            all => all.iter().map(String::as_str).collect(),
        };
        let body = Object::new()
            .with("statusCode", u32::from(self.status.as_u16()))
            .with("message", message)
            .with_some("error", if self.is_text { None } else { self.status.canonical_reason() });
        Answer::json(self.status, body)
    }
}
