//! Why a call failed, as callers branch on it.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::model::operation::Effect;

/// The kind of a failure.
///
/// Provider crates map their codes to kinds; otherwise the HTTP status decides.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The provider requires a one-time password.
    OtpRequired,
    /// An action must be completed first; the answer names it.
    ActionRequired,
    /// The payment was declined.
    Declined,
    /// The provider could not process the call: read the transaction before paying again.
    NotProcessed,
    /// Too soon after a similar call: nothing moved; retry after the wait.
    TooSoon {
        /// The time to wait.
        wait: Duration,
    },
    /// Insufficient funds.
    InsufficientFunds,
    /// The reference was used before.
    Duplicate,
    /// The credentials were not accepted.
    Unauthenticated,
    /// The credentials do not permit the call.
    Forbidden,
    /// The provider refused the call, and no documented code says why.
    Refused,
    /// The request is invalid.
    Invalid {
        /// The invalid fields, as far as they are known.
        fields: Vec<String>,
    },
    /// A resource of the call was not found.
    NotFound,
    /// Too many requests.
    RateLimited,
    /// A resource of the call has expired.
    Expired,
    /// The provider failed.
    Server,
    /// The call timed out.
    Timeout,
    /// The connection failed or was closed.
    Connect,
    /// The answer could not be decoded.
    Decode,
    /// The answer contradicts the request.
    Integrity,
    /// The answer does not state the outcome.
    OutcomeUnknown,
    /// The journal cannot be read or written.
    Journal,
    /// The client is not configured for the call.
    Config,
    /// A middleware of the caller failed.
    Middleware,
}

impl Kind {
    /// An invalid request without known fields.
    pub const INVALID: Self = Self::Invalid { fields: Vec::new() };

    /// The kind's name in snake case, for metrics and logs.
    pub fn name(&self) -> &'static str {
        self.words().0
    }

    /// Description of the state or failure, for the middle of a sentence.
    pub fn meaning(&self) -> &'static str {
        self.words().1
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        self.words().2
    }

    fn words(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::OtpRequired => ("otp_required", "a one-time password is required", "validate it and repeat the call"),
            Self::ActionRequired => (
                "action_required",
                "an action must be completed first",
                "complete the action that the answer names and repeat the call",
            ),
            Self::Declined => (
                "declined",
                "the payment was declined",
                "read the provider's message and change the payment before another attempt",
            ),
            Self::NotProcessed => {
                ("not_processed", "the provider could not process the call", "read the transaction before paying again")
            }
            Self::TooSoon { .. } => {
                ("too_soon", "too soon after a similar call, the call had no effect", "retry after the wait")
            }
            Self::InsufficientFunds => ("insufficient_funds", "insufficient funds", "add funds or reduce the amount"),
            Self::Duplicate => ("duplicate", "the reference was used before", "look up the earlier call"),
            Self::Unauthenticated => {
                ("unauthenticated", "the credentials were not accepted", "check the credentials or log in again")
            }
            Self::Forbidden => {
                ("forbidden", "the credentials do not permit the call", "request the permission from the provider")
            }
            Self::Refused => ("refused", "the provider refused the call", "read the provider's message in the answer"),
            Self::Invalid { .. } => ("invalid", "the request is invalid", "correct the request, a retry fails again"),
            Self::NotFound => ("not_found", "not found", "check the ids of the call"),
            Self::RateLimited => ("rate_limited", "too many requests", "wait before the next call"),
            Self::Expired => ("expired", "expired", "start again"),
            Self::Server => ("server", "the provider failed", "retry later"),
            Self::Timeout => ("timeout", "the call timed out", "retry or increase the timeout"),
            Self::Connect => ("connect", "the connection failed", "check the network and the base URL"),
            Self::Decode => ("decode", "the answer could not be decoded", "inspect the raw answer in the error"),
            Self::Integrity => ("integrity", "the answer contradicts the request", "compare both before continuing"),
            Self::OutcomeUnknown => ("outcome_unknown", "the answer does not state the outcome", "look up the outcome"),
            Self::Journal => {
                ("journal", "the journal cannot be read or written", "check the journal, nothing is sent without it")
            }
            Self::Config => ("config", "the client is not configured for the call", "correct the settings"),
            Self::Middleware => ("middleware", "a middleware of the client failed", "inspect the error's source"),
        }
    }

    /// What a status says of a call of this effect where the provider crate does not know better.
    pub(crate) fn of(status: StatusCode, effect: Effect) -> Self {
        match status.as_u16() {
            // The body of a success says that the call failed, and not why.
            200..=299 | 402 if effect == Effect::Money => Self::Declined,
            200..=299 | 402 => Self::Refused,
            300..=399 => Self::Config,
            401 => Self::Unauthenticated,
            403 | 407 | 451 => Self::Forbidden,
            404 => Self::NotFound,
            408 => Self::Timeout,
            409 => Self::OutcomeUnknown,
            410 => Self::Expired,
            429 => Self::RateLimited,
            400..=499 => Self::INVALID,
            _ => Self::Server,
        }
    }

    /// The same, as far as it can be said of a call of this effect: what only reads is refused, and no payment is declined.
    pub(crate) fn fitting(self, effect: Effect) -> Self {
        let is_decline = matches!(self, Self::Declined | Self::NotProcessed);
        if is_decline && effect == Effect::Read { Self::Refused } else { self }
    }

    /// The same, where nobody knows whether the call took effect: nothing is said to be refused then.
    pub(crate) fn doubted(self) -> Self {
        match self {
            Self::Declined | Self::TooSoon { .. } | Self::InsufficientFunds | Self::Refused | Self::Invalid { .. } => {
                Self::OutcomeUnknown
            }
            kind => kind,
        }
    }

    /// Whether the same call may well succeed a little later.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::RateLimited | Self::TooSoon { .. } | Self::Server | Self::Timeout | Self::Connect)
    }

    /// How long to wait before the call, where the kind says it.
    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Self::TooSoon { wait } => Some(*wait),
            _ => None,
        }
    }
}

/// So that `error.kind() == Kind::Declined` reads as it should.
impl PartialEq<Kind> for &Kind {
    fn eq(&self, other: &Kind) -> bool {
        **self == *other
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
