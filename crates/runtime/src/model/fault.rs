//! Faults that any layer may raise.

use std::borrow::Cow;

/// What caused an error, whatever it is.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An invalid setting of a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(Cow<'static, str>);

impl ConfigError {
    /// Creates an error from a message. It must not contain a credential.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(message.into())
    }

    pub(crate) fn into_message(self) -> Cow<'static, str> {
        self.0
    }
}
