//! How a call of the journal ended.

use serde::{Deserialize, Serialize};

use crate::model::progress::Progress;

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ending {
    /// Nothing left this machine. Final.
    NotSent,
    /// The provider refused it, or never took it: nothing moved. Final.
    Refused,
    /// The provider accepted it and has not settled it: the entry stays open.
    Accepted,
    /// It may have taken effect: the entry stays open.
    Unknown,
    /// The provider settled it, one way or the other; or it was accepted, and the client follows no further. Final.
    Settled,
    /// The caller follows it no further. Final.
    GivenUp,
}

impl Ending {
    /// Its name in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
            Self::Settled => "settled",
            Self::GivenUp => "given_up",
        }
    }

    /// Whether nothing is left to follow.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Accepted | Self::Unknown)
    }
}

/// How far the journal follows an accepted call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Until {
    /// Until the provider settled it: accepted entries stay open, and `recover` looks them up.
    #[default]
    Settled,
    /// Until the provider accepted it; the caller learns by other ways whether the money moved.
    Accepted,
}

/// What is written at the end of a call, or of a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    Ended(Ending),
    Settled(Progress),
}

impl Closing {
    /// The end of an accepted call.
    pub(crate) fn accepted(progress: Progress, until: Until) -> Self {
        if until == Until::Accepted || is_settled(progress) {
            Self::Settled(progress)
        } else {
            Self::Ended(Ending::Accepted)
        }
    }
}

/// Whether nothing follows: the money moved, did not move, or came back.
fn is_settled(progress: Progress) -> bool {
    matches!(progress, Progress::Done | Progress::Failed | Progress::Returned)
}
