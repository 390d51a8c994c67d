//! How a call of the journal ended.

use serde::{Deserialize, Serialize};

use crate::model::progress::Progress;

/// The result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ending {
    /// The request was not sent. Final.
    NotSent,
    /// The provider refused the call or never received it: nothing moved. Final.
    Refused,
    /// The provider accepted the call and has not settled it: the entry stays open.
    Accepted,
    /// The call may have taken effect: the entry stays open.
    Unknown,
    /// The call is settled, or accepted without further tracking. Final.
    Settled,
    /// The caller closed the entry. Final.
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

    /// Whether the outcome is final.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Accepted | Self::Unknown)
    }
}

/// When the entry of an accepted call is closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Until {
    /// When the provider settled the call: `recover` looks accepted entries up.
    #[default]
    Settled,
    /// When the provider accepted the call; the caller tracks the money by other means.
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
