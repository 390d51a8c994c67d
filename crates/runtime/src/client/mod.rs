//! The client behind every generated client: building it, calling it, reading lists.

pub(crate) mod builder;
pub(crate) mod call;
pub(crate) mod core;
#[cfg(test)]
mod linear;
mod recovery;
mod token_source;
pub(crate) mod walk;
