//! Does a client get its next token by itself, once, and in time? Counted on the wire.

#![allow(clippy::unwrap_used, reason = "tests stop where they fail")]

mod bank;
mod jwt;
mod oauth;
