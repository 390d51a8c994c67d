//! What identifies an account to its provider.

use std::fmt;

use zeroize::Zeroizing;

use super::credential::Credential;

/// The identity of an account at its provider, such as an API key.
///
/// It is stable across restarts and token renewals, and distinguishes accounts. It is never printed, and its memory is wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(Zeroizing<Vec<u8>>);

impl Identity {
    /// Creates an identity from the name and value of one property.
    pub fn of(name: &str, value: &str) -> Self {
        Self(Zeroizing::new(Vec::new())).and(name, value)
    }

    /// Adds another value, for accounts that one value alone does not identify.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        // The length in front keeps two values from reading as others.
        let mut longer = Zeroizing::new(Vec::with_capacity(self.0.len() + name.len() + value.len() + 16));
        longer.extend_from_slice(&self.0);
        for text in [name, value] {
            longer.extend_from_slice(&(text.len() as u64).to_be_bytes());
            longer.extend_from_slice(text.as_bytes());
        }
        self.0 = longer;
        self
    }

    /// All of it, for computing a fingerprint.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Creates an identity from a credential.
    pub fn of_credential(name: &str, credential: &Credential) -> Self {
        Self::of(name, credential.expose())
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Identity(***)")
    }
}
