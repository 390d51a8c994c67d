//! A physical card for a virtual one.

use super::cards::{self, Conversion, Status};
use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;

/// The card goes to an address that is kept, or to one that is written out.
pub(super) fn convert(world: &mut World, request: &Request) -> Reply {
    let address = request.field_id("addressId");
    if address.is_none() && request.fields.object("address").is_none() {
        return Err(Refusal::invalid("address", "The value is required without addressId."));
    }
    let owners: Vec<u32> = world.addresses.iter().filter(|one| Some(one.id) == address).map(|one| one.user).collect();
    let card = cards::changeable(world, request)?;
    if card.is_physical {
        return Err(Refusal::business("Card is physical already"));
    }
    if card.status != Some(Status::Active) {
        return Err(Refusal::business("Card must be ACTIVE"));
    }
    if card.conversion == Conversion::Pending {
        return Err(Refusal::business("Conversion has been requested already"));
    }
    if address.is_some() && !owners.contains(&card.user) {
        return Err(Refusal::business("Address not found"));
    }
    card.conversion = Conversion::Pending;
    let card = card.clone();
    Ok(cards::object(world, &card).into())
}

/// What becomes of an approved card is not on record: here it is physical from then on, and stays active.
pub(super) fn process(world: &mut World, request: &Request) -> Reply {
    let card = cards::changeable(world, request)?;
    let decision = match request.text("status").as_str() {
        "APPROVED" => Conversion::Approved,
        "REJECTED" => Conversion::Rejected,
        _ => return Err(Refusal::invalid("status", "The value must be APPROVED or REJECTED.")),
    };
    if card.conversion != Conversion::Pending {
        return Err(Refusal::business("Card has no pending conversion"));
    }
    card.conversion = decision;
    card.is_physical = decision == Conversion::Approved;
    let card = card.clone();
    Ok(cards::object(world, &card).into())
}
