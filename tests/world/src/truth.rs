//! What really moved.

use std::collections::BTreeMap;
use std::fmt;

use bursar_sandbox::{Movement, Sandbox};

/// What a call, or all calls of a purpose, came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// Nothing moved.
    #[default]
    Nothing,
    /// Money moved and came back.
    Returned,
    /// Some of what should move has moved.
    InPart,
    /// All of it moved.
    Done,
}

impl Truth {
    /// Whether money is gone.
    pub fn is_gone(self) -> bool {
        matches!(self, Self::InPart | Self::Done)
    }
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Nothing => "nothing",
            Self::Returned => "returned",
            Self::InPart => "in part",
            Self::Done => "done",
        })
    }
}

/// Movements of a world, without what differs from one to the next: ids and times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// All of them.
    all: Counted,
    /// Those that were not given back.
    net: Counted,
}

type Counted = BTreeMap<String, usize>;

impl Moved {
    /// What moved at a provider so far; with a tag, by the calls that have it.
    pub fn at(sandbox: &Sandbox, provider: &str, tag: Option<&str>) -> Self {
        let movements = sandbox.movements();
        let of = |one: &&Movement| one.provider == provider && (tag.is_none() || one.tag.as_deref() == tag);
        let own: Vec<&Movement> = movements.iter().filter(of).collect();
        let mut moved = Self::default();
        for one in &own {
            let Movement { kind, from, to, amount, currency, .. } = *one;
            let text = format!("{kind:?} {amount} {currency} from {from} to {to}");
            *moved.all.entry(text.clone()).or_default() += 1;
            // What gives back a movement of an earlier call is an effect of its own.
            let is_own = |sequence| own.iter().any(|other| other.sequence == sequence);
            let gives_back = one.undoes.is_some_and(is_own);
            let is_given_back = own.iter().any(|other| other.undoes == Some(one.sequence));
            if !gives_back && !is_given_back {
                *moved.net.entry(text).or_default() += 1;
            }
        }
        moved
    }

    /// What moved since: everything here that is not in `before`.
    pub fn since(&self, before: &Self) -> Self {
        let less = |here: &Counted, there: &Counted| {
            let count = |text: &String| there.get(text).copied().unwrap_or_default();
            let left = here.iter().map(|(text, times)| (text.clone(), times.saturating_sub(count(text))));
            left.filter(|(_, times)| *times > 0).collect()
        };
        Self { all: less(&self.all, &before.all), net: less(&self.net, &before.net) }
    }

    /// Whether nothing moved, not even there and back.
    pub fn is_nothing(&self) -> bool {
        self.all.is_empty()
    }

    /// How often an effect took place, if this is nothing else than that effect some times.
    pub fn times(&self, effect: &Self) -> Option<usize> {
        let Some((text, once)) = effect.all.iter().next() else { return self.is_nothing().then_some(0) };
        let times = self.all.get(text).copied().unwrap_or_default() / once;
        let expected = effect.all.iter().map(|(text, once)| (text.clone(), once * times));
        let expected = expected.filter(|(_, times)| *times > 0);
        (self.all == expected.collect()).then_some(times)
    }

    /// What this comes to, beside what the call moves where nothing goes wrong.
    pub fn truth(&self, whole: &Self) -> Truth {
        let has = |(text, once): (&String, &usize)| self.net.get(text).is_some_and(|times| times >= once);
        match () {
            () if self.all.is_empty() => Truth::Nothing,
            () if self.net.is_empty() => Truth::Returned,
            () if whole.net.iter().all(has) => Truth::Done,
            () => Truth::InPart,
        }
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<String> = self.all.iter().map(|(text, times)| format!("{times} x {text}")).collect();
        f.write_str(&rows.join("; "))
    }
}
