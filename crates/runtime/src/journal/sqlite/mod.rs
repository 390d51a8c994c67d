//! A journal in one SQLite file. Every write is on the disk before the call that it speaks of goes on.

mod fault;
mod place;
mod schema;
mod statements;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use self::statements::Refusal;
use self::writer::Writer;
use super::{Closing, Ending, Entries, HashKey, Intent, Journal, JournalError, Lease};
use crate::model::progress::Progress;

/// A journal in one file, which several processes of a machine may share. Cloning is cheap; clones share the connection.
///
/// A thread of its own writes the file, so that no executor waits for the disk, and writes that wait together share one wait. The file must
/// be on a local disk: the write-ahead log of SQLite works on no network file system.
///
/// The file holds the key of the body hashes besides the hashes: whoever reads the file can test guesses of a body. It is kept readable for
/// its owner alone (mode 0600), and so are the two files that SQLite makes beside it.
#[derive(Clone)]
pub struct Sqlite {
    key: Arc<HashKey>,
    writer: Writer,
}

impl Sqlite {
    /// Opens the journal at a path, and creates it if there is none.
    ///
    /// A file of an earlier version becomes one of this version. Clones share one thread; open a file once in a process.
    ///
    /// # Errors
    ///
    /// The path is no regular file (empty, a folder, a link, a special name of SQLite), the file is no journal or of a newer version, cannot
    /// be made private, or the file system cannot keep it safe.
    pub async fn at(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let (writer, key) = Writer::start(path.as_ref().to_owned()).await?;
        Ok(Self { key: Arc::new(key), writer })
    }

    /// All calls of a provider, oldest first.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub async fn entries(&self, provider: &str) -> Result<Entries, JournalError> {
        let provider = provider.to_owned();
        self.writer.read(move |connection| statements::all(connection, &provider)).await
    }

    async fn close(&self, id: &str, closing: Closing) -> Result<(), JournalError> {
        let id = id.to_owned();
        let closed = self.writer.write(move |connection| statements::close(connection, &id, closing)).await?;
        closed.map_err(|refusal| match refusal {
            Refusal::NoEntry => JournalError::no_entry(),
            Refusal::Ended(ending) => JournalError::ended(ending),
        })
    }
}

#[async_trait::async_trait]
impl Journal for Sqlite {
    fn key(&self) -> &HashKey {
        &self.key
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        self.writer.begin(intent.clone(), lease.clone()).await
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        self.close(id, Closing::Ended(ending)).await
    }

    async fn settle(&self, id: &str, progress: Progress) -> Result<(), JournalError> {
        self.close(id, Closing::Settled(progress)).await
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        let provider = provider.to_owned();
        self.writer.read(move |connection| statements::open(connection, &provider)).await
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        let (id, lease) = (id.to_owned(), lease.clone());
        self.writer.write(move |connection| statements::take(connection, &id, &lease, now)).await
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        let (id, lease) = (id.to_owned(), lease.clone());
        self.writer.write(move |connection| statements::renew(connection, &id, &lease)).await
    }

    async fn purge(&self, before: SystemTime) -> Result<u64, JournalError> {
        self.writer.write(move |connection| statements::purge(connection, before)).await
    }
}

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Sqlite")
    }
}
