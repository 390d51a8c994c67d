//! Amounts, currencies and accounts side by side: decimals by value, words by their letters.

use std::fmt::{self, Write as _};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::json::number;
use crate::model::operation::{Operation, Slot};
use crate::model::outcome::Pending;
use crate::wire::asked::Parts;
use crate::wire::base::Base;
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compared {
    /// The amount, by value: `10.5` and `10.50` agree.
    Amount,
    /// The currency.
    Currency,
    /// The account.
    Account,
    /// The caller's reference.
    Reference,
}

impl Compared {
    /// Its name in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Account => "account",
            Self::Reference => "reference",
        }
    }
}

/// One field of a call beside the same field of an answer. Accounts are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    what: Compared,
    sent: String,
    found: Option<String>,
    agrees: bool,
}

impl Comparison {
    /// Compares two values; `None` of the second means that the answer does not hold the field.
    pub(crate) fn new(what: Compared, sent: &str, found: Option<&str>) -> Self {
        let agrees = found.is_some_and(|found| match what {
            Compared::Amount => same_amount(sent, found),
            Compared::Currency => sent.trim().eq_ignore_ascii_case(found.trim()),
            Compared::Account => same_account(sent, found),
            Compared::Reference => sent.trim() == found.trim(),
        });
        let shown = |text: &str| if what == Compared::Account { masked(text) } else { printable(text) };
        Self { what, sent: shown(sent), found: found.map(shown), agrees }
    }

    /// Compares the account that a call named, of which only the [`fingerprint`] was kept; `None` if no account was named or nothing shows one.
    pub(crate) fn of_account(call: &Pending, found: Option<&str>) -> Option<Self> {
        let (kept, salt) = call.named_account()?;
        Some(Self::of_kept_account(kept, salt, found))
    }

    fn of_kept_account(kept: &str, salt: &str, found: Option<&str>) -> Self {
        let agrees = found.is_some_and(|found| fingerprint(found, salt) == kept);
        let sent = kept.split(' ').next().unwrap_or_default().to_owned();
        Self { what: Compared::Account, sent, found: found.map(|found| masked(&letters(found))), agrees }
    }

    /// What was compared.
    pub fn what(&self) -> Compared {
        self.what
    }

    /// The value in the request; of an account, its last four characters at most.
    pub fn sent(&self) -> &str {
        &self.sent
    }

    /// The value in the answer, `None` if it holds none; of an account, its last four characters at most.
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// Whether the answer shows another value, as opposed to none.
    pub(crate) fn is_contradicted(&self) -> bool {
        self.found.is_some() && !self.agrees
    }

    /// Whether both are the same.
    pub fn agrees(&self) -> bool {
        self.agrees
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, sent) = (self.what.name(), &self.sent);
        match &self.found {
            Some(found) => write!(out, "{what} {sent} was sent, the answer contains {found}"),
            None => write!(out, "{what} {sent} was sent, the answer does not contain it"),
        }
    }
}

/// Whether two decimals have the same value; what is no decimal must be the same text.
pub(crate) fn same_amount(one: &str, other: &str) -> bool {
    match (number::decimal(one.trim(), false), number::decimal(other.trim(), false)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one == other,
        _ => false,
    }
}

fn same_account(one: &str, other: &str) -> bool {
    letters(one) == letters(other)
}

fn letters(account: &str) -> String {
    let kept = account.chars().filter(|letter| !letter.is_whitespace());
    kept.flat_map(char::to_uppercase).collect()
}

/// What may be stored of an account: its mask, and a salted hash to compare another one with.
pub(crate) fn fingerprint(account: &str, salt: &str) -> String {
    let account = letters(account);
    let mut text = masked(&account);
    text.push(' ');
    let mut hash = Hmac::<Sha256>::new_from_slice(salt.as_bytes()).ok();
    if let Some(hash) = &mut hash {
        hash.update(account.as_bytes());
    }
    let bytes = hash.map(|hash| hash.finalize().into_bytes());
    for byte in bytes.iter().flatten().take(16) {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The last characters, at most four and never more than a third of all.
fn masked(text: &str) -> String {
    let count = text.chars().count();
    let shown = (count / 3).min(4);
    format!("*{}", text.chars().skip(count - shown).collect::<String>())
}

/// Amounts, currencies and references are short; whatever else stands in their place is not printed.
fn printable(text: &str) -> String {
    let fits = text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.,_ ".contains(&byte));
    if fits { text.to_owned() } else { "(not printable)".to_owned() }
}

/// What the answer of a call contradicts: only fields that the document says are equal, and that the answer holds.
pub(crate) fn contradictions(operation: &Operation, base: &Base, asked: Parts<'_>, reply: &Reply) -> Vec<Comparison> {
    let fields = operation.money.as_ref().map(|money| {
        [
            (Compared::Amount, money.request.amount, money.answer.amount),
            (Compared::Currency, money.request.currency, money.answer.currency),
            (Compared::Account, money.request.account, money.answer.account),
        ]
    });
    let named = fields.into_iter().flatten().filter(|(_, sent, found)| !sent.is_empty() && !found.is_empty());
    let compared = named.filter_map(|(what, sent, found)| {
        let found = envelope::text_at(operation, reply, found)?;
        Some(Comparison::new(what, &asked.text(base, operation, Slot::Body(sent))?, Some(&found)))
    });
    let reference = || {
        let echo = operation.idempotency.as_ref()?.echo;
        let found = if echo.is_empty() { None } else { envelope::text_at(operation, reply, echo) };
        Some(Comparison::new(Compared::Reference, &asked.reference(base, operation)?, Some(&found?)))
    };
    compared.chain(reference()).filter(|comparison| !comparison.agrees()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_compared_by_value_and_never_by_spelling() {
        for (one, other) in [
            ("10.50", "10.5"),
            ("1e3", "1000.00"),
            ("0", "-0.00"),
            ("ten", "ten"),
            ("12345678901234567890.1", "12345678901234567890.10"),
        ] {
            assert!(same_amount(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("10.50", "10.51"),
            ("10", "-10"),
            ("100", "1.00"),
            ("10", "ten"),
            ("ten", "zehn"),
            ("12345678901234567890.1", "12345678901234567890.2"),
        ] {
            assert!(!same_amount(one, other), "{one} {other}");
        }
    }

    #[test]
    fn an_account_is_masked_and_compared_without_its_spaces() {
        let one = Comparison::new(Compared::Account, "DE00 0000 0000 0000 0000 02", Some("de00000000000000000002"));
        assert!(one.agrees() && !one.sent().contains("0000 0000"));
        let other = Comparison::new(Compared::Account, "acc-1", Some("acc-2"));
        assert_eq!(other.to_string(), "account *1 was sent, the answer contains *2");
        assert_eq!(Comparison::new(Compared::Account, "42", None).sent(), "*");
    }

    #[test]
    fn an_account_is_compared_with_what_was_kept_of_it() {
        let kept = fingerprint("DE00 0000 0000 0000 0000 02", "salt");
        assert!(!kept.contains("0000000") && kept.starts_with("*"), "{kept}");
        assert_ne!(kept, fingerprint("DE00 0000 0000 0000 0000 02", "other"));
        let compared = |found| Comparison::of_kept_account(&kept, "salt", found);
        assert!(compared(Some("de00000000000000000002")).agrees());
        assert!(!compared(Some("DE00000000000000000003")).agrees() && !compared(None).agrees());
        assert_eq!(compared(Some("DE00000000000000000003")).sent(), compared(None).sent());
    }

    #[test]
    fn what_stands_in_an_amounts_place_is_not_printed() {
        let odd = Comparison::new(Compared::Amount, "10.00", Some("<script>"));
        assert_eq!(odd.to_string(), "amount 10.00 was sent, the answer contains (not printable)");
    }
}
