//! One episode: calls in a world of their own.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use bursar_sandbox::Fault;

use super::report::Tally;
use super::{Cast, Habit};
use crate::clock::draw;
use crate::crash::Moment;
use crate::fate::{Believed, Learned};
use crate::matrix::{Cell, Subject, Wrong};
use crate::provider::{Client, Provider};
use crate::world::World;

/// One call, the faults that its attempts meet, and where its process ends, if it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which of the operations.
    pub(crate) subject: usize,
    pub(crate) faults: Vec<Option<Fault>>,
    pub(crate) crash: Option<Moment>,
}

/// A call that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How.
    pub wrong: Wrong,
    /// The call, in a line.
    pub line: String,
}

/// What became of an episode.
pub(super) struct Played {
    pub(super) tally: Tally,
    pub(super) findings: Vec<Finding>,
    lines: Vec<String>,
}

/// A call whose outcome the client did not know, and what was found out last.
struct Open {
    call: usize,
    provider: &'static Provider,
    learned: Learned,
}

/// One episode under way.
struct Stage<'a> {
    world: World,
    habit: Habit,
    clients: BTreeMap<&'static str, Box<dyn Client>>,
    /// By their journal's entries.
    open: BTreeMap<String, Open>,
    cast: &'a Cast,
    done: Vec<Done>,
}

/// One call that was made.
struct Done {
    cell: Cell,
    met: Vec<Fault>,
    crashed: bool,
}

/// Plays an episode.
pub(super) fn play(cast: &Cast, steps: &[Step], mut seed: u64, habit: Habit) -> Result<Played> {
    let world = World::new(seed)?;
    world.rest();
    let (clients, open) = (BTreeMap::new(), BTreeMap::new());
    let mut stage = Stage { world, habit, clients, open, cast, done: Vec::new() };
    for step in steps {
        stage.call(step, &uuid(&mut seed))?;
    }
    stage.close()?;
    let mut played = Played { tally: Tally::default(), findings: Vec::new(), lines: Vec::new() };
    for open in stage.open.values() {
        played.tally.find_out(open.provider.name, open.learned.name);
    }
    for (step, done) in steps.iter().zip(&stage.done) {
        let subject = &cast.subjects[step.subject];
        let again = done.met.iter().filter(|fault| **fault == Fault::DuplicateDelivery).count();
        let line = line(subject, step, done);
        if let Some(wrong) = done.cell.wrong(subject, again) {
            played.findings.push(Finding { wrong, line: line.clone() });
        }
        played.tally.count(done.cell, &done.met, done.crashed);
        played.lines.push(line);
    }
    Ok(played)
}

impl Stage<'_> {
    /// Makes one call, in a process that may end in it, and lets the call come to its end.
    fn call(&mut self, step: &Step, reference: &str) -> Result<()> {
        let subject = &self.cast.subjects[step.subject];
        let provider = subject.provider;
        let client = match self.clients.remove(provider.name) {
            Some(client) => client,
            None => self.world.client(provider)?,
        };
        let (world, ledger) = (&self.world, self.world.ledger(provider));
        ledger.turn_page();
        let (before, sent) = (subject.moved_at(&world.sandbox), world.transport.sends());
        world.transport.plan(step.faults.iter().copied());
        let call = subject.call_of(&*client, reference);
        let mut said = world.time.run(world.doom.before(step.crash, call)).transpose()?;
        if self.habit == Habit::Reckless && matches!(said, Some((Believed::Unknown, _))) {
            said = Some(world.time.run(subject.call_of(&*client, &format!("{reference}-again")))?);
        }
        let sends = world.transport.sends() - sent;
        world.transport.plan([]);
        let crashed = said.is_none();
        // A new process knows what the journal knows, and asks for the rest when it starts.
        let (believed, pending) = said.unwrap_or_else(|| (ledger.believed(), None));
        let mut learned = pending.map(|pending| Learned::of(world.time.run(client.reconcile(&pending)).as_ref()));
        world.rest();
        let number = self.done.len();
        if believed == Believed::Unknown {
            let entry = ledger.entry().context("an unknown call that the journal does not know")?;
            let open = learned.unwrap_or(Learned { name: "not asked", believed });
            self.open.insert(entry, Open { call: number, provider, learned: open });
        }
        let effects = subject.effects(&subject.moved_at(&world.sandbox).since(&before))?;
        let met = step.faults.iter().take(sends as usize).flatten().copied().collect();
        self.done.push(Done { cell: Cell { believed, learned: learned.take(), effects, sends }, met, crashed });
        if crashed {
            drop(client);
            self.recover(provider)?;
        } else if believed == Believed::Accepted {
            self.clients.insert(provider.name, client);
        }
        Ok(())
    }

    /// Starts a new client on the journal of the old one. What it finds out replaces what was known.
    fn recover(&mut self, provider: &Provider) -> Result<()> {
        for one in self.world.recover(provider)? {
            let Some(open) = self.open.get_mut(one.intent().id()) else {
                // Who calls again forgets the first call.
                ensure!(self.habit == Habit::Reckless, "the journal has a call open that had an end");
                continue;
            };
            open.learned = Learned::of(one.result());
            self.done[open.call].cell.learned = Some(open.learned);
        }
        Ok(())
    }

    /// Restarts every client that has anything open, after everything came to its end.
    fn close(&mut self) -> Result<()> {
        self.clients.clear();
        let providers: BTreeMap<_, _> = self.open.values().map(|open| (open.provider.name, open.provider)).collect();
        for provider in providers.values() {
            self.recover(provider)?;
        }
        let open = self.open.values().filter(|open| open.learned.name == "not asked").count();
        ensure!(open == 0, "recovery left out {open} open calls");
        let violations = self.world.sandbox.violations();
        ensure!(violations.is_empty(), "{violations:?}");
        Ok(())
    }
}

fn line(subject: &Subject, step: &Step, done: &Done) -> String {
    let Done { cell, met, crashed } = done;
    let mut line = format!("{} {}: {cell}, sent {}", subject.provider.name, subject.operation.id, cell.sends);
    // Writing to a text does not fail.
    if !met.is_empty() {
        let attempts = step.faults.iter().take(cell.sends as usize);
        let names: Vec<&str> = attempts.map(|fault| fault.map_or("-", Fault::name)).collect();
        let _ = write!(line, " ({})", names.join(", "));
    }
    if let Some(moment) = step.crash.filter(|_| *crashed) {
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
            let mut fewer = steps.clone();
            if fewer[index].crash.take().is_some() && fails(&fewer)? {
                (steps, is_shorter) = (fewer, true);
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
