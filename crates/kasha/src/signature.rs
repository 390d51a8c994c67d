//! Signatures over bodies of requests and webhooks: `Base64(HMAC-SHA256(secret, body))` in the header [`HEADER`].

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bursar_runtime::Credential;

/// Name of the signature header.
pub const HEADER: &str = "x-signature";

/// Signs a body and returns standard Base64 with padding.
///
/// Sign the exact bytes that are sent. The key is the text of the secret.
pub fn sign(body: &[u8], secret: &Credential) -> String {
    STANDARD.encode(hmac::sign(&key(secret), body))
}

/// Verifies the signature of a webhook's raw body in constant time.
///
/// Pass the bytes as received, before parsing, and the value of the header [`HEADER`].
///
/// ```
/// use bursar_kasha::{Credential, json_text, signature, types::TransactionNotification};
///
/// let secret = Credential::new("test-secret")?;
/// let (body, content_type) = (br#"{"merchantReference":"order-1"}"#, "application/json");
/// signature::verify(body, "FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4/mxZE=", &secret)?;
/// let notification: TransactionNotification = serde_json::from_slice(&json_text(body, Some(content_type)))?;
/// assert_eq!(notification.merchant_reference.as_deref(), Some("order-1"));
/// assert!(signature::verify(b"{}", "FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4/mxZE=", &secret).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The signature does not match body and secret: answer the webhook with 401 and do not act on it.
pub fn verify(raw_body: &[u8], header: &str, secret: &Credential) -> Result<(), BadSignature> {
    let signature = STANDARD.decode(header).map_err(|_| BadSignature)?;
    hmac::verify(&key(secret), raw_body, &signature).map_err(|_| BadSignature)
}

fn key(secret: &Credential) -> Key {
    Key::new(HMAC_SHA256, secret.expose().as_bytes())
}

/// A webhook signature that does not match.
///
/// The webhook may be forged, modified, or signed with another secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadSignature;

impl fmt::Display for BadSignature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the webhook's signature does not match its body: do not act on it, check the signature secret")
    }
}

impl std::error::Error for BadSignature {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors: body and signature with the secret `test-secret`.
    const VECTORS: [(&str, &str); 2] = [
        (r#"{"merchantReference":"order-1"}"#, "FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4/mxZE="),
        (
            r#"{"status":"COMPLETED","customer":{"name":"José"},"redirectUrl":"https://merchant.io/a"}"#,
            "rb0LYtk402qvgRjAt7Jy9IhHlfWWkwAiHzvVyG+BboU=",
        ),
    ];

    fn secret(text: &str) -> Credential {
        Credential::new(text).unwrap()
    }

    #[test]
    fn the_vectors_of_the_sheet_hold() {
        for (body, signature) in VECTORS {
            assert_eq!(sign(body.as_bytes(), &secret("test-secret")), signature);
            assert_eq!(verify(body.as_bytes(), signature, &secret("test-secret")), Ok(()));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let [(body, signature), (other, _)] = VECTORS;
        let good = secret("test-secret");
        for (body, header, secret) in [
            (other, signature, &good),
            (body, signature, &secret("test-secret-2")),
            (body, "", &good),
            (body, "FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4/mxZE", &good),
            (body, "FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4_mxZE=", &good),
            (body, "FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4/mxZF=", &good),
            (body, "FF5o", &good),
            (body, "145a3957", &good),
        ] {
            assert_eq!(verify(body.as_bytes(), header, secret), Err(BadSignature), "{header}");
        }
    }
}
