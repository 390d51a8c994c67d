//! The provider's ways to say no: a code, and for most of them HTTP 500.

use axum::http::StatusCode;

use crate::exchange::Answer;
use crate::json::{Json, Object};

/// Why a call was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    code: u32,
    kind: &'static str,
    message: String,
    /// Key and reason of each fault.
    faults: Vec<(String, String)>,
}

impl Refusal {
    fn new(status: StatusCode, code: u32, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, kind, message: message.into(), faults: Vec::new() }
    }

    /// The business says no.
    pub(super) fn business(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, 1010, "BAD_REQUEST", message)
    }

    /// A field of the request is not what it has to be.
    pub(super) fn invalid(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::invalid_all(vec![(key.into(), reason.into())])
    }

    pub(super) fn invalid_all(faults: Vec<(String, String)>) -> Self {
        let message = "The payload is not valid.";
        Self { faults, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, 1000, "INVALID_PAYLOAD", message) }
    }

    /// Something has to be done first; its HTTP status is not stated, so it comes like all business errors.
    pub(super) fn action(action: &str) -> Self {
        let message = "Please complete the prerequisite actions.";
        let refusal = Self::new(StatusCode::INTERNAL_SERVER_ERROR, 1035, "ACTION_REQUIRED", message);
        Self { faults: vec![("actionRequired".to_owned(), action.to_owned())], ..refusal }
    }

    pub(super) fn locked(rule: &str) -> Self {
        let message = format!("The transaction is locked by the rule {rule}.");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, 1050, "TRANSACTION_LOCKED_BY_RULE", message)
    }

    pub(super) fn headers(name: &str) -> Self {
        let message = format!("The header {name} is missing or not valid.");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, 1018, "INVALID_HEADERS", message)
    }

    /// A bad id of a country or a state.
    pub(super) fn place(name: &str) -> Self {
        let message = format!("Invalid or missing {name} parameter.");
        Self::new(StatusCode::BAD_REQUEST, 1401, "BAD_REQUEST", message)
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 1002, "UNAUTHENTICATED", "Not logged in.")
    }

    pub(super) fn token_expired() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 1003, "TOKEN_EXPIRED", "The access token has expired.")
    }

    pub(super) fn session_expired() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 1004, "SESSION_EXPIRED", "The session is over.")
    }

    pub(super) fn invalid_token() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 1036, "INVALID_TOKEN", "The token is not valid.")
    }

    /// For what is no operation at all; its code is this fake's own.
    pub(super) fn no_operation(call: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, 404, "NOT_FOUND", format!("Cannot {call}"))
    }

    pub(super) fn answer(self) -> Answer {
        let fault = |(key, reason): (String, String)| Object::new().with("key", key).with("reason", reason);
        let faults = (!self.faults.is_empty()).then(|| self.faults.into_iter().map(fault).collect::<Json>());
        let body = Object::new()
            .with("code", self.code)
            .with("message", self.message)
            .with("type", self.kind)
            .with_some("errors", faults);
        Answer::json(self.status, body)
    }
}
