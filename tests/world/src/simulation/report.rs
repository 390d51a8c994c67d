//! What a simulation came to.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

use bursar_sandbox::Fault;

use super::episode::Finding;
use crate::fate::Believed;
use crate::matrix::{Cell, Wrong};

/// Counts of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By what the client said.
    pub said: BTreeMap<Believed, u64>,
    /// What was found out about those that were unknown, by name.
    pub learned: BTreeMap<&'static str, u64>,
    /// Faults that attempts met.
    pub faults: BTreeMap<Fault, u64>,
    /// Requests that were sent.
    pub sends: u64,
    /// Effects that took place.
    pub effects: u64,
}

impl Tally {
    pub(super) fn count(&mut self, cell: Cell, met: &[Fault]) {
        *self.said.entry(cell.believed).or_default() += 1;
        if let Some(learned) = cell.learned {
            *self.learned.entry(learned.name).or_default() += 1;
        }
        for fault in met {
            *self.faults.entry(*fault).or_default() += 1;
        }
        self.sends += u64::from(cell.sends);
        self.effects += cell.effects as u64;
    }

    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.said.values().sum()
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        for (believed, count) in &other.said {
            *self.said.entry(*believed).or_default() += count;
        }
        for (name, count) in &other.learned {
            *self.learned.entry(name).or_default() += count;
        }
        for (fault, count) in &other.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
        self.sends += other.sends;
        self.effects += other.effects;
    }
}

/// What became of a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    seed: u64,
    calls: u64,
    /// What was counted.
    pub tally: Tally,
    /// Calls that went wrong, by episode, whose own seed stands beside.
    findings: BTreeMap<u64, (u64, Vec<Finding>)>,
    /// The shortest part of the first failing episode that still fails.
    pub trace: Option<Vec<String>>,
}

impl Report {
    pub(super) fn new(seed: u64, calls: u64) -> Self {
        Self { seed, calls, tally: Tally::default(), findings: BTreeMap::new(), trace: None }
    }

    pub(super) fn found(&mut self, episode: u64, seed: u64, findings: Vec<Finding>) {
        self.findings.insert(episode, (seed, findings));
    }

    /// Number and seed of the first failing episode.
    pub(super) fn first(&self) -> Option<(u64, u64)> {
        self.findings.first_key_value().map(|(number, (seed, _))| (*number, *seed))
    }

    /// How many calls went wrong in this way.
    pub fn wrong(&self, wrong: Wrong) -> usize {
        self.findings.values().flat_map(|(_, findings)| findings).filter(|finding| finding.wrong == wrong).count()
    }

    /// Whether every call came to what its client said.
    pub fn is_fine(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, calls, tally, .. } = self;
        let faults: u64 = tally.faults.values().sum();
        let said: Vec<String> = tally.said.iter().map(|(believed, count)| format!("{count} {believed}")).collect();
        writeln!(f, "seed {seed}: {calls} calls, {} sent, {faults} faults met", tally.sends)?;
        writeln!(f, "said: {}; money moved {} times", said.join(", "), tally.effects)?;
        let learned: Vec<String> = tally.learned.iter().map(|(name, count)| format!("{count} {name}")).collect();
        if !learned.is_empty() {
            writeln!(f, "what was unknown is: {}", learned.join(", "))?;
        }
        write!(f, "{} doubled, {} lost", self.wrong(Wrong::Doubled), self.wrong(Wrong::Lost))?;
        let Some(trace) = &self.trace else { return Ok(()) };
        write!(f, "\n\nthe shortest part of the first failing episode that still fails, played again:")?;
        for (index, line) in trace.iter().enumerate() {
            write!(f, "\n  {}. {line}", index + 1)?;
        }
        write!(f, "\nagain: cargo xtask simulate --seed {seed} --calls {calls}")
    }
}
