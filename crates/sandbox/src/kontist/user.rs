//! The customer: accounts, data, recipients, statements.

use axum::http::StatusCode;
use jiff::civil::Date;

use super::desk::{Reply, Request};
use super::opening::IBAN;
use super::refusal::Refusal;
use super::world::World;
use super::{ACCOUNT_ID, EMAIL, dates};
use crate::exchange::Answer;
use crate::json::{Json, Object};

pub(super) fn accounts(world: &mut World, _: &Request) -> Reply {
    let account = Object::new()
        .with("id", ACCOUNT_ID)
        .with("iban", IBAN)
        .with("balance", world.balance)
        .with("accountType", "solaris");
    Ok(Answer::ok([account].into_iter().collect::<Json>()))
}

pub(super) fn get(_: &mut World, _: &Request) -> Reply {
    let user = Object::new()
        .with("firstName", "Alex")
        .with("lastName", "Sample")
        .with("gender", "female")
        .with("email", EMAIL)
        .with("companyType", "freelancer")
        .with("economicSector", "design");
    Ok(Answer::ok(user))
}

/// Who was paid before, the last one first.
pub(super) fn suggestions(world: &mut World, _: &Request) -> Reply {
    let mut known: Vec<(&str, &str)> = Vec::new();
    for paid in world.ledger.iter().rev().filter(|one| one.is_outgoing) {
        let Some(iban) = paid.iban.as_deref() else { continue };
        if !known.iter().any(|(_, other)| *other == iban) {
            known.push((&paid.name, iban));
        }
    }
    let rows = known.into_iter().map(|(name, iban)| Object::new().with("name", name).with("iban", iban));
    Ok(Answer::ok(rows.collect::<Json>()))
}

/// Sends on to where the statement of a month that is over, or goes on, would lie.
pub(super) fn statement(world: &mut World, request: &Request) -> Reply {
    let part = |name| request.number(name).and_then(|number| i16::try_from(number).ok());
    let month = part("month").and_then(|month| i8::try_from(month).ok());
    let first = part("year").zip(month).and_then(|(year, month)| Date::new(year, month, 1).ok());
    let first = first.ok_or(Refusal::invalid())?;
    if first > dates::day(world.now()) {
        return Err(Refusal::not_found());
    }
    let signature = world.random.token("");
    let name = first.strftime("%Y-%m");
    let location = format!("https://files.example.com/statements/{name}.pdf?signature={signature}");
    Ok(Answer::empty(StatusCode::FOUND).with_header("location", location))
}
