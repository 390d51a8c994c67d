//! Everything that the provider keeps, and what all operations do with it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::auth::Sessions;
use super::bulk::BulkTransaction;
use super::fates::course;
use super::invoices::Invoice;
use super::kyc::Identification;
use super::opening;
use super::phones::{self, Fate, USUAL};
use super::quotes::Quote;
use super::record::Record;
use super::refusal::Refusal;
use super::settings::{SameMinute, Settings};
use super::transaction::{Family, Kind, Step, Transaction};
use super::wallets::{CryptoWallet, FiatWallet};
use crate::clock::{Clock, after};
use crate::fate::Cause;
use crate::money::positive;
use crate::movement::to_undo;
use crate::random::Random;
use crate::{Movement, MovementKind};

/// 2026-03-02T10:00:00Z.
const START: i64 = 1_772_445_600;

/// No amount is as large (10^18), so that no honest sum of them outgrows a decimal.
const MOST: Decimal = Decimal::from_parts(2_808_348_672, 232_830_643, 0, false, 0);

/// The provider's books.
#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) sessions: Sessions,
    pub(super) same_minute: SameMinute,
    pub(super) customers: Vec<Record>,
    pub(super) fiat: Vec<FiatWallet>,
    pub(super) crypto: Vec<CryptoWallet>,
    pub(super) transactions: Vec<Transaction>,
    /// Where the first transaction of a reference is.
    references: HashMap<(Family, String), usize>,
    /// What will happen to which transaction; the number keeps what happens at the same time apart.
    agenda: BTreeMap<(Timestamp, u64), (usize, Step)>,
    planned: u64,
    pub(super) quotes: Vec<Quote>,
    pub(super) identifications: Vec<Identification>,
    pub(super) invoices: Vec<Invoice>,
    pub(super) bulk: Vec<BulkTransaction>,
    pub(super) integrator: Record,
    pub(super) movements: Vec<Movement>,
    last_number: u32,
    /// What the call that is being answered brings about.
    pub(super) cause: Cause,
}

impl World {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        let clock = Clock::starting_at(START);
        let now = clock.now();
        let mut world = Self {
            sessions: Sessions::new(now),
            clock,
            random: Random::new(seed),
            same_minute: settings.same_minute,
            customers: opening::customers(),
            fiat: opening::fiat_wallets(),
            crypto: opening::crypto_wallets(),
            transactions: Vec::new(),
            references: HashMap::new(),
            agenda: BTreeMap::new(),
            planned: 0,
            quotes: opening::quotes(),
            identifications: opening::identifications(),
            invoices: opening::invoices(),
            bulk: Vec::new(),
            integrator: opening::integrator(),
            movements: Vec::new(),
            last_number: 1_000_000,
            cause: Cause::default(),
        };
        opening::transactions(&mut world);
        for (wallet, amount) in &settings.balances {
            if let Some(wallet) = world.fiat.iter_mut().find(|one| one.id == *wallet) {
                wallet.balance = *amount;
            }
            if let Some(wallet) = world.crypto.iter_mut().find(|one| one.id == *wallet) {
                wallet.balance = *amount;
            }
        }
        world
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The next `reference_number`.
    pub(super) fn number(&mut self) -> u32 {
        self.last_number += 1;
        self.last_number
    }

    pub(super) fn customer(&self, key: &str) -> Option<&Record> {
        self.customers.iter().find(|customer| customer.text("customer_key").as_deref() == Some(key))
    }

    /// The customer of a telephone.
    pub(super) fn customer_of(&self, phone: &str) -> Option<&Record> {
        let wanted = phones::last_nine(phone);
        let has = |customer: &&Record| {
            let phone = customer.text("phone_number");
            phone.is_some_and(|phone| phones::last_nine(&phone) == wanted)
        };
        self.customers.iter().find(has)
    }

    /// The transaction of a reference among these kinds.
    pub(super) fn transaction(&self, kinds: &[Kind], reference: &str) -> Result<&Transaction, Refusal> {
        let index = self.index(kinds, reference)?;
        Ok(&self.transactions[index])
    }

    /// Its place in the list; the kinds are of one family.
    pub(super) fn index(&self, kinds: &[Kind], reference: &str) -> Result<usize, Refusal> {
        let family = kinds.first().map(|kind| kind.family());
        let found = family.and_then(|family| self.place(family, reference));
        let found = found.filter(|index| kinds.contains(&self.transactions[*index].kind));
        found.ok_or_else(|| Refusal::not_found("Reference Id not found"))
    }

    fn place(&self, family: Family, reference: &str) -> Option<usize> {
        self.references.get(&(family, reference.to_owned())).copied()
    }

    pub(super) fn is_used(&self, family: Family, reference: &str) -> bool {
        self.place(family, reference).is_some()
    }

    /// The reference of the request if it is new; one of the provider's own making if there is none.
    pub(super) fn reference(
        &mut self,
        given: Option<String>,
        family: Family,
        used: impl FnOnce() -> Refusal,
    ) -> Result<String, Refusal> {
        let given = given.filter(|reference| !reference.is_empty());
        match given {
            Some(reference) if self.is_used(family, &reference) => Err(used()),
            Some(reference) => Ok(reference),
            None => Ok(self.random.reference("ref-")),
        }
    }

    /// Adds a transaction under a new id and number, with what will happen to it; gives it back.
    pub(super) fn add(
        &mut self,
        mut transaction: Transaction,
        prefix: &str,
        steps: &[(Timestamp, Step)],
    ) -> &Transaction {
        transaction.id = self.random.reference(prefix);
        let index = self.keep(transaction);
        self.schedule(index, steps);
        &self.transactions[index]
    }

    /// Adds a transaction under a new number.
    pub(super) fn keep(&mut self, mut transaction: Transaction) -> usize {
        let index = self.transactions.len();
        transaction.number = self.number();
        transaction.cause = self.cause.clone();
        let family = transaction.kind.family();
        self.references.entry((family, transaction.reference.clone())).or_insert(index);
        if let Some(bridge) = &transaction.bridge {
            self.references.insert((Family::Partner, bridge.partner.clone()), index);
        }
        self.transactions.push(transaction);
        index
    }

    pub(super) fn schedule(&mut self, index: usize, steps: &[(Timestamp, Step)]) {
        for (at, step) in steps {
            self.planned += 1;
            self.agenda.insert((*at, self.planned), (index, *step));
        }
    }

    /// Nothing more will happen to the transaction.
    pub(super) fn unschedule(&mut self, index: usize) {
        self.agenda.retain(|_, (planned, _)| *planned != index);
    }

    /// The next step whose time has come; it is no longer planned.
    pub(super) fn due(&mut self) -> Option<(Timestamp, usize, Step)> {
        let entry = self.agenda.first_entry().filter(|entry| entry.key().0 <= self.clock.now())?;
        let ((at, _), (index, step)) = entry.remove_entry();
        Some((at, index, step))
    }

    /// What will become of a transaction with its telephone: these steps one after the other, or a failure
    /// in place of the first, or nothing.
    pub(super) fn plan_of(&self, phone: Option<&str>, steps: &[Step]) -> Vec<(Timestamp, Step)> {
        match phones::fate(phone) {
            Fate::NeverSettles => Vec::new(),
            Fate::Fails(failure) => vec![(after(self.now(), USUAL), Step::Failed(failure))],
            Fate::Succeeds(first) => course(after(self.now(), first), steps),
        }
    }

    /// Records that money moved.
    pub(super) fn moved(&mut self, kind: MovementKind, of: &Transaction, from: &str, to: &str, what: (Decimal, &str)) {
        self.record(kind, of, (from, to), (what.0.to_string(), what.1), None);
    }

    /// Records that money came back, the other way round as it had moved.
    pub(super) fn moved_back(
        &mut self,
        kind: MovementKind,
        of: &Transaction,
        from: &str,
        to: &str,
        what: (Decimal, &str),
    ) {
        let undoes = to_undo(&self.movements, &of.id, to, from);
        self.record(kind, of, (from, to), (what.0.to_string(), what.1), undoes);
    }

    /// Records that whatever a transaction moved came back, the last first.
    pub(super) fn all_moved_back(&mut self, of: &Transaction) {
        while let Some(last) = self.movements.iter().rev().find(|one| {
            let is_undone = self.movements.iter().any(|other| other.undoes == Some(one.sequence));
            one.id == of.id && one.undoes.is_none() && !is_undone
        }) {
            let last = last.clone();
            let what = (last.amount, last.currency.as_str());
            self.record(MovementKind::Reversal, of, (&last.to, &last.from), what, Some(last.sequence));
        }
    }

    fn record(
        &mut self,
        kind: MovementKind,
        of: &Transaction,
        (from, to): (&str, &str),
        (amount, currency): (String, &str),
        undoes: Option<u64>,
    ) {
        self.movements.push(Movement {
            provider: super::NAME,
            sequence: self.movements.len() as u64 + 1,
            kind,
            from: from.to_owned(),
            to: to.to_owned(),
            amount,
            currency: currency.to_owned(),
            id: of.id.clone(),
            reference: Some(of.reference.clone()).filter(|reference| !reference.is_empty()),
            at: of.updated.to_string(),
            undoes,
            tag: of.cause.tag().or_else(|| self.cause.tag()),
        });
    }
}

/// An amount of money, which has two decimals in every currency here.
pub(super) fn fiat(amount: Option<Decimal>, name: &str) -> Result<Decimal, Refusal> {
    let exact = amount.and_then(|amount| positive(amount, 2)).filter(|amount| *amount < MOST);
    exact.ok_or_else(|| Refusal::invalid(&format!("{name} must be a positive number with at most two decimals")))
}

/// An amount of crypto.
pub(super) fn crypto(amount: Option<Decimal>, name: &str) -> Result<Decimal, Refusal> {
    let exact = amount.and_then(|amount| positive(amount, 8)).filter(|amount| *amount < MOST);
    let exact = exact.ok_or_else(|| Refusal::invalid(&format!("{name} must be a positive number")))?;
    Ok(crate::money::token(exact))
}
