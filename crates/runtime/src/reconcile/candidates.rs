//! Where a provider knows no reference: entries of a list that may be the call, each with what speaks for it.

use std::fmt;
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::compare::same_amount;
use crate::envelope;
use crate::json;
use crate::lenient::Json;
use crate::operation::{Entries, Operation};
use crate::outcome::Pending;
use crate::reply::Reply;
use crate::value::DateTime;

/// How far before the sending an entry may be dated: books are dated to the start of a day somewhere.
const BEFORE: SignedDuration = SignedDuration::from_hours(36);
/// How far after it: over a long weekend nothing is booked.
const AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// Why an entry may be the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The amounts are equal, whatever their sign.
    Amount,
    /// The currencies are equal.
    Currency,
    /// The money went out.
    Direction,
    /// It is dated at about the time at which the call was sent.
    Time {
        /// How far apart both are. A date without a time counts as noon in UTC.
        apart: Duration,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount => out.write_str("same amount"),
            Self::Currency => out.write_str("same currency"),
            Self::Direction => out.write_str("money went out"),
            Self::Time { apart } => write!(out, "dated {} minutes from the sending", apart.as_secs() / 60),
        }
    }
}

/// An entry of the provider's list that may be the call. `Debug` shows the reasons only.
#[derive(Clone)]
pub struct Candidate {
    json: String,
    reasons: Vec<Reason>,
}

impl Candidate {
    /// What speaks for it. Nothing that could be compared speaks against it.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// The entry as it came, as JSON text. It may hold personal data: do not print it.
    pub fn json(&self) -> &str {
        &self.json
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
        out.debug_struct("Candidate").field("reasons", &self.reasons).finish_non_exhaustive()
    }
}

/// The entries that nothing speaks against, those with the most reasons first, then the closest in time.
pub(super) fn among(pending: &Pending, entries: &Entries, operation: &Operation, reply: &Reply) -> Vec<Candidate> {
    let list = envelope::find_at(operation, reply, entries.items);
    let items = list.and_then(Json::items).into_iter().flatten();
    let mut found: Vec<Candidate> = items
        .filter_map(|item| Some(Candidate { reasons: reasons(pending, entries, item)?, json: item.text().to_owned() }))
        .collect();
    found.sort_by_key(|candidate| (std::cmp::Reverse(candidate.reasons.len()), candidate.apart()));
    found
}

/// Whether the list does not go on after this answer.
pub(super) fn is_complete(operation: &Operation, reply: &Reply) -> bool {
    let Some(page) = &operation.page else { return true };
    !page.next.is_empty()
        && envelope::find_at(operation, reply, page.next).is_none_or(|next| matches!(next.text(), "null" | "\"\""))
}

/// What speaks for an entry; `None` if something speaks against it.
fn reasons(pending: &Pending, entries: &Entries, item: Json<'_>) -> Option<Vec<Reason>> {
    let text = |pointer: &str| match pointer {
        "" => None,
        pointer => json::within(item, pointer)?.scalar().map(|text| text.into_owned()),
    };
    let mut reasons = Vec::new();
    let amount = text(entries.amount);
    if let (Some(sent), Some(found)) = (pending.amount(), &amount) {
        let unsigned = |text: &str| text.trim().trim_start_matches(['-', '+']).to_owned();
        if !same_amount(&unsigned(sent), &unsigned(found)) {
            return None;
        }
        reasons.push(Reason::Amount);
    }
    if let (Some(sent), Some(found)) = (pending.currency(), text(entries.currency)) {
        if !sent.eq_ignore_ascii_case(&found) {
            return None;
        }
        reasons.push(Reason::Currency);
    }
    match went_out(entries, amount.as_deref(), text) {
        Some(false) => return None,
        Some(true) => reasons.push(Reason::Direction),
        None => {}
    }
    if let (Some(sent), Some(dated)) = (pending.sent(), text(entries.time).and_then(|text| instant(&text))) {
        let after = dated.duration_since(sent);
        if after < -BEFORE || after > AFTER {
            return None;
        }
        reasons.push(Reason::Time { apart: after.unsigned_abs() });
    }
    Some(reasons)
}

/// Whether an entry says that money went out.
fn went_out(entries: &Entries, amount: Option<&str>, text: impl Fn(&str) -> Option<String>) -> Option<bool> {
    let negative = amount.map(|amount| amount.trim().starts_with('-'));
    let direction = entries.direction.as_ref();
    let word = direction.and_then(|direction| text(direction.field));
    match (direction, word.as_deref()) {
        (Some(direction), Some(word)) if direction.out.contains(&word) => Some(true),
        (Some(direction), Some(word)) if direction.income.contains(&word) => Some(false),
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
        assert_eq!(reason.to_string(), "dated 3 minutes from the sending");
    }
}
