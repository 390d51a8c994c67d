//! Finding out what became of a call: the document's lookup is asked until it knows, or until the time is over.

use std::fmt;
use std::time::Duration;

use super::candidates::Candidate;
use crate::journal::{Closing, Ending};
use crate::model::outcome::Pending;
use crate::model::progress::{Counts, Leg, Progress, Verdict};
use crate::wire::compare::{Compared, Comparison};
use crate::wire::reply::Reply;

/// The outcome of a call, as its lookup reports it.
///
/// ```
/// use bursar_runtime::{AnyError, Core, Pending, Reconciled};
///
/// async fn settle(client: &Core, pending: &Pending) -> Result<(), AnyError> {
///     match client.reconcile(pending).await? {
///         Reconciled::Done(found) => println!("it is done: {}", found.word().unwrap_or("there it is")),
///         Reconciled::Failed(_) => println!("nothing moved: it may be paid again, with a new reference"),
///         Reconciled::Returned(_) => println!("the money moved and came back"),
///         Reconciled::InPart(found) => println!("moved in part: {:?}", found.legs()),
///         Reconciled::MayStillCome(_) => println!("it has expired, and may be paid after all: ask again later"),
///         Reconciled::Pending(_) => println!("the provider has it and has not decided: ask again later"),
///         Reconciled::NotFound { proven: true, .. } => println!("the provider never took it"),
///         Reconciled::NotFound { .. } => println!("not seen yet, which proves nothing: ask again later"),
///         Reconciled::Differs(found) => println!("something else has this reference: {:?}", found.comparisons()),
///         Reconciled::Candidates { found, .. } => println!("{} entries may be it: a person decides", found.len()),
///         Reconciled::Undecidable { reason } => println!("the provider cannot be asked: {reason}"),
///         _ => println!("a later version knows more: treat it as open"),
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Reconciled {
    /// The call took effect; the money of a money call moved.
    ///
    /// Amount and currency agree, if they are documented.
    Done(Found),
    /// The call failed: nothing moved.
    Failed(Found),
    /// The money moved and came back.
    Returned(Found),
    /// The money moved in part: manual action is required.
    InPart(Found),
    /// The call has ended, but may still be corrected to done: look it up later.
    MayStillCome(Found),
    /// The call is not settled, or the answer does not state it.
    Pending(Found),
    /// The call was not found.
    NotFound {
        /// Whether that proves that nothing happened: only if the provider documents it, and enough time has passed.
        proven: bool,
        /// Time since the call was sent, by the client's clock.
        age: Duration,
        /// Time after which the provider documents to see a call; zero if it does not.
        visible_after: Duration,
    },
    /// The reference belongs to another call: amount or currency differ or are missing.
    Differs(Found),
    /// Entries of the provider's list that may be the call; undecided.
    ///
    /// The provider has no reference. Entries with another amount or currency are included ([`Candidate::differences`]), because fees may explain them.
    Candidates {
        /// Entries that may be the call, the likeliest first.
        found: Vec<Candidate>,
        /// Whether the list was read to its end; else it goes on, and the call may stand further down.
        complete: bool,
        /// The first page of the list.
        reply: Reply,
    },
    /// The call cannot be looked up.
    Undecidable {
        /// Why.
        reason: &'static str,
    },
}

impl Reconciled {
    /// The outcome's name in snake case, for metrics and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Failed(_) => "failed",
            Self::Returned(_) => "returned",
            Self::InPart(_) => "in_part",
            Self::MayStillCome(_) => "may_still_come",
            Self::Pending(_) => "pending",
            Self::NotFound { .. } => "not_found",
            Self::Differs(_) => "differs",
            Self::Candidates { .. } => "candidates",
            Self::Undecidable { .. } => "undecidable",
        }
    }

    /// The state that what was found is in.
    pub(super) fn of(progress: Progress, found: Found) -> Self {
        match progress {
            Progress::Done => Self::Done(found),
            Progress::Failed => Self::Failed(found),
            Progress::Returned => Self::Returned(found),
            Progress::InPart => Self::InPart(found),
            Progress::MayStillCome => Self::MayStillCome(found),
            Progress::Pending => Self::Pending(found),
        }
    }

    /// Whether the same money may be sent again: only if it failed, or its absence is proven.
    pub fn allows_resend(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::NotFound { proven: true, .. })
    }

    /// The provider's state of the reference; it may belong to another call ([`Differs`](Self::Differs)).
    pub fn found(&self) -> Option<&Found> {
        match self {
            Self::Done(found)
            | Self::Failed(found)
            | Self::Returned(found)
            | Self::InPart(found)
            | Self::MayStillCome(found)
            | Self::Pending(found)
            | Self::Differs(found) => Some(found),
            Self::Candidates { .. } | Self::NotFound { .. } | Self::Undecidable { .. } => None,
        }
    }

    /// What closes the journal entry of the call; `None` if it stays open.
    pub(super) fn closing(&self) -> Option<Closing> {
        match self {
            Self::Done(_) => Some(Closing::Settled(Progress::Done)),
            Self::Failed(_) => Some(Closing::Settled(Progress::Failed)),
            Self::Returned(_) => Some(Closing::Settled(Progress::Returned)),
            Self::NotFound { proven: true, .. } => Some(Closing::Ended(Ending::Refused)),
            // What moved in part, or may still come, is open until a person closes it.
            _ => None,
        }
    }

    /// What the provider has of the call, if it has it and nothing speaks against its being the call.
    pub(crate) fn into_known(self) -> Option<Found> {
        match self {
            Self::Done(found)
            | Self::Failed(found)
            | Self::Returned(found)
            | Self::InPart(found)
            | Self::MayStillCome(found)
            | Self::Pending(found) => Some(found),
            Self::NotFound { .. } | Self::Differs(_) | Self::Candidates { .. } | Self::Undecidable { .. } => None,
        }
    }

    /// The complete answer of the lookup, if there was one.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Candidates { reply, .. } => Some(reply),
            _ => self.found().map(Found::reply),
        }
    }
}

/// The provider's state of a call. `Debug` shows neither values nor body.
#[derive(Clone)]
pub struct Found {
    pub(super) reply: Reply,
    /// What the answer says of the state, where the document names a status.
    pub(super) verdict: Option<Verdict>,
    pub(super) comparisons: Vec<Comparison>,
    pub(super) waits: bool,
}

impl Found {
    /// The provider's status value. Of several legs, that of the first that is not done.
    ///
    /// It is not checked against a list.
    pub fn word(&self) -> Option<&str> {
        self.verdict.as_ref()?.deciding()?.value()
    }

    /// Legs of the payment, in the order of the money; empty without a documented status.
    pub fn legs(&self) -> &[Leg] {
        self.verdict.as_ref().map_or(&[], |verdict| &verdict.legs)
    }

    /// Counts of a batch's entries, if they are documented.
    pub fn counts(&self) -> Option<Counts> {
        self.verdict.as_ref()?.counts
    }

    /// Whether the resource still waits for the call, according to its own status.
    ///
    /// An operation that succeeds only once may then be called again: a payout that waits for its approval, a failed refund that can be retried.
    pub fn waits(&self) -> bool {
        self.waits
    }

    /// Comparison of the documented amount and currency of call and answer.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// The complete answer of the lookup.
    pub fn reply(&self) -> &Reply {
        &self.reply
    }

    /// Whether any field disagrees or is not shown.
    pub(super) fn differs(&self) -> bool {
        self.comparisons.iter().any(|comparison| !comparison.agrees())
    }

    /// Whether any field that is shown disagrees.
    pub(super) fn contradicts(&self) -> bool {
        self.comparisons.iter().any(|comparison| !comparison.agrees() && comparison.found().is_some())
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let compared = |it: &Comparison| (it.what().name(), it.agrees());
        out.debug_struct("Found")
            .field("reply", &self.reply)
            .field("agrees", &self.comparisons.iter().map(compared).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Found {
    /// Whether this is the call beyond doubt: all that could be compared agrees, the amount among it if the call names one.
    pub(crate) fn is_surely_the(&self, call: &Pending) -> bool {
        let has_amount = |comparison: &Comparison| comparison.what() == Compared::Amount;
        !self.differs() && (call.amount().is_none() || self.comparisons.iter().any(has_amount))
    }
}
