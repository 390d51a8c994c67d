//! progenitor: what it makes of a rewritten document, taken apart.

pub(crate) mod child;
pub(crate) mod typed;

/// The version of progenitor that types the documents.
pub(crate) const PROGENITOR: &str = "0.15.1";
