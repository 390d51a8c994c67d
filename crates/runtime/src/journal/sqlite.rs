//! A journal in one SQLite file. Every write is on the disk before the call that it speaks of goes on.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{Ending, HashKey, Intent, Journal, JournalError};

/// How long a write waits for another process that holds the file.
const BUSY: Duration = Duration::from_secs(5);

/// `FULL` makes each commit wait for the disk; without it, a power failure could lose the last entries.
const SETUP: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS calls (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        provider TEXT NOT NULL,
        operation TEXT NOT NULL,
        reference TEXT,
        amount TEXT,
        currency TEXT,
        sent_at TEXT NOT NULL,
        intent TEXT NOT NULL,
        ending TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS open_calls ON calls (provider) WHERE ending IS NULL OR ending = 'unknown';
";

/// A journal in one file, which several processes may share. Cloning is cheap; clones share the connection.
#[derive(Clone)]
pub struct Sqlite {
    key: Arc<HashKey>,
    connection: Arc<Mutex<Connection>>,
}

/// One call as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What was about to be sent.
    pub intent: Intent,
    /// How it ended; `None` if nothing was written after the intent.
    pub ending: Option<Ending>,
}

impl Sqlite {
    /// Opens the journal at a path, and makes it if it is not there. Keep the file private: it holds the hash key.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, or is no journal.
    pub async fn at(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        let path = path.as_ref().to_owned();
        off_thread(move || {
            let mut connection = Connection::open(path)?;
            connection.busy_timeout(BUSY)?;
            connection.execute_batch(SETUP)?;
            let key = key(&mut connection)?;
            Ok(Self { key: Arc::new(key), connection: Arc::new(Mutex::new(connection)) })
        })
        .await
    }

    /// All calls of a provider, oldest first.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub async fn entries(&self, provider: &str) -> Result<Vec<Entry>, JournalError> {
        self.select("SELECT intent, ending FROM calls WHERE provider = ?1 ORDER BY number", provider).await
    }

    async fn select(&self, query: &'static str, provider: &str) -> Result<Vec<Entry>, JournalError> {
        let provider = provider.to_owned();
        self.with(move |connection| {
            let mut statement = connection.prepare(query)?;
            let rows = statement.query_map([provider], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let read = |row: rusqlite::Result<(String, Option<String>)>| {
                let (intent, ending) = row?;
                let ending = ending.map(|word| serde_json::from_value(word.into())).transpose()?;
                Ok(Entry { intent: serde_json::from_str(&intent)?, ending })
            };
            rows.map(read).collect()
        })
        .await
    }

    /// Works with the connection on a thread that may block.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, JournalError> {
        let connection = Arc::clone(&self.connection);
        off_thread(move || work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

#[async_trait::async_trait]
impl Journal for Sqlite {
    fn key(&self) -> &HashKey {
        &self.key
    }

    async fn begin(&self, intent: &Intent) -> Result<(), JournalError> {
        let intent = intent.clone();
        self.with(move |connection| {
            let (text, pending) = (serde_json::to_string(&intent)?, intent.pending());
            let insert = "INSERT INTO calls (id, provider, operation, reference, amount, currency, sent_at, intent)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            connection.prepare(insert)?.execute(params![
                intent.id(),
                pending.provider(),
                pending.operation(),
                pending.reference(),
                pending.amount(),
                pending.currency(),
                pending.sent_at().text(),
                text,
            ])?;
            Ok(())
        })
        .await
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        let id = id.to_owned();
        self.with(move |connection| {
            let update = "UPDATE calls SET ending = ?2 WHERE id = ?1 AND (ending IS NULL OR ending = 'unknown')";
            connection.prepare(update)?.execute(params![id, ending.name()])?;
            Ok(())
        })
        .await
    }

    async fn open(&self, provider: &str) -> Result<Vec<Intent>, JournalError> {
        let query = "SELECT intent, ending FROM calls
            WHERE provider = ?1 AND (ending IS NULL OR ending = 'unknown') ORDER BY number";
        Ok(self.select(query, provider).await?.into_iter().map(|entry| entry.intent).collect())
    }
}

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Sqlite")
    }
}

/// The journal's key, made by whoever opens the file first.
fn key(connection: &mut Connection) -> Result<HashKey, Fault> {
    // Two processes may open a new file at once: only one of them makes the key.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let read = "SELECT value FROM secrets WHERE name = 'body-hash'";
    let kept: Option<[u8; 32]> = transaction.query_row(read, [], |row| row.get(0)).optional()?;
    let key = kept.map_or_else(HashKey::random, HashKey::from_bytes);
    let write = "INSERT OR IGNORE INTO secrets (name, value) VALUES ('body-hash', ?1)";
    transaction.execute(write, [key.as_bytes()])?;
    transaction.commit()?;
    Ok(key)
}

/// What SQLite or serde said. It names tables and columns, never values.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("an entry of the journal cannot be read or written")]
    Json(#[from] serde_json::Error),
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, JournalError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(JournalError::new),
        Err(stopped) => Err(JournalError::new(stopped)),
    }
}
