//! HMAC-SHA256 (RFC 2104) written out, so that the client's own signatures are held against another implementation.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// The value of `x-signature` for a body.
pub(super) fn of(body: &[u8], secret: &str) -> String {
    let mut key = [0; BLOCK];
    let hashed = Sha256::digest(secret.as_bytes());
    let short = if secret.len() > BLOCK { hashed.as_slice() } else { secret.as_bytes() };
    key[..short.len()].copy_from_slice(short);
    let inner = Sha256::new().chain_update(key.map(|byte| byte ^ 0x36)).chain_update(body).finalize();
    let outer = Sha256::new().chain_update(key.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
    STANDARD.encode(outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_signatures_are_made() {
        let body = r#"{"merchantReference":"order-1"}"#;
        assert_eq!(of(body.as_bytes(), "test-secret"), "FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4/mxZE=");
        // A key that is longer than a block, computed elsewhere.
        assert_eq!(of(b"x", &"*".repeat(131)), "kYbcYlWhAiC+sqLvvo3YyMW5k2sPbbMItVFEaTSer80=");
    }
}
