//! Money to an IBAN: held when it is accepted, booked when it settles.

use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::OWN_USER;
use super::accounts::CURRENCY;
use super::contacts::Outcome;
use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::rules;
use super::transactions::{Kind, Payee, Transaction};
use super::world::{World, minor};
use crate::MovementKind;
use crate::clock::after;
use crate::fate::Fate;
use crate::json::Object;

/// From the success of a transfer to its reversal, where there is one.
const REVERSAL: Duration = Duration::from_secs(60);

/// What the error for everything says.
const SOMETHING: &str = "Something went wrong";

/// What will happen to a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Succeed,
    Fail,
    Reverse,
}

/// The account that pays: the one that is named, or the caller's own primary one.
fn sender(world: &World, request: &Request) -> Result<u32, Refusal> {
    let currency = request.filled("currencyCode");
    if currency.as_deref().is_some_and(|currency| currency != CURRENCY) {
        return Err(Refusal::business("Account with this currency not found"));
    }
    match (request.filled("senderAccountId"), currency) {
        (Some(id), _) => world.account(id.parse().unwrap_or_default()).map(|account| account.id),
        (None, Some(_)) => {
            let own = world.accounts.iter().find(|account| account.user == OWN_USER && account.is_primary);
            own.map(|account| account.id).ok_or_else(|| Refusal::business("Account not found"))
        }
        (None, None) => Err(Refusal::invalid("senderAccountId", "The value is required without currencyCode.")),
    }
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let cents = request.fields.integer("amount").filter(|cents| *cents > 0);
    let cents = cents.ok_or_else(|| Refusal::invalid("amount", "The value must be above zero."))?;
    let (amount, charges) = (Decimal::new(cents, 2), world.charges);
    let sender = sender(world, request)?;
    let contact = world.contact(request.required_id("paymentContactId"))?.clone();
    let account = world.account(sender)?;
    if world.user(account.user)?.personal.is_none() {
        return Err(Refusal::action("COMPLETE_KYC"));
    }
    if account.available() < amount + charges {
        return Err(Refusal::business("Insufficient balance"));
    }
    rules::check_transfer(world, sender, amount)?;

    let cause = world.cause.clone();
    if cause.is(Fate::CatchAllBefore) {
        return Err(Refusal::business(SOMETHING));
    }
    world.account_mut(sender)?.held += amount + charges;
    let said = request.filled("description").filter(|_| !cause.is(Fate::Unlabelled));
    let transfer = Transaction {
        id: world.ids.transaction.take(),
        uuid: world.uuid(),
        kind: Kind::Transfer,
        at: world.now(),
        status: "PENDING",
        charges,
        amount,
        narration: narration(&contact.title, said.as_deref()),
        sender,
        payee: Payee::Iban(contact.bank.iban.clone()),
        foreign: None,
        cause: cause.clone(),
    };
    let at = after(world.now(), world.settlement);
    let outcome = match cause.fate {
        Some(Fate::Declined) => Outcome::Fails,
        Some(Fate::Stuck) => Outcome::NeverSettles,
        Some(Fate::Reversed) => Outcome::Reverses,
        Some(_) => Outcome::Succeeds,
        None => contact.bank.outcome(),
    };
    let steps: &[(Timestamp, Step)] = match outcome {
        Outcome::Succeeds => &[(at, Step::Succeed)],
        Outcome::Fails => &[(at, Step::Fail)],
        Outcome::Reverses => &[(at, Step::Succeed), (after(at, REVERSAL), Step::Reverse)],
        Outcome::NeverSettles => &[],
    };
    let id = transfer.id;
    world.agenda.extend(steps.iter().map(|(at, step)| ((*at, id), *step)));
    world.transactions.push(transfer);
    world.settle();
    if cause.is(Fate::CatchAllAfter) {
        return Err(Refusal::business(SOMETHING));
    }

    let transfer = world.transaction(id)?;
    let answer = Object::new()
        .with("id", transfer.id)
        .with("transactionId", transfer.uuid.as_str())
        .with("gatewayRefId", format!("GW-{id}"))
        .with("currencyCode", CURRENCY)
        .with("amount", minor(transfer.amount))
        .with("totalCharges", minor(transfer.charges))
        .with("narration", transfer.narration.as_str())
        .with("status", transfer.status);
    Ok(answer.into())
}

/// What the list says about a transfer.
fn narration(title: &str, description: Option<&str>) -> String {
    match description {
        Some(description) => format!("Transfer to {title}: {description}"),
        None => format!("Transfer to {title}"),
    }
}

/// What every movement of a transfer says, and in which direction.
fn moved(world: &mut World, transfer: &Transaction, is_back: bool, at: Timestamp) {
    let Payee::Iban(iban) = &transfer.payee else { return };
    let here = world.account_of(iban).map(|account| (account.id, account.user));
    let owner = world.account(transfer.sender).map(|account| account.user).ok();
    let kind = if here.map(|(_, user)| user) == owner { MovementKind::Transfer } else { MovementKind::Payment };
    let sender = transfer.sender.to_string();
    let payee = here.map_or_else(|| iban.clone(), |(id, _)| id.to_string());
    let parts = [(transfer.amount, kind, payee.as_str()), (transfer.charges, MovementKind::Fee, super::NAME)];
    for (amount, kind, other) in parts.into_iter().filter(|(amount, ..)| !amount.is_zero()) {
        let (kind, from, to) = match is_back {
            true => (MovementKind::Refund, other, sender.as_str()),
            false => (kind, sender.as_str(), other),
        };
        world.moved(kind, (from, to), amount, transfer, at);
    }
}

/// Carries out a step whose time has come.
pub(super) fn take(world: &mut World, id: u32, step: Step, at: Timestamp) -> Result<(), Refusal> {
    let transfer = world.transaction(id)?.clone();
    let Transaction { sender, amount, charges, .. } = transfer;
    if step != Step::Reverse {
        world.account_mut(sender)?.held -= amount + charges;
    }
    let payee = match &transfer.payee {
        Payee::Iban(iban) => world.account_of(iban).map(|account| account.id),
        _ => None,
    };
    match step {
        Step::Fail => {}
        Step::Succeed => {
            world.book(sender, -amount, id, format!("{amount} {CURRENCY} sent"), at)?;
            world.book(sender, -charges, id, format!("{charges} {CURRENCY} charges"), at)?;
            if let Some(payee) = payee {
                world.book(payee, amount, id, format!("{amount} {CURRENCY} received"), at)?;
            }
            moved(world, &transfer, false, at);
        }
        Step::Reverse => {
            world.book(sender, amount, id, format!("{amount} {CURRENCY} returned"), at)?;
            world.book(sender, charges, id, format!("{charges} {CURRENCY} charges returned"), at)?;
            if let Some(payee) = payee {
                world.book(payee, -amount, id, format!("{amount} {CURRENCY} taken back"), at)?;
            }
            moved(world, &transfer, true, at);
        }
    }
    world.transaction_mut(id)?.status = match step {
        Step::Succeed => "SUCCESS",
        Step::Fail => "FAILED",
        Step::Reverse => "REVERSED",
    };
    Ok(())
}
