//! What a simulation came to.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

use bursar_sandbox::Fault;

use super::episode::Finding;
use crate::fate::Believed;
use crate::matrix::{Cell, Wrong};

/// Why a finding decides nothing.
const UNDECIDED: &[(&str, &str)] = &[
    ("candidates", "the provider knows no reference; a person compares the entries of its list"),
    ("lookup failed", "the lookup itself went wrong; the entry stays open for the next recovery"),
    ("not_found", "the document does not say that absence proves anything (`absent: unknown`)"),
    ("pending", "the lookup shows the thing that was to be paid, in the state before the payment"),
    ("undecidable", "the provider has no lookup, or its lookup asks for an id that only the lost answer had"),
];

/// Counts of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By what the client said.
    pub said: BTreeMap<Believed, u64>,
    /// What was found out in the end about those that were unknown, by provider and finding.
    pub learned: BTreeMap<(&'static str, &'static str), u64>,
    /// Calls in which the process ended.
    pub crashes: u64,
    /// Faults that attempts met.
    pub faults: BTreeMap<Fault, u64>,
    /// Requests that were sent.
    pub sends: u64,
    /// Effects that took place.
    pub effects: u64,
}

impl Tally {
    pub(super) fn count(&mut self, cell: Cell, met: &[Fault], crashed: bool) {
        *self.said.entry(cell.believed).or_default() += 1;
        self.crashes += u64::from(crashed);
        for fault in met {
            *self.faults.entry(*fault).or_default() += 1;
        }
        self.sends += u64::from(cell.sends);
        self.effects += cell.effects as u64;
    }

    /// Counts what was found out about a call that was unknown.
    pub(super) fn find_out(&mut self, provider: &'static str, finding: &'static str) {
        *self.learned.entry((provider, finding)).or_default() += 1;
    }

    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.said.values().sum()
    }
}

impl Tally {
    /// What became of the unknown, and why some of it cannot be decided.
    fn write_findings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((provider, finding), count) in &self.learned {
            rows.entry(provider).or_default().push(format!("{count} {finding}"));
        }
        for (provider, findings) in rows {
            writeln!(f, "what was unknown at {provider} is: {}", findings.join(", "))?;
        }
        let met = |name: &str| self.learned.keys().any(|(_, finding)| *finding == name);
        for (name, why) in UNDECIDED.iter().filter(|(name, _)| met(name)) {
            writeln!(f, "  {name}: {why}")?;
        }
        Ok(())
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        for (believed, count) in &other.said {
            *self.said.entry(*believed).or_default() += count;
        }
        for (name, count) in &other.learned {
            *self.learned.entry(*name).or_default() += count;
        }
        self.crashes += other.crashes;
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
        let (sends, crashes) = (tally.sends, tally.crashes);
        writeln!(f, "seed {seed}: {calls} calls, {sends} sent, {faults} faults met, {crashes} crashes and restarts")?;
        writeln!(f, "said: {}; money moved {} times", said.join(", "), tally.effects)?;
        tally.write_findings(f)?;
        write!(f, "{} doubled, {} lost", self.wrong(Wrong::Doubled), self.wrong(Wrong::Lost))?;
        let Some(trace) = &self.trace else { return Ok(()) };
        write!(f, "\n\nthe shortest part of the first failing episode that still fails, played again:")?;
        for (index, line) in trace.iter().enumerate() {
            write!(f, "\n  {}. {line}", index + 1)?;
        }
        write!(f, "\nagain: cargo xtask simulate --seed {seed} --calls {calls}")
    }
}
