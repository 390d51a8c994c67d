//! A journal that lives as long as the process.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::{Ending, Entries, Entry, HashKey, Intent, Journal, JournalError, Lease};
use crate::model::progress::Progress;

/// Entries with a final ending that are kept; older ones are removed.
const MOST_ENDED: usize = 10_000;

/// A journal in memory, which a crash loses.
///
/// Use it for tests, or if calls are recorded elsewhere. It keeps all open entries and the last 10,000 closed ones.
#[derive(Debug)]
pub struct Memory {
    key: HashKey,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: HashMap<String, (u64, Entry)>,
    /// Ids of entries with a final ending, in the order of their endings.
    ended: VecDeque<String>,
    count: u64,
}

impl Default for Memory {
    fn default() -> Self {
        Self { key: HashKey::random(), kept: Mutex::default() }
    }
}

impl Memory {
    /// An empty journal with a key of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// All calls of a provider, oldest first.
    pub fn entries(&self, provider: &str) -> Vec<Entry> {
        self.select(|entry| entry.intent.pending().provider() == provider)
    }

    fn select(&self, which: impl Fn(&Entry) -> bool) -> Vec<Entry> {
        let kept = self.kept();
        let mut found: Vec<_> = kept.entries.values().filter(|(_, entry)| which(entry)).collect();
        found.sort_unstable_by_key(|(number, _)| *number);
        found.into_iter().map(|(_, entry)| entry.clone()).collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self, id: &str, ending: Ending, progress: Option<Progress>) -> Result<(), JournalError> {
        let mut kept = self.kept();
        let (_, entry) = kept.entries.get_mut(id).ok_or_else(JournalError::no_entry)?;
        match entry.ending {
            Some(known) if known == ending => {}
            Some(known) if known.is_final() => return Err(JournalError::ended(known)),
            Some(Ending::Accepted) if ending == Ending::Unknown => {}
            _ => {
                entry.ending = Some(ending);
                entry.progress = progress.map(|progress| progress.name().to_owned());
                if ending.is_final() {
                    kept.ended.push_back(id.to_owned());
                }
            }
        }
        if let Some((_, entry)) = kept.entries.get_mut(id) {
            entry.lease = None;
        }
        if kept.ended.len() > MOST_ENDED
            && let Some(oldest) = kept.ended.pop_front()
        {
            kept.entries.remove(&oldest);
        }
        Ok(())
    }

    /// Sets a lease if the entry is open and the one that it has allows it.
    fn lease(&self, id: &str, lease: &Lease, allows: impl Fn(Option<&Lease>) -> bool) -> bool {
        let mut kept = self.kept();
        let Some((_, entry)) = kept.entries.get_mut(id) else { return false };
        let is_given = entry.is_open() && allows(entry.lease.as_ref());
        if is_given {
            entry.lease = Some(lease.clone());
        }
        is_given
    }
}

#[async_trait::async_trait]
impl Journal for Memory {
    fn key(&self) -> &HashKey {
        &self.key
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        let mut kept = self.kept();
        kept.count += 1;
        let entry = (kept.count, Entry::new(intent.clone(), Some(lease.clone())));
        kept.entries.insert(intent.id().to_owned(), entry);
        Ok(())
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        self.close(id, ending, None)
    }

    async fn settle(&self, id: &str, progress: Progress) -> Result<(), JournalError> {
        self.close(id, Ending::Settled, Some(progress))
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        Ok(self.select(|entry| entry.is_open() && entry.intent.pending().provider() == provider).into())
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        Ok(self.lease(id, lease, |held| held.is_none_or(|held| held.is_over(now))))
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        Ok(self.lease(id, lease, |held| held.is_some_and(|held| held.owner() == lease.owner())))
    }

    async fn purge(&self, before: SystemTime) -> Result<u64, JournalError> {
        let mut kept = self.kept();
        let Kept { entries, ended, .. } = &mut *kept;
        let count = entries.len();
        let is_older = |entry: &Entry| {
            let sent = entry.intent.pending().sent();
            sent.is_some_and(|sent| SystemTime::from(sent) < before)
        };
        entries.retain(|_, (_, entry)| entry.is_open() || !is_older(entry));
        ended.retain(|id| entries.contains_key(id));
        Ok((count - entries.len()) as u64)
    }
}
