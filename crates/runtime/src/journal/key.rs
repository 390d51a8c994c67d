//! The key under which bodies are hashed: without it, a short body could be guessed from its hash.

use std::fmt::{self, Write as _};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A secret key of 32 bytes. `Debug` does not show it.
pub struct HashKey(Zeroizing<[u8; 32]>);

impl HashKey {
    /// A new key from the operating system's randomness.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        for half in bytes.chunks_exact_mut(16) {
            half.copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        }
        Self(bytes)
    }

    /// A key that was kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key's bytes, for keeping it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA-256 of a body, in hexadecimal.
    pub fn hash(&self, body: &[u8]) -> String {
        // HMAC fills a short key up with zeros to its block; done here, there is no length that could be wrong.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&self.0[..]);
        let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
        mac.update(body);
        let mut text = String::with_capacity(64);
        for byte in mac.finalize().into_bytes() {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("HashKey")
    }
}
