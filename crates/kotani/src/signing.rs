//! Signed requests, for integrators that have enabled them (`isSecure`, which cannot be disabled again).

use std::fmt::Write;
use std::time::SystemTime;

use aws_lc_rs::hmac;
use bursar_runtime::http::Method;
use bursar_runtime::http::header::{HeaderName, HeaderValue};
use bursar_runtime::{AuthError, Core, Credential, Kind, Request};

/// Signs each attempt, as the documentation of 2026-05 describes.
pub(crate) struct Signer {
    core: Core,
    key: hmac::Key,
}

impl Signer {
    /// Uses the clock and random numbers of the client.
    pub(crate) fn new(core: &Core, secret: &Credential) -> Self {
        Self { core: core.bare(), key: hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()) }
    }

    /// Sets `x-timestamp` (Unix seconds, by the provider's clock), `x-nonce` (a new UUID v4) and `x-signature`.
    pub(crate) fn sign(&self, request: &mut Request) -> Result<(), AuthError> {
        let since = self.core.provider_now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let (timestamp, nonce) = (since.as_secs().to_string(), self.core.uuid());
        let signature = signature(&self.key, &timestamp, &nonce, subject(request));
        for (name, value) in [("x-timestamp", timestamp), ("x-nonce", nonce), ("x-signature", signature)] {
            let unfit = || AuthError::new(Kind::Config, "the signature cannot be sent in a header");
            let value = HeaderValue::try_from(value).map_err(|_| unfit())?;
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        Ok(())
    }
}

/// The signed part besides time and nonce: the body, or the last path segment for methods without one.
///
/// Documented for POST, PUT, PATCH and GET. Inferred: that a POST without a body signs an empty text, that the segment is signed as sent, and
/// that other methods are signed like GET.
fn subject(request: &Request) -> &[u8] {
    if [Method::POST, Method::PUT, Method::PATCH].contains(request.method()) {
        return request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    }
    request.url().path().rsplit('/').next().unwrap_or_default().as_bytes()
}

/// Hexadecimal HMAC-SHA256 of `<timestamp>.<nonce>.<subject>`.
fn signature(key: &hmac::Key, timestamp: &str, nonce: &str, subject: &[u8]) -> String {
    let mut context = hmac::Context::with_key(key);
    for part in [timestamp.as_bytes(), b".", nonce.as_bytes(), b".", subject] {
        context.update(part);
    }
    let mut text = String::with_capacity(64);
    for byte in context.sign().as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_openssl_makes_of_the_same_text() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"signing-secret-1");
        let signed =
            |subject: &str| signature(&key, "1790000000", "6f1c2f5e-4f0b-4b63-9a53-0d2f6f0c9a11", subject.as_bytes());
        // printf '%s' '<timestamp>.<nonce>.<subject>' | openssl dgst -sha256 -hmac signing-secret-1
        assert_eq!(
            signed(r#"{"amount":1000.50,"note":"ä"}"#),
            "464c2e70919bb8ecf9ee0c72037716b8b477d69fd1e84ec7e969bfea84f2f1e1"
        );
        assert_eq!(signed("order-17"), "bd3f0214259e98ecc120878130fb0b9f31ed45321b989861178cced2d8b4fd56");
        assert_eq!(signed(""), "7c828dc77310657b56809bcc2bbdaec50a81d4c85bb611c8256b4194fc18097a");
    }
}
