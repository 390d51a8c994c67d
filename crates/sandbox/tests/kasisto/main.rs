//! The fake Kasisto bank over real HTTP, in plain JSON.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

mod caller;
mod directory;
mod document;
mod money;
mod otp;
mod repeatable;
mod sessions;
