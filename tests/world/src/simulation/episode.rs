//! One episode: payments in a world of their own.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bursar_runtime::journal::Ending;
use bursar_runtime::{Progress, Recovered};
use bursar_sandbox::{Fate, Fault, Times};

use super::report::Tally;
use super::{Cast, Habit};
use crate::clock::{both, draw};
use crate::crash::Moment;
use crate::example::Example;
use crate::fate::{Believed, Claim, Learned};
use crate::matrix::{Cell, Subject, Wrong};
use crate::provider::{Client, Provider};
use crate::truth::Truth;
use crate::world::World;

/// So often at most a caller pays for one purpose, who pays again only when told that nothing moved.
const PAYMENTS_OF_A_PURPOSE: usize = 3;

/// A purpose to pay for: the first call, the faults that its attempts meet, and what else happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which of the operations.
    pub(crate) subject: usize,
    pub(crate) faults: Vec<Option<Fault>>,
    /// Where its process ends, if it does.
    pub(crate) crash: Option<Moment>,
    /// Whether the new process sends the same request again, where that is documented to be harmless.
    pub(crate) repeats: bool,
    /// What the provider does with it.
    pub(crate) fate: Option<Fate>,
    /// How long after the call began another process recovers from the same journal.
    pub(crate) beside: Option<Duration>,
}

/// A payment that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How.
    pub wrong: Wrong,
    /// The payment, in a line.
    pub line: String,
}

/// What became of an episode.
pub(super) struct Played {
    pub(super) tally: Tally,
    pub(super) findings: Vec<Finding>,
    lines: Vec<String>,
}

/// One payment: calls under one reference for one purpose.
struct Payment {
    /// The step that it is made for.
    purpose: usize,
    reference: String,
    /// What its movements are known by.
    tag: String,
    fate: Option<Fate>,
    cell: Cell,
    met: Vec<Option<Fault>>,
    crash: Option<Moment>,
    /// The call as it was made first.
    kept: Mutex<Option<Example>>,
}

/// One episode under way.
struct Stage<'a> {
    world: World,
    habit: Habit,
    cast: &'a Cast,
    steps: &'a [Step],
    clients: BTreeMap<&'static str, Box<dyn Client>>,
    payments: Vec<Payment>,
    /// Payments by their journal's entries.
    entries: BTreeMap<String, usize>,
    /// Payments about which the caller was told that nothing moved, and never will.
    allowed: Vec<usize>,
    seed: u64,
}

/// Plays an episode.
pub(super) fn play(cast: &Cast, steps: &[Step], seed: u64, habit: Habit) -> Result<Played> {
    let world = World::new(seed)?;
    world.rest();
    let (clients, entries) = (BTreeMap::new(), BTreeMap::new());
    let (payments, allowed) = (Vec::new(), Vec::new());
    let mut stage = Stage { world, habit, cast, steps, clients, payments, entries, allowed, seed };
    for purpose in 0..steps.len() {
        stage.pay(purpose)?;
        stage.pay_again()?;
    }
    stage.close()?;
    stage.judge()
}

impl Stage<'_> {
    fn subject(&self, payment: usize) -> &Subject {
        &self.cast.subjects[self.steps[self.payments[payment].purpose].subject]
    }

    /// Makes a payment for a purpose: the first with the faults and the fate of its step, any other without.
    fn pay(&mut self, purpose: usize) -> Result<()> {
        let steps = self.steps;
        let step = &steps[purpose];
        let number = self.payments.iter().filter(|one| one.purpose == purpose).count();
        let is_first = number == 0;
        let reference = uuid(&mut self.seed);
        let tag = format!("{purpose}.{number}");
        let fate = step.fate.filter(|_| is_first);
        let (cell, met) = (Cell::default(), Vec::new());
        let kept = Mutex::default();
        self.payments.push(Payment { purpose, reference, tag, fate, cell, met, crash: None, kept });
        let payment = self.payments.len() - 1;
        let crash = step.crash.filter(|_| is_first);
        let faults = if is_first { step.faults.as_slice() } else { &[] };
        self.send(payment, faults, crash, step.beside.filter(|_| is_first))
    }

    /// Pays again where the caller was told that the same money may be sent again: a new payment under a new reference.
    fn pay_again(&mut self) -> Result<()> {
        while let Some(payment) = self.allowed.pop() {
            let purpose = self.payments[payment].purpose;
            let of_purpose = || self.payments.iter().enumerate().filter(|(_, one)| one.purpose == purpose);
            let is_last = of_purpose().next_back().is_some_and(|(index, _)| index == payment);
            if is_last && of_purpose().count() < PAYMENTS_OF_A_PURPOSE {
                self.pay(purpose)?;
            }
        }
        Ok(())
    }

    /// Notes what the caller was told about a payment.
    fn told(&mut self, payment: usize, believed: Believed, learned: Option<Learned>) {
        let then = self.truth(payment);
        let one = &mut self.payments[payment];
        one.cell.claims.push(Claim { believed, then });
        let is_worse = |new: &Learned| !new.is_decided() && one.cell.learned.is_some_and(Learned::is_decided);
        one.cell.learned = learned.filter(|new| !is_worse(new)).or(one.cell.learned);
        if believed.allows_resend() || (self.habit == Habit::Reckless && believed == Believed::Unknown) {
            self.allowed.push(payment);
        }
    }

    /// What has moved by a payment so far.
    fn truth(&self, payment: usize) -> Truth {
        let subject = self.subject(payment);
        subject.truth(&subject.moved_at(&self.world.sandbox, Some(&self.payments[payment].tag)))
    }

    /// Sends a payment's request in a process that may end in it, and follows it.
    fn send(
        &mut self,
        payment: usize,
        faults: &[Option<Fault>],
        crash: Option<Moment>,
        beside: Option<Duration>,
    ) -> Result<()> {
        let subject = &self.cast.subjects[self.steps[self.payments[payment].purpose].subject];
        let provider = subject.provider;
        let client = match self.clients.remove(provider.name) {
            Some(client) => client,
            None => self.world.client(provider)?,
        };
        let (world, ledger) = (&self.world, self.world.ledger(provider));
        let Payment { reference, tag, fate, kept, .. } = &self.payments[payment];
        ledger.turn_page();
        let sent = world.transport.sends();
        world.transport.label(Some(tag));
        world.transport.plan(faults.iter().copied());
        if let Some(fate) = fate {
            world.sandbox.faults().on(provider.name, subject.operation.id, *fate, Times::Always)?;
        }
        let call = world.doom.before(crash, subject.repeat_of(&*client, reference, kept));
        let (said, seen) = match beside {
            None => (world.time.run(call), None),
            Some(wait) => {
                let (other, other_ledger) = world.beside(provider, None)?;
                let (other, time) = (&other, &world.time);
                let recover = async move {
                    bursar_runtime::Sleep::sleep(time, wait).await;
                    other.recover(&*other_ledger).await
                };
                let (said, seen) = world.time.run(both(call, recover));
                (said, Some(seen?))
            }
        };
        let said = said.transpose()?;
        world.sandbox.faults().clear();
        world.transport.plan([]);
        world.transport.label(None);
        let sends = world.transport.sends() - sent;
        let entry = ledger.entry();
        self.entries.extend(entry.map(|entry| (entry, payment)));
        let one = &mut self.payments[payment];
        one.cell.sends += sends;
        one.met.extend(faults.iter().take(sends as usize));
        let is_crashed = said.is_none();
        if is_crashed {
            one.crash = crash;
        }
        // A new process knows what the journal knows.
        let (believed, pending) = said.unwrap_or_else(|| (ledger.believed(), None));
        // A repeat that is accepted says that the call was never taken before, or is the same.
        let is_taken =
            self.payments[payment].cell.repeats > 0 && matches!(believed, Believed::Accepted | Believed::Done);
        self.told(payment, believed, is_taken.then(|| Learned::by_name("repeated", believed)));
        self.absorb(seen.unwrap_or_default())?;
        if let Some(pending) = &pending {
            // What is unknown is looked up at once, what was accepted a little later.
            if believed != Believed::Unknown {
                self.world.rest();
            }
            let learned = Learned::of(self.world.time.run(client.reconcile(pending)).as_ref());
            self.told(payment, learned.believed, Some(learned));
            if believed == Believed::Unknown && self.is_left_to_repeat(payment) {
                drop(client);
                return self.repeat(payment);
            }
        }
        self.world.rest();
        if !is_crashed {
            if believed != Believed::Unknown {
                self.clients.insert(provider.name, client);
            }
            return Ok(());
        }
        drop(client);
        let step = &self.steps[self.payments[payment].purpose];
        // Of what the journal knows as refused nothing is open: it is paid again, under a new reference.
        if step.repeats && believed != Believed::Refused && self.cast.may_repeat(step.subject) {
            return self.repeat(payment);
        }
        self.recover(provider)
    }

    /// Whether the caller makes the same call again, because asking decided nothing and a repeat does no harm: once.
    fn is_left_to_repeat(&self, payment: usize) -> bool {
        let Payment { purpose, cell, .. } = &self.payments[payment];
        let is_open = |learned: &Learned| !learned.is_decided();
        cell.believed() == Believed::Unknown
            && cell.repeats == 0
            && cell
                .learned
                .filter(is_open)
                .is_some_and(|learned| self.cast.may_repeat_after(self.steps[*purpose].subject, learned))
    }

    /// Makes the same call again, under the same reference.
    fn repeat(&mut self, payment: usize) -> Result<()> {
        // Sending it again is what the caller makes of "not sent", of which nothing is left to be said.
        self.allowed.retain(|allowed| *allowed != payment);
        let cell = &mut self.payments[payment].cell;
        cell.claims.retain(|claim| claim.believed != Believed::NotSent);
        cell.repeats += 1;
        self.send(payment, &[], None, None)
    }

    /// Starts a new client on the journal of the old one.
    fn recover(&mut self, provider: &Provider) -> Result<()> {
        let recovered = self.world.recover(provider)?;
        self.absorb(recovered)
    }

    fn absorb(&mut self, recovered: Vec<Recovered>) -> Result<()> {
        for one in recovered {
            let payment = *self.entries.get(one.intent().id()).context("the journal has an entry of no payment")?;
            let learned = Learned::of(one.result());
            self.told(payment, learned.believed, Some(learned));
        }
        Ok(())
    }

    /// Recovers whatever is open until everything has come to its end, and pays again where that is allowed.
    fn close(&mut self) -> Result<()> {
        self.clients.clear();
        let all = self.payments.iter().map(|one| self.cast.subjects[self.steps[one.purpose].subject].provider);
        let providers: BTreeMap<_, _> = all.map(|provider| (provider.name, provider)).collect();
        for round in 0..3 {
            let open = providers.values().filter(|provider| self.world.ledger(provider).has_open(provider.name));
            let open: Vec<_> = open.collect();
            for provider in &open {
                self.stranger(provider, round)?;
                self.recover(provider)?;
            }
            for payment in 0..self.payments.len() {
                if self.is_left_to_repeat(payment) {
                    self.repeat(payment)?;
                }
            }
            let paid = self.payments.len();
            self.pay_again()?;
            self.clients.clear();
            if round < 2 || self.payments.len() > paid {
                self.world.settle();
            }
            // What was open before everything came to its end is looked up after it; what was paid again then, once more.
            if open.is_empty() || (round > 0 && self.payments.len() == paid) {
                break;
            }
        }
        let violations = self.world.sandbox.violations();
        ensure!(violations.is_empty(), "{violations:?}");
        Ok(())
    }

    /// A client of another account recovers from the same journal, in some episodes: it must leave all entries alone.
    fn stranger(&self, provider: &Provider, round: u32) -> Result<()> {
        if round > 0 || !self.seed.is_multiple_of(8) {
            return Ok(());
        }
        let closed = self.world.ledger(provider).closed();
        let (client, ledger) = self.world.beside(provider, Some("another account"))?;
        let seen = self.world.time.run(client.recover(&*ledger))?;
        ensure!(seen.is_empty(), "a client of another account recovers {seen:?}");
        ensure!(ledger.closed() == closed, "a client of another account closes entries");
        Ok(())
    }

    /// Compares what the caller was told with what moved.
    fn judge(mut self) -> Result<Played> {
        let mut played = Played { tally: Tally::default(), findings: Vec::new(), lines: Vec::new() };
        for index in 0..self.payments.len() {
            let subject = &self.cast.subjects[self.steps[self.payments[index].purpose].subject];
            let moved = subject.moved_at(&self.world.sandbox, Some(&self.payments[index].tag));
            let payment = &mut self.payments[index];
            subject.conclude(&mut payment.cell, &moved, payment.fate)?;
            // What works once is accepted again at most as having nothing left to do.
            let is_first = payment.tag.ends_with(".0");
            payment.cell.moves &= is_first || self.cast.is_repeatable(self.steps[payment.purpose].subject);
        }
        let closed = self.closed();
        for (index, payment) in self.payments.iter().enumerate() {
            let subject = self.subject(index);
            let line = line(subject, payment);
            let wrong = payment.cell.wrong(subject, again(payment));
            let wrong = wrong.or_else(|| closed.contains(&index).then_some(Wrong::Closed));
            let wrong = wrong.or_else(|| self.is_paid_too_often(index).then_some(Wrong::Doubled));
            if let Some(wrong) = wrong {
                played.findings.push(Finding { wrong, line: line.clone() });
            }
            let name = (subject.provider.name, subject.operation.id);
            played.tally.count(name, &payment.cell, payment.met.iter().flatten(), payment.fate);
            played.tally.crashes += u64::from(payment.crash.is_some());
            played.lines.push(line);
        }
        Ok(played)
    }

    /// Payments whose entries were closed as what they were not.
    fn closed(&self) -> Vec<usize> {
        let mut wrong = Vec::new();
        let providers = self.payments.iter().enumerate().map(|(index, _)| self.subject(index).provider);
        let providers: BTreeMap<_, _> = providers.map(|provider| (provider.name, provider)).collect();
        for provider in providers.values() {
            for (id, closed) in self.world.ledger(provider).closed() {
                let Some(payment) = self.entries.get(&id) else { continue };
                let end = self.payments[*payment].cell.end;
                let is_true = match closed {
                    (Ending::Refused | Ending::NotSent, _) | (Ending::Settled, Some(Progress::Failed)) => {
                        !end.is_gone()
                    }
                    (Ending::Settled, Some(Progress::Returned)) => end == Truth::Returned,
                    (Ending::Settled, Some(Progress::Done)) => matches!(end, Truth::Done | Truth::Returned),
                    // The caller's own word, and what says nothing about the money.
                    _ => true,
                };
                if !is_true {
                    wrong.push(*payment);
                }
            }
        }
        wrong
    }

    /// Whether money is gone by more than one payment of its purpose; told of the last of them.
    fn is_paid_too_often(&self, index: usize) -> bool {
        let purpose = self.payments[index].purpose;
        let gone = |(_, one): &(usize, &Payment)| one.purpose == purpose && one.cell.end.is_gone();
        let all: Vec<usize> = self.payments.iter().enumerate().filter(gone).map(|(index, _)| index).collect();
        all.len() > 1 && all.last() == Some(&index)
    }
}

/// How often the network delivered a payment's request once more.
fn again(payment: &Payment) -> usize {
    payment.met.iter().flatten().filter(|fault| **fault == Fault::DuplicateDelivery).count()
}

fn line(subject: &Subject, payment: &Payment) -> String {
    let Payment { cell, met, crash, tag, fate, .. } = payment;
    let mut line = format!("{tag} {} {}", subject.provider.name, subject.operation.id);
    // Writing to a text does not fail.
    if let Some(fate) = fate {
        let _ = write!(line, " ({fate})");
    }
    let said: Vec<String> = cell.claims.iter().map(|claim| claim.believed.to_string()).collect();
    let _ = write!(line, ": {}", said.join(" > "));
    if let Some(learned) = cell.learned {
        let _ = write!(line, " ({})", learned.name);
    }
    let _ = write!(line, "; moved {}, in the end: {}; sent {}", cell.effects, cell.end, cell.sends);
    if met.iter().any(Option::is_some) {
        let names: Vec<&str> = met.iter().map(|fault| fault.map_or("-", Fault::name)).collect();
        let _ = write!(line, " ({})", names.join(", "));
    }
    if let Some(moment) = crash {
        let _ = write!(line, " [the process ended {moment}]");
    }
    line
}

/// The shortest part of a failing episode that still fails, call by call.
pub(super) fn shortest(cast: &Cast, mut steps: Vec<Step>, seed: u64, habit: Habit) -> Result<Vec<String>> {
    let fails = |steps: &[Step]| play(cast, steps, seed, habit).map(|played| !played.findings.is_empty());
    let mut is_shorter = true;
    while is_shorter {
        is_shorter = false;
        for index in (0..steps.len()).rev() {
            let mut fewer = steps.clone();
            fewer.remove(index);
            if fails(&fewer)? {
                (steps, is_shorter) = (fewer, true);
            }
        }
        for index in 0..steps.len() {
            let plainer: [fn(&mut Step) -> bool; 3] = [
                |step| step.crash.take().is_some(),
                |step| step.fate.take().is_some(),
                |step| step.beside.take().is_some(),
            ];
            for change in plainer {
                let mut fewer = steps.clone();
                if change(&mut fewer[index]) && fails(&fewer)? {
                    (steps, is_shorter) = (fewer, true);
                }
            }
            for attempt in 0..steps[index].faults.len() {
                let mut fewer = steps.clone();
                if fewer[index].faults[attempt].take().is_some() && fails(&fewer)? {
                    (steps, is_shorter) = (fewer, true);
                }
            }
        }
    }
    Ok(play(cast, &steps, seed, habit)?.lines)
}

/// A reference as callers make them.
fn uuid(seed: &mut u64) -> String {
    let (high, low) = (draw(seed), draw(seed));
    let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
    let (fourth, fifth) = ((low >> 48) & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
    format!("{first:08x}-{second:04x}-7{third:03x}-{fourth:04x}-{fifth:012x}")
}
