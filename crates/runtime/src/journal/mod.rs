//! The journal: money calls are written down before they are sent, so that a crash loses no outcome.
//!
//! A client with a journal writes an [`Intent`] before the bytes of a money call leave, and its [`Ending`] after the answer. An entry without
//! a final ending is open: `client.recover(&journal)` looks it up. The journal holds references, amounts and the values that the provider's
//! lookup asks for; of a body it holds a keyed hash, and never card data.
//!
//! * **Accepted is not settled.** An entry stays open until the provider settled the call, refused it, or the caller gave it up
//!   ([`Until`] chooses otherwise).
//! * **An entry belongs to an account.** It names the origin and the account that it was made with, by a fingerprint. A client skips the
//!   entries of others.
//! * **An entry has an owner.** The client that pays holds a [`Lease`] and extends it while the call runs. `recover` takes an entry over only
//!   when its lease is over, and a client that lost its lease, because its process was paused, sends nothing more.
//!
//! [`Memory`] forgets everything with the process; `Sqlite` (feature `sqlite`) keeps it in one file. Any other durable store can be a
//! journal: implement [`Journal`].

pub(crate) mod closing;
mod ending;
mod entry;
mod error;
mod key;
pub(crate) mod lease;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::sync::Arc;
use std::time::SystemTime;

pub(crate) use self::ending::Closing;
pub use self::ending::{Ending, Until};
pub use self::entry::{Entries, Entry, Intent, Lease};
pub use self::error::JournalError;
pub use self::key::HashKey;
pub use self::memory::Memory;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
use crate::model::progress::Progress;

/// A record of money calls. All methods may be called concurrently.
///
/// Leases are compared by wall clocks: if processes on several machines share a journal, their clocks must agree to within a tenth of a lease.
#[async_trait::async_trait]
pub trait Journal: Send + Sync + 'static {
    /// The key that bodies are hashed with. The journal creates it once and keeps it secret.
    fn key(&self) -> &HashKey;

    /// Writes an intent and the lease of its owner.
    ///
    /// When this returns, the entry must survive a crash of the machine: the call is sent right after. If the future is dropped, the entry
    /// must not be written later than an [`end`](Self::end) of the same id that is called afterwards.
    ///
    /// # Errors
    ///
    /// It could not be written; the call is not sent then.
    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError>;

    /// Writes how a call ended, and frees it of its lease.
    ///
    /// A final ending is never replaced, and [`Ending::Unknown`] does not replace [`Ending::Accepted`]. Writing the ending that an entry has
    /// already changes nothing.
    ///
    /// # Errors
    ///
    /// It could not be written, and the entry stays open; there is no such entry ([`JournalError::no_entry`]); or it has another final
    /// ending ([`JournalError::ended`]).
    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError>;

    /// Writes [`Ending::Settled`] and the progress that settled the call.
    ///
    /// The default writes the ending alone.
    ///
    /// # Errors
    ///
    /// As [`end`](Self::end).
    async fn settle(&self, id: &str, progress: Progress) -> Result<(), JournalError> {
        let _ = progress;
        self.end(id, Ending::Settled).await
    }

    /// All open entries of a provider, oldest first. Entries that cannot be read are named beside the others.
    ///
    /// # Errors
    ///
    /// The journal could not be read.
    async fn open(&self, provider: &str) -> Result<Entries, JournalError>;

    /// Gives an open entry another lease if it has none, or one that is over at `now`.
    ///
    /// Atomic: of several processes that ask, one gets `true`. `false` also stands for an entry that is not open.
    ///
    /// # Errors
    ///
    /// The journal could not be written.
    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError>;

    /// Extends the lease of an open entry if it is still the same owner's, whether it is over or not.
    ///
    /// Atomic, as [`take`](Self::take); `false` if another owner took the entry, or it is not open.
    ///
    /// # Errors
    ///
    /// The journal could not be written.
    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError>;

    /// Removes entries with a final ending whose calls were made before a moment; returns how many.
    ///
    /// Open entries stay, however old they are. The default removes nothing and fails.
    ///
    /// # Errors
    ///
    /// The journal could not be written.
    async fn purge(&self, before: SystemTime) -> Result<u64, JournalError> {
        let _ = before;
        Err(JournalError::new("the journal does not support the removal of entries"))
    }
}

impl dyn Journal {
    /// Writes the end of a call or of a lookup.
    pub(crate) async fn close(&self, id: &str, closing: Closing) -> Result<(), JournalError> {
        match closing {
            Closing::Ended(ending) => self.end(id, ending).await,
            Closing::Settled(progress) => self.settle(id, progress).await,
        }
    }
}

#[async_trait::async_trait]
impl<J: Journal + ?Sized> Journal for Arc<J> {
    fn key(&self) -> &HashKey {
        (**self).key()
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        (**self).begin(intent, lease).await
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        (**self).end(id, ending).await
    }

    async fn settle(&self, id: &str, progress: Progress) -> Result<(), JournalError> {
        (**self).settle(id, progress).await
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        (**self).open(provider).await
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        (**self).take(id, lease, now).await
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        (**self).renew(id, lease).await
    }

    async fn purge(&self, before: SystemTime) -> Result<u64, JournalError> {
        (**self).purge(before).await
    }
}
