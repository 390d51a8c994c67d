//! Where tokens are kept between two runs, or between two processes.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::model::fault::BoxError;
use crate::time::BoxFuture;

/// Keeps one set of tokens. Implement it over Redis, Postgres or a key ring to share tokens between machines.
///
/// A refresh token is often good for a single use. So a process claims the renewal first, by a compare-and-swap, and whoever loses the
/// race waits for the winner's tokens.
pub trait TokenStore: Send + Sync + 'static {
    /// What is stored; `None` if nothing is.
    fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>>;

    /// Puts `new` in the place of `old` if that is still what is stored (`None`: nothing is), in one step; `false` if it is not.
    fn swap<'a>(&'a self, old: Option<&'a Stored>, new: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>>;
}

/// Tokens as a store keeps them: JSON text, to be stored and compared byte for byte. It is a secret and does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored(Zeroizing<Vec<u8>>);

impl Stored {
    /// What a store has kept.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Stored(***)")
    }
}

/// A store that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    message: String,
    source: Option<BoxError>,
}

impl StoreError {
    /// What went wrong, in half a sentence. Never put a stored value here.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// Adds what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// Keeps tokens in memory, for several clients of one process.
#[derive(Default)]
pub struct MemoryStore(Mutex<Option<Stored>>);

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl TokenStore for MemoryStore {
    fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        let stored = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(std::future::ready(Ok(stored)))
    }

    fn swap<'a>(&'a self, old: Option<&'a Stored>, new: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>> {
        let mut stored = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = stored.as_ref() == old;
        if same {
            *stored = Some(new.clone());
        }
        Box::pin(std::future::ready(Ok(same)))
    }
}

impl TokenStore for Box<dyn TokenStore> {
    fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        (**self).load()
    }

    fn swap<'a>(&'a self, old: Option<&'a Stored>, new: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>> {
        (**self).swap(old, new)
    }
}

impl<S: TokenStore + ?Sized> TokenStore for std::sync::Arc<S> {
    fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        (**self).load()
    }

    fn swap<'a>(&'a self, old: Option<&'a Stored>, new: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>> {
        (**self).swap(old, new)
    }
}
