//! The errors that calls return: of one operation, and of any.

use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;

use super::facts::Facts;
use crate::model::kind::Kind;
use crate::model::operation::Operation;

/// A failed call with typed error bodies `E`.
///
/// It derefs to [`Facts`].
pub struct Error<E>(Box<Inner<E>>);

struct Inner<E> {
    facts: Facts,
    body: Option<E>,
}

impl<E> Error<E> {
    pub(crate) fn new(facts: Facts, body: Option<E>) -> Self {
        Self(Box::new(Inner { facts, body }))
    }

    /// A value of the call cannot travel where it has to.
    pub(crate) fn unsent(operation: &Operation, facts: Facts) -> Self {
        Self::new(facts.of(operation), None)
    }

    /// What the provider answered before contradicts the call that it would lead to.
    pub(crate) fn integrity(operation: &Operation, message: &'static str) -> Self {
        let facts = Facts::unsent(Kind::Integrity, message);
        Self::new(Facts { provider: operation.provider, operation: operation.id, ..facts }, None)
    }

    pub(crate) fn facts_mut(&mut self) -> &mut Facts {
        &mut self.0.facts
    }

    /// The typed error body, if a complete answer was received.
    pub fn body(&self) -> Option<&E> {
        self.0.body.as_ref()
    }

    /// The typed error body, if a complete answer was received.
    pub fn into_body(self) -> Option<E> {
        self.0.body
    }
}

impl<E> Deref for Error<E> {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0.facts
    }
}

/// A failed call of any operation.
pub struct AnyError(Box<Facts>);

impl Deref for AnyError {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl<E> From<Error<E>> for AnyError {
    fn from(error: Error<E>) -> Self {
        Self(Box::new(error.0.facts))
    }
}

impl From<Facts> for AnyError {
    fn from(facts: Facts) -> Self {
        Self(Box::new(facts))
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.facts, out)
    }
}

impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.facts, out)
    }
}

impl fmt::Display for AnyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl fmt::Debug for AnyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl<E> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.facts.source.as_deref().map(|source| source as _)
    }
}

impl StdError for AnyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
