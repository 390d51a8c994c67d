//! What a document says about an operation, and what a call can come to, as data.

pub(crate) mod fault;
pub(crate) mod kind;
pub mod operation;
pub(crate) mod outcome;
pub(crate) mod progress;
