//! Standing orders: every change is asked for, then confirmed by the id of the request.

use jiff::Timestamp;
use jiff::civil::Date;

use super::dates;
use super::desk::{Reply, Request};
use super::order::Order;
use super::refusal::Refusal;
use super::tan::Code;
use super::world::World;
use crate::clock::{Bound, extended_offset, read};
use crate::exchange::Answer;
use crate::fate::Cause;
use crate::json::{Json, Object};

/// All standing orders, and the requests about them.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub(super) orders: Vec<StandingOrder>,
    pub(super) requests: Vec<Asked>,
}

#[derive(Clone, Debug)]
pub(super) struct StandingOrder {
    pub(super) id: i64,
    pub(super) status: &'static str,
    pub(super) order: Order,
    /// A word of [`WORDS`].
    pub(super) reoccurrence: &'static str,
    /// The day from which the occurrences are counted, and how many there have been.
    pub(super) first: Date,
    pub(super) paid: i32,
    pub(super) last: Option<Timestamp>,
    /// The call that confirmed it.
    pub(super) cause: Cause,
}

/// A creation, change or cancellation that waits for its code.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) id: String,
    pub(super) code: Code,
    pub(super) change: Change,
    pub(super) is_done: bool,
}

/// What becomes of the orders when a request is confirmed.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// This order takes the place of the one with its id, or is new.
    Put(StandingOrder),
    Cancel(i64),
}

/// How often, and how many months that is.
const WORDS: [(&str, i32); 4] = [("MONTHLY", 1), ("QUARTERLY", 3), ("EVERY_SIX_MONTHS", 6), ("ANNUALLY", 12)];

const ACTIVE: &str = "ACTIVE";

impl StandingOrder {
    /// Midnight of the day on which it is paid next.
    fn next(&self) -> Timestamp {
        let months = WORDS.iter().find(|(word, _)| *word == self.reoccurrence).map_or(12, |(_, months)| *months);
        let day = months.checked_mul(self.paid).and_then(|months| dates::months_later(self.first, months));
        day.map_or(Timestamp::MAX, |day| dates::at(day, 0))
    }

    fn object(&self) -> Object {
        Object::new()
            .with("id", self.id)
            .with("status", self.status)
            .with("name", self.order.recipient.as_str())
            .with("iban", self.order.iban.as_str())
            .with("amount", self.order.cents)
            .with("description", self.order.note.as_deref().unwrap_or_default())
            .with("lastExecutionDate", self.last.map(extended_offset))
            .with("reoccurrence", self.reoccurrence)
            .with("e2eId", self.order.e2e_id.clone().unwrap_or_else(|| format!("E-{:016}", self.id)))
            .with("nextOccurrence", extended_offset(self.next()))
    }
}

impl Standing {
    fn active(&self, request: &Request) -> Result<&StandingOrder, Refusal> {
        let wanted = request.number("standing_order_id");
        let found = self.orders.iter().find(|one| Some(one.id) == wanted).ok_or(Refusal::not_found())?;
        if found.status == ACTIVE { Ok(found) } else { Err(Refusal::bad("The standing order is not active")) }
    }

    /// The active order that has to be paid next, if any is due, and when it was.
    pub(super) fn due(&self, now: Timestamp) -> Option<(usize, Timestamp)> {
        let active = self.orders.iter().enumerate().filter(|(_, one)| one.status == ACTIVE);
        active.map(|(index, one)| (index, one.next())).filter(|(_, at)| *at <= now).min_by_key(|(_, at)| *at)
    }
}

/// Pays an occurrence, or leaves it out if the balance does not cover it; an order whose last date is over ends.
pub(super) fn execute(world: &mut World, index: usize, at: Timestamp) {
    let standing = &mut world.standing.orders[index];
    if standing.last.is_some_and(|last| at > last) || at == Timestamp::MAX {
        standing.status = "INACTIVE";
        return;
    }
    standing.paid += 1;
    let (order, id, cause) = (standing.order.clone(), standing.id.to_string(), standing.cause.clone());
    // What is refused here is left out: nobody is there to hear why.
    let _ = world.pay(&order, &id, at, &cause);
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let fields = &request.fields;
    let order = Order::read(fields)?;
    let first = read(&request.text("firstExecutionDate"), Bound::Start).ok_or(Refusal::invalid())?;
    let first = dates::day(first);
    if first < dates::day(world.now()) {
        return Err(Refusal::bad("The first date is over"));
    }
    let last = last_date(fields.text("lastExecutionDate"))?;
    let highest = world.standing.orders.iter().map(|one| one.id);
    let asked = world.standing.requests.iter().filter_map(|one| match &one.change {
        Change::Put(order) => Some(order.id),
        Change::Cancel(_) => None,
    });
    let id = highest.chain(asked).max().unwrap_or_default() + 1;
    let reoccurrence = reoccurrence(&request.text("reoccurrence"))?;
    let standing =
        StandingOrder { id, status: ACTIVE, order, reoccurrence, first, paid: 0, last, cause: Cause::default() };
    Ok(ask(world, Change::Put(standing)))
}

pub(super) fn update(world: &mut World, request: &Request) -> Reply {
    let fields = &request.fields;
    let mut standing = world.standing.active(request)?.clone();
    if let Some(cents) = fields.integer("amount") {
        if cents <= 0 {
            return Err(Refusal::bad("Invalid amount"));
        }
        standing.order.cents = cents;
    }
    if let Some(note) = fields.text("note") {
        standing.order.note = Some(note);
    }
    if fields.text("e2eId").is_some() || fields.is_null("e2eId") {
        standing.order.e2e_id = fields.text("e2eId");
    }
    if fields.text("lastExecutionDate").is_some() || fields.is_null("lastExecutionDate") {
        standing.last = last_date(fields.text("lastExecutionDate"))?;
    }
    if let Some(word) = fields.text("reoccurrence") {
        standing.reoccurrence = reoccurrence(&word)?;
    }
    Ok(ask(world, Change::Put(standing)))
}

pub(super) fn cancel(world: &mut World, request: &Request) -> Reply {
    let id = world.standing.active(request)?.id;
    Ok(ask(world, Change::Cancel(id)))
}

/// Keeps the request until its code comes.
fn ask(world: &mut World, change: Change) -> Answer {
    let id = world.random.token("");
    let start = Object::new().with("requestId", id.as_str()).with("status", "CONFIRMATION_REQUIRED");
    let body = match &change {
        Change::Put(standing) => start
            .with("amount", standing.order.cents)
            .with("recipient", standing.order.recipient.as_str())
            .with("iban", standing.order.iban.as_str())
            .with("e2eId", standing.order.e2e_id.as_deref()),
        Change::Cancel(_) => start,
    };
    world.standing.requests.push(Asked { id, code: Code::default(), change, is_done: false });
    Answer::ok(body)
}

pub(super) fn confirm(world: &mut World, request: &Request) -> Reply {
    let (today, cause, one_try) = (dates::day(world.now()), world.cause.clone(), world.settings.one_try);
    let wanted = request.text("requestId");
    let Standing { orders, requests } = &mut world.standing;
    let asked = requests.iter_mut().find(|one| one.id == wanted).ok_or(Refusal::not_found())?;
    if asked.is_done {
        let gone = Refusal::bad("The request was confirmed before");
        return Err(if one_try { Refusal::not_found() } else { gone });
    }
    asked.code.check(&request.text("authorizationToken"), one_try)?;
    let id = match &asked.change {
        Change::Put(standing) => standing.id,
        Change::Cancel(id) => *id,
    };
    let known = orders.iter().position(|one| one.id == id);
    if known.is_some_and(|index| orders[index].status != ACTIVE) {
        return Err(Refusal::bad("The standing order is not active"));
    }
    let order = match (&asked.change, known) {
        (Change::Put(changed), Some(index)) => {
            // Occurrences that were paid since the request stay paid; in another rhythm they are counted anew.
            let now = &orders[index];
            let is_same = now.reoccurrence == changed.reoccurrence;
            let (first, paid) = if is_same { (now.first, now.paid) } else { (dates::day(now.next()), 0) };
            orders[index] = StandingOrder { first, paid, cause, ..changed.clone() };
            &orders[index]
        }
        (Change::Put(new), None) if new.first < today => return Err(Refusal::expired()),
        (Change::Put(new), None) => {
            orders.push(StandingOrder { cause, ..new.clone() });
            new
        }
        (Change::Cancel(_), Some(index)) => {
            orders[index].status = "CANCELED";
            &orders[index]
        }
        (Change::Cancel(_), None) => return Err(Refusal::not_found()),
    };
    asked.is_done = true;
    Ok(Answer::ok(order.object()))
}

pub(super) fn list(world: &mut World, _: &Request) -> Reply {
    Ok(Answer::ok(world.standing.orders.iter().map(StandingOrder::object).collect::<Json>()))
}

fn reoccurrence(word: &str) -> Result<&'static str, Refusal> {
    WORDS.iter().find(|(known, _)| *known == word).map(|(known, _)| *known).ok_or(Refusal::invalid())
}

fn last_date(text: Option<String>) -> Result<Option<Timestamp>, Refusal> {
    text.map(|text| read(&text, Bound::End).ok_or(Refusal::invalid())).transpose()
}
