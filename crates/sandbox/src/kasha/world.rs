//! Everything that the provider keeps, and what moves money.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::fates::Turn;
use super::refusal::Refusal;
use super::settings::Settings;
use super::transaction::{Kind, Stage, Status, Transaction, decimals};
use super::verdict::{self, Fault, Verdict};
use super::{opening, render, signature};
use crate::clock::{Clock, after};
use crate::fate::Cause;
use crate::json::{Fields, Json, Object};
use crate::money::{exact_sum, positive};
use crate::movement::to_undo;
use crate::random::Random;
use crate::{Movement, MovementKind};

/// 2026-03-02T10:00:00Z.
const START: i64 = 1_772_445_600;

/// How long the processor takes.
const USUAL: Duration = Duration::from_secs(3);

/// How long it takes until the outcome of an 1100 is known.
const UNSURE: Duration = Duration::from_secs(60);

/// Members of a request that answers or webhooks say again as they came.
const SAID: [&str; 9] = [
    "paymentReference",
    "redirectUrl",
    "userId",
    "language",
    "storedToken",
    "extra1",
    "extra2",
    "extra3",
    "shippingAddress",
];

const CUSTOMER: [&str; 8] = ["name", "email", "phone", "userDevice", "userAgent", "ip", "address", "identify"];

const ORDER: [&str; 4] = ["productName", "quantity", "dimensions", "description"];

/// A webhook, as it went out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Webhook {
    /// The session's own `notificationUrl`, if it had one.
    pub url: Option<String>,
    /// The body, byte for byte.
    pub body: String,
    /// The header `x-signature`, if a secret is set.
    pub signature: Option<String>,
}

/// The provider's books.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Clock,
    random: Random,
    pub(super) transactions: Vec<Transaction>,
    balances: BTreeMap<String, Decimal>,
    needs_approval: bool,
    secret: Option<String>,
    pub(super) movements: Vec<Movement>,
    pub(super) webhooks: Vec<Webhook>,
    /// What will happen to which transaction by the fate of its call.
    pub(super) agenda: Vec<(Timestamp, usize, Turn)>,
    /// What the call that is being answered brings about.
    pub(super) cause: Cause,
}

impl World {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        let clock = Clock::starting_at(START);
        let mut balances = opening::balances();
        balances.extend(settings.balances.clone());
        Self {
            transactions: opening::transactions(clock.now()),
            clock,
            random: Random::new(seed),
            balances,
            needs_approval: !settings.without_approval,
            secret: settings.signature_secret.clone(),
            movements: Vec::new(),
            webhooks: Vec::new(),
            agenda: Vec::new(),
            cause: Cause::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn balance(&self, currency: &str) -> Decimal {
        let none = || Decimal::new(0, decimals(currency));
        self.balances.get(currency).copied().unwrap_or_else(none)
    }

    pub(super) fn place_of(&self, id: &str) -> Result<usize, Refusal> {
        let place = self.transactions.iter().position(|one| one.id == id);
        place.ok_or_else(|| Refusal::not_found("Transaction not found."))
    }

    /// The place of a session that nobody has paid in yet.
    pub(super) fn open_session(&self, kind: Kind, session: &str) -> Result<usize, Refusal> {
        let place = self.transactions.iter().position(|one| one.session == session && one.kind == kind);
        let place = place.ok_or_else(|| Refusal::not_found("Invalid session id."))?;
        match (&self.transactions[place].stage, self.transactions[place].status) {
            (Stage::Open, _) => Ok(place),
            (_, Status::Expired) => Err(Refusal::bad("This session has expired.")),
            _ => Err(Refusal::bad("This session was completed.")),
        }
    }

    /// Opens a session for what the request says.
    pub(super) fn open(&mut self, kind: Kind, fields: &Fields) -> Result<usize, Refusal> {
        let text = |name: &str| fields.text(name).unwrap_or_default();
        let country = text("country");
        if country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_alphabetic()) {
            return Err(Refusal::bad("Country must be 2 alpha character ISO country code."));
        }
        let currency = text("currency");
        let amount = fields.amount("amount").and_then(|amount| positive(amount, decimals(&currency)));
        let amount = amount.filter(|amount| *amount < Decimal::from(1_000_000_000_000_u64));
        let amount = amount.ok_or_else(|| Refusal::bad("amount must be a positive number"))?;
        let reference = match fields.text("merchantReference").filter(|reference| !reference.is_empty()) {
            Some(used) if self.transactions.iter().any(|one| one.reference == used) => {
                return Err(Refusal::bad("The merchant reference needs to unique."));
            }
            Some(reference) => reference,
            None => self.random.reference("reference-"),
        };
        let (id, session) = (self.random.reference("txn-"), self.random.reference("session-"));
        let mut said: Vec<_> = SAID.iter().filter_map(|name| Some((*name, fields.json(name)?))).collect();
        if let Some(customer) = fields.object("customer") {
            let ids = Object::new().with("customerId", self.random.reference("customer-"));
            let ids = ids.with("_id", self.random.reference("record-"));
            said.push(("customer", echo(ids, &customer, &CUSTOMER).into()));
        }
        let lines = fields.objects("orderDetails");
        let lines: Vec<Object> = lines.iter().map(|line| self.order_line(line)).collect();
        if !lines.is_empty() {
            said.push(("orderDetails", lines.into_iter().collect()));
        }
        self.transactions.push(Transaction {
            country,
            reference,
            user: fields.text("userId"),
            said,
            notification_url: fields.text("notificationUrl"),
            ..Transaction::opened(kind, &id, &session, (amount, &currency), self.now())
        });
        Ok(self.transactions.len() - 1)
    }

    fn order_line(&mut self, line: &Fields) -> Object {
        echo(Object::new().with("_id", self.random.reference("line-")), line, &ORDER)
    }

    /// Ends a transaction with a fault.
    pub(super) fn decline(&mut self, place: usize, fault: Fault, at: Timestamp) {
        self.transactions[place].fault = Some(fault);
        self.finish(place, Status::Declined, at);
    }

    /// Gives a transaction to the processor, which will end it so.
    pub(super) fn hand_over(&mut self, place: usize, fault: Option<Fault>) {
        self.transactions[place].cause = self.cause.clone();
        if self.follow_fate(place) {
            return;
        }
        let now = self.now();
        let transaction = &mut self.transactions[place];
        if fault.as_ref().is_some_and(|fault| fault.code == "1100") {
            transaction.fault = fault;
            transaction.turn(Status::Error, Stage::Processor(after(now, UNSURE), None), now);
        } else {
            transaction.turn(Status::Processing, Stage::Processor(after(now, USUAL), fault), now);
        }
    }

    /// Lets a pay-out wait for the approval, or go on if none is needed.
    pub(super) fn ask_approval(&mut self, place: usize, fault: Option<Fault>) {
        if self.needs_approval {
            let now = self.now();
            self.transactions[place].turn(Status::Pending, Stage::Approval(fault), now);
        } else {
            self.hand_over(place, fault);
        }
    }

    pub(super) fn customer_pays(&mut self, session: &str) -> bool {
        let Some(place) = self.at_customer(session) else { return false };
        let transaction = &self.transactions[place];
        let is_card = transaction.method.is_some_and(|method| method.id == "option-card");
        let fault = match verdict::of(&transaction.phone()) {
            Verdict::Declined(fault) | Verdict::Unsure(fault) if !is_card => Some(fault),
            _ => None,
        };
        match transaction.kind {
            Kind::PayIn => self.hand_over(place, fault),
            Kind::PayOut => self.ask_approval(place, fault),
        }
        true
    }

    pub(super) fn customer_cancels(&mut self, session: &str) -> bool {
        let Some(place) = self.at_customer(session) else { return false };
        self.finish(place, Status::UserCancel, self.now());
        true
    }

    fn at_customer(&self, session: &str) -> Option<usize> {
        let waits = |one: &Transaction| matches!(one.stage, Stage::Open | Stage::AtCustomer);
        self.transactions.iter().position(|one| one.session == session && waits(one))
    }

    /// Ends what has run out, and lets the processor decide what is due.
    pub(super) fn settle(&mut self) {
        let now = self.now();
        self.take_turns(now);
        for place in 0..self.transactions.len() {
            match &self.transactions[place].stage {
                _ if self.transactions[place].has_run_out(now) => self.finish(place, Status::Expired, now),
                Stage::Processor(due, fault) if *due <= now => {
                    let (due, fault) = (*due, fault.clone());
                    match fault {
                        Some(fault) => self.decline(place, fault, due),
                        None => self.complete(place, due),
                    }
                }
                _ => {}
            }
        }
    }

    /// Moves the money of a transaction; one that cannot be booked is declined.
    pub(super) fn complete(&mut self, place: usize, at: Timestamp) {
        let transaction = &self.transactions[place];
        let (kind, sign) = match transaction.kind {
            Kind::PayIn => (MovementKind::Deposit, Decimal::ONE),
            Kind::PayOut => (MovementKind::Withdrawal, Decimal::NEGATIVE_ONE),
        };
        let amount = transaction.amount * sign;
        if self.book(place, kind, amount, at) {
            self.transactions[place].fault = None;
            self.finish(place, Status::Completed, at);
        } else {
            self.decline(place, Fault::new("999"), at);
        }
    }

    /// Gives a completed pay-in back; `false` if the merchant does not have the money any more.
    pub(super) fn refund(&mut self, place: usize) -> bool {
        let (amount, now) = (-self.transactions[place].amount, self.now());
        self.transactions[place].cause = self.cause.clone();
        let is_booked = self.book(place, MovementKind::Refund, amount, now);
        if is_booked {
            self.finish(place, Status::Refunded, now);
            self.follow_refund(place);
        }
        is_booked
    }

    /// Books what comes in, or goes out if it is below zero; `false` if the balance cannot be that.
    pub(super) fn book(&mut self, place: usize, kind: MovementKind, amount: Decimal, at: Timestamp) -> bool {
        let transaction = &self.transactions[place];
        let balance = exact_sum(self.balance(&transaction.currency), amount);
        let Some(balance) = balance.filter(|balance| *balance >= Decimal::ZERO) else { return false };
        let (merchant, customer) = ("merchant".to_owned(), transaction.customer().to_owned());
        let (from, to) = if amount.is_sign_negative() { (merchant, customer) } else { (customer, merchant) };
        let gives_back = matches!(kind, MovementKind::Refund | MovementKind::Reversal);
        let undoes = if gives_back { to_undo(&self.movements, &transaction.id, &to, &from) } else { None };
        self.movements.push(Movement {
            provider: super::NAME,
            sequence: self.movements.len() as u64 + 1,
            kind,
            from,
            to,
            amount: amount.abs().to_string(),
            currency: transaction.currency.clone(),
            id: transaction.id.clone(),
            reference: Some(transaction.reference.clone()),
            at: at.to_string(),
            undoes,
            tag: transaction.cause.tag(),
        });
        self.balances.insert(transaction.currency.clone(), balance);
        true
    }

    /// Gives a transaction a status that is final, and tells the merchant.
    pub(super) fn finish(&mut self, place: usize, status: Status, at: Timestamp) {
        let transaction = &mut self.transactions[place];
        transaction.turn(status, Stage::Final, at);
        let body = Json::from(render::notification(transaction)).into_text();
        let signature = self.secret.as_ref().map(|secret| signature::of(body.as_bytes(), secret));
        self.webhooks.push(Webhook { url: transaction.notification_url.clone(), body, signature });
    }
}

/// The object with those members of the request that have these names.
fn echo(object: Object, fields: &Fields, names: &[&'static str]) -> Object {
    names.iter().fold(object, |object, name| object.with_some(name, fields.json(name)))
}
