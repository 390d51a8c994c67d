//! Do clients that others wrote get through: the bytes of the official Kontist SDK, and of clients that a Python generator makes of the
//! documents?

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

mod generated;
mod kontist_sdk;
mod wire;
