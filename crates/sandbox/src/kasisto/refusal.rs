//! The bank's ways to say no: one status and one machine code each.

use axum::http::StatusCode;

use super::session::{OtpResult, TokenFault};
use crate::document::Breach;
use crate::exchange::Answer;
use crate::json::Object;

/// Why a call was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Wrong or missing `secret`, wrong credentials, missing or unknown `token`.
    Authentication,
    /// A token that is over, or data of somebody else.
    Denied,
    OtpRequired,
    InvalidOtp,
    ExpiredOtp,
    TooManyOtpFailures,
    /// The request is not what the document describes; the API has no 400.
    InvalidRequest,
    /// This bank does not offer the operation.
    NotOffered,
    /// Every operation is a POST.
    NotPost,
}

impl Refusal {
    /// The refusal of a request that is not what the document describes: where, and by which of its rules.
    pub(super) fn not_as_described(breaches: &[Breach]) -> Answer {
        let texts: Vec<String> = breaches.iter().map(ToString::to_string).collect();
        Self::InvalidRequest.with_more(&format!(": {}", texts.join("; ")))
    }

    pub(super) fn answer(self) -> Answer {
        self.with_more("")
    }

    fn with_more(self, more: &str) -> Answer {
        let (status, code, message) = match self {
            Self::Authentication => (401, "AUTHENTICATION_FAILED", "The secret, token or credentials are not valid"),
            Self::Denied => (403, "ACCESS_DENIED", "The token has expired or does not allow this"),
            Self::OtpRequired => (450, "OTP_REQUIRED", "A one-time password is required"),
            Self::InvalidOtp => (451, "INVALID_OTP", "The one-time password is wrong"),
            Self::ExpiredOtp => (452, "EXPIRED_OTP", "The one-time password has expired"),
            Self::TooManyOtpFailures => (453, "TOO_MANY_OTP_FAILURES", "Too many wrong one-time passwords"),
            Self::InvalidRequest => (500, "INVALID_REQUEST", "The request is not as the API describes it"),
            Self::NotOffered => (501, "NOT_IMPLEMENTED", "This bank does not offer the operation"),
            Self::NotPost => (405, "METHOD_NOT_ALLOWED", "Every operation is a POST"),
        };
        let otp_details = "Sent by text message to the phone ending in 00";
        let body = Object::new()
            .with("message", format!("{message}{more}"))
            .with("code", code)
            .with_some("otp_details", (self == Self::OtpRequired).then_some(otp_details))
            .with_some("display_message_id", (status == 500).then_some("error.invalid_request"));
        // Every status above is one that HTTP can carry.
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let answer = Answer::json(status, body);
        match self {
            Self::NotPost => answer.with_header("allow", "POST".to_owned()),
            _ => answer,
        }
    }
}

impl From<TokenFault> for Refusal {
    fn from(fault: TokenFault) -> Self {
        match fault {
            TokenFault::Unknown => Self::Authentication,
            TokenFault::Stale => Self::Denied,
        }
    }
}

impl OtpResult {
    pub(super) fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Accepted => None,
            Self::Wrong => Some(Refusal::InvalidOtp),
            Self::Expired => Some(Refusal::ExpiredOtp),
            Self::TooMany => Some(Refusal::TooManyOtpFailures),
        }
    }
}
