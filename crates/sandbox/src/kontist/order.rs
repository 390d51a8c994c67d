//! What every order of a payment has: to whom, how much, with which words.

use super::refusal::Refusal;
use crate::json::Fields;

/// A payment that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) recipient: String,
    pub(super) iban: String,
    /// Euro cents, above zero.
    pub(super) cents: i64,
    pub(super) note: Option<String>,
    /// The caller's own end-to-end id.
    pub(super) e2e_id: Option<String>,
}

impl Order {
    /// Reads the members that transfers, standing orders and timed orders share.
    pub(super) fn read(fields: &Fields) -> Result<Self, Refusal> {
        let order = Self {
            recipient: fields.text("recipient").unwrap_or_default(),
            iban: fields.text("iban").unwrap_or_default(),
            cents: fields.integer("amount").unwrap_or_default(),
            note: fields.text("note"),
            e2e_id: fields.text("e2eId"),
        };
        if order.recipient.trim().is_empty() {
            return Err(Refusal::bad("Invalid recipient"));
        }
        if !is_iban(&order.iban) {
            return Err(Refusal::bad("Invalid IBAN"));
        }
        if order.cents <= 0 {
            return Err(Refusal::bad("Invalid amount"));
        }
        Ok(order)
    }
}

/// Whether a text has the form of an IBAN. Its check digits are not looked at: invented accounts have none that fit.
fn is_iban(text: &str) -> bool {
    let (country, rest) = text.split_at_checked(2).unwrap_or_default();
    let (check, account) = rest.split_at_checked(2).unwrap_or_default();
    country.bytes().all(|byte| byte.is_ascii_uppercase())
        && check.bytes().all(|byte| byte.is_ascii_digit())
        && (11..=30).contains(&account.len())
        && account.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}
