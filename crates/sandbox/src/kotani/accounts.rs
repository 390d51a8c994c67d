//! Looking up whose account it is; the last digit of the test accounts decides.

use super::countries::{self, Country};
use super::desk::{Reply, Request};
use super::phones::last_nine;
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Fields, Object};

/// What a lookup found.
struct Found {
    status: &'static str,
    /// The owner's name.
    name: Option<String>,
    masked: bool,
}

/// The owner of a test account: its number without the digit that decides is `base`.
fn owner(number: &str, base: &str, asked: Option<&str>) -> Found {
    let found = |status, name: Option<&str>| Found { status, name: name.map(str::to_uppercase), masked: false };
    match number.strip_prefix(base) {
        Some("2") => found("MATCHED", Some("Other Person")),
        Some("3") => found("NOT_FOUND", None),
        Some("4") => found("UNSUPPORTED", None),
        Some("5") => found("TIMEOUT", None),
        Some("6") => found("ERROR", None),
        Some("7") => Found { masked: true, ..found("MATCHED", Some("A** E******")) },
        _ => found("MATCHED", Some(asked.unwrap_or("Ann Example"))),
    }
}

/// What both lookups answer about the account's owner.
fn named(object: Object, found: Found, asked: Option<&str>) -> Object {
    let object = object
        .with("isValid", found.status != "NOT_FOUND")
        .with("isSupported", found.status != "UNSUPPORTED")
        .with_some("accountName", found.name.as_deref())
        .with("nameLookupStatus", found.status);
    let (Some(asked), Some(name)) = (asked, found.name) else {
        return object;
    };
    let score: u32 = if found.masked || asked.to_uppercase() == name { 100 } else { 20 };
    let matched = Object::new()
        .with("provided", asked)
        .with("score", score)
        .with("matched", score >= 70)
        .with("threshold", 70u32)
        .with("masked", found.masked);
    object.with("matchScore", score).with("accountStatus", "ACTIVE").with("nameMatch", matched)
}

fn in_country(object: Object, country: &Country) -> Object {
    object.with("countryCode", country.code).with("countryName", country.name).with("currency", country.currency)
}

fn unknown_country() -> Refusal {
    Refusal::bad("Invalid request")
}

pub(super) fn validate_bank(_: &mut World, request: &Request) -> Reply {
    let country = countries::of_code(&request.text("countryCode")).ok_or_else(unknown_country)?;
    let asked = request.fields.text("accountName");
    let found = owner(&request.text("accountNumber"), "100000000", asked.as_deref());
    let bank = countries::bank_of(&request.text("bankCode")).map(|bank| bank.name);
    let object = in_country(Object::new().with("accountType", "bank").with_some("bankName", bank), country);
    Ok(named(object, found, asked.as_deref()).into())
}

pub(super) fn validate_mobile_money(_: &mut World, request: &Request) -> Reply {
    let kind = request.fields.text("accountType").unwrap_or_else(|| "mobile_money".to_owned());
    if kind == "mobile_money" { telephone(&request.fields) } else { business(&request.fields, &kind) }
}

fn telephone(fields: &Fields) -> Reply {
    let phone = fields.text("phoneNumber").ok_or_else(|| Refusal::invalid("phoneNumber should not be empty"))?;
    let named_country = fields.text("countryCode").and_then(|code| countries::of_code(&code));
    let country = named_country.or_else(|| countries::of_phone(&phone)).ok_or_else(unknown_country)?;
    let digits = last_nine(&phone);
    let asked = fields.text("accountName");
    let found = owner(&digits, "70000000", asked.as_deref());
    let network = fields.text("network").or_else(|| country.networks.first().map(|name| (*name).to_owned()));
    let object = Object::new()
        .with("requiresInternationalization", !phone.starts_with('+'))
        .with("callingCode", country.calling)
        .with("internationalNumber", format!("{}{digits}", country.calling))
        .with("nationalNumber", format!("0{digits}"))
        .with("accountType", "mobile_money")
        .with_some("network", network);
    Ok(named(in_country(object, country), found, asked.as_deref()).into())
}

/// Tills and paybills, which there are in Kenya only.
fn business(fields: &Fields, kind: &str) -> Reply {
    let code = fields.text("shortCode").ok_or_else(|| Refusal::invalid("shortCode should not be empty"))?;
    let country = countries::of_code("KE").ok_or_else(unknown_country)?;
    let asked = fields.text("accountName");
    let found = owner(&code, "10000", asked.as_deref());
    Ok(named(in_country(Object::new().with("accountType", kind), country), found, asked.as_deref()).into())
}
