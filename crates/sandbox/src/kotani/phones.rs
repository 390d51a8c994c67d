//! What the test telephones do.

use std::time::Duration;

/// How long a step takes where nothing says otherwise.
pub(super) const USUAL: Duration = Duration::from_secs(5);
const SLOW: Duration = Duration::from_secs(60);

/// What becomes of a transaction with a telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Succeeds(Duration),
    Fails(&'static Failure),
    NeverSettles,
}

/// Why a transaction did not succeed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The transaction's status.
    pub(super) status: &'static str,
    pub(super) code: &'static str,
    pub(super) message: &'static str,
    /// What becomes of the crypto side.
    pub(super) onchain: &'static str,
}

const INSUFFICIENT_FUNDS: Failure =
    Failure { status: "FAILED", code: "INSUFFICIENT_FUNDS", message: "Insufficient funds", onchain: "CANCELLED" };
pub(super) const NO_ACCOUNT: Failure =
    Failure { status: "FAILED", code: "ACCOUNT_NOT_FOUND", message: "Account not found", onchain: "CANCELLED" };
const LIMIT: Failure =
    Failure { status: "FAILED", code: "LIMIT_EXCEEDED", message: "Transaction limit exceeded", onchain: "CANCELLED" };
pub(super) const CANCELLED: Failure = Failure {
    status: "CANCELLED",
    code: "CANCELLED_BY_CUSTOMER",
    message: "Cancelled by the customer",
    onchain: "CANCELLED",
};
/// A payment of a batch whose reference was paid before.
pub(super) const DUPLICATE: Failure =
    Failure { status: "FAILED", code: "DUPLICATE_REFERENCE", message: "Duplicate referenceId", onchain: "CANCELLED" };

/// The last nine digits decide; without a telephone all goes well.
pub(super) fn fate(phone: Option<&str>) -> Fate {
    match phone.map(last_nine).as_deref() {
        Some("700000010") => Fate::Fails(&INSUFFICIENT_FUNDS),
        Some("700000011") => Fate::Fails(&NO_ACCOUNT),
        Some("700000012") => Fate::Fails(&LIMIT),
        Some("700000013") => Fate::Fails(&CANCELLED),
        Some("700000020") => Fate::NeverSettles,
        Some("700000021") => Fate::Succeeds(SLOW),
        _ => Fate::Succeeds(USUAL),
    }
}

/// How movements name somebody who is no customer.
pub(super) fn party(phone: Option<&str>) -> String {
    phone.unwrap_or("payer").to_owned()
}

/// The last nine digits, by which two writings of a telephone are the same.
pub(super) fn last_nine(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(9)..].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_is_known_in_every_writing() {
        for phone in ["+254700000013", "0700 000 013", "254-700-000-013"] {
            assert_eq!(fate(Some(phone)), Fate::Fails(&CANCELLED), "{phone}");
        }
        assert_eq!(fate(Some("13")), Fate::Succeeds(USUAL));
        assert_eq!(fate(None), Fate::Succeeds(USUAL));
    }
}
