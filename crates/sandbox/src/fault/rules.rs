//! Which calls meet which fault, and which fate.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};

use super::Fault;
use crate::document::Operation;
use crate::fate::Fate;
use crate::provider::Provider;
use crate::random::Random;

/// Stands for every operation of a provider.
const ANY: &str = "*";

/// Draws of faults must not follow the draws of ids, which have the same seed.
const APART: u64 = 0x5afe_0f4a_17c0_ffee;

/// What a rule does to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// It goes wrong on its way.
    Fault(Fault),
    /// The provider takes it, and this becomes of it.
    Fate(Fate),
}

impl From<Fault> for Effect {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Fate> for Effect {
    fn from(fate: Fate) -> Self {
        Self::Fate(fate)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Fate(fate) => fate.fmt(f),
        }
    }
}

/// Which of the calls that a rule is about meet its fault. Calls count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Times {
    /// Every call.
    Always,
    /// Only the n-th call.
    Nth(u64),
    /// Every n-th call: of 2 the second, the fourth, and so on. 0 is never.
    Every(u64),
    /// As many of a thousand calls, drawn from the sandbox's seed.
    PerMille(u16),
}

/// A rule, and what it did so far.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The provider's path prefix: `kasisto`.
    pub provider: String,
    /// Operation id, or `*` for every operation of the provider that can meet the fault.
    pub operation: String,
    /// The fault or the fate.
    pub effect: Effect,
    /// With which calls.
    pub times: Times,
    /// How many calls the rule was about.
    pub calls: u64,
    /// How many of them met the fault.
    pub hits: u64,
}

impl Rule {
    fn is_about(&self, provider: &dyn Provider, operation: &Operation) -> bool {
        self.provider == provider.name()
            && (self.operation == ANY || self.operation == operation.id)
            && can_meet(provider, operation, self.effect)
    }

    /// Counts a call; whether it meets the fault.
    fn strikes(&mut self, random: &mut Random) -> bool {
        self.calls += 1;
        let strikes = match self.times {
            Times::Always => true,
            Times::Nth(number) => self.calls == number,
            Times::Every(step) => step > 0 && self.calls.is_multiple_of(step),
            Times::PerMille(share) => random.number() % 1000 < u64::from(share),
        };
        self.hits += u64::from(strikes);
        strikes
    }
}

/// Whether a fault or a fate means anything for an operation.
pub(crate) fn can_meet(provider: &dyn Provider, operation: &Operation, effect: Effect) -> bool {
    match effect {
        Effect::Fault(fault) => operation.can_meet(fault),
        Effect::Fate(fate) => provider.fates(&operation.id).contains(&fate),
    }
}

/// The rules of a sandbox: which calls go wrong, and how.
pub struct Faults {
    providers: Arc<[Arc<dyn Provider>]>,
    state: Mutex<State>,
}

struct State {
    rules: Vec<Rule>,
    random: Random,
}

impl Faults {
    pub(crate) fn new(providers: Arc<[Arc<dyn Provider>]>, seed: u64) -> Self {
        Self { providers, state: Mutex::new(State { rules: Vec::new(), random: Random::new(seed ^ APART) }) }
    }

    /// Lets calls meet a fault or a fate: those of an operation, or of every operation of a provider with `*`. Of several rules about
    /// a call the first that strikes counts, for faults and for fates.
    ///
    /// # Errors
    /// If there is no such provider or operation, or the operation cannot meet it.
    pub fn on(&self, provider: &str, operation: &str, effect: impl Into<Effect>, times: Times) -> Result<()> {
        let effect = effect.into();
        if operation == ANY {
            ensure!(self.provider(provider).is_some(), "unknown provider {provider:?}: the sandbox does not have it");
        } else {
            let applies = self.applies(provider, operation, effect)?;
            match effect {
                Effect::Fault(fault) => ensure!(
                    applies,
                    "{fault} does not apply to {operation}: the document of {provider} declares no failure status, reference or payload for it"
                ),
                Effect::Fate(fate) => ensure!(applies, "{fate} does not apply to {operation} of {provider}"),
            }
        }
        let (provider, operation) = (provider.to_owned(), operation.to_owned());
        self.state().rules.push(Rule { provider, operation, effect, times, calls: 0, hits: 0 });
        Ok(())
    }

    /// Whether an operation can meet a fault or a fate. Faults of the way meet all of them; those of the answer need what the document
    /// has to say for it.
    ///
    /// # Errors
    /// If there is no such provider or operation.
    pub fn applies(&self, provider: &str, operation: &str, effect: impl Into<Effect>) -> Result<bool> {
        let found = self
            .provider(provider)
            .with_context(|| format!("unknown provider {provider:?}: the sandbox does not have it"))?;
        let operation = found.document().operation_of_id(operation);
        let operation =
            operation.with_context(|| format!("operation of {provider} not found: use an operation id, or `*`"))?;
        Ok(can_meet(&**found, operation, effect.into()))
    }

    /// The rules, in the order in which they were set.
    pub fn rules(&self) -> Vec<Rule> {
        self.state().rules.clone()
    }

    /// Forgets all rules.
    pub fn clear(&self) {
        self.state().rules.clear();
    }

    /// The fault and the fate that a call meets by the rules.
    pub(crate) fn draw(&self, provider: &dyn Provider, operation: &Operation) -> (Option<Fault>, Option<Fate>) {
        let State { rules, random } = &mut *self.state();
        let mut met = (None, None);
        // Every rule counts every call that it is about, so that one rule does not shift another one's numbers.
        for rule in rules.iter_mut().filter(|rule| rule.is_about(provider, operation)) {
            match (rule.strikes(random), rule.effect) {
                (true, Effect::Fault(fault)) => met.0 = met.0.or(Some(fault)),
                (true, Effect::Fate(fate)) => met.1 = met.1.or(Some(fate)),
                (false, _) => {}
            }
        }
        met
    }

    fn provider(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        self.providers.iter().find(|provider| provider.name() == name)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rules()).finish()
    }
}

impl Operation {
    /// Whether a fault means anything for the operation.
    pub(crate) fn can_meet(&self, fault: Fault) -> bool {
        match fault {
            Fault::SuccessFalse => self.verdict.is_some(),
            Fault::SuccessZero => self.verdict.as_ref().is_some_and(|verdict| verdict.zero.is_some()),
            Fault::OtherReference => self.reference.is_some(),
            Fault::ErrorObject | Fault::EmptyObject => self.has_payload(),
            _ => true,
        }
    }
}
