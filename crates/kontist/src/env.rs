//! Environment variables that [`Client::from_env`](crate::Client::from_env) reads.

/// Base URL; production if it is not set.
pub const URL: &str = "BURSAR_KONTIST_URL";

/// Access token of any kind.
pub const TOKEN: &str = "BURSAR_KONTIST_TOKEN";

/// JWT refresh token, with an access token or alone.
pub const REFRESH_TOKEN: &str = "BURSAR_KONTIST_REFRESH_TOKEN";

/// User name for HTTP Basic, if there is no token.
pub const USERNAME: &str = "BURSAR_KONTIST_USERNAME";

/// Password for HTTP Basic.
pub const PASSWORD: &str = "BURSAR_KONTIST_PASSWORD";
