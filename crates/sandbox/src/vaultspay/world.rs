//! Everything that the provider keeps, and what all operations do with it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::accounts::{Account, CURRENCY, Entry};
use super::addresses::Address;
use super::cards::Card;
use super::contacts::Contact;
use super::opening;
use super::refusal::Refusal;
use super::reports::Issue;
use super::sessions::Sessions;
use super::settings::Settings;
use super::transactions::Transaction;
use super::transfers::{self, Step};
use super::users::User;
use crate::clock::Clock;
use crate::fate::Cause;
use crate::movement::to_undo;
use crate::random::Random;
use crate::{Movement, MovementKind};

/// 2026-01-15T10:00:00Z.
const START: i64 = 1_768_471_200;

/// No opening balance is above it (10^18), so that no honest sum outgrows a decimal.
const MOST: Decimal = Decimal::from_parts(2_808_348_672, 232_830_643, 0, false, 0);

/// The provider's books.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) sessions: Sessions,
    pub(super) settlement: Duration,
    /// What a transfer costs, in major units.
    pub(super) charges: Decimal,
    pub(super) users: Vec<User>,
    pub(super) addresses: Vec<Address>,
    pub(super) accounts: Vec<Account>,
    pub(super) ledger: Vec<Entry>,
    pub(super) contacts: Vec<Contact>,
    pub(super) transactions: Vec<Transaction>,
    /// What will happen to which transaction.
    pub(super) agenda: BTreeMap<(Timestamp, u32), Step>,
    pub(super) cards: Vec<Card>,
    pub(super) issues: Vec<Issue>,
    /// Card and security setting that are on.
    pub(super) switches: BTreeSet<(u32, u32)>,
    /// Limits that were changed, by limit and card; no card for those of accounts.
    pub(super) limits: BTreeMap<(u32, Option<u32>), Decimal>,
    pub(super) movements: Vec<Movement>,
    pub(super) ids: Ids,
    /// What the call that is being answered brings about.
    pub(super) cause: Cause,
}

/// The ids that come next.
#[derive(Debug)]
pub(super) struct Ids {
    pub(super) user: Counter,
    pub(super) address: Counter,
    account: Counter,
    pub(super) entry: Counter,
    pub(super) contact: Counter,
    pub(super) transaction: Counter,
    pub(super) card: Counter,
    pub(super) issue: Counter,
}

/// Counts up.
#[derive(Debug)]
pub(super) struct Counter(u32);

impl Counter {
    pub(super) fn take(&mut self) -> u32 {
        self.0 += 1;
        self.0 - 1
    }
}

impl World {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        let clock = Clock::starting_at(START);
        let mut accounts = opening::accounts();
        for account in &mut accounts {
            if let Some(balance) = settings.balances.get(&account.id) {
                account.booked = hundredths((*balance).min(MOST));
            }
        }
        Self {
            sessions: Sessions::new(settings, clock.now()),
            clock,
            random: Random::new(seed),
            settlement: settings.settlement,
            charges: settings.charges,
            users: opening::users(),
            addresses: opening::addresses(),
            accounts,
            ledger: opening::ledger(),
            contacts: opening::contacts(),
            transactions: opening::transactions(),
            agenda: BTreeMap::new(),
            cards: opening::cards(),
            issues: opening::issues(),
            switches: BTreeSet::from([(1501, 41)]),
            limits: BTreeMap::new(),
            movements: Vec::new(),
            cause: Cause::default(),
            ids: Ids {
                user: Counter(503),
                address: Counter(12),
                account: Counter(703),
                entry: Counter(8004),
                contact: Counter(302),
                transaction: Counter(9003),
                card: Counter(1601),
                issue: Counter(22),
            },
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn user(&self, id: u32) -> Result<&User, Refusal> {
        self.users.iter().find(|user| user.id == id).ok_or_else(|| Refusal::business("User not found"))
    }

    pub(super) fn user_mut(&mut self, id: u32) -> Result<&mut User, Refusal> {
        self.users.iter_mut().find(|user| user.id == id).ok_or_else(|| Refusal::business("User not found"))
    }

    pub(super) fn account(&self, id: u32) -> Result<&Account, Refusal> {
        self.accounts.iter().find(|account| account.id == id).ok_or_else(|| Refusal::business("Account not found"))
    }

    pub(super) fn account_mut(&mut self, id: u32) -> Result<&mut Account, Refusal> {
        self.accounts.iter_mut().find(|account| account.id == id).ok_or_else(|| Refusal::business("Account not found"))
    }

    /// The account here that has an IBAN.
    pub(super) fn account_of(&self, iban: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.iban.as_deref() == Some(iban))
    }

    /// The opening accounts leave a gap, so the next number may be taken.
    pub(super) fn free_account_id(&mut self) -> u32 {
        loop {
            let id = self.ids.account.take();
            if self.account(id).is_err() {
                return id;
            }
        }
    }

    pub(super) fn contact(&self, id: u32) -> Result<&Contact, Refusal> {
        let found = self.contacts.iter().find(|contact| contact.id == id);
        found.ok_or_else(|| Refusal::business("Payment Contact not found"))
    }

    pub(super) fn transaction(&self, id: u32) -> Result<&Transaction, Refusal> {
        // Ids are in the order of the list.
        let found = self.transactions.binary_search_by_key(&id, |one| one.id);
        found.map(|index| &self.transactions[index]).map_err(|_| Refusal::business("Transaction not found"))
    }

    pub(super) fn transaction_mut(&mut self, id: u32) -> Result<&mut Transaction, Refusal> {
        let found = self.transactions.binary_search_by_key(&id, |one| one.id);
        found.map(|index| &mut self.transactions[index]).map_err(|_| Refusal::business("Transaction not found"))
    }

    pub(super) fn uuid(&mut self) -> String {
        let (high, low) = (self.random.number(), self.random.number());
        let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
        let (fourth, fifth) = ((low >> 48) & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
        format!("{first:08x}-{second:04x}-4{third:03x}-{fourth:04x}-{fifth:012x}")
    }

    /// Does everything whose time has come.
    pub(super) fn settle(&mut self) {
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= self.clock.now()) {
            let ((at, id), step) = entry.remove_entry();
            // Only what is in the list is on the agenda, and neither accounts nor transactions go away.
            let _ = transfers::take(self, id, step, at);
        }
    }

    /// Writes a line into an account's ledger; nothing for no amount.
    pub(super) fn book(
        &mut self,
        account: u32,
        amount: Decimal,
        transaction: u32,
        narration: String,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        if amount.is_zero() {
            return Ok(());
        }
        let owner = self.account_mut(account)?;
        owner.booked += amount;
        let balance = owner.booked;
        let id = self.ids.entry.take();
        self.ledger.push(Entry { id, account, transaction, amount, balance, narration, at });
        Ok(())
    }

    /// Records that money moved.
    pub(super) fn moved(
        &mut self,
        kind: MovementKind,
        (from, to): (&str, &str),
        amount: Decimal,
        transaction: &Transaction,
        at: Timestamp,
    ) {
        let id = transaction.id.to_string();
        let undoes = match kind {
            MovementKind::Refund => to_undo(&self.movements, &id, to, from),
            _ => None,
        };
        self.movements.push(Movement {
            provider: super::NAME,
            sequence: self.movements.len() as u64 + 1,
            kind,
            from: from.to_owned(),
            to: to.to_owned(),
            amount: amount.to_string(),
            currency: CURRENCY.to_owned(),
            id,
            reference: None,
            at: at.to_string(),
            undoes,
            tag: transaction.cause.tag(),
        });
    }
}

/// With two decimals; more are cut off.
pub(super) fn hundredths(amount: Decimal) -> Decimal {
    let mut cut = amount.trunc_with_scale(2);
    cut.rescale(2);
    cut
}

/// An amount in minor units.
pub(super) fn minor(amount: Decimal) -> Decimal {
    (amount * Decimal::ONE_HUNDRED).trunc()
}

/// The form in which ledger and transactions write numbers.
pub(super) fn eight_places(mut amount: Decimal) -> Decimal {
    amount.rescale(8);
    amount
}
