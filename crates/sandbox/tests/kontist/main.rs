//! The fake Kontist over real HTTP, in plain JSON.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

mod caller;
mod confirmation;
mod document;
mod money;
mod official;
mod paging;
mod strong;
mod tokens;
