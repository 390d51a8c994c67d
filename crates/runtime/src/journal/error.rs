//! Why a journal could not do what it was asked for.

use std::error::Error as StdError;
use std::fmt;

use super::Ending;

/// The journal could not be read or written, or has no such open entry.
#[derive(Debug)]
pub struct JournalError(Fault);

#[derive(Debug)]
enum Fault {
    Store(Box<dyn StdError + Send + Sync>),
    NoEntry,
    Ended(Ending),
}

impl JournalError {
    /// The store failed. Never put a value of an entry into the cause.
    pub fn new(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Fault::Store(cause.into()))
    }

    /// The journal has no entry of this id.
    pub fn no_entry() -> Self {
        Self(Fault::NoEntry)
    }

    /// The entry has this final ending already, and it is another one.
    pub fn ended(ending: Ending) -> Self {
        Self(Fault::Ended(ending))
    }

    /// Whether the journal has no entry of this id.
    pub fn is_no_entry(&self) -> bool {
        matches!(self.0, Fault::NoEntry)
    }

    /// The final ending that the entry has already.
    pub fn ending(&self) -> Option<Ending> {
        match self.0 {
            Fault::Ended(ending) => Some(ending),
            _ => None,
        }
    }

    /// What is said of it in an error of a client.
    pub(crate) fn meaning(&self) -> &'static str {
        match self.0 {
            Fault::Store(_) => "the journal cannot be read or written",
            Fault::NoEntry => "the entry of the journal was not found",
            Fault::Ended(_) => "the entry of the journal already has another final outcome",
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Fault::Ended(ending) => {
                write!(out, "the entry of the journal already has a final outcome: {}", ending.name())
            }
            _ => out.write_str(self.meaning()),
        }
    }
}

impl StdError for JournalError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Fault::Store(cause) => Some(&**cause),
            _ => None,
        }
    }
}
