//! Faults that any layer may raise.

use std::borrow::Cow;

/// What caused an error, whatever it is.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A client that cannot be set up as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(Cow<'static, str>);

impl ConfigError {
    /// A fault in the client's settings: what is wrong, and what to write instead. Never put a credential's value here.
    pub fn new(message: impl Into<Cow<'static, str>>) -> Self {
        Self(message.into())
    }

    pub(crate) fn into_message(self) -> Cow<'static, str> {
        self.0
    }
}
