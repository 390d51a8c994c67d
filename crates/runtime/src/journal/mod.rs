//! The journal: what is about to move money is written down before it is sent, so that no outcome is lost in a crash.
//!
//! A client with a journal writes an [`Intent`] before the bytes of a money call leave, and its [`Ending`] after the answer. What has no
//! ending, or ended unknown, is open: `client.recover(&journal)` looks it up. The journal holds references, amounts and the values that
//! the provider's lookup asks for; of a body it holds a keyed hash, and never card data.
//!
//! [`Memory`] forgets everything with the process; `Sqlite` (feature `sqlite`) keeps it in one file. Anything else that can write
//! durably can be a journal: implement [`Journal`].

mod key;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use self::key::HashKey;
pub use self::memory::Memory;
#[cfg(feature = "sqlite")]
pub use self::sqlite::{Entry, Sqlite};
use crate::outcome::Pending;

/// A call that is about to be sent. Clones are cheap.
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
        Asked::deserialize(deserializer).map(|asked| Self(Arc::new(asked)))
    }
}

impl Intent {
    pub(crate) fn new(id: String, body_hash: String, pending: Pending) -> Self {
        Self(Arc::new(Asked { id, body_hash, pending }))
    }

    /// Id of the entry, unique in the journal: a UUID.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Keyed hash of the body (HMAC-SHA-256 in hexadecimal): the same request has the same one, and it tells nothing about the body.
    pub fn body_hash(&self) -> &str {
        &self.0.body_hash
    }

    /// What was asked for, and what is needed to look it up.
    pub fn pending(&self) -> &Pending {
        &self.0.pending
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ending {
    /// Nothing left this machine.
    NotSent,
    /// The provider refused it, or it failed there: nothing moved.
    Refused,
    /// The provider accepted it.
    Accepted,
    /// Nobody knows: the entry stays open.
    Unknown,
}

impl Ending {
    /// Its name in snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
        }
    }

    /// Whether nothing is left to find out.
    pub fn is_final(self) -> bool {
        self != Self::Unknown
    }
}

/// Where intents are written down. All methods may be called at the same time.
#[async_trait::async_trait]
pub trait Journal: Send + Sync + 'static {
    /// The key that bodies are hashed with. The journal makes it once, keeps it, and gives it to nobody else.
    fn key(&self) -> &HashKey;

    /// Writes an intent. When this returns, the entry must survive a crash of the machine: the call is sent right after.
    ///
    /// # Errors
    ///
    /// It could not be written; the call is not sent then.
    async fn begin(&self, intent: &Intent) -> Result<(), JournalError>;

    /// Writes how a call ended. A final ending is never replaced by another one.
    ///
    /// # Errors
    ///
    /// It could not be written; the entry stays open.
    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError>;

    /// All calls of a provider without a final ending, oldest first.
    ///
    /// # Errors
    ///
    /// The journal could not be read.
    async fn open(&self, provider: &str) -> Result<Vec<Intent>, JournalError>;
}

#[async_trait::async_trait]
impl<J: Journal + ?Sized> Journal for Arc<J> {
    fn key(&self) -> &HashKey {
        (**self).key()
    }

    async fn begin(&self, intent: &Intent) -> Result<(), JournalError> {
        (**self).begin(intent).await
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        (**self).end(id, ending).await
    }

    async fn open(&self, provider: &str) -> Result<Vec<Intent>, JournalError> {
        (**self).open(provider).await
    }
}

/// The journal could not be read or written.
#[derive(Debug)]
pub struct JournalError(Box<dyn StdError + Send + Sync>);

impl JournalError {
    /// What went wrong. Never put a value of an entry here.
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the journal could not be read or written")
    }
}

impl StdError for JournalError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}
