//! Where a provider knows no reference: entries of a list that may be the call, each with what speaks for it and what differs.

use std::cmp::Reverse;
use std::fmt;
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::json::lenient::Json;
use crate::json::pointer;
use crate::model::operation::{Entries, EntryKey};
use crate::model::outcome::Pending;
use crate::model::progress::Progress;
use crate::value::DateTime;
use crate::wire::compare::{Compared, Comparison};
use crate::wire::correlation::{text_of, tokens};

/// How far before the sending an entry may be dated: books are dated to the start of a day somewhere.
const BEFORE: SignedDuration = SignedDuration::from_hours(36);
/// How far after it: over a long weekend nothing is booked.
const AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A reason why an entry may be the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It holds the token of the call.
    Token,
    /// The amounts are equal, whatever their sign.
    Amount,
    /// The currencies are equal.
    Currency,
    /// The accounts are equal.
    Account,
    /// The money went out.
    Direction,
    /// It is dated at about the time at which the call was sent, or was to be carried out.
    Time {
        /// How far apart both are. A date without a time counts as noon in UTC.
        apart: Duration,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => out.write_str("same token"),
            Self::Amount => out.write_str("same amount"),
            Self::Currency => out.write_str("same currency"),
            Self::Account => out.write_str("same account"),
            Self::Direction => out.write_str("outgoing"),
            Self::Time { apart } => write!(out, "dated {} minutes from the call", apart.as_secs() / 60),
        }
    }
}

/// An entry of the provider's list that may be the call.
///
/// `Debug` shows neither the entry nor values.
#[derive(Clone)]
pub struct Candidate {
    json: String,
    reasons: Vec<Reason>,
    comparisons: Vec<Comparison>,
    differences: Vec<Comparison>,
    state: Option<Progress>,
}

impl Candidate {
    /// The reasons why the entry may be the call.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// Differences in amount or currency, which fees or a conversion may explain.
    pub fn differences(&self) -> &[Comparison] {
        &self.differences
    }

    /// All that was compared.
    pub(super) fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// State of the entry, if its status is documented.
    pub fn state(&self) -> Option<Progress> {
        self.state
    }

    /// The unchanged entry as JSON text. It may contain personal data: do not print it.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Whether it holds the call's token, or the id that the call names.
    pub(super) fn is_hit(&self) -> bool {
        self.reasons.contains(&Reason::Token)
    }

    /// Whether nothing that it shows differs.
    pub(super) fn is_likely(&self) -> bool {
        self.differences.is_empty()
    }

    /// Sorts the likeliest to the front: fewest differences, money that left, most reasons, closest in time.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        let left = !matches!(self.state, Some(Progress::Failed | Progress::Returned));
        (Reverse(self.is_hit()), self.differences.len(), !left, Reverse(self.reasons.len()), self.apart())
    }

    fn apart(&self) -> Duration {
        let apart = self.reasons.iter().find_map(|reason| match reason {
            Reason::Time { apart } => Some(*apart),
            _ => None,
        });
        apart.unwrap_or(Duration::MAX)
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let differences: Vec<_> = self.differences.iter().map(|it| it.what().name()).collect();
        out.debug_struct("Candidate")
            .field("reasons", &self.reasons)
            .field("differences", &differences)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// What entries are compared with.
pub(super) struct Wanted<'a> {
    pub(super) pending: &'a Pending,
    pub(super) entries: &'a Entries,
    /// When the call was sent and when it was to be carried out, if the clocks agree.
    pub(super) times: Option<(Timestamp, Timestamp)>,
}

impl<'a> Wanted<'a> {
    /// `now` is the client's clock, and `theirs` the provider's as its answer states it.
    pub(super) fn new(
        pending: &'a Pending,
        entries: &'a Entries,
        now: Option<Timestamp>,
        theirs: Option<Timestamp>,
    ) -> Self {
        let agree = |one: Timestamp, other: Timestamp| one.duration_since(other).abs() <= SignedDuration::from_hours(1);
        let is_right =
            now.zip(theirs).is_none_or(|(now, theirs)| agree(now, theirs)) && !pending.sent_by_a_wrong_clock();
        let sent = pending.sent().filter(|sent| {
            // What was sent after now was sent by a clock that was wrong.
            is_right && theirs.or(now).is_none_or(|now| *sent <= now || agree(*sent, now))
        });
        let due = pending.due().and_then(instant);
        let times = sent.map(|sent| (sent, due.unwrap_or(sent).max(sent)));
        Self { pending, entries, times }
    }

    /// An entry as a candidate; `None` if something shows that it is not the call.
    pub(super) fn weigh(&self, item: Json<'_>, state: Option<Progress>) -> Option<Candidate> {
        let text = |pointer: &str| match pointer {
            "" => None,
            pointer => pointer::within(item, pointer)?.scalar().map(|text| text.into_owned()),
        };
        let (mut reasons, mut comparisons) = (Vec::new(), Vec::new());
        let key = self.entries.key.as_ref().and_then(|key| self.key(key, item));
        if key == Some(true) {
            reasons.push(Reason::Token);
        }
        // What holds the token is the call, whatever else it shows.
        let is_hit = key == Some(true);
        let unsigned = |text: &str| text.trim().trim_start_matches(['-', '+']).to_owned();
        let amount = text(self.entries.amount);
        let amounts =
            (Compared::Amount, self.pending.amount().map(unsigned), amount.as_deref().map(unsigned), Reason::Amount);
        let currency = self.pending.currency().map(str::to_owned);
        let currencies = (Compared::Currency, currency, text(self.entries.currency), Reason::Currency);
        for (what, sent, found, reason) in [amounts, currencies] {
            let (Some(sent), Some(found)) = (sent, found) else { continue };
            let comparison = Comparison::new(what, &sent, Some(&found));
            reasons.extend(comparison.agrees().then_some(reason));
            comparisons.push(comparison);
        }
        let differences: Vec<Comparison> = comparisons.iter().filter(|it| !it.agrees()).cloned().collect();
        let account = text(self.entries.account).and_then(|found| Comparison::of_account(self.pending, Some(&found)));
        let account = account.map(|comparison| comparison.agrees());
        let went_out = went_out(self.entries, amount.as_deref(), text);
        let is_other = key == Some(false) || account == Some(false) || went_out == Some(false);
        if is_other && !is_hit {
            return None;
        }
        reasons.extend((account == Some(true)).then_some(Reason::Account));
        reasons.extend((went_out == Some(true)).then_some(Reason::Direction));
        let dated = text(self.entries.time).and_then(|text| instant(&text));
        if let Some(((sent, due), dated)) = self.times.zip(dated) {
            if sent.duration_since(dated) > BEFORE {
                return is_hit.then(|| Candidate {
                    json: item.text().to_owned(),
                    reasons,
                    comparisons,
                    differences,
                    state,
                });
            }
            let apart = dated.duration_since(sent).abs().min(dated.duration_since(due).abs());
            match dated.duration_since(due) > AFTER {
                false => reasons.push(Reason::Time { apart: apart.unsigned_abs() }),
                // Booked late, it may still be the call; with another amount as well, nothing speaks for it.
                true if !differences.is_empty() && !is_hit => return None,
                true => {}
            }
        }
        Some(Candidate { json: item.text().to_owned(), reasons, comparisons, differences, state })
    }

    /// Whether an entry holds the call's token; `None` if that is not known, `Some(false)` if it is another call's for certain.
    fn key(&self, key: &EntryKey, item: Json<'_>) -> Option<bool> {
        let sent = self.pending.key()?;
        let found = text_of(pointer::within(item, key.entry)?, key.pair)?;
        let found = if key.is_id { vec![found.trim().to_owned()] } else { tokens(&found) };
        match found.iter().any(|found| found == sent) {
            true => Some(true),
            false => (!found.is_empty() && !key.inferred).then_some(false),
        }
    }
}

/// Whether an entry says that money went out.
fn went_out(entries: &Entries, amount: Option<&str>, text: impl Fn(&str) -> Option<String>) -> Option<bool> {
    let negative = amount.map(|amount| amount.trim().starts_with('-'));
    let direction = entries.direction.as_ref();
    let word = direction.and_then(|direction| text(direction.field));
    let is_in = |list: &[&str], word: &str| list.iter().any(|one| one.eq_ignore_ascii_case(word));
    match (direction, word.as_deref()) {
        (Some(direction), Some(word)) if is_in(direction.out, word) => Some(true),
        (Some(direction), Some(word)) if is_in(direction.income, word) || is_in(direction.other, word) => Some(false),
        _ if negative == Some(true) => Some(true),
        (Some(direction), _) if direction.signed => negative,
        _ => None,
    }
}

/// The instant of a date or time; a date counts as noon, and a time without a zone as UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let stamp = DateTime::from_text(text);
    let civil = || stamp.datetime().ok().or_else(|| Some(stamp.date().ok()?.to_datetime(Time::constant(12, 0, 0, 0))));
    stamp.timestamp().ok().or_else(|| Offset::UTC.to_timestamp(civil()?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_any_spelling_have_an_instant() {
        let at = |text| instant(text).map(|at| at.to_string());
        assert_eq!(at("2019-03-20T00:00:00.000+0000").as_deref(), Some("2019-03-20T00:00:00Z"));
        assert_eq!(at("2019-03-20").as_deref(), Some("2019-03-20T12:00:00Z"));
        assert_eq!(at("2019-03-20T10:00:00").as_deref(), Some("2019-03-20T10:00:00Z"));
        assert_eq!(at("yesterday"), None);
    }

    #[test]
    fn reasons_are_words() {
        let reason = Reason::Time { apart: Duration::from_secs(180) };
        assert_eq!(reason.to_string(), "dated 3 minutes from the call");
        assert_eq!(Reason::Token.to_string(), "same token");
    }
}
