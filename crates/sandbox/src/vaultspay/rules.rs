//! Switches and limits, and what they lock.

use rust_decimal::Decimal;

use super::accounts::CURRENCY;
use super::cards::{CONFIG, Card};
use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::transactions::{Kind, Transaction};
use super::world::{World, hundredths};
use crate::clock::day;
use crate::json::{Json, Object};

/// A switch that refuses transactions of a card.
#[derive(Debug)]
struct Setting {
    id: u32,
    /// `ATM_WITHDRAWAL`, `PURCHASE` or `ALL`.
    kind: &'static str,
    title: &'static str,
    description: &'static str,
}

/// A highest amount, of cents.
#[derive(Debug)]
struct Limit {
    id: u32,
    kind: &'static str,
    frequency: Frequency,
    slug: &'static str,
    /// Every card has its own; without it, all accounts have one.
    is_of_card: bool,
    usual: i64,
    allowed: i64,
}

/// What an amount is held against the limit with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frequency {
    /// Alone.
    OneTime,
    /// With what went before it on the same day, which is UTC's.
    Daily,
}

const SETTINGS: [Setting; 3] = [
    Setting { id: 41, kind: "ATM_WITHDRAWAL", title: "Block withdrawals", description: "Refuses cash withdrawals." },
    Setting { id: 42, kind: "PURCHASE", title: "Block purchases", description: "Refuses purchases." },
    // All cards of this world are used where their owner is, so that it refuses nothing.
    Setting { id: 43, kind: "ALL", title: "Block by place", description: "Refuses transactions far from the owner." },
];

const LIMITS: [Limit; 4] = [
    Limit {
        id: 81,
        kind: "ATM_WITHDRAWAL",
        frequency: Frequency::Daily,
        slug: "DAILY_ATM_WITHDRAWAL_MAX_LIMIT",
        is_of_card: true,
        usual: 500_000,
        allowed: 2_000_000,
    },
    Limit {
        id: 82,
        kind: "PURCHASE",
        frequency: Frequency::OneTime,
        slug: "ONE_TIME_PURCHASE_MAX_LIMIT",
        is_of_card: true,
        usual: 200_000,
        allowed: 1_000_000,
    },
    Limit {
        id: 83,
        kind: "ALL",
        frequency: Frequency::OneTime,
        slug: "ONE_TIME_TRANSFER_MAX_LIMIT",
        is_of_card: false,
        usual: 50_000,
        allowed: 5_000_000,
    },
    Limit {
        id: 84,
        kind: "ALL",
        frequency: Frequency::Daily,
        slug: "DAILY_TRANSFER_MAX_LIMIT",
        is_of_card: false,
        usual: 200_000,
        allowed: 20_000_000,
    },
];

impl Setting {
    fn object(&self, world: &World, card: u32) -> Object {
        Object::new()
            .with("id", self.id)
            .with("transactionType", self.kind)
            .with("title", self.title)
            .with("description", self.description)
            .with("enabled", world.switches.contains(&(card, self.id)))
    }
}

impl Limit {
    fn config(&self) -> &'static str {
        if self.is_of_card { CONFIG } else { "vp-acq" }
    }

    /// What holds for a card, or for accounts.
    fn value(&self, world: &World, card: Option<u32>) -> Decimal {
        let card = card.filter(|_| self.is_of_card);
        world.limits.get(&(self.id, card)).copied().unwrap_or(Decimal::new(self.usual, 2))
    }

    fn object(&self, world: &World, card: Option<u32>) -> Object {
        let frequency = match self.frequency {
            Frequency::OneTime => "ONE_TIME",
            Frequency::Daily => "DAILY",
        };
        Object::new()
            .with("id", self.id)
            .with("transactionType", self.kind)
            .with("frequency", frequency)
            .with("currencyCode", CURRENCY)
            .with("limitType", "LIMIT")
            .with("slug", self.slug)
            .with("operator", "LESS_THAN_OR_EQUAL")
            .with("thirdPartyConfig", self.config())
            .with("limit", self.value(world, card).to_string())
            .with("allowedLimit", Decimal::new(self.allowed, 2).to_string())
    }
}

/// A card that settings or limits are asked for.
fn card(world: &World, id: u32) -> Result<&Card, Refusal> {
    world.cards.iter().find(|card| card.id == id).ok_or_else(|| Refusal::business("Card not found"))
}

fn settings(world: &World, card: u32) -> Json {
    SETTINGS.iter().map(|setting| setting.object(world, card)).collect()
}

pub(super) fn list_security(world: &mut World, request: &Request) -> Reply {
    let card = card(world, request.query_id("cardId").unwrap_or_default())?.id;
    Ok(settings(world, card).into())
}

pub(super) fn update_security(world: &mut World, request: &Request) -> Reply {
    let card = card(world, request.required_id("cardId"))?.id;
    let (id, kind) = (request.required_id("id"), request.text("transactionType"));
    let setting = SETTINGS.iter().find(|setting| setting.id == id && setting.kind == kind);
    let setting = setting.ok_or_else(|| Refusal::business("Security setting not found"))?;
    if request.text("value") == "1" {
        world.switches.insert((card, setting.id));
    } else {
        world.switches.remove(&(card, setting.id));
    }
    Ok(setting.object(world, card).into())
}

pub(super) fn reset_security(world: &mut World, request: &Request) -> Reply {
    let card = card(world, request.required_id("cardId"))?.id;
    world.switches.retain(|(of, _)| *of != card);
    Ok(settings(world, card).into())
}

/// With a card, that card's limits only.
pub(super) fn list_limits(world: &mut World, request: &Request) -> Reply {
    let of_card = request.query_id("cardId");
    if let Some(id) = of_card {
        card(world, id)?;
    }
    let is = |name: &str, value: &str| request.query(name).is_none_or(|wanted| wanted == value);
    let found = LIMITS.iter().filter(|limit| {
        is("transactionType", limit.kind)
            && is("thirdPartyConfig", limit.config())
            && (of_card.is_none() || limit.is_of_card)
    });
    Ok(found.map(|limit| limit.object(world, of_card)).collect::<Json>().into())
}

pub(super) fn update_limit(world: &mut World, request: &Request) -> Reply {
    let (id, kind) = (request.required_id("id"), request.text("transactionType"));
    let limit = LIMITS.iter().find(|limit| limit.id == id && limit.kind == kind);
    let limit = limit.ok_or_else(|| Refusal::business("Limit not found"))?;
    let of_card = match (limit.is_of_card, request.field_id("cardId")) {
        (false, _) => None,
        (true, None) => return Err(Refusal::invalid("cardId", "The value is required for the limit of a card.")),
        (true, Some(id)) => Some(card(world, id)?.id),
    };
    let value = request.fields.amount("value").filter(|value| *value >= Decimal::ZERO);
    let value = value.ok_or_else(|| Refusal::invalid("value", "The value must be an amount."))?;
    if value > Decimal::new(limit.allowed, 2) {
        return Err(Refusal::business("Limit is above the allowed limit"));
    }
    world.limits.insert((limit.id, of_card), hundredths(value));
    Ok(limit.object(world, of_card).into())
}

/// Holds an amount against one kind of limits, with what `counts` went before it today.
fn check(
    world: &World,
    kind: &str,
    card: Option<u32>,
    amount: Decimal,
    counts: impl Fn(&Transaction) -> bool,
) -> Result<(), Refusal> {
    let today = day(world.now());
    let before = world.transactions.iter().filter(|one| one.counts() && counts(one) && day(one.at) == today);
    let before: Decimal = before.map(|one| one.amount).sum();
    for limit in LIMITS.iter().filter(|limit| limit.kind == kind && limit.is_of_card == card.is_some()) {
        let sum = match limit.frequency {
            Frequency::OneTime => amount,
            Frequency::Daily => before + amount,
        };
        if sum > limit.value(world, card) {
            return Err(Refusal::locked(limit.slug));
        }
    }
    Ok(())
}

/// Whether an account may send an amount.
pub(super) fn check_transfer(world: &World, sender: u32, amount: Decimal) -> Result<(), Refusal> {
    check(world, "ALL", None, amount, |one| one.kind == Kind::Transfer && one.sender == sender)
}

/// Whether a card's owner lets it be used so.
pub(super) fn check_card(world: &World, card: u32, kind: Kind, amount: Decimal) -> Result<(), Refusal> {
    let name = if kind == Kind::Withdrawal { "ATM_WITHDRAWAL" } else { "PURCHASE" };
    let is_on = |setting: &&Setting| world.switches.contains(&(card, setting.id));
    if let Some(setting) = SETTINGS.iter().filter(|setting| setting.kind == name).find(is_on) {
        return Err(Refusal::locked(setting.title));
    }
    check(world, name, Some(card), amount, |one| one.kind == kind && one.card() == Some(card))
}
