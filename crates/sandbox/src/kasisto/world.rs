//! The bank's books: accounts, ledger, and what moves money between them.

use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::account::{self, Account};
use super::directory::{self, Payee};
use super::history;
use super::settings::Settings;
use crate::clock::after;
use crate::fate::{Cause, Fate};
use crate::money::exact_sum;
use crate::random::Random;
use crate::{Movement, MovementKind};

/// How much later than it is booked an entry is dated, if that is its fate.
const LATER: Duration = Duration::from_secs(8 * 24 * 60 * 60);
/// How long an order lasts until it is undone, if that is its fate.
const REVERSAL: Duration = Duration::from_secs(60 * 60);
/// What the bank takes for an order, if that is its fate.
const FEE: Decimal = Decimal::from_parts(150, 0, 0, false, 2);

/// One line of an account's ledger.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) currency: String,
    pub(super) title: String,
    pub(super) description: String,
    /// Money came in; the amount itself is never negative.
    pub(super) is_credit: bool,
    pub(super) amount: Decimal,
    pub(super) category: &'static str,
    pub(super) merchant: Option<&'static str>,
    pub(super) payee: Option<&'static str>,
    pub(super) at: Timestamp,
    /// The reference of the order behind it, as its answer gave it.
    pub(super) reference: Option<String>,
    /// What the caller wrote on the order, in the form of its `meta`.
    pub(super) meta: Vec<(String, String)>,
    pub(super) is_cancelled: bool,
}

/// Which of the two an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderKind {
    /// Between two accounts of the customer.
    Transfer,
    /// To a payee.
    Payment,
}

impl From<OrderKind> for MovementKind {
    fn from(kind: OrderKind) -> Self {
        match kind {
            OrderKind::Transfer => Self::Transfer,
            OrderKind::Payment => Self::Payment,
        }
    }
}

/// A transfer or a payment that somebody asked for.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) kind: OrderKind,
    pub(super) id: String,
    pub(super) reference: String,
    pub(super) from: String,
    /// An account of the customer, or a payee.
    pub(super) to: String,
    /// `None`: the digits sent are more than a bank can book.
    pub(super) amount: Option<Decimal>,
    pub(super) currency: Option<String>,
    /// Names and values that the caller wrote on it.
    pub(super) meta: Vec<(String, String)>,
    /// The call that asked for it.
    pub(super) cause: Cause,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Processed,
    /// Booked when its date comes, if it can be then.
    Pending,
    /// Refused: nothing moved, and nothing will.
    Failed(&'static str),
}

/// Everything that the bank keeps.
#[derive(Debug)]
pub(super) struct World {
    pub(super) accounts: Vec<Account>,
    pub(super) ledger: Vec<Entry>,
    pub(super) movements: Vec<Movement>,
    /// When the books were opened; statements and offers are dated from it.
    pub(super) opened: Timestamp,
    scheduled: Vec<(Timestamp, Order)>,
    /// Orders that will be undone: when, and by the sequence of their movement.
    reversals: Vec<(Timestamp, Order, u64)>,
}

/// An order that can be booked, with what each side will hold.
struct Booking {
    source: usize,
    source_balance: Decimal,
    /// The destination if it is an account of the bank.
    destination: Option<(usize, Decimal)>,
    payee: Option<&'static Payee>,
    amount: Decimal,
}

impl World {
    pub(super) fn new(settings: &Settings, random: &mut Random, now: Timestamp) -> Self {
        let mut accounts = account::opening();
        for account in &mut accounts {
            if let Some(amount) = settings.balances.get(account.id) {
                account.set_opening(*amount);
            }
        }
        Self {
            accounts,
            ledger: history::entries(random, now),
            movements: Vec::new(),
            opened: now,
            scheduled: Vec::new(),
            reversals: Vec::new(),
        }
    }

    pub(super) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    pub(super) fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }

    /// Books the order now, or keeps it until its date.
    pub(super) fn order(
        &mut self,
        order: Order,
        date: Option<Timestamp>,
        random: &mut Random,
        now: Timestamp,
    ) -> Outcome {
        match (self.booking(&order), date) {
            (Err(reason), _) => Outcome::Failed(reason),
            (Ok(_), _) if order.cause.is(Fate::Declined) => Outcome::Failed("DECLINED_BY_BANK"),
            (Ok(_), _) if order.cause.is(Fate::Stuck) => Outcome::Pending,
            (Ok(_), Some(date)) if date > now => {
                self.scheduled.push((date, order));
                Outcome::Pending
            }
            (Ok(booking), _) => {
                self.book(&order, &booking, random, now);
                Outcome::Processed
            }
        }
    }

    /// Books the orders whose date has come; one that cannot be booked any more lapses.
    pub(super) fn settle(&mut self, random: &mut Random, now: Timestamp) {
        self.reverse(now);
        let (due, later) = std::mem::take(&mut self.scheduled).into_iter().partition(|(date, _)| *date <= now);
        self.scheduled = later;
        let mut due: Vec<(Timestamp, Order)> = due;
        due.sort_by_key(|(date, _)| *date);
        for (date, order) in due {
            if let Ok(booking) = self.booking(&order) {
                self.book(&order, &booking, random, date);
            }
        }
    }

    /// The reason why an order is refused, or how it would be booked; changes nothing.
    fn booking(&self, order: &Order) -> Result<Booking, &'static str> {
        let mut amount = order.amount.ok_or("INVALID_AMOUNT")?;
        // Every currency of this bank has two decimals.
        if amount <= Decimal::ZERO || amount.normalize().scale() > 2 {
            return Err("INVALID_AMOUNT");
        }
        amount.rescale(2);
        let position = |id: &str| self.accounts.iter().position(|account| account.id == id);
        let source_index = position(&order.from).ok_or("UNKNOWN_SOURCE_ACCOUNT")?;
        let source = &self.accounts[source_index];
        let (may_send, destination, payee) = match order.kind {
            OrderKind::Transfer => {
                let index = position(&order.to).ok_or("UNKNOWN_DESTINATION_ACCOUNT")?;
                (source.transfer_from, Some(index), None)
            }
            OrderKind::Payment => {
                let payee = directory::payee(&order.to).ok_or("UNKNOWN_PAYEE")?;
                (source.pay_payee, None, Some(payee))
            }
        };
        if destination == Some(source_index) {
            return Err("SAME_ACCOUNT");
        }
        if !may_send {
            return Err("SOURCE_NOT_ALLOWED");
        }
        let destination = destination.map(|index| (index, &self.accounts[index]));
        if destination.is_some_and(|(_, account)| !account.transfer_to) {
            return Err("DESTINATION_NOT_ALLOWED");
        }
        let is_foreign = |account: &Account| account.currency != source.currency;
        let currency = order.currency.as_deref().unwrap_or(source.currency);
        if currency != source.currency || destination.is_some_and(|(_, account)| is_foreign(account)) {
            return Err("CURRENCY_MISMATCH");
        }
        if source.available().is_none_or(|available| available < amount) {
            return Err("INSUFFICIENT_FUNDS");
        }
        let beyond_books = "INVALID_AMOUNT";
        let destination = match destination {
            Some((index, account)) => Some((index, exact_sum(account.balance, amount).ok_or(beyond_books)?)),
            None => None,
        };
        Ok(Booking {
            source: source_index,
            source_balance: exact_sum(source.balance, -amount).ok_or(beyond_books)?,
            destination,
            payee,
            amount,
        })
    }

    fn book(&mut self, order: &Order, booking: &Booking, random: &mut Random, at: Timestamp) {
        let amount = booking.amount;
        let source = &mut self.accounts[booking.source];
        source.balance = booking.source_balance;
        let currency = source.currency;
        let source_name = source.name;

        let mut entry = Entry {
            id: random.reference("txn-"),
            account: order.from.clone(),
            currency: currency.to_owned(),
            title: "Transfer".to_owned(),
            description: String::new(),
            is_credit: false,
            amount,
            category: "category-4",
            merchant: None,
            payee: booking.payee.map(|payee| payee.name),
            at: if order.cause.is(Fate::DatedLater) { after(at, LATER) } else { at },
            reference: Some(order.reference.clone()).filter(|_| !order.cause.is(Fate::Unlabelled)),
            meta: if order.cause.is(Fate::Unlabelled) { Vec::new() } else { order.meta.clone() },
            is_cancelled: false,
        };
        let fee = Some(FEE).filter(|_| order.cause.is(Fate::WithFee));
        if let Some(fee) = fee {
            source.balance = exact_sum(source.balance, -fee).unwrap_or(source.balance);
            entry.amount = exact_sum(amount, fee).unwrap_or(amount);
        }
        if let Some((index, balance)) = booking.destination {
            let destination = &mut self.accounts[index];
            destination.balance = balance;
            if let Some(credit) = &mut destination.credit {
                credit.due = (credit.due - amount).max(Decimal::ZERO);
            }
            entry.description = format!("To {}", destination.name);
            self.ledger.push(entry.clone());
            self.ledger.push(Entry {
                id: random.reference("txn-"),
                account: order.to.clone(),
                description: format!("From {source_name}"),
                is_credit: true,
                amount,
                ..entry
            });
        } else {
            entry.title = "Payment".to_owned();
            entry.description = format!("To {}", entry.payee.unwrap_or_default());
            entry.category = "category-5";
            self.ledger.push(entry);
        }
        let what = (order.from.as_str(), order.to.as_str(), amount);
        let sequence = self.moved(order, order.kind.into(), what, currency, at, None);
        if let Some(fee) = fee {
            self.moved(order, MovementKind::Fee, (&order.from, super::NAME, fee), currency, at, None);
        }
        if order.cause.is(Fate::Reversed) {
            self.reversals.push((after(at, REVERSAL), order.clone(), sequence));
        }
    }

    /// Cancels what was booked and is to be undone: the entries say so, and the money is back.
    fn reverse(&mut self, now: Timestamp) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.reversals).into_iter().partition(|(at, ..)| *at <= now);
        self.reversals = later;
        for (at, order, sequence) in due {
            let amount = order.amount.unwrap_or_default();
            for (id, change) in [(&order.from, amount), (&order.to, -amount)] {
                if let Some(account) = self.account_mut(id) {
                    account.balance = exact_sum(account.balance, change).unwrap_or(account.balance);
                }
            }
            let entries = self.ledger.iter_mut().filter(|entry| entry.reference.as_ref() == Some(&order.reference));
            entries.for_each(|entry| entry.is_cancelled = true);
            let currency = self.account(&order.from).map_or("", |account| account.currency);
            let mut amount = amount;
            amount.rescale(2);
            let what = (order.to.as_str(), order.from.as_str(), amount);
            self.moved(&order, MovementKind::Reversal, what, currency, at, Some(sequence));
        }
    }

    /// Records that money moved; the movement's sequence.
    fn moved(
        &mut self,
        order: &Order,
        kind: MovementKind,
        (from, to, amount): (&str, &str, Decimal),
        currency: &str,
        at: Timestamp,
        undoes: Option<u64>,
    ) -> u64 {
        let sequence = self.movements.len() as u64 + 1;
        self.movements.push(Movement {
            provider: super::NAME,
            sequence,
            kind,
            from: from.to_owned(),
            to: to.to_owned(),
            amount: amount.to_string(),
            currency: currency.to_owned(),
            id: order.id.clone(),
            reference: None,
            at: at.to_string(),
            undoes,
            tag: order.cause.tag(),
        });
        sequence
    }
}
