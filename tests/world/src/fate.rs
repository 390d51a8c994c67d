//! What a client believes about a call, and what really moved.

use std::collections::BTreeMap;
use std::fmt;

use bursar_runtime::dispatch::{Echo, Failed};
use bursar_runtime::{AnyError, Outcome, Pending, Progress, Reconciled, Response};
use bursar_sandbox::{Movement, Sandbox};

/// What a client says about a call that may move money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Believed {
    /// Accepted; the money moved, or will.
    Accepted,
    /// Accepted, and the provider says that it failed.
    Failed,
    /// Accepted, and it moved in part, came back, or may still come: nothing may be sent again.
    Ended,
    /// Nothing left this machine.
    NotSent,
    /// The provider refused: nothing moved.
    Refused,
    /// Nobody can tell: find out.
    Unknown,
}

impl Believed {
    /// Whether it agrees with how often the call took effect.
    pub fn agrees_with(self, effects: usize) -> bool {
        match self {
            Self::Accepted => effects > 0,
            Self::Failed | Self::NotSent | Self::Refused => effects == 0,
            Self::Ended | Self::Unknown => true,
        }
    }
}

impl fmt::Display for Believed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Accepted => "accepted",
            Self::Failed => "failed",
            Self::Ended => "ended",
            Self::NotSent => "not sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        })
    }
}

/// What was found out about a call whose outcome was unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Learned {
    /// The finding's name.
    pub name: &'static str,
    /// What it comes to; unknown if it is still open, or only a person can tell.
    pub believed: Believed,
}

impl Learned {
    /// Reads what reconciling or recovering came to.
    pub fn of(result: Result<&Reconciled, &AnyError>) -> Self {
        let Ok(reconciled) = result else { return Self { name: "lookup failed", believed: Believed::Unknown } };
        let believed = match reconciled {
            Reconciled::Done(_) => Believed::Accepted,
            Reconciled::Failed(_) | Reconciled::NotFound { proven: true, .. } => Believed::Refused,
            _ => Believed::Unknown,
        };
        Self { name: reconciled.name(), believed }
    }
}

/// What the result of a call says, and what is needed to find out if it is unknown. An argument that does not fit is none of a client's beliefs.
///
/// # Errors
/// The call could not be made at all.
pub fn said(result: &Result<Response<Echo>, Failed>) -> anyhow::Result<(Believed, Option<Pending>)> {
    match result {
        Ok(answer) => Ok(match answer.progress() {
            Progress::Done | Progress::Pending => (Believed::Accepted, None),
            Progress::Failed => (Believed::Failed, None),
            _ => (Believed::Ended, None),
        }),
        Err(Failed::Call { error, .. }) => Ok(match error.outcome() {
            Outcome::NotSent => (Believed::NotSent, None),
            Outcome::Refused => (Believed::Refused, None),
            unknown => (Believed::Unknown, unknown.pending().cloned()),
        }),
        Err(other) => anyhow::bail!("{other}"),
    }
}

/// Movements of a world, without what differs from one to the next: ids and times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved(BTreeMap<String, usize>);

impl Moved {
    /// What moved at a provider so far.
    pub fn at(sandbox: &Sandbox, provider: &str) -> Self {
        let mut moved = Self::default();
        for movement in sandbox.movements().into_iter().filter(|movement| movement.provider == provider) {
            let Movement { kind, from, to, amount, currency, .. } = movement;
            *moved.0.entry(format!("{kind:?} {amount} {currency} from {from} to {to}")).or_default() += 1;
        }
        moved
    }

    /// What moved since: everything here that is not in `before`.
    pub fn since(&self, before: &Self) -> Self {
        let count = |text: &String| before.0.get(text).copied().unwrap_or_default();
        let left = self.0.iter().map(|(text, times)| (text.clone(), times.saturating_sub(count(text))));
        Self(left.filter(|(_, times)| *times > 0).collect())
    }

    /// Whether nothing moved.
    pub fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// How often an effect took place, if this is nothing else than that effect some times.
    pub fn times(&self, effect: &Self) -> Option<usize> {
        let Some((text, once)) = effect.0.iter().next() else { return self.is_nothing().then_some(0) };
        let times = self.0.get(text).copied().unwrap_or_default() / once;
        let expected = effect.0.iter().map(|(text, once)| (text.clone(), once * times)).filter(|(_, times)| *times > 0);
        (self.0 == expected.collect()).then_some(times)
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<String> = self.0.iter().map(|(text, times)| format!("{times} x {text}")).collect();
        f.write_str(&rows.join("; "))
    }
}
