//! Ids of answers that lookups of later calls ask for, remembered by the client that got them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// So many ids at most; the oldest are forgotten first.
const MOST: usize = 10_000;

/// Longer texts are no ids.
const LONGEST: usize = 256;

/// The ids that a client remembers, all clones of it together.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Known>);

#[derive(Default)]
struct Known {
    ids: HashMap<(&'static str, String), String>,
    /// In the order in which they came.
    order: VecDeque<(&'static str, String)>,
}

impl Memory {
    /// Remembers the id of something.
    pub(crate) fn keep(&self, name: &'static str, of: String, id: String) {
        if of.len() > LONGEST || id.len() > LONGEST {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (name, of);
        if known.ids.insert(key.clone(), id).is_none() {
            known.order.push_back(key);
        }
        if known.order.len() > MOST
            && let Some(oldest) = known.order.pop_front()
        {
            known.ids.remove(&oldest);
        }
    }

    /// The id of something.
    pub(crate) fn find(&self, name: &'static str, of: &str) -> Option<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.ids.get(&(name, of.to_owned())).cloned()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Memory")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_ids_are_forgotten_first() {
        let memory = Memory::default();
        for number in 0..=MOST {
            memory.keep("session", number.to_string(), format!("t-{number}"));
        }
        assert_eq!(memory.find("session", "0"), None);
        assert_eq!(memory.find("session", "1").as_deref(), Some("t-1"));
        assert_eq!(memory.find("other", "1"), None);
        memory.keep("session", "1".to_owned(), "x".repeat(LONGEST + 1));
        assert_eq!(memory.find("session", "1").as_deref(), Some("t-1"));
    }
}
