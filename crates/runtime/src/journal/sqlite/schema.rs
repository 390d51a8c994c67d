//! The tables of a journal file, and how files of earlier versions become ones of this version.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::fault::Fault;
use crate::journal::HashKey;

/// The version of the tables below, kept in the file. Files of version 0 were written before there was one.
const VERSION: i64 = 1;

/// Columns since version 1 stand at the end, where a migration puts them.
const TABLES: &str = "
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE calls (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        provider TEXT NOT NULL,
        operation TEXT NOT NULL,
        reference TEXT,
        amount TEXT,
        currency TEXT,
        sent_at TEXT NOT NULL,
        intent TEXT NOT NULL,
        ending TEXT,
        account TEXT,
        progress TEXT,
        owner TEXT,
        lease INTEGER
    ) STRICT;
";

/// Version 0 followed no call further than `accepted`, which was final: nothing of these is left to do.
const MIGRATION: &str = "
    DROP INDEX IF EXISTS open_calls;
    ALTER TABLE calls ADD COLUMN account TEXT;
    ALTER TABLE calls ADD COLUMN progress TEXT;
    ALTER TABLE calls ADD COLUMN owner TEXT;
    ALTER TABLE calls ADD COLUMN lease INTEGER;
    UPDATE calls SET ending = 'settled' WHERE ending = 'accepted';
";

/// What is open, in the words of every query.
const INDEX: &str = "
    CREATE INDEX open_calls ON calls (provider)
        WHERE ending IS NULL OR ending = 'unknown' OR ending = 'accepted';
";

/// Makes a new file a journal, or brings an earlier one up to date; returns the journal's key.
///
/// Several processes may open a new file at once: one of them does all of it.
pub(super) fn prepare(connection: &mut Connection) -> Result<HashKey, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        VERSION => {}
        0 if has_table(&transaction, "calls")? => {
            transaction.execute_batch(MIGRATION)?;
            transaction.execute_batch(INDEX)?;
        }
        0 if has_any_table(&transaction)? => return Err(Fault::NoJournal),
        0 => {
            transaction.execute_batch(TABLES)?;
            transaction.execute_batch(INDEX)?;
        }
        newer => return Err(Fault::Newer { found: newer, known: VERSION }),
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    let read = "SELECT value FROM secrets WHERE name = 'body-hash'";
    let kept: Option<[u8; 32]> = transaction.query_row(read, [], |row| row.get(0)).optional()?;
    let key = kept.map_or_else(HashKey::random, HashKey::from_bytes);
    let write = "INSERT OR IGNORE INTO secrets (name, value) VALUES ('body-hash', ?1)";
    transaction.execute(write, [key.as_bytes()])?;
    transaction.commit()?;
    Ok(key)
}

fn has_table(transaction: &Transaction<'_>, name: &str) -> Result<bool, Fault> {
    let query = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
    Ok(transaction.query_row(query, [name], |row| row.get(0))?)
}

fn has_any_table(transaction: &Transaction<'_>) -> Result<bool, Fault> {
    Ok(transaction.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?)
}
