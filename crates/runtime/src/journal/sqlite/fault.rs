//! Why the file of a journal cannot be read or written.

use std::io;

/// What went wrong. It names tables and columns, never values.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("an entry of the journal cannot be read or written")]
    Json(#[from] serde_json::Error),
    #[error("an entry of the journal is damaged")]
    Damaged,
    #[error("the path of the journal cannot be used: {0}")]
    Place(&'static str),
    #[error("the folder of the journal cannot be used")]
    Folder(#[source] io::Error),
    #[error("the file of the journal cannot be used")]
    File(#[source] io::Error),
    #[error("the file of the journal can be read by others, and its permissions cannot be changed")]
    Private(#[source] io::Error),
    #[error("the file of the journal was moved or removed while it was open: restore it and restart the program")]
    Moved,
    #[error("the file system does not support SQLite's write-ahead log: use a local disk")]
    NotDurable,
    #[error("the file of the journal is locked by another process")]
    Locked,
    #[error("the journal's thread has stopped")]
    Stopped,
    #[error("the file is a database of another application")]
    NoJournal,
    #[error("the file was written by a newer version of bursar (format {found}, this version knows {known}): update")]
    Newer { found: i64, known: i64 },
}
