//! The provider's ways to say no, in the shapes that are on record.

use axum::http::StatusCode;
use jiff::Timestamp;

use super::settings::Errors;
use crate::document::{Breach, Operation};
use crate::exchange::Answer;
use crate::json::{Json, Object};

/// Why a call was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    /// One text per fault of the request.
    faults: Vec<String>,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), faults: Vec::new() }
    }

    /// The business says no.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The request is not what it has to be.
    pub(super) fn invalid(fault: &str) -> Self {
        Self { faults: vec![fault.to_owned()], ..Self::bad(format!("Validation failed: {fault}")) }
    }

    /// The request is not what the document describes: where, and by which of its rules.
    pub(super) fn not_as_described(breaches: &[Breach]) -> Self {
        let faults = breaches.iter().map(ToString::to_string).collect();
        Self { faults, ..Self::bad("Validation failed: the request is not as the API describes it") }
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Invalid API Key")
    }

    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Unauthorized")
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn conflict(message: &str) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    pub(super) fn unprocessable(message: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// With a status that the operation's document has: 400 in place of one that it has not.
    pub(super) fn with_documented_status(mut self, operation: &Operation) -> Self {
        if operation.reply(self.status.as_u16()).is_none() {
            self.status = StatusCode::BAD_REQUEST;
        }
        self
    }

    /// In the shape that is wanted; one of them tells the time.
    pub(super) fn answer(self, errors: Errors, now: Timestamp) -> Answer {
        let faults = (!self.faults.is_empty()).then(|| self.faults.iter().map(String::as_str).collect::<Json>());
        let data = Object::new().with_some("errors", faults);
        let name = self.status.canonical_reason().unwrap_or("Error");
        let number = u32::from(self.status.as_u16());
        let body = match errors {
            Errors::Numbered => Object::new()
                .with("success", false)
                .with("message", self.message)
                .with("error_code", number)
                .with("data", data),
            Errors::Plain => Object::new().with("success", false).with("message", self.message).with("data", data),
            Errors::Stated => Object::new()
                .with("statusCode", number)
                .with("message", self.message)
                .with("error", name)
                .with("data", data),
            Errors::Coded => Object::new()
                .with("status", "error")
                .with("message", self.message)
                .with("error_code", name.to_uppercase().replace(' ', "_"))
                .with("timestamp", now.to_string()),
        };
        Answer::json(self.status, body)
    }
}
