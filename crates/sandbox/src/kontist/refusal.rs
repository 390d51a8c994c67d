//! The bank's ways to say no. Bodies are inferred: title and status, and a type where the sources show one.

use axum::http::StatusCode;

use crate::document::{Breach, Operation};
use crate::exchange::Answer;
use crate::json::Object;

/// Why a call was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    title: &'static str,
    kind: Option<&'static str>,
    detail: Option<String>,
}

impl Refusal {
    const fn new(status: StatusCode, title: &'static str) -> Self {
        Self { status, title, kind: None, detail: None }
    }

    /// The business says no.
    pub(super) const fn bad(title: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, title)
    }

    /// The request is not as the API describes it.
    pub(super) const fn invalid() -> Self {
        Self::bad("Bad Request")
    }

    /// The request is not what the document describes: where, and by which of its rules.
    pub(super) fn not_as_described(breaches: &[Breach]) -> Self {
        let texts: Vec<String> = breaches.iter().map(ToString::to_string).collect();
        Self { detail: Some(texts.join("; ")), ..Self::invalid() }
    }

    pub(super) fn insufficient_funds() -> Self {
        let kind = Some("https://api.kontist.com/problems/transfer/insufficient-funds");
        Self { kind, ..Self::bad("Insufficient funds") }
    }

    pub(super) const fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    pub(super) const fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden")
    }

    pub(super) const fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    /// What the call refers to was there, and has ended.
    pub(super) const fn expired() -> Self {
        Self::new(StatusCode::GONE, "Gone")
    }

    /// As the operation's document has it: without a body where it knows none.
    pub(super) fn answer(self, operation: &Operation) -> Answer {
        let documented = operation.reply(self.status.as_u16());
        match documented.is_some_and(|reply| reply.body.is_some()) {
            true => self.problem(),
            false => Answer::empty(self.status),
        }
    }

    pub(super) fn problem(self) -> Answer {
        let body = Object::new()
            .with_some("type", self.kind)
            .with("title", self.title)
            .with("status", u32::from(self.status.as_u16()))
            .with_some("message", self.detail);
        Answer::json(self.status, body)
    }
}
