//! Environment variables that [`Client::from_env`](crate::Client::from_env) reads.

/// Base URL; UAT if it is not set.
pub const URL: &str = "BURSAR_VAULTSPAY_URL";

/// Client id of the app.
pub const CLIENT_ID: &str = "BURSAR_VAULTSPAY_CLIENT_ID";

/// Client secret of the app.
pub const CLIENT_SECRET: &str = "BURSAR_VAULTSPAY_CLIENT_SECRET";

/// Id of the SaaS app.
pub const DEVICE_ID: &str = "BURSAR_VAULTSPAY_DEVICE_ID";

/// VaultsPay's RSA public key, PEM or Base64; bodies are not encrypted if it is not set.
pub const PUBLIC_KEY: &str = "BURSAR_VAULTSPAY_PUBLIC_KEY";
