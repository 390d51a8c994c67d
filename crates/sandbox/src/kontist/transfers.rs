//! SEPA credit transfers: registered, then repeated with the code.

use super::ACCOUNT_ID;
use super::desk::{Reply, Request};
use super::order::Order;
use super::pages::page;
use super::refusal::Refusal;
use super::tan::Code;
use super::world::World;
use crate::exchange::Answer;
use crate::json::Object;

/// A transfer, with its code while it waits for it.
#[derive(Clone, Debug)]
pub(super) struct Transfer {
    pub(super) id: String,
    pub(super) order: Order,
    pub(super) code: Code,
    pub(super) is_accepted: bool,
}

impl Transfer {
    fn object(&self) -> Object {
        Object::new()
            .with("status", if self.is_accepted { "accepted" } else { "confirmation_required" })
            .with("recipient", self.order.recipient.as_str())
            .with("iban", self.order.iban.as_str())
            .with("amount", self.order.cents)
            .with_some("note", self.order.note.as_deref())
            .with("meta", Object::new().with("authorizationTokenLength", 6_u32))
            .with("links", Object::new().with("self", format!("/api/accounts/{ACCOUNT_ID}/transfer/{}", self.id)))
    }
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let order = Order::read(&request.fields)?;
    world.covers(&order)?;
    let id = format!("{}ctrx", world.random.token(""));
    let transfer = Transfer { id, order, code: Code::default(), is_accepted: false };
    let answer = Answer::ok(transfer.object());
    world.transfers.push(transfer);
    Ok(answer)
}

pub(super) fn confirm(world: &mut World, request: &Request) -> Reply {
    let order = Order::read(&request.fields)?;
    let wanted = request.path("transfer_id");
    let index = world.transfers.iter().position(|one| one.id == wanted).ok_or(Refusal::not_found())?;
    let one_try = world.settings.one_try;
    let transfer = &mut world.transfers[index];
    if transfer.is_accepted {
        let gone = Refusal::bad("The transfer was confirmed before");
        return Err(if one_try { Refusal::not_found() } else { gone });
    }
    if transfer.order != order {
        return Err(Refusal::bad("This is not the transfer that was registered"));
    }
    transfer.code.check(&request.text("authorizationToken"), one_try)?;
    let id = transfer.id.clone();
    let now = world.now();
    let cause = world.cause.clone();
    world.pay(&order, &id, now, &cause)?;
    let transfer = &mut world.transfers[index];
    transfer.is_accepted = true;
    Ok(Answer::ok(transfer.object()))
}

pub(super) fn list(world: &mut World, request: &Request) -> Reply {
    let rows = world.transfers.iter().rev().map(Transfer::object).collect();
    page(world, request, rows)
}
