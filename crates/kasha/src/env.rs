//! Environment variables that [`Client::from_env`](crate::Client::from_env) reads.

/// Base URL.
pub const URL: &str = "BURSAR_KASHA_URL";

/// API key.
pub const API_KEY: &str = "BURSAR_KASHA_API_KEY";

/// Signature secret; requests are not signed if it is not set.
pub const SIGNATURE_SECRET: &str = "BURSAR_KASHA_SIGNATURE_SECRET";
