//! What the card network does: cards are used at a till or a machine, and approved or not.

use rust_decimal::Decimal;

use super::cards::Status;
use super::refusal::Refusal;
use super::rules;
use super::transactions::{self, Kind, MERCHANT, Payee, Transaction};
use super::world::World;
use crate::MovementKind;
use crate::fate::Cause;
use crate::money::positive;

/// No card pays as much (10^15).
const MOST: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// Records that the card was used; the id of the transaction, which says how it went. Nothing if there is
/// no such card, or the amount is none.
pub(super) fn use_card(world: &mut World, card: u32, kind: Kind, amount: Decimal) -> Option<u32> {
    let amount = positive(amount, 2).filter(|amount| *amount <= MOST)?;
    let account = world.cards.iter().find(|one| one.id == card)?.account;
    let approved = approve(world, card, kind, amount);
    let (now, id) = (world.now(), world.ids.transaction.take());
    let transaction = Transaction {
        id,
        uuid: world.uuid(),
        kind,
        at: now,
        status: if approved.is_ok() { "SUCCESS" } else { "FAILED" },
        charges: Decimal::new(0, 2),
        amount,
        narration: transactions::narration(kind, id),
        sender: account,
        payee: if kind == Kind::Purchase { Payee::Merchant { card } } else { Payee::Machine { card } },
        foreign: None,
        cause: Cause::default(),
    };
    let narration = transaction.narration.clone();
    world.transactions.push(transaction.clone());
    if approved.is_ok() && world.book(account, -amount, id, narration, now).is_ok() {
        let (kind, to) = match kind {
            Kind::Withdrawal => (MovementKind::Withdrawal, "cash"),
            _ => (MovementKind::Payment, MERCHANT),
        };
        world.moved(kind, (&account.to_string(), to), amount, &transaction, now);
    }
    Some(id)
}

fn approve(world: &World, id: u32, kind: Kind, amount: Decimal) -> Result<(), Refusal> {
    let card = world.cards.iter().find(|card| card.id == id);
    let card = card.filter(|card| card.status == Some(Status::Active) && !card.is_retired);
    let card = card.ok_or_else(|| Refusal::business("Card is not active"))?;
    if world.account(card.account)?.available() < amount {
        return Err(Refusal::business("Insufficient balance"));
    }
    rules::check_card(world, id, kind, amount)
}
