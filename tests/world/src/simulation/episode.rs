//! One episode: calls in a world of their own.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;
use bursar_sandbox::Fault;

use super::report::Tally;
use super::{Cast, Habit};
use crate::clock::draw;
use crate::fate::{Believed, Learned};
use crate::matrix::{Cell, Subject, Wrong};
use crate::provider::Client;
use crate::world::World;

/// One call, and the faults that its attempts meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which of the operations.
    pub(crate) subject: usize,
    pub(crate) faults: Vec<Option<Fault>>,
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

/// Plays an episode.
pub(super) fn play(cast: &Cast, steps: &[Step], mut seed: u64, habit: Habit) -> Result<Played> {
    let world = World::new(seed)?;
    world.rest();
    let mut played = Played { tally: Tally::default(), findings: Vec::new(), lines: Vec::new() };
    let mut clients: BTreeMap<&str, Box<dyn Client>> = BTreeMap::new();
    for step in steps {
        let subject = &cast.subjects[step.subject];
        let name = subject.provider.name;
        let client = match clients.remove(name) {
            Some(client) => client,
            None => world.client(subject.provider)?,
        };
        let reference = uuid(&mut seed);
        let (cell, met) = call(&world, subject, &*client, &reference, step, habit)?;
        if cell.believed == Believed::Accepted {
            clients.insert(name, client);
        }
        // OPEN: crash and restart here, and recover from the journal, once there is one.
        let again = met.iter().filter(|fault| **fault == Fault::DuplicateDelivery).count();
        let line = line(subject, cell, &met, step, &world);
        if let Some(wrong) = cell.wrong(subject, again) {
            played.findings.push(Finding { wrong, line: line.clone() });
        }
        played.tally.count(cell, &met);
        played.lines.push(line);
    }
    Ok(played)
}

/// Makes one call, and lets it come to its end: what became of it, and the faults that it met.
fn call(
    world: &World,
    subject: &Subject,
    client: &dyn Client,
    reference: &str,
    step: &Step,
    habit: Habit,
) -> Result<(Cell, Vec<Fault>)> {
    let (before, sent) = (subject.moved_at(&world.sandbox), world.transport.sends());
    world.transport.plan(step.faults.iter().copied());
    let (mut believed, mut pending) = world.time.run(subject.call_of(client, reference))?;
    if habit == Habit::Reckless && believed == Believed::Unknown {
        (believed, pending) = world.time.run(subject.call_of(client, &format!("{reference}-again")))?;
    }
    let sends = world.transport.sends() - sent;
    world.transport.plan([]);
    let learned = pending.map(|pending| Learned::of(&world.time.run(client.reconcile(&pending))));
    world.rest();
    let effects = subject.effects(&subject.moved_at(&world.sandbox).since(&before))?;
    let met = step.faults.iter().take(sends as usize).flatten().copied().collect();
    Ok((Cell { believed, learned, effects, sends }, met))
}

fn line(subject: &Subject, cell: Cell, met: &[Fault], step: &Step, world: &World) -> String {
    let mut line = format!("{} {}: {cell}, sent {}", subject.provider.name, subject.operation.id, cell.sends);
    if !met.is_empty() {
        let attempts = step.faults.iter().take(cell.sends as usize);
        let names: Vec<&str> = attempts.map(|fault| fault.map_or("-", Fault::name)).collect();
        // Writing to a text does not fail.
        let _ = write!(line, " ({})", names.join(", "));
    }
    let violations = world.sandbox.violations();
    if !violations.is_empty() {
        let _ = write!(line, " [{} violations]", violations.len());
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
