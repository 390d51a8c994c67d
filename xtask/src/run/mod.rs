//! `cargo xtask generate`: load, lint, rewrite, type, check, emit, one document at a time.

pub(crate) mod cargo;
pub(crate) mod console;
mod generate;
mod job;
mod modules;
#[cfg(test)]
mod resolved;
mod stamp;
#[cfg(test)]
mod tests;

pub(crate) use generate::{Ending, Options, generate, lint};
pub use modules::generate_modules;
