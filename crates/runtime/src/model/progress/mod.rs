//! What an answer says about the money: the states, and the one rule that makes them from status values and counts.

use std::fmt;

use crate::model::operation::{Operation, Settled, SettledCounts, SettledLeg};

/// State of an accepted call.
///
/// Only [`Done`](Self::Done) says that the money moved, and only [`Failed`](Self::Failed) that the same money may be sent again. A status value
/// that the document does not list, an absent status and an unread count never decide anything.
///
/// ```
/// use bursar_runtime::Progress;
///
/// fn next(progress: Progress) -> &'static str {
///     match progress {
///         Progress::Done => "credit the customer",
///         Progress::Failed => "pay again, with a new reference",
///         Progress::Pending => "look it up again later",
///         Progress::MayStillCome => "look it up again later, for as long as the provider may correct it",
///         Progress::Returned => "book both movements",
///         Progress::InPart => "give it to a person, with the legs",
///         // A later version knows more states. None of them allows to pay again.
///         _ => progress.advice(),
///     }
/// }
///
/// assert_eq!(next(Progress::Pending), "look it up again later");
/// assert!(Progress::Failed.allows_resend() && !Progress::MayStillCome.allows_resend());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Progress {
    /// Not settled, or the answer does not state it.
    Pending,
    /// Done: for a money call, the money moved.
    Done,
    /// Failed: nothing moved, and nothing will.
    Failed,
    /// The money moved and came back.
    Returned,
    /// The money moved in part: some legs or entries did not move.
    InPart,
    /// Ended (expired or cancelled), but the provider may correct it to done.
    MayStillCome,
}

impl Progress {
    /// The state's name in snake case, for metrics and logs.
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// Description of the state or failure, for the middle of a sentence.
    pub fn meaning(self) -> &'static str {
        self.texts().1
    }

    /// What to do next.
    pub fn advice(self) -> &'static str {
        self.texts().2
    }

    /// Whether the same money may be sent again: only if nothing moved and nothing will.
    pub fn allows_resend(self) -> bool {
        self == Self::Failed
    }

    fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Pending => ("pending", "accepted, not settled yet", "look it up again later, do not send it again"),
            Self::Done => ("done", "done", "nothing to do"),
            Self::Failed => {
                ("failed", "failed, nothing moved", "the same money may be sent again, with a new reference")
            }
            Self::Returned => ("returned", "the money moved and came back", "book both movements before sending again"),
            Self::InPart => {
                ("in_part", "moved in part", "settle the rest manually or with the provider, do not send it again")
            }
            Self::MayStillCome => (
                "may_still_come",
                "expired or cancelled, may still be corrected to done",
                "look it up again later, do not send it again",
            ),
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// A leg of a payment with its status in an answer.
///
/// A payment with several legs, such as a collection and a delivery, has a status for each.
#[derive(Clone, PartialEq, Eq)]
pub struct Leg {
    name: &'static str,
    value: Option<String>,
    says: Says,
}

impl Leg {
    /// The leg's name in the document, or that of its status field.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The provider's status value, `None` if the answer has none.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// State of this leg alone; a value that is absent or not documented is pending.
    pub fn state(&self) -> Progress {
        match self.says {
            Says::Known(state) => state,
            Says::Absent | Says::Unknown => Progress::Pending,
        }
    }

    /// Whether the document lists the status value.
    pub fn is_documented(&self) -> bool {
        matches!(self.says, Says::Known(_))
    }
}

impl fmt::Debug for Leg {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What the document does not list may be anything.
        let value = if self.is_documented() { self.value() } else { self.value().map(|_| "*") };
        out.debug_struct("Leg").field("name", &self.name).field("value", &value).field("state", &self.state()).finish()
    }
}

/// Number of entries of a batch by state, as far as the answer states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// All entries.
    pub total: Option<u64>,
    /// Entries that moved.
    pub done: Option<u64>,
    /// Entries that failed.
    pub failed: Option<u64>,
    /// Entries that are not settled.
    pub pending: Option<u64>,
}

/// What an answer says by its document's `x-settled`.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    pub(crate) progress: Progress,
    pub(crate) legs: Vec<Leg>,
    pub(crate) counts: Option<Counts>,
}

impl Verdict {
    /// The leg that the state hangs on: the first that is not done, else the last.
    pub(crate) fn deciding(&self) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.state() != Progress::Done).or(self.legs.last())
    }
}

/// Reads a state; `text` gives the value at a pointer of the document.
pub(crate) fn judge_by(settled: &Settled, text: impl Fn(&str) -> Option<String>) -> Verdict {
    let counts = settled.counts.as_ref().map(|row| counted(&text, row));
    let counts_pending = settled.counts.as_ref().is_some_and(|row| !row.pending.is_empty());
    let read = |leg: &'static SettledLeg| {
        let value = text(leg.status);
        let says = match &value {
            None => Says::Absent,
            Some(value) if is_counted(leg, value) => {
                Says::Known(counts.map_or(Progress::Pending, |counts| by_counts(&counts, counts_pending)))
            }
            Some(value) => leg.state_of(value).map_or(Says::Unknown, Says::Known),
        };
        Leg { name: leg.name, value, says }
    };
    let legs: Vec<Leg> = settled.legs.iter().map(read).collect();
    let states: Vec<(Says, bool)> = legs.iter().zip(settled.legs).map(|(leg, row)| (leg.says, row.whole)).collect();
    Verdict { progress: combine(&states), legs, counts }
}

/// What the document says about the state of the call as a whole; a status within a list is that of an entry.
pub(crate) fn whole(operation: &Operation) -> Option<&Settled> {
    let settled = operation.settled.as_ref()?;
    let is_entry = |leg: &SettledLeg| leg.status.split('/').any(|key| key == "*");
    (!settled.legs.iter().any(is_entry)).then_some(settled)
}

/// Whether two status values are the same: white space around them and the case of ASCII letters do not count.
pub(crate) fn is_same(documented: &str, value: &str) -> bool {
    documented.eq_ignore_ascii_case(value.trim())
}

fn is_counted(leg: &SettledLeg, value: &str) -> bool {
    leg.counted.iter().any(|documented| is_same(documented, value))
}

impl SettledLeg {
    /// The state that a status value says by the document, `None` if it is not listed.
    ///
    /// A value in another case than the document's counts too, unless the document lists values that differ in case only and mean different
    /// things. White space around it does not count. A value of `counted` says nothing by itself.
    pub fn state_of(&self, value: &str) -> Option<Progress> {
        let classes = [
            (self.done, Progress::Done),
            (self.failed, Progress::Failed),
            (self.returned, Progress::Returned),
            (self.in_part, Progress::InPart),
            (self.may_come, Progress::MayStillCome),
            (self.pending, Progress::Pending),
        ];
        if let Some((_, state)) = classes.iter().find(|(values, _)| values.contains(&value)) {
            return Some(*state);
        }
        let mut same = classes.iter().filter(|(values, _)| values.iter().any(|documented| is_same(documented, value)));
        let (_, state) = same.next()?;
        same.next().is_none().then_some(*state)
    }
}

/// What one leg says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Its status is not in the answer.
    Absent,
    /// Its status has a value that the document does not list.
    Unknown,
    Known(Progress),
}

/// The rule: the state of a payment from those of its legs, in the order in which the money passes them.
///
/// Each leg comes with whether its status speaks of the whole payment. In doubt the payment is pending, and never failed.
fn combine(legs: &[(Says, bool)]) -> Progress {
    let is = |state: Progress| move |(says, _): &&(Says, bool)| *says == Says::Known(state);
    let any = |state: Progress| legs.iter().find(is(state)).is_some();
    let ended = [Progress::Failed, Progress::Returned, Progress::MayStillCome];
    if any(Progress::InPart) {
        return Progress::InPart;
    }
    // What speaks of the payment as a whole.
    let whole = |state: Progress| legs.iter().any(|(says, whole)| *whole && *says == Says::Known(state));
    if whole(Progress::Returned) {
        return Progress::Returned;
    }
    if any(Progress::Done) {
        return match legs.iter().all(|leg| is(Progress::Done)(&leg)) {
            true => Progress::Done,
            false if ended.into_iter().any(any) => Progress::InPart,
            false if whole(Progress::Done) => Progress::Done,
            false => Progress::Pending,
        };
    }
    if whole(Progress::MayStillCome) {
        return Progress::MayStillCome;
    }
    // Nothing is done. What did not get into the first leg cannot reach a later one.
    let is_unknown = legs.iter().any(|(says, _)| *says == Says::Unknown);
    match legs.first() {
        Some((Says::Known(Progress::Failed), _)) if any(Progress::Returned) => Progress::Returned,
        Some((Says::Known(state), _)) if !is_unknown => *state,
        _ => Progress::Pending,
    }
}

/// The state of a batch that has ended, from its counts. `counts_pending`: whether the document names a count of undecided entries.
fn by_counts(counts: &Counts, counts_pending: bool) -> Progress {
    let (Some(total), Some(done)) = (counts.total.filter(|total| *total > 0), counts.done) else {
        return Progress::Pending;
    };
    let failed = counts.failed.unwrap_or_default();
    let pending = match (counts_pending, counts.pending) {
        (true, None) => None,
        (true, pending) => pending,
        // Without a count of their own, those that neither moved nor failed are undecided.
        (false, _) => total.checked_sub(done).and_then(|rest| rest.checked_sub(failed)),
    };
    match (done, pending) {
        // All of them moved, or some did and others failed: whatever is not counted changes neither.
        (_, None | Some(0)) if done == total && failed == 0 => Progress::Done,
        (1.., None) if failed > 0 && done.checked_add(failed).is_some_and(|ended| ended <= total) => Progress::InPart,
        (_, None) => Progress::Pending,
        (0, Some(0)) if failed <= total => Progress::Failed,
        (0, Some(_)) => Progress::Pending,
        _ => Progress::InPart,
    }
}

fn counted(text: impl Fn(&str) -> Option<String>, counts: &SettledCounts) -> Counts {
    let read = |pointer: &str| {
        let pointer = (!pointer.is_empty()).then_some(pointer)?;
        text(pointer)?.trim().parse().ok()
    };
    Counts {
        total: read(counts.total),
        done: read(counts.done),
        failed: read(counts.failed),
        pending: read(counts.pending),
    }
}

#[cfg(test)]
mod tests;
