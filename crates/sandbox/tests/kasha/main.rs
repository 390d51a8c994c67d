//! The fake Kasha over real HTTP, in plain JSON.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

mod caller;
mod declines;
mod document;
mod expiry;
mod money;
mod payouts;
