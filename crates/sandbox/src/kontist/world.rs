//! The bank's books, and what pays from them.

use std::time::Duration;

use jiff::Timestamp;

use super::challenges::Challenge;
use super::devices::Device;
use super::oauth::AuthorizationCode;
use super::order::Order;
use super::refusal::Refusal;
use super::settings::Settings;
use super::standing::{self, Standing};
use super::timed::{self, TimedOrder};
use super::tokens::Tokens;
use super::transactions::Transaction;
use super::transfers::Transfer;
use super::{ACCOUNT_ID, NAME, opening};
use crate::clock::{Clock, after};
use crate::fate::{Cause, Fate};
use crate::random::Random;
use crate::{Movement, MovementKind};

/// 2019-09-20T09:30:00Z.
const START: i64 = 1_568_971_800;

/// How long a payment lasts until it comes back, if that is its fate.
const REVERSAL: Duration = Duration::from_secs(60 * 60);

/// Everything that the bank keeps.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) settings: Settings,
    /// Euro cents on the customer's account; never below zero by an order.
    pub(super) balance: i64,
    /// Oldest first.
    pub(super) ledger: Vec<Transaction>,
    pub(super) transfers: Vec<Transfer>,
    pub(super) standing: Standing,
    pub(super) timed: Vec<TimedOrder>,
    pub(super) tokens: Tokens,
    /// Authorization codes that were not exchanged.
    pub(super) codes: Vec<AuthorizationCode>,
    pub(super) challenges: Vec<Challenge>,
    pub(super) devices: Vec<Device>,
    pub(super) movements: Vec<Movement>,
    /// Payments that will come back: when, the place of the entry, and its movement.
    pub(super) reversals: Vec<(Timestamp, i64, u64)>,
    /// What the call that is being answered brings about.
    pub(super) cause: Cause,
}

impl World {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        let clock = Clock::starting_at(START);
        let now = clock.now();
        Self {
            random: Random::new(seed),
            settings: settings.clone(),
            balance: settings.balance,
            ledger: opening::ledger(),
            transfers: opening::transfers(),
            standing: opening::standing(),
            timed: opening::timed(now),
            tokens: opening::tokens(settings.access_life, now),
            codes: opening::codes(now),
            challenges: opening::challenges(now),
            devices: opening::devices(),
            movements: Vec::new(),
            reversals: Vec::new(),
            cause: Cause::default(),
            clock,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A random UUID of version 4.
    pub(super) fn uuid(&mut self) -> String {
        let (high, low) = (self.random.number(), self.random.number());
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }

    /// Whether the account could pay this now.
    pub(super) fn covers(&self, order: &Order) -> Result<(), Refusal> {
        if order.cents > self.balance { Err(Refusal::insufficient_funds()) } else { Ok(()) }
    }

    /// Pays an order: balance, transaction and movement. `id` is what the answer called the order, `cause` the call that confirmed it.
    pub(super) fn pay(&mut self, order: &Order, id: &str, at: Timestamp, cause: &Cause) -> Result<(), Refusal> {
        self.covers(order)?;
        self.balance -= order.cents;
        let last = self.ledger.iter().map(|one| one.id).max().unwrap_or_default();
        let made_up = || format!("E-{id}");
        let mut entry = Transaction::outgoing(last + 1, order, made_up, at);
        if cause.is(Fate::Unlabelled) {
            entry.e2e_id = None;
        }
        self.ledger.push(entry);
        let sequence = self.movements.len() as u64 + 1;
        if cause.is(Fate::Reversed) {
            self.reversals.push((after(at, REVERSAL), last + 1, sequence));
        }
        self.movements.push(Movement {
            provider: NAME,
            sequence,
            kind: MovementKind::Payment,
            from: ACCOUNT_ID.to_string(),
            to: order.iban.clone(),
            amount: format!("{}.{:02}", order.cents / 100, order.cents % 100),
            currency: "EUR".to_owned(),
            id: id.to_owned(),
            reference: order.e2e_id.clone(),
            at: at.to_string(),
            undoes: None,
            tag: cause.tag(),
        });
        Ok(())
    }

    /// Lets what comes back come back: a credit by the payee's bank.
    fn reverse(&mut self, now: Timestamp) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.reversals).into_iter().partition(|(at, ..)| *at <= now);
        self.reversals = later;
        for (at, entry, sequence) in due {
            let Some(paid) = self.ledger.iter().find(|one| one.id == entry).cloned() else { continue };
            let Some(moved) = self.movements.iter().find(|one| one.sequence == sequence).cloned() else { continue };
            self.balance += paid.cents;
            let id = self.ledger.iter().map(|one| one.id).max().unwrap_or_default() + 1;
            self.ledger.push(paid.returned(id, at));
            self.movements.push(Movement {
                sequence: self.movements.len() as u64 + 1,
                kind: MovementKind::Reversal,
                from: moved.to.clone(),
                to: moved.from.clone(),
                at: at.to_string(),
                undoes: Some(sequence),
                ..moved
            });
        }
    }

    /// Pays what is due, in the order of its time.
    pub(super) fn settle(&mut self) {
        let now = self.now();
        self.reverse(now);
        loop {
            let standing = self.standing.due(now);
            let timed = timed::due(&self.timed, now);
            match (standing, timed) {
                (Some((order, at)), timed) if timed.is_none_or(|(_, other)| at <= other) => {
                    standing::execute(self, order, at);
                }
                (_, Some((order, at))) => timed::execute(self, order, at),
                (_, None) => break,
            }
        }
    }
}
