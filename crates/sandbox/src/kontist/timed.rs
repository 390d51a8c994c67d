//! Timed orders: registered, confirmed by their id, paid at noon of their day.

use jiff::Timestamp;

use super::dates;
use super::desk::{Reply, Request};
use super::order::Order;
use super::pages::page;
use super::refusal::Refusal;
use super::tan::Code;
use super::world::World;
use crate::clock::{Bound, read, zulu};
use crate::exchange::Answer;
use crate::fate::{Cause, Fate};
use crate::json::{Json, Object};

/// A transfer for a later date.
#[derive(Clone, Debug)]
pub(super) struct TimedOrder {
    pub(super) id: String,
    pub(super) transaction_id: String,
    pub(super) order: Order,
    pub(super) status: Status,
    pub(super) execute_at: Timestamp,
    pub(super) executed_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
    pub(super) code: Code,
    /// The call that confirmed it.
    pub(super) cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    ConfirmationRequired,
    Scheduled,
    Executed,
    Failed,
    Canceled,
}

impl TimedOrder {
    fn end_to_end_id(&self) -> String {
        self.order.e2e_id.clone().unwrap_or_else(|| format!("E-{}", self.id))
    }

    /// The bank's own object: snake_case, positive.
    fn object(&self) -> Object {
        let status = match self.status {
            Status::ConfirmationRequired => "CONFIRMATION_REQUIRED",
            Status::Scheduled => "SCHEDULED",
            Status::Executed => "EXECUTED",
            Status::Failed => "FAILED",
            Status::Canceled => "CANCELED",
        };
        let inner = if self.status == Status::Canceled { "canceled" } else { "scheduled" };
        let amount = Object::new().with("value", self.order.cents).with("currency", "EUR").with("unit", "cents");
        let transaction = Object::new()
            .with("id", self.transaction_id.as_str())
            .with("status", inner)
            .with("reference", format!("R-{}", self.transaction_id))
            .with("description", self.order.note.as_deref().unwrap_or_default())
            .with("recipient_iban", self.order.iban.as_str())
            .with("recipient_name", self.order.recipient.as_str())
            .with("recipient_bic", "")
            .with("end_to_end_id", self.end_to_end_id())
            .with("batch_id", Json::null())
            .with("created_at", zulu(self.created_at))
            .with("amount", amount);
        Object::new()
            .with("id", self.id.as_str())
            .with("execute_at", zulu(self.execute_at))
            .with("executed_at", self.executed_at.map(zulu))
            .with("status", status)
            .with("scheduled_transaction", transaction)
    }

    /// The list's entry: camelCase, negative.
    fn entry(&self) -> Object {
        Object::new()
            .with("id", self.id.as_str())
            .with("recipientName", self.order.recipient.as_str())
            .with("recipientIban", self.order.iban.as_str())
            .with("date", zulu(self.execute_at))
            .with("purpose", self.order.note.as_deref().unwrap_or_default())
            .with("amount", -self.order.cents)
            .with("e2eId", self.end_to_end_id())
            .with("status", "scheduled")
            .with("type", "TIMED_ORDER")
    }
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let order = Order::read(&request.fields)?;
    let date = read(&request.text("date"), Bound::Start).ok_or(Refusal::invalid())?;
    let execute_at = dates::at(dates::day(date), 12);
    if execute_at <= world.now() {
        return Err(Refusal::bad("The date is not in the future"));
    }
    let timed = TimedOrder {
        id: world.uuid(),
        transaction_id: world.uuid(),
        order,
        status: Status::ConfirmationRequired,
        execute_at,
        executed_at: None,
        created_at: world.now(),
        code: Code::default(),
        cause: Cause::default(),
    };
    let answer = Answer::ok(timed.object());
    world.timed.push(timed);
    Ok(answer)
}

fn find<'a>(world: &'a mut World, request: &Request) -> Result<&'a mut TimedOrder, Refusal> {
    let wanted = request.path("timed_order_id");
    world.timed.iter_mut().find(|one| one.id == wanted).ok_or(Refusal::not_found())
}

pub(super) fn confirm(world: &mut World, request: &Request) -> Reply {
    let (now, cause, one_try) = (world.now(), world.cause.clone(), world.settings.one_try);
    let timed = find(world, request)?;
    if timed.status != Status::ConfirmationRequired {
        let gone = Refusal::bad("The timed order does not wait for a confirmation");
        return Err(if one_try { Refusal::not_found() } else { gone });
    }
    if timed.execute_at <= now {
        return Err(Refusal::expired());
    }
    timed.code.check(&request.text("token"), one_try)?;
    timed.status = Status::Scheduled;
    timed.cause = cause;
    Ok(Answer::ok(timed.object()))
}

pub(super) fn cancel(world: &mut World, request: &Request) -> Reply {
    let timed = find(world, request)?;
    if !matches!(timed.status, Status::ConfirmationRequired | Status::Scheduled) {
        return Err(Refusal::bad("The timed order cannot be canceled any more"));
    }
    timed.status = Status::Canceled;
    Ok(Answer::ok(timed.object()))
}

fn scheduled(world: &World) -> impl Iterator<Item = &TimedOrder> {
    world.timed.iter().filter(|one| one.status == Status::Scheduled)
}

pub(super) fn list(world: &mut World, _: &Request) -> Reply {
    Ok(Answer::ok(scheduled(world).map(TimedOrder::entry).collect::<Json>()))
}

/// What is still to come: the scheduled timed orders.
pub(super) fn future(world: &mut World, request: &Request) -> Reply {
    let rows = scheduled(world).map(TimedOrder::entry).collect();
    page(world, request, rows)
}

/// The order that has to be paid next, if any is due, and when it was.
pub(super) fn due(orders: &[TimedOrder], now: Timestamp) -> Option<(usize, Timestamp)> {
    let all = orders.iter().enumerate().filter(|(_, one)| one.status == Status::Scheduled && one.execute_at <= now);
    all.map(|(index, one)| (index, one.execute_at)).min_by_key(|(_, at)| *at)
}

/// Pays an order, which fails if the balance does not cover it.
pub(super) fn execute(world: &mut World, index: usize, at: Timestamp) {
    let TimedOrder { order, id, cause, .. } = world.timed[index].clone();
    let paid = !cause.is(Fate::Declined) && world.pay(&order, &id, at, &cause).is_ok();
    let timed = &mut world.timed[index];
    timed.status = if paid { Status::Executed } else { Status::Failed };
    timed.executed_at = paid.then_some(at);
}
