//! What can go wrong with a call on its way to a provider and back, on purpose.
//!
//! A fault is chosen by a header of the call ([`HEADER`]), by a rule ([`Faults::on`]), or by an admin call
//! (`POST /sandbox/faults`). A header goes before all rules. The same seed and the same calls meet the same faults.
//!
//! What becomes of a call that the provider takes, its [`Fate`](crate::Fate), is chosen likewise: by
//! [`FATE_HEADER`](crate::FATE_HEADER), by a rule, or by an admin call. One call may meet a fault and a fate.

mod admin;
mod rules;
mod strike;

use std::fmt;
use std::str::FromStr;

use anyhow::{Error, anyhow};

pub(crate) use self::admin::{Own, answer as administer};
pub(crate) use self::rules::can_meet;
pub use self::rules::{Effect, Faults, Rule, Times};
pub(crate) use self::strike::strike;

/// The header that names a call's fault: `x-sandbox-fault: 500-after-effect`.
pub const HEADER: &str = "x-sandbox-fault";

/// One way for a call to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// `connection-refused`: nothing of the call arrives. A server can only reset the connection that it has accepted.
    ConnectionRefused,
    /// `reset-before-send`: the connection is reset before anything of the call is read. A server has read it by then, but
    /// shows it to nobody.
    ResetBeforeSend,
    /// `reset-after-send`: the call arrives, nobody takes it, and the connection is reset.
    ResetAfterSend,
    /// `drop-after-accept`: the provider carries the call out, and the connection ends without an answer.
    DropAfterAccept,
    /// `500-before-effect`: HTTP 500, and nothing happened.
    ErrorBeforeEffect,
    /// `500-after-effect`: HTTP 500, though the provider carried the call out.
    ErrorAfterEffect,
    /// `503-retry-after`: HTTP 503 with `Retry-After`, and nothing happened.
    Unavailable,
    /// `429`: HTTP 429 with `Retry-After`, and nothing happened.
    TooManyRequests,
    /// `timeout-before-effect`: silence, and nothing happened.
    TimeoutBeforeEffect,
    /// `timeout-after-effect`: silence, though the provider carried the call out.
    TimeoutAfterEffect,
    /// `truncated-body`: carried out; the answer breaks off in the middle of its body.
    TruncatedBody,
    /// `garbage-body`: carried out; the answer has its status and a body that is no JSON.
    GarbageBody,
    /// `success-false`: a 2xx whose envelope says that the call failed, and nothing happened. Only where the document has such a verdict.
    SuccessFalse,
    /// `success-zero`: like `success-false`, but the envelope writes 0 in place of `false`.
    SuccessZero,
    /// `error-object`: HTTP 200 with an error object where the payload (a list, say) should be, and nothing happened.
    ErrorObject,
    /// `empty-object`: carried out; the answer is `{}`.
    EmptyObject,
    /// `other-reference`: carried out; the answer is that of another call: it shows another reference.
    OtherReference,
    /// `duplicate-delivery`: the network delivers the call twice, and the provider handles both; the first answer comes back.
    DuplicateDelivery,
    /// `slow-body`: carried out; the answer needs ten minutes for its body.
    SlowBody,
}

impl Fault {
    /// All faults, in the order of the matrix.
    pub const ALL: &[Self] = &[
        Self::ConnectionRefused,
        Self::ResetBeforeSend,
        Self::ResetAfterSend,
        Self::DropAfterAccept,
        Self::ErrorBeforeEffect,
        Self::ErrorAfterEffect,
        Self::Unavailable,
        Self::TooManyRequests,
        Self::TimeoutBeforeEffect,
        Self::TimeoutAfterEffect,
        Self::TruncatedBody,
        Self::GarbageBody,
        Self::SuccessFalse,
        Self::SuccessZero,
        Self::ErrorObject,
        Self::EmptyObject,
        Self::OtherReference,
        Self::DuplicateDelivery,
        Self::SlowBody,
    ];

    /// Its name in headers, admin calls and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConnectionRefused => "connection-refused",
            Self::ResetBeforeSend => "reset-before-send",
            Self::ResetAfterSend => "reset-after-send",
            Self::DropAfterAccept => "drop-after-accept",
            Self::ErrorBeforeEffect => "500-before-effect",
            Self::ErrorAfterEffect => "500-after-effect",
            Self::Unavailable => "503-retry-after",
            Self::TooManyRequests => "429",
            Self::TimeoutBeforeEffect => "timeout-before-effect",
            Self::TimeoutAfterEffect => "timeout-after-effect",
            Self::TruncatedBody => "truncated-body",
            Self::GarbageBody => "garbage-body",
            Self::SuccessFalse => "success-false",
            Self::SuccessZero => "success-zero",
            Self::ErrorObject => "error-object",
            Self::EmptyObject => "empty-object",
            Self::OtherReference => "other-reference",
            Self::DuplicateDelivery => "duplicate-delivery",
            Self::SlowBody => "slow-body",
        }
    }

    /// Whether the provider carries the call out all the same.
    pub const fn has_effect(self) -> bool {
        matches!(
            self,
            Self::DropAfterAccept
                | Self::ErrorAfterEffect
                | Self::TimeoutAfterEffect
                | Self::TruncatedBody
                | Self::GarbageBody
                | Self::EmptyObject
                | Self::OtherReference
                | Self::DuplicateDelivery
                | Self::SlowBody
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Fault {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().find(|fault| fault.name() == name);
        found.copied().ok_or_else(|| anyhow!("unknown fault {name:?}: GET /sandbox/faults lists all"))
    }
}
