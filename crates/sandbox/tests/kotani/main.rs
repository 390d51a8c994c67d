//! The fake Kotani Pay over real HTTP, in plain JSON.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

mod bridge;
mod bulk;
mod caller;
mod credentials;
mod customers;
mod document;
mod money;
mod moods;
mod ramps;
mod time;
