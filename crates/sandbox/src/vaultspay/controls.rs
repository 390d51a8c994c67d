//! 3-D Secure, block, freeze, and the account behind a card.

use super::cards::{self, Card, Status};
use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::reports;
use super::world::World;
use crate::json::Object;

/// A card that the holder has.
fn issued<'a>(world: &'a mut World, request: &Request) -> Result<&'a mut Card, Refusal> {
    let card = cards::changeable(world, request)?;
    if card.status.is_some_and(Status::is_issued) {
        return Ok(card);
    }
    Err(Refusal::business("Card must be ACTIVE, BLOCK or FREEZE"))
}

fn set_three_ds(world: &mut World, request: &Request, wanted: bool) -> Reply {
    let card = issued(world, request)?;
    if card.is_in_three_ds == wanted {
        let message = if wanted { "Card is enrolled in 3DS already" } else { "Card is not enrolled in 3DS" };
        return Err(Refusal::business(message));
    }
    card.is_in_three_ds = wanted;
    Ok(cards::state(card).with("card3DSecure", card.three_ds()).into())
}

pub(super) fn enroll_three_ds(world: &mut World, request: &Request) -> Reply {
    set_three_ds(world, request, true)
}

pub(super) fn remove_three_ds(world: &mut World, request: &Request) -> Reply {
    set_three_ds(world, request, false)
}

fn switch(world: &mut World, request: &Request, target: impl FnOnce(&Card) -> Result<Status, Refusal>) -> Reply {
    let card = issued(world, request)?.clone();
    let status = target(&card)?;
    if status == Status::Active && reports::is_open(world, card.id) {
        return Err(Refusal::business("Card has a reported issue"));
    }
    let card = issued(world, request)?;
    card.status = Some(status);
    card.reason = request.filled("statusReason").unwrap_or_else(|| card.reason.clone());
    let answer = Object::new()
        .with("id", card.id)
        .with("token", card.token())
        .with("status", status.name())
        .with("statusReason", card.reason.as_str());
    Ok(answer.into())
}

pub(super) fn update_status(world: &mut World, request: &Request) -> Reply {
    let target = if request.text("cardStatus") == "BLOCK" { Status::Block } else { Status::Active };
    switch(world, request, |_| Ok(target))
}

pub(super) fn toggle_freeze(world: &mut World, request: &Request) -> Reply {
    switch(world, request, |card| match card.status {
        Some(Status::Active) => Ok(Status::Freeze),
        Some(Status::Freeze) => Ok(Status::Active),
        _ => Err(Refusal::business("Card must be ACTIVE or FREEZE")),
    })
}

pub(super) fn update_account(world: &mut World, request: &Request) -> Reply {
    let account = world.account(request.required_id("accountId"))?.clone();
    let card = cards::changeable(world, request)?;
    if account.user != card.user {
        return Err(Refusal::business("Account does not belong to the customer"));
    }
    card.account = account.id;
    Ok(Object::new().with("accountId", account.id).with("remarks", "Account of the card").into())
}
