//! What a simulation came to.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

use bursar_sandbox::{Fate, Fault};

use super::episode::Finding;
use crate::fate::Believed;
use crate::matrix::{Cell, Wrong};
use crate::truth::Truth;

/// Why a finding decides nothing.
const UNDECIDED: &[(&str, &str)] = &[
    ("candidates", "the provider knows no reference; a person compares the entries of its list"),
    ("differs", "something else has the reference; a person compares the two"),
    ("lookup failed", "the lookup itself went wrong; the entry stays open for the next recovery"),
    ("not_found", "the document does not say that absence proves anything (`absent: unknown`)"),
    ("pending", "the lookup shows the thing that was to be paid, in the state before the payment"),
    ("undecidable", "the provider has no lookup, or its lookup asks for an id that only the lost answer had"),
];

/// Counts of payments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By what the client said first.
    pub said: BTreeMap<Believed, u64>,
    /// What was found out in the end about those that were unknown: by provider, finding, and whether it decides.
    pub learned: BTreeMap<(&'static str, &'static str, bool), u64>,
    /// What became of those that were accepted: by provider, what was known in the end, and whether it decides.
    pub followed: BTreeMap<(&'static str, &'static str, bool), u64>,
    /// What stays undecided of those that were unknown: by provider, operation, finding, and what had really become of the money.
    pub left: BTreeMap<(&'static str, &'static str, &'static str, Truth), u64>,
    /// Unknown outcomes that were decided by making the same call again, by provider.
    pub repeated: BTreeMap<&'static str, u64>,
    /// Payments in which the process ended.
    pub crashes: u64,
    /// Faults that attempts met.
    pub faults: BTreeMap<Fault, u64>,
    /// What the providers did with payments, besides carrying them out.
    pub fates: BTreeMap<Fate, u64>,
    /// Requests that were sent.
    pub sends: u64,
    /// Effects that took place.
    pub effects: u64,
}

impl Tally {
    pub(super) fn count<'a>(
        &mut self,
        (provider, operation): (&'static str, &'static str),
        cell: &Cell,
        met: impl Iterator<Item = &'a Fault>,
        fate: Option<Fate>,
    ) {
        *self.said.entry(cell.believed()).or_default() += 1;
        for fault in met {
            *self.faults.entry(*fault).or_default() += 1;
        }
        if let Some(fate) = fate {
            *self.fates.entry(fate).or_default() += 1;
        }
        self.sends += u64::from(cell.sends);
        self.effects += cell.effects as u64;
        let known = cell.learned.map_or(("not asked", false), |learned| (learned.name, learned.is_decided()));
        let findings = match cell.believed() {
            Believed::Unknown => &mut self.learned,
            Believed::Accepted => &mut self.followed,
            _ => return,
        };
        *findings.entry((provider, known.0, known.1)).or_default() += 1;
        if cell.believed() == Believed::Unknown && !known.1 {
            *self.left.entry((provider, operation, known.0, cell.end)).or_default() += 1;
        }
        if cell.believed() == Believed::Unknown && known.1 && cell.repeats > 0 {
            *self.repeated.entry(provider).or_default() += 1;
        }
    }

    /// How many payments were made.
    pub fn calls(&self) -> u64 {
        self.said.values().sum()
    }

    /// How many unknown outcomes were decided by machine, of how many: of one provider, or of all.
    pub fn decided(&self, provider: Option<&str>) -> (u64, u64) {
        let own = self.learned.iter().filter(|((name, ..), _)| provider.is_none_or(|provider| provider == *name));
        own.fold((0, 0), |(decided, all), ((.., is_decided), count)| {
            (decided + if *is_decided { *count } else { 0 }, all + count)
        })
    }
}

/// So many of so many, in percent.
fn share(part: u64, all: u64) -> String {
    let share = (part * 1000).checked_div(all).unwrap_or(1000);
    format!("{}.{} %", share / 10, share % 10)
}

/// Findings of each provider, in a line.
fn rows(findings: &BTreeMap<(&'static str, &'static str, bool), u64>) -> BTreeMap<&'static str, String> {
    let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((provider, finding, _), count) in findings {
        rows.entry(provider).or_default().push(format!("{count} {}", finding.replace('_', " ")));
    }
    rows.into_iter().map(|(provider, findings)| (provider, findings.join(", "))).collect()
}

impl Tally {
    /// What became of the unknown and of the accepted, and why some of it cannot be decided.
    fn write_findings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (provider, findings) in rows(&self.learned) {
            let (decided, all) = self.decided(Some(provider));
            let (share, repeated) = (share(decided, all), self.repeated.get(provider).copied().unwrap_or_default());
            write!(f, "{provider}: {decided} of {all} unknown outcomes decided ({share})")?;
            writeln!(f, ", {repeated} of them by making the call again: {findings}")?;
            for ((_, operation, finding, end), count) in self.left.iter().filter(|((own, ..), _)| *own == provider) {
                writeln!(f, "  {count} {operation}: {}, in truth {end}", finding.replace('_', " "))?;
            }
        }
        let met = |name: &str| self.learned.keys().any(|(_, finding, is_decided)| *finding == name && !is_decided);
        for (name, why) in UNDECIDED.iter().filter(|(name, _)| met(name)) {
            writeln!(f, "  {}: {why}", name.replace('_', " "))?;
        }
        let (decided, all) = self.decided(None);
        writeln!(f, "all: {decided} of {all} unknown outcomes decided ({})", share(decided, all))?;
        for (provider, findings) in rows(&self.followed) {
            writeln!(f, "{provider}: what was accepted and pending ended as: {findings}")?;
        }
        Ok(())
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        for (believed, count) in &other.said {
            *self.said.entry(*believed).or_default() += count;
        }
        for (mine, others) in [(&mut self.learned, &other.learned), (&mut self.followed, &other.followed)] {
            for (name, count) in others {
                *mine.entry(*name).or_default() += count;
            }
        }
        for (left, count) in &other.left {
            *self.left.entry(*left).or_default() += count;
        }
        for (provider, count) in &other.repeated {
            *self.repeated.entry(provider).or_default() += count;
        }
        for (fate, count) in &other.fates {
            *self.fates.entry(*fate).or_default() += count;
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

    /// How often which operation went wrong in which way.
    fn kinds(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        for finding in self.findings.values().flat_map(|(_, findings)| findings) {
            // The line begins with the payment's tag, and goes on with what was said.
            let what = finding.line.split(": ").next().unwrap_or_default();
            let what = what.split_once(' ').map_or(what, |(_, what)| what);
            *kinds.entry(format!("{:?}: {what}", finding.wrong).to_lowercase()).or_default() += 1;
        }
        kinds
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
        let fates: u64 = tally.fates.values().sum();
        let (payments, again) = (tally.calls(), tally.calls() - calls);
        writeln!(
            f,
            "seed {seed}: {calls} purposes, {payments} payments ({again} of them again, as allowed), {sends} sent"
        )?;
        writeln!(f, "{faults} faults met, {fates} fates, {crashes} crashes and restarts")?;
        writeln!(f, "said: {}; money moved {} times", said.join(", "), tally.effects)?;
        tally.write_findings(f)?;
        let [doubled, lost, closed] = [Wrong::Doubled, Wrong::Lost, Wrong::Closed].map(|wrong| self.wrong(wrong));
        write!(f, "{doubled} doubled, {lost} lost, {closed} entries closed against the truth")?;
        for (kind, count) in self.kinds() {
            write!(f, "\n  {count} x {kind}")?;
        }
        let Some(trace) = &self.trace else { return Ok(()) };
        write!(f, "\n\nthe shortest part of the first failing episode that still fails, played again:")?;
        for (index, line) in trace.iter().enumerate() {
            write!(f, "\n  {}. {line}", index + 1)?;
        }
        write!(f, "\nagain: cargo xtask simulate --seed {seed} --calls {calls}")
    }
}
