//! Finding out the outcome of a call: by the document's lookup, and for all calls of a journal.

pub(crate) mod candidates;
mod case;
pub(crate) mod find;
mod judge;
pub(crate) mod lookup;
mod pages;
pub(crate) mod reconcile;
pub(crate) mod recover;
