//! From tier to active card.

use jiff::ToSpan;
use jiff::tz::TimeZone;

use super::accounts::CURRENCY;
use super::cards::{self, Card, Conversion, Status, TIER};
use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use super::{CVV, NEW_PAN, OWN_AGENT};
use crate::clock::{Bound, read};
use crate::json::{Json, Object};

/// How long a card is good, in months.
const MONTHS: u32 = 48;

/// What stands on a card until somebody says otherwise.
pub(super) const REASON: &str = "New card";

/// How both types of card are written in one text is not on record: with a comma is a guess.
pub(super) fn tiers(_: &mut World, _: &Request) -> Reply {
    let tier = Object::new()
        .with("id", TIER)
        .with("cardCategory", "STANDARD")
        .with("consumerType", "CONSUMER")
        .with("title", "Sample prepaid")
        .with("description", "A prepaid card for tests.")
        .with("userId", OWN_AGENT)
        .with("cardNetwork", "MASTERCARD")
        .with("paymentCardType", "PREPAID")
        .with("cardTypes", "PHYSICAL,VIRTUAL")
        .with("billingCurrencyCode", CURRENCY)
        .with("settlementCurrencyCode", CURRENCY)
        .with("expiryPeriod", MONTHS)
        .with("cardStackSize", 1000u32)
        .with("cardLimit", 100u32)
        .with("cardStockMinimumThreshold", 50u32)
        .with("enableAutoRenewalCard", false)
        .with("is3DS", true)
        .with("enableFraudRules", true)
        .with("enableLimits", true);
    Ok([tier].into_iter().collect::<Json>().into())
}

/// Month and year in which a card made now ends.
pub(super) fn expiry(world: &World) -> (i8, i16) {
    let today = world.now().to_zoned(TimeZone::UTC).date();
    let end = today.checked_add(i64::from(MONTHS).months()).unwrap_or(today);
    (end.month(), end.year() % 100)
}

/// A virtual card works at once; a physical one has a long way to go.
pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let user = world.user(request.required_id("customerId"))?;
    if request.required_id("cardTierId") != TIER {
        return Err(Refusal::business("Card tier not found"));
    }
    let account = world.account(request.required_id("accountId"))?;
    if account.user != user.id {
        return Err(Refusal::business("Account does not belong to the customer"));
    }
    let name = request.text("cardHolderName");
    if !user.names().contains(&name) {
        return Err(Refusal::business("Card holder name is not one of the embossing names"));
    }
    let is_physical = request.text("cardType") == "PHYSICAL";
    if is_physical && request.fields.object("address").is_none() {
        return Err(Refusal::invalid("address", "The value is required for a physical card."));
    }
    if user.personal.is_none() {
        return Err(Refusal::action("COMPLETE_KYC"));
    }
    let (user, account, now) = (user.id, account.id, world.now());
    let card = Card {
        id: world.ids.card.take(),
        user,
        account,
        is_physical,
        name,
        pan: NEW_PAN,
        cvv: CVV,
        expiry: expiry(world),
        has_pin: false,
        status: (!is_physical).then_some(Status::Active),
        reason: REASON.to_owned(),
        is_manufactured: false,
        is_delivered: false,
        is_in_three_ds: true,
        conversion: Conversion::None,
        is_retired: false,
        created: now,
    };
    let answer = cards::object(world, &card);
    world.cards.push(card);
    Ok(answer.into())
}

/// Sets or changes it. Whether the PIN may come in another field is not known: here it may not.
pub(super) fn set_pin(world: &mut World, request: &Request) -> Reply {
    let card = cards::changeable(world, request)?;
    if !card.is_physical {
        return Err(Refusal::business("A virtual card has no PIN"));
    }
    let pin = request.text("pin");
    if pin.len() != 4 || !pin.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Refusal::invalid("pin", "The value must have four digits."));
    }
    card.has_pin = true;
    let answer = Object::new()
        .with("cardId", card.id)
        .with_some("cardStatus", card.status_name())
        .with("statusReason", card.reason.as_str());
    Ok(answer.with("pinSet", true).into())
}

pub(super) fn process(world: &mut World, request: &Request) -> Reply {
    let card = cards::changeable(world, request)?;
    if card.status.is_some() {
        return Err(Refusal::business("Card request has been processed"));
    }
    if !card.has_pin {
        return Err(Refusal::action("SET_PIN"));
    }
    card.status = Some(Status::IssuanceInProgress);
    card.reason = request.filled("statusReason").unwrap_or_else(|| card.reason.clone());
    let card = card.clone();
    Ok(cards::in_issuance(world, &card).into())
}

fn progress(card: &Card) -> Object {
    cards::state(card)
        .with_some("deliveryStatus", card.is_delivered.then_some("DELIVERED"))
        .with_some("cardManufacturingStatus", card.is_manufactured.then_some("MANUFACTURED"))
}

pub(super) fn manufacture(world: &mut World, request: &Request) -> Reply {
    let card = cards::changeable(world, request)?;
    if request.filled("cardManufacturingStatus").is_none() {
        return Err(Refusal::invalid("cardManufacturingStatus", "The value is required."));
    }
    if card.status != Some(Status::IssuanceInProgress) || card.is_manufactured {
        return Err(Refusal::business("Card is not waiting for its manufacture"));
    }
    card.is_manufactured = true;
    Ok(progress(card).into())
}

pub(super) fn deliver(world: &mut World, request: &Request) -> Reply {
    let card = cards::changeable(world, request)?;
    if card.status != Some(Status::IssuanceInProgress) || !card.is_manufactured {
        return Err(Refusal::business("Card is not waiting for its delivery"));
    }
    card.is_delivered = true;
    card.status = Some(Status::PendingVerification);
    // Local time without a zone goes in without seconds, and comes out with them.
    let time = request.filled("estimateDeliveryTime").and_then(|text| read(&text, Bound::Start));
    let time = time.map(|moment| moment.strftime("%Y-%m-%dT%H:%M:%S").to_string());
    Ok(progress(card).with_some("estimatedDeliveryTime", time).into())
}

pub(super) fn activate(world: &mut World, request: &Request) -> Reply {
    let card = cards::changeable(world, request)?;
    if card.status != Some(Status::PendingVerification) {
        return Err(Refusal::business("Card is not waiting for its activation"));
    }
    if request.text("pan") != card.pan || request.text("expiryDate") != card.printed_expiry() {
        return Err(Refusal::business("Card number or expiry does not match"));
    }
    card.status = Some(Status::Active);
    let answer = Object::new()
        .with("cardId", card.id)
        .with_some("cardStatus", card.status_name())
        .with("statusReason", card.reason.as_str());
    Ok(answer.into())
}
