//! A journal that lives as long as the process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Ending, HashKey, Intent, Journal, JournalError};

/// Open calls of this process. A crash loses them: use it for tests, or where something else remembers.
#[derive(Debug)]
pub struct Memory {
    key: HashKey,
    /// Oldest first. There are no more of them than calls under way, and those whose fate is open.
    open: Mutex<Vec<Intent>>,
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

    fn intents(&self) -> MutexGuard<'_, Vec<Intent>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Journal for Memory {
    fn key(&self) -> &HashKey {
        &self.key
    }

    async fn begin(&self, intent: &Intent) -> Result<(), JournalError> {
        self.intents().push(intent.clone());
        Ok(())
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        if ending.is_final() {
            self.intents().retain(|intent| intent.id() != id);
        }
        Ok(())
    }

    async fn open(&self, provider: &str) -> Result<Vec<Intent>, JournalError> {
        Ok(self.intents().iter().filter(|intent| intent.pending().provider() == provider).cloned().collect())
    }
}
