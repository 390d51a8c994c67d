//! A journal that lives as long as the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Ending, HashKey, Intent, Journal, JournalError};

/// Open calls of this process. A crash loses them: use it for tests, or where something else remembers.
#[derive(Debug)]
pub struct Memory {
    key: HashKey,
    /// Open entries by id, with a number that keeps their order.
    open: Mutex<(u64, BTreeMap<String, (u64, Intent)>)>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { key: HashKey::random(), open: Mutex::default() }
    }
}

impl Memory {
    /// An empty journal with a key of its own.
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, (u64, BTreeMap<String, (u64, Intent)>)> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Journal for Memory {
    fn key(&self) -> &HashKey {
        &self.key
    }

    async fn begin(&self, intent: &Intent) -> Result<(), JournalError> {
        let (number, open) = &mut *self.entries();
        *number += 1;
        open.insert(intent.id().to_owned(), (*number, intent.clone()));
        Ok(())
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        if ending.is_final() {
            self.entries().1.remove(id);
        }
        Ok(())
    }

    async fn open(&self, provider: &str) -> Result<Vec<Intent>, JournalError> {
        let mut found: Vec<_> =
            self.entries().1.values().filter(|(_, it)| it.pending().provider() == provider).cloned().collect();
        found.sort_by_key(|(number, _)| *number);
        Ok(found.into_iter().map(|(_, intent)| intent).collect())
    }
}
