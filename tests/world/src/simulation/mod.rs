//! Many money calls over all providers, drawn from a seed. Attempts go wrong, processes end in mid-call and start again, other processes
//! recover from the same journal meanwhile, providers decline, expire, correct, reverse and deliver in part; and a caller who does what
//! `docs/outcomes.md` says pays again whenever he is told that nothing moved.
//!
//! The calls are made in episodes, each in a world of its own and drawn from the seed and its number alone, so that an episode that goes
//! wrong can be told, shortened and made again.

mod episode;
mod report;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use bursar_sandbox::{Fate, Fault};

pub use self::episode::{Finding, Step};
pub use self::report::{Report, Tally};
use crate::clock::draw;
use crate::crash::Moment;
use crate::fate::{Believed, Learned};
use crate::matrix::Subject;
use crate::provider::PROVIDERS;
use crate::world::World;

/// Calls of an episode: few enough for the balances of the fakes, and for their sessions, which end after an hour.
const EPISODE: u64 = 4;

/// Of a hundred attempts so many meet a fault.
const SHARE: u64 = 5;

/// One of so many calls is the last of its process, which ends at some moment of it.
const CALLS_OF_A_PROCESS: u64 = 50;

/// Of a hundred calls so many have a fate, where the provider knows any.
const FATED: u64 = 25;

/// During so many of a hundred calls another process recovers from the same journal.
const BESIDE: u64 = 5;

/// Attempts of one call that faults are drawn for; a client makes three at most.
const ATTEMPTS: usize = 6;

/// When a caller pays again for the same purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Only when told that nothing moved and nothing will, as `docs/outcomes.md` says.
    Careful,
    /// Also when the outcome is unknown. A simulation of such callers has to find doubled movements.
    Reckless,
}

/// The operations that are called.
pub struct Cast {
    subjects: Vec<Subject>,
    /// Whether an operation's example can be called again and again in one world.
    repeatable: Vec<bool>,
    /// The faults that each can meet.
    faults: Vec<Vec<Fault>>,
    /// What a provider may do with each.
    fates: Vec<Vec<Fate>>,
}

impl Cast {
    /// The money operations of all providers that move money at once or soon.
    ///
    /// # Errors
    /// One of them does not work although nothing goes wrong.
    pub fn new() -> Result<Self> {
        let mut cast = Self { subjects: Vec::new(), repeatable: Vec::new(), faults: Vec::new(), fates: Vec::new() };
        for (provider, operation) in PROVIDERS.iter().flat_map(|one| one.money().map(move |operation| (one, operation)))
        {
            // The worlds of all have the same settings.
            if provider.settings(operation.id).is_some() {
                continue;
            }
            let subject = Subject::new(provider, operation)?;
            let mut faults = Vec::new();
            for fault in Fault::ALL {
                if subject.can_meet(*fault)? {
                    faults.push(*fault);
                }
            }
            // What moves on a later day moves beside other calls, whose movements could not be told apart.
            let Some(is_repeatable) = is_repeatable(&subject)? else { continue };
            cast.repeatable.push(is_repeatable);
            cast.faults.push(faults);
            cast.fates.push(subject.fates().collect());
            cast.subjects.push(subject);
        }
        Ok(cast)
    }

    /// The calls of an episode. An operation that works only once is called at most once, and only one such operation of a provider:
    /// they may work on the same thing.
    fn draw(&self, mut seed: u64, calls: u64) -> Vec<Step> {
        let mut used: Vec<&str> = Vec::new();
        let mut steps = Vec::new();
        while (steps.len() as u64) < calls {
            let subject = (draw(&mut seed) % self.subjects.len() as u64) as usize;
            let provider = self.subjects[subject].provider.name;
            if !self.repeatable[subject] {
                if used.contains(&provider) {
                    continue;
                }
                used.push(provider);
            }
            let faults = (0..ATTEMPTS).map(|_| self.fault(subject, &mut seed)).collect();
            let crash = crash(&mut seed);
            let repeats = draw(&mut seed).is_multiple_of(2);
            let fate = self.fate(subject, &mut seed);
            let beside = beside(&mut seed);
            steps.push(Step { subject, faults, crash, repeats, fate, beside });
        }
        // This one works on whatever other calls have left behind.
        let tries_all = |step: &Step| self.subjects[step.subject].operation.id == "retry_all_failed_refunds";
        if steps.iter().any(tries_all) {
            steps.iter_mut().for_each(|step| step.fate = step.fate.filter(|fate| *fate != Fate::ReturnFails));
        }
        steps
    }

    /// What the provider does with a call, if it does not just carry it out.
    fn fate(&self, subject: usize, seed: &mut u64) -> Option<Fate> {
        let (is_fated, which) = (draw(seed) % 100 < FATED, draw(seed));
        let fates = &self.fates[subject];
        (is_fated && !fates.is_empty()).then(|| fates[(which % fates.len() as u64) as usize])
    }

    /// Whether the same request may be sent again after a crash: it carries a reference of the caller, or works only once.
    pub(crate) fn may_repeat(&self, subject: usize) -> bool {
        self.subjects[subject].is_keyed() || self.subjects[subject].works_once()
    }

    /// Whether the same request may be sent again after a lookup that decided nothing.
    pub(crate) fn may_repeat_after(&self, subject: usize, learned: Learned) -> bool {
        let is_unseen = matches!(learned.name, "not_found" | "undecidable");
        learned.waits || is_unseen && self.subjects[subject].is_keyed()
    }

    /// Whether every payment of an operation moves money, not only the first in a world.
    pub(crate) fn is_repeatable(&self, subject: usize) -> bool {
        self.repeatable[subject]
    }

    fn fault(&self, subject: usize, seed: &mut u64) -> Option<Fault> {
        let (strikes, which) = (draw(seed) % 100 < SHARE, draw(seed));
        let faults = &self.faults[subject];
        strikes.then(|| faults[(which % faults.len() as u64) as usize])
    }
}

/// Whether another process recovers from the same journal while a call is under way, and how long after its beginning.
fn beside(seed: &mut u64) -> Option<Duration> {
    let (is_so, seconds) = (draw(seed) % 100 < BESIDE, draw(seed) % 90);
    is_so.then(|| Duration::from_secs(seconds))
}

/// Whether the process ends in a call, and where.
fn crash(seed: &mut u64) -> Option<Moment> {
    let (strikes, which) = (draw(seed).is_multiple_of(CALLS_OF_A_PROCESS), draw(seed));
    strikes.then(|| Moment::ALL[(which % Moment::ALL.len() as u64) as usize])
}

/// Whether a second call under another reference moves money again; `None` if not even the first does within a rest.
fn is_repeatable(subject: &Subject) -> Result<Option<bool>> {
    let world = World::new(0)?;
    let client = world.client(subject.provider)?;
    for (calls, reference) in ["reference-1", "reference-2"].into_iter().enumerate() {
        let before = subject.moved_at(&world.sandbox, None);
        let (believed, _) = world.time.run(subject.call_of(&*client, reference))?;
        world.rest();
        let moved = subject.moved_at(&world.sandbox, None).since(&before);
        if !matches!(believed, Believed::Accepted | Believed::Done) || moved.is_nothing() {
            return Ok((calls > 0).then_some(false));
        }
    }
    Ok(Some(true))
}

/// Makes so many calls, on all processors. The same seed and number of calls give the same report.
///
/// # Errors
/// An episode could not be played at all.
pub fn run(cast: &Cast, seed: u64, calls: u64, habit: Habit) -> Result<Report> {
    ensure!(calls > 0, "there is nothing to simulate");
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let report = Mutex::new(Report::new(seed, calls));
    let episodes = calls.div_ceil(EPISODE);
    let work = || -> Result<()> {
        let mut tally = Tally::default();
        while !stop.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= episodes {
                break;
            }
            let mut own = seed.wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95));
            let own = draw(&mut own);
            let steps = cast.draw(own, EPISODE.min(calls - number * EPISODE));
            let played =
                episode::play(cast, &steps, own, habit).inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            tally += &played.tally;
            if !played.findings.is_empty() {
                let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                report.found(number, own, played.findings);
            }
        }
        report.lock().unwrap_or_else(PoisonError::into_inner).tally += &tally;
        Ok(())
    };
    std::thread::scope(|scope| {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    let mut report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((number, own)) = report.first() {
        let steps = cast.draw(own, EPISODE.min(calls - number * EPISODE));
        report.trace = Some(episode::shortest(cast, steps, own, habit)?);
    }
    Ok(report)
}
