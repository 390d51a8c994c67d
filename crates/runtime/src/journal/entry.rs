//! What a journal keeps of a call.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Ending;
use crate::model::outcome::Pending;

/// A call that is about to be sent; clones are cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent(Arc<Asked>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    id: String,
    body_hash: String,
    pending: Pending,
}

impl Serialize for Intent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Intent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Asked { id, body_hash, pending } = Asked::deserialize(deserializer)?;
        Ok(Self::new(id, body_hash, pending))
    }
}

impl Intent {
    pub(crate) fn new(id: String, body_hash: String, mut pending: Pending) -> Self {
        // Entries of earlier versions do not name themselves.
        if pending.entry() != Some(&id) {
            pending.set_entry(id.clone());
        }
        Self(Arc::new(Asked { id, body_hash, pending }))
    }

    /// Id of the entry, unique in the journal: a UUID.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Keyed hash of the body: HMAC-SHA-256 in hexadecimal.
    ///
    /// Equal requests have equal hashes, and without the journal's key a hash tells nothing about the body.
    pub fn body_hash(&self) -> &str {
        &self.0.body_hash
    }

    /// The call and the data to look it up.
    pub fn pending(&self) -> &Pending {
        &self.0.pending
    }
}

/// The right to send or recover a call until a point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    owner: Arc<str>,
    /// Milliseconds since 1970.
    until: u64,
}

impl Lease {
    /// A lease of an owner that ends at a moment of the wall clock, to the millisecond.
    pub fn new(owner: impl Into<Arc<str>>, until: SystemTime) -> Self {
        Self { owner: owner.into(), until: millis(until) }
    }

    /// As a store keeps it: the owner, and the end in milliseconds since 1970.
    pub fn from_millis(owner: impl Into<Arc<str>>, until: u64) -> Self {
        Self { owner: owner.into(), until }
    }

    /// Id of the client that holds it: a UUID.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// When it ends.
    pub fn until(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(self.until)
    }

    /// When it ends, in milliseconds since 1970.
    pub fn until_millis(&self) -> u64 {
        self.until
    }

    /// Whether it has ended by `now`.
    pub fn is_over(&self, now: SystemTime) -> bool {
        self.until <= millis(now)
    }
}

/// Milliseconds since 1970; zero for what is before.
pub(crate) fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// An entry of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The call that was about to be sent.
    pub intent: Intent,
    /// The outcome; `None` if nothing was written after the intent.
    pub ending: Option<Ending>,
    /// Name of the progress that it was settled with, as of [`Progress::name`](crate::Progress::name).
    pub progress: Option<String>,
    /// The last lease; `None` if there is none.
    pub lease: Option<Lease>,
}

impl Entry {
    /// An entry without an ending.
    pub fn new(intent: Intent, lease: Option<Lease>) -> Self {
        Self { intent, ending: None, progress: None, lease }
    }

    /// Whether the entry is open.
    pub fn is_open(&self) -> bool {
        !self.ending.is_some_and(Ending::is_final)
    }
}

/// The entries that were asked for, and those that cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entries {
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// Ids of entries that are damaged or of another version.
    pub unreadable: Vec<String>,
}

impl From<Vec<Entry>> for Entries {
    fn from(entries: Vec<Entry>) -> Self {
        Self { entries, unreadable: Vec::new() }
    }
}

impl Deref for Entries {
    type Target = [Entry];

    fn deref(&self) -> &[Entry] {
        &self.entries
    }
}

impl IntoIterator for Entries {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
