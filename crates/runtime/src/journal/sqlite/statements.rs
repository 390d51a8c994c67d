//! What is read from and written to the tables.

use std::time::SystemTime;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::fault::Fault;
use crate::journal::entry::millis;
use crate::journal::{Closing, Ending, Entries, Entry, Intent, Lease};
use crate::model::progress::Progress;

/// What makes an entry open, as the index has it.
macro_rules! is_open {
    () => {
        "(ending IS NULL OR ending = 'unknown' OR ending = 'accepted')"
    };
}

pub(super) fn insert(connection: &Connection, intent: &Intent, lease: &Lease) -> Result<(), Fault> {
    let (text, pending) = (serde_json::to_string(intent)?, intent.pending());
    let insert = "INSERT INTO calls
        (id, provider, operation, reference, amount, currency, sent_at, intent, account, owner, lease)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    connection.prepare(insert)?.execute(params![
        intent.id(),
        pending.provider(),
        pending.operation(),
        pending.reference(),
        pending.amount(),
        pending.currency(),
        pending.sent_at().text(),
        text,
        pending.account(),
        lease.owner(),
        number(lease.until_millis()),
    ])?;
    Ok(())
}

/// Removes an entry of which nobody knows.
pub(super) fn remove(connection: &Connection, id: &str) -> Result<(), Fault> {
    connection.prepare("DELETE FROM calls WHERE id = ?1 AND ending IS NULL")?.execute([id])?;
    Ok(())
}

/// Writes an ending. `Err`: there is no such entry, or it has another final ending.
pub(super) fn close(connection: &Connection, id: &str, closing: Closing) -> Result<Result<(), Refusal>, Fault> {
    let (ending, progress) = match closing {
        Closing::Ended(ending) => (ending, None),
        Closing::Settled(progress) => (Ending::Settled, Some(progress)),
    };
    // Unknown says less than accepted.
    let replaces = concat!(
        "UPDATE calls SET ending = ?2, progress = ?3, owner = NULL, lease = NULL WHERE id = ?1 AND ",
        is_open!(),
        " AND NOT (?2 = 'unknown' AND ending IS 'accepted')"
    );
    let progress = progress.map(Progress::name);
    if connection.prepare(replaces)?.execute(params![id, ending.name(), progress])? > 0 {
        return Ok(Ok(()));
    }
    let query = "SELECT ending FROM calls WHERE id = ?1";
    let known: Option<Option<String>> = connection.prepare(query)?.query_row([id], |row| row.get(0)).optional()?;
    let Some(known) = known else { return Ok(Err(Refusal::NoEntry)) };
    let known: Option<Ending> = known.map(|word| serde_json::from_value(word.into())).transpose()?;
    match known {
        Some(known) if known.is_final() && known != ending => Ok(Err(Refusal::Ended(known))),
        _ => {
            let release = "UPDATE calls SET owner = NULL, lease = NULL WHERE id = ?1";
            connection.prepare(release)?.execute([id])?;
            Ok(Ok(()))
        }
    }
}

/// Why an ending is not written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Refusal {
    NoEntry,
    Ended(Ending),
}

pub(super) fn take(connection: &Connection, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, Fault> {
    let update = concat!(
        "UPDATE calls SET owner = ?2, lease = ?3 WHERE id = ?1 AND ",
        is_open!(),
        " AND (owner IS NULL OR lease IS NULL OR lease <= ?4)"
    );
    let until = number(lease.until_millis());
    Ok(connection.prepare(update)?.execute(params![id, lease.owner(), until, number(millis(now))])? > 0)
}

pub(super) fn renew(connection: &Connection, id: &str, lease: &Lease) -> Result<bool, Fault> {
    let update = concat!("UPDATE calls SET lease = ?3 WHERE id = ?1 AND owner = ?2 AND ", is_open!());
    let until = number(lease.until_millis());
    Ok(connection.prepare(update)?.execute(params![id, lease.owner(), until])? > 0)
}

pub(super) fn purge(connection: &Connection, before: SystemTime) -> Result<u64, Fault> {
    let delete = concat!("DELETE FROM calls WHERE NOT ", is_open!(), " AND unixepoch(sent_at) < ?1");
    let before = number(millis(before) / 1000);
    Ok(connection.prepare(delete)?.execute([before])? as u64)
}

pub(super) fn open(connection: &Connection, provider: &str) -> Result<Entries, Fault> {
    select(connection, concat!("WHERE provider = ?1 AND ", is_open!()), provider)
}

pub(super) fn all(connection: &Connection, provider: &str) -> Result<Entries, Fault> {
    select(connection, "WHERE provider = ?1", provider)
}

/// The entries that fit; a damaged one is named and does not hide the others.
fn select(connection: &Connection, condition: &str, provider: &str) -> Result<Entries, Fault> {
    let query =
        format!("SELECT id, intent, ending, progress, owner, lease, number FROM calls {condition} ORDER BY number");
    let mut statement = connection.prepare(&query)?;
    let mut rows = statement.query([provider])?;
    let mut found = Entries::default();
    while let Some(row) = rows.next()? {
        match entry(row) {
            Ok(entry) => found.entries.push(entry),
            Err(_) => found.unreadable.push(name(row)),
        }
    }
    Ok(found)
}

fn entry(row: &Row<'_>) -> Result<Entry, Fault> {
    let (intent, ending): (String, Option<String>) = (row.get("intent")?, row.get("ending")?);
    let (owner, lease): (Option<String>, Option<i64>) = (row.get("owner")?, row.get("lease")?);
    let lease = owner.zip(lease).map(|(owner, until)| Lease::from_millis(owner, until.unsigned_abs()));
    let intent: Intent = serde_json::from_str(&intent)?;
    if row.get_ref("id")?.as_str().ok() != Some(intent.id()) {
        return Err(Fault::Damaged);
    }
    let mut entry = Entry::new(intent, lease);
    entry.ending = ending.map(|word| serde_json::from_value(word.into())).transpose()?;
    entry.progress = row.get("progress")?;
    Ok(entry)
}

/// What a damaged row is called: its id, or its number.
fn name(row: &Row<'_>) -> String {
    match row.get_ref("id") {
        Ok(ValueRef::Text(id)) if !id.is_empty() => String::from_utf8_lossy(id).into_owned(),
        _ => row.get::<_, i64>("number").map_or_else(|_| "?".to_owned(), |number| format!("row {number}")),
    }
}

/// As SQLite keeps numbers.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
