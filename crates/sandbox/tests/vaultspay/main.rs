//! The fake VaultsPay over real HTTP, in plain JSON.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

mod accounts;
mod caller;
mod cards;
mod document;
mod kyc;
mod money;
mod moods;
mod reports;
mod rules;
mod sessions;
