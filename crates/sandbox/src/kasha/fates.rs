//! What becomes of transactions whose call has a fate, and which operations know which.

use std::time::Duration;

use jiff::Timestamp;

use super::transaction::{Kind, Stage, Status};
use super::verdict::Fault;
use super::world::World;
use crate::MovementKind;
use crate::clock::after;
use crate::fate::Fate;

/// How long the processor takes.
const USUAL: Duration = Duration::from_secs(3);
/// How long it takes until what was unsure is known.
const UNSURE: Duration = Duration::from_secs(60);
/// How long what was done lasts until it is reversed.
const REVERSAL: Duration = Duration::from_secs(60 * 60);
/// When what ended is corrected to done.
const CORRECTION: Duration = Duration::from_secs(24 * 60 * 60);

/// What happens to a transaction when its time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Complete,
    Decline,
    Expire,
    Cancel,
    Error,
    /// What was done is undone.
    Reverse,
    /// A refund is undone.
    ReverseRefund,
}

/// The fates that an operation knows.
pub(super) fn of(operation: &str) -> &'static [Fate] {
    use Fate::{
        Cancelled, CancelledThenPaid, Declined, Expires, ExpiresThenPaid, Reversed, Stuck, UnsureThenDeclined,
        UnsureThenPaid,
    };
    match operation {
        "create_direct_payment" => &[
            Declined,
            Stuck,
            Expires,
            ExpiresThenPaid,
            Cancelled,
            CancelledThenPaid,
            Reversed,
            UnsureThenPaid,
            UnsureThenDeclined,
        ],
        "settle_payout" => &[Declined, Stuck, Reversed, UnsureThenPaid, UnsureThenDeclined],
        "refund_by_reference" => &[Declined, Reversed],
        _ => &[],
    }
}

/// What a fate does to a transaction that was handed over at this time.
fn course(fate: Fate, now: Timestamp) -> Option<Vec<(Timestamp, Turn)>> {
    let soon = after(now, USUAL);
    let later = after(soon, UNSURE);
    let corrected = after(soon, CORRECTION);
    Some(match fate {
        Fate::Declined => vec![(soon, Turn::Decline)],
        Fate::Stuck => Vec::new(),
        Fate::Expires => vec![(soon, Turn::Expire)],
        Fate::ExpiresThenPaid => vec![(soon, Turn::Expire), (corrected, Turn::Complete)],
        Fate::Cancelled => vec![(soon, Turn::Cancel)],
        Fate::CancelledThenPaid => vec![(soon, Turn::Cancel), (corrected, Turn::Complete)],
        Fate::Reversed => vec![(soon, Turn::Complete), (after(soon, REVERSAL), Turn::Reverse)],
        Fate::UnsureThenPaid => vec![(soon, Turn::Error), (later, Turn::Complete)],
        Fate::UnsureThenDeclined => vec![(soon, Turn::Error), (later, Turn::Decline)],
        _ => return None,
    })
}

impl World {
    /// Gives a transaction to the course of its call's fate; `false` if it has none.
    pub(super) fn follow_fate(&mut self, place: usize) -> bool {
        let now = self.now();
        let Some(turns) = self.cause.fate.and_then(|fate| course(fate, now)) else { return false };
        self.transactions[place].turn(Status::Processing, Stage::Fated, now);
        self.agenda.extend(turns.into_iter().map(|(at, turn)| (at, place, turn)));
        true
    }

    /// Lets a refund be undone later, if that is its call's fate.
    pub(super) fn follow_refund(&mut self, place: usize) {
        if self.cause.is(Fate::Reversed) {
            self.agenda.push((after(self.now(), REVERSAL), place, Turn::ReverseRefund));
        }
    }

    /// Takes the turns whose time has come, in order of time.
    pub(super) fn take_turns(&mut self, now: Timestamp) {
        let (mut due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.agenda).into_iter().partition(|(at, ..)| *at <= now);
        self.agenda = later;
        due.sort_by_key(|(at, ..)| *at);
        for (at, place, turn) in due {
            self.take(place, turn, at);
        }
    }

    fn take(&mut self, place: usize, turn: Turn, at: Timestamp) {
        match turn {
            Turn::Complete => self.complete(place, at),
            Turn::Decline => self.decline(place, Fault::new("3000"), at),
            Turn::Expire => self.finish(place, Status::Expired, at),
            Turn::Cancel => self.finish(place, Status::UserCancel, at),
            Turn::Error => {
                self.transactions[place].fault = Some(Fault::new("1100"));
                self.transactions[place].turn(Status::Error, Stage::Fated, at);
            }
            Turn::Reverse | Turn::ReverseRefund => {
                let amount = self.transactions[place].amount;
                // A pay-in goes back out; a pay-out and a refund come back in.
                let goes_out = self.transactions[place].kind == Kind::PayIn && turn == Turn::Reverse;
                let amount = if goes_out { -amount } else { amount };
                if self.book(place, MovementKind::Reversal, amount, at) {
                    let status = if turn == Turn::Reverse { Status::Refunded } else { Status::Completed };
                    self.finish(place, status, at);
                }
            }
        }
    }
}
