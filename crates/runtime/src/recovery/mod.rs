//! Finding out the outcome of a call: by the document's lookup, and for all calls of a journal.

pub(crate) mod candidates;
pub(crate) mod lookup;
mod pages;
pub(crate) mod reconcile;
pub(crate) mod recover;
