//! IBANs, and the payees that are kept under a title.

use super::OWN_USER;
use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use crate::json::Object;

/// A payee.
#[derive(Clone, Debug)]
pub(super) struct Contact {
    pub(super) id: u32,
    pub(super) title: String,
    pub(super) bank: BankDetails,
}

/// What the third party knows about an IBAN.
#[derive(Clone, Debug)]
pub(super) struct BankDetails {
    pub(super) iban: String,
    holder: String,
}

/// What the bank code of an IBAN, its fifth to seventh character, decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Succeeds,
    Fails,
    /// Succeeds, and comes back later.
    Reverses,
    NeverSettles,
}

impl BankDetails {
    pub(super) fn new(iban: &str, holder: &str) -> Self {
        Self { iban: iban.to_owned(), holder: holder.to_owned() }
    }

    fn code(&self) -> &str {
        self.iban.get(4..7).unwrap_or_default()
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self.code() {
            "097" => Outcome::Reverses,
            "098" => Outcome::Fails,
            "099" => Outcome::NeverSettles,
            _ => Outcome::Succeeds,
        }
    }

    /// The holder shows four letters only.
    fn object(&self) -> Object {
        let shown: String = self.holder.to_lowercase().chars().take(4).collect();
        Object::new()
            .with("bankCode", self.code())
            .with("accountTitle", format!("{shown}*"))
            .with("iban", self.iban.as_str())
            .with("swiftCode", "SAMPAEADXXX")
            .with("bankName", "SAMPLE BANK")
    }
}

/// Whether the text is an IBAN: its form, and its check digits (ISO 13616).
fn is_iban(text: &str) -> bool {
    let is_code = text.is_ascii() && text.chars().all(|one| one.is_ascii_digit() || one.is_ascii_uppercase());
    let starts = text.get(..2).is_some_and(|country| country.chars().all(|one| one.is_ascii_uppercase()));
    if !is_code || !starts || !(15..=34).contains(&text.len()) || (text.starts_with("AE") && text.len() != 23) {
        return false;
    }
    let (head, tail) = text.split_at(4);
    let digits = tail.chars().chain(head.chars()).filter_map(|one| one.to_digit(36));
    digits.fold(0, |rest, digit| (rest * if digit < 10 { 10 } else { 100 } + digit) % 97) == 1
}

/// Looks an IBAN up: one of this provider's accounts, or a stranger's. Bank 095 tells no titles.
fn look_up(world: &World, request: &Request) -> Result<BankDetails, Refusal> {
    let iban = request.text("iban").replace(' ', "");
    if !is_iban(&iban) {
        return Err(Refusal::business("Invalid IBAN"));
    }
    let details = BankDetails::new(&iban, "SAMPLE HOLDER");
    if let Some(account) = world.account_of(&iban) {
        return Ok(BankDetails { holder: account.title.clone(), ..details });
    }
    if details.code() != "095" {
        return Ok(details);
    }
    let title = request.filled("accountTitle");
    let holder = title.ok_or_else(|| Refusal::invalid("accountTitle", "The bank tells no title: give one."))?;
    Ok(BankDetails { holder, ..details })
}

pub(super) fn validate_iban(world: &mut World, request: &Request) -> Reply {
    let details = look_up(world, request)?;
    let answer = Object::new()
        .with("valid", true)
        .with("uniqueReference", details.iban.as_str())
        .with("details", details.object());
    Ok(answer.into())
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let title = request.filled("title").ok_or_else(|| Refusal::invalid("title", "The value is required."))?;
    let bank = look_up(world, request)?;
    if world.contacts.iter().any(|contact| contact.bank.iban == bank.iban) {
        return Err(Refusal::business("Payment Contact already exists"));
    }
    let contact = Contact { id: world.ids.contact.take(), title, bank };
    let answer = Object::new()
        .with("id", contact.id)
        .with("title", contact.title.as_str())
        .with("userId", OWN_USER)
        .with("details", contact.bank.object())
        .with("status", true)
        .with("thirdPartyConfigId", 5u32);
    world.contacts.push(contact);
    Ok(answer.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_decide() {
        for iban in ["AE070331234567890123456", "AE460090000000123456789", "GB82WEST12345698765432"] {
            assert!(is_iban(iban), "{iban}");
        }
        for text in ["", "AE", "AE080331234567890123456", "AE000000000000000000000", "ae070331234567890123456", "AE07é"]
        {
            assert!(!is_iban(text), "{text}");
        }
    }
}
