//! Environment variables that [`Client::from_env`](crate::Client::from_env) reads.

/// The bank's base URL.
pub const URL: &str = "BURSAR_KASISTO_URL";

/// The bank's secret.
pub const SECRET: &str = "BURSAR_KASISTO_SECRET";

/// A customer's token; `create_token` acquires one if it is not set.
pub const TOKEN: &str = "BURSAR_KASISTO_TOKEN";
