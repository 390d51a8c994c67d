//! Where tokens are kept between two runs, or between two processes.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::model::fault::BoxError;
use crate::time::BoxFuture;

/// A store for one set of tokens.
///
/// Implement it for Redis, Postgres or a key ring to share tokens between machines. Many refresh tokens can be used once only, so a process claims the
/// renewal with a compare-and-swap, and the others wait for its tokens.
pub trait TokenStore: Send + Sync + 'static {
    /// Loads the stored tokens; `None` if there are none.
    fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>>;

    /// Atomically replaces `old` by `new`; `false` if the content is not `old`.
    ///
    /// In `old`, `None` is an empty store.
    fn swap<'a>(&'a self, old: Option<&'a Stored>, new: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>>;
}

/// Serialised tokens of a store: JSON text, compared byte for byte.
///
/// They are secret and are not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored(Zeroizing<Vec<u8>>);

impl Stored {
    /// Creates stored tokens from the bytes of a store.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Stored(***)")
    }
}

/// The error of a store that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    message: String,
    source: Option<BoxError>,
}

impl StoreError {
    /// Creates an error. The message must not contain a stored value.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// Sets the source of the error.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// A token store in memory, for several clients of one process.
#[derive(Default)]
pub struct MemoryStore(Mutex<Option<Stored>>);

impl MemoryStore {
    /// Creates an empty store.
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
