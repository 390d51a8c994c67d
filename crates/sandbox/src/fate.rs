//! What a provider does with a call that it takes, besides carrying it out at once and for good.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Error, anyhow};

/// The header that names a call's fate: `x-sandbox-fate: expires-then-paid`.
pub const FATE_HEADER: &str = "x-sandbox-fate";

/// The header whose text stands in [`Movement::tag`](crate::Movement::tag) of all that the call moves, whenever it moves.
pub const TAG_HEADER: &str = "x-sandbox-tag";

/// One thing that a provider may do with a call that it takes. Which operations know which fate, [`Faults::applies`](crate::Faults::applies) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fate {
    /// `declined`: it fails later, and nothing moves (what was debited at once is given back).
    Declined,
    /// `declined-pending`: the payer declines, and the status of the second leg stays pending for ever.
    DeclinedPending,
    /// `stuck`: it stays pending for ever.
    Stuck,
    /// `expires`: it ends as expired, and nothing moves.
    Expires,
    /// `expires-then-paid`: it ends as expired, and a day later it is corrected to done.
    ExpiresThenPaid,
    /// `cancelled`: it ends as cancelled, and nothing moves.
    Cancelled,
    /// `cancelled-then-paid`: it ends as cancelled, and a day later it is corrected to done.
    CancelledThenPaid,
    /// `reversed`: it is done, and an hour later the money comes back.
    Reversed,
    /// `delivery-fails`: the payer is charged, and nothing is delivered or given back.
    DeliveryFails,
    /// `returned`: the first leg is done, the second fails, and the first comes back.
    Returned,
    /// `return-fails`: like `returned`, but the way back fails too.
    ReturnFails,
    /// `ends-with-errors`: the last payment of the batch fails, and its status says so.
    EndsWithErrors,
    /// `fails-in-part`: the last payment of the batch fails, and its status calls the whole batch failed.
    FailsInPart,
    /// `cancelled-in-part`: the batch is cancelled after its first payment.
    CancelledInPart,
    /// `unsure-then-paid`: an error whose outcome is open, and a minute later it is done.
    UnsureThenPaid,
    /// `unsure-then-declined`: an error whose outcome is open, and a minute later it has failed.
    UnsureThenDeclined,
    /// `catch-all-before`: the provider's error for everything, and nothing happened.
    CatchAllBefore,
    /// `catch-all-after`: the provider's error for everything, though the call was carried out.
    CatchAllAfter,
    /// `dated-later`: carried out at once; the list dates its entry eight days later.
    DatedLater,
    /// `with-fee`: carried out; the entry of the list contains a fee of 1.50.
    WithFee,
    /// `unlabelled`: carried out; the entry of the list shows nothing of what the caller wrote on it.
    Unlabelled,
}

impl Fate {
    /// All fates.
    pub const ALL: &[Self] = &[
        Self::Declined,
        Self::DeclinedPending,
        Self::Stuck,
        Self::Expires,
        Self::ExpiresThenPaid,
        Self::Cancelled,
        Self::CancelledThenPaid,
        Self::Reversed,
        Self::DeliveryFails,
        Self::Returned,
        Self::ReturnFails,
        Self::EndsWithErrors,
        Self::FailsInPart,
        Self::CancelledInPart,
        Self::UnsureThenPaid,
        Self::UnsureThenDeclined,
        Self::CatchAllBefore,
        Self::CatchAllAfter,
        Self::DatedLater,
        Self::WithFee,
        Self::Unlabelled,
    ];

    /// Its name in headers, admin calls and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::DeclinedPending => "declined-pending",
            Self::Stuck => "stuck",
            Self::Expires => "expires",
            Self::ExpiresThenPaid => "expires-then-paid",
            Self::Cancelled => "cancelled",
            Self::CancelledThenPaid => "cancelled-then-paid",
            Self::Reversed => "reversed",
            Self::DeliveryFails => "delivery-fails",
            Self::Returned => "returned",
            Self::ReturnFails => "return-fails",
            Self::EndsWithErrors => "ends-with-errors",
            Self::FailsInPart => "fails-in-part",
            Self::CancelledInPart => "cancelled-in-part",
            Self::UnsureThenPaid => "unsure-then-paid",
            Self::UnsureThenDeclined => "unsure-then-declined",
            Self::CatchAllBefore => "catch-all-before",
            Self::CatchAllAfter => "catch-all-after",
            Self::DatedLater => "dated-later",
            Self::WithFee => "with-fee",
            Self::Unlabelled => "unlabelled",
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Fate {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().find(|fate| fate.name() == name);
        found.copied().ok_or_else(|| anyhow!("unknown fate {name:?}: GET /sandbox/faults lists all"))
    }
}

/// What a call brings about besides what it says: its fate, and the tag of what it moves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cause {
    pub(crate) fate: Option<Fate>,
    pub(crate) tag: Option<Arc<str>>,
}

impl Cause {
    /// Whether this is the call's fate.
    pub(crate) fn is(&self, fate: Fate) -> bool {
        self.fate == Some(fate)
    }

    pub(crate) fn tag(&self) -> Option<String> {
        self.tag.as_deref().map(str::to_owned)
    }
}
