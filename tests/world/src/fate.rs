//! What a client says about a call.

use std::fmt;

use bursar_runtime::dispatch::{Echo, Failed};
use bursar_runtime::{AnyError, Found, Outcome, Pending, Progress, Reconciled, Response};

use crate::truth::Truth;

/// What a client says about a call that may move money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Believed {
    /// Accepted, and not decided yet.
    Accepted,
    /// The money moved.
    Done,
    /// Accepted, and the provider says that it failed: nothing moved.
    Failed,
    /// The money moved and came back.
    Returned,
    /// A leg or some entries moved, others did not.
    InPart,
    /// It ended, and may be corrected to done.
    MayStillCome,
    /// Nothing left this machine.
    NotSent,
    /// The provider refused: nothing moved.
    Refused,
    /// The outcome is open: look it up.
    Unknown,
}

impl Believed {
    /// Whether it says for good that nothing moved, so that the same money may be sent again.
    pub fn allows_resend(self) -> bool {
        matches!(self, Self::Failed | Self::NotSent | Self::Refused)
    }

    /// What a provider's status says.
    pub(crate) fn of(progress: Progress) -> Self {
        match progress {
            Progress::Done => Self::Done,
            Progress::Failed => Self::Failed,
            Progress::Returned => Self::Returned,
            Progress::InPart => Self::InPart,
            Progress::MayStillCome => Self::MayStillCome,
            _ => Self::Accepted,
        }
    }
}

impl fmt::Display for Believed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Accepted => "accepted",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Returned => "returned",
            Self::InPart => "in part",
            Self::MayStillCome => "may still come",
            Self::NotSent => "not sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        })
    }
}

/// What a client said, and what had moved when it said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What it said.
    pub believed: Believed,
    /// What was so at that time.
    pub then: Truth,
}

impl Claim {
    /// Whether it was true, if the call came to `end`. What is accepted must move in the end, unless its fate `moves` nothing.
    pub fn is_true(&self, end: Truth, moves: bool) -> bool {
        match self.believed {
            Believed::Accepted => end != Truth::Nothing || !moves,
            Believed::Done => self.then == Truth::Done,
            // Said for good: what is corrected later makes it wrong.
            Believed::Failed | Believed::NotSent | Believed::Refused => !end.is_gone(),
            Believed::Returned => self.then == Truth::Returned,
            Believed::InPart => self.then == Truth::InPart,
            Believed::MayStillCome => !self.then.is_gone(),
            Believed::Unknown => true,
        }
    }
}

/// What a lookup of a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Learned {
    /// The finding's name.
    pub name: &'static str,
    /// What it comes to; unknown if it is still open, or only a person can tell.
    pub believed: Believed,
    /// Whether what the call acts on still waits for it.
    pub waits: bool,
}

impl Learned {
    /// Reads what reconciling or recovering came to.
    pub fn of(result: Result<&Reconciled, &AnyError>) -> Self {
        let Ok(reconciled) = result else { return Self::by_name("lookup failed", Believed::Unknown) };
        let believed = match reconciled {
            Reconciled::Done(_) => Believed::Done,
            state if state.allows_resend() => Believed::Failed,
            Reconciled::Returned(_) => Believed::Returned,
            Reconciled::InPart(_) => Believed::InPart,
            Reconciled::MayStillCome(_) => Believed::MayStillCome,
            _ => Believed::Unknown,
        };
        let waits = reconciled.found().is_some_and(Found::waits);
        Self { waits, ..Self::by_name(reconciled.name(), believed) }
    }

    /// What is known in another way than by asking.
    pub(crate) fn by_name(name: &'static str, believed: Believed) -> Self {
        Self { name, believed, waits: false }
    }

    /// Whether a machine knows now what became of the call.
    pub fn is_decided(self) -> bool {
        self.believed != Believed::Unknown
    }
}

/// What the result of a call says, and what is needed to follow it. An argument that does not fit is none of a client's beliefs.
///
/// # Errors
/// The call could not be made at all.
pub fn said(result: &Result<Response<Echo>, Failed>) -> anyhow::Result<(Believed, Option<Pending>)> {
    match result {
        Ok(answer) => Ok((Believed::of(answer.progress()), Some(answer.pending()))),
        Err(Failed::Call { error, .. }) => Ok(match error.outcome() {
            Outcome::NotSent => (Believed::NotSent, None),
            Outcome::Refused => (Believed::Refused, None),
            unknown => (Believed::Unknown, unknown.pending().cloned()),
        }),
        Err(other) => anyhow::bail!("{other}"),
    }
}
