//! Environment variables that [`Client::from_env`](crate::Client::from_env) reads.

/// Base URL; the sandbox if it is not set.
pub const URL: &str = "BURSAR_KOTANI_URL";

/// API key.
pub const API_KEY: &str = "BURSAR_KOTANI_API_KEY";

/// Access token of a session.
pub const ACCESS_TOKEN: &str = "BURSAR_KOTANI_ACCESS_TOKEN";

/// Refresh token of a session, with an access token or alone.
pub const REFRESH_TOKEN: &str = "BURSAR_KOTANI_REFRESH_TOKEN";

/// Signing secret; requests are not signed if it is not set.
pub const SIGNING_SECRET: &str = "BURSAR_KOTANI_SIGNING_SECRET";

/// Signature of the settling partner over one report.
pub const SETTLEMENT_SIGNATURE: &str = "BURSAR_KOTANI_SETTLEMENT_SIGNATURE";
