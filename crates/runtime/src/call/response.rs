//! A typed answer with everything that came with it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::call::state::CallState;
use crate::model::operation::{Effect, Operation};
use crate::model::outcome::Pending;
use crate::model::progress::{Counts, Leg, Progress};
use crate::wire::drift::Drift;
use crate::wire::reply::Reply;
use crate::wire::settled;

/// A typed answer with its status, headers and body.
///
/// It derefs to the value. `Debug` shows neither the value nor the body.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    /// The part of the body that the value was read from.
    payload: Bytes,
    reply: Reply,
    operation: &'static Operation,
    call: Arc<CallState>,
}

impl<T> Response<T> {
    /// The answer of a call, or of the lookup that found it.
    pub(crate) fn new(value: T, payload: Bytes, reply: Reply, call: &Arc<CallState>) -> Self {
        Self { value, payload, reply, operation: call.answering(), call: Arc::clone(call) }
    }

    /// Returns the reference to follow the call with `client.reconcile(&pending)`.
    ///
    /// It can be stored. An accepted money call is often settled later. With a journal, `recover` follows the call too, and its entry is closed when either
    /// of them finds it settled.
    pub fn pending(&self) -> Pending {
        self.call.followed()
    }

    /// Whether the value is the answer of the operation's lookup.
    ///
    /// If an attempt has no answer and its retry is refused as a duplicate reference, the call is looked up. If amount and currency agree, the call was
    /// accepted, and fields that the lookup does not show are empty.
    pub fn is_looked_up(&self) -> bool {
        self.call.is_looked_up()
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Converts the value and keeps the answer.
    pub fn map<U>(self, read: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: read(self.value),
            payload: self.payload,
            reply: self.reply,
            operation: self.operation,
            call: self.call,
        }
    }

    /// As [`map`](Self::map), with the operation, the whole body, and the part of it that the value was read from.
    #[cfg(feature = "dispatch")]
    pub(crate) fn map_with<U>(self, read: impl FnOnce(&T, &Operation, &[u8], &[u8]) -> U) -> Response<U> {
        let value = read(&self.value, self.operation, self.reply.bytes(), &self.payload);
        Response { value, payload: self.payload, reply: self.reply, operation: self.operation, call: self.call }
    }

    /// The HTTP status, always 2xx.
    pub fn status(&self) -> StatusCode {
        self.reply.status()
    }

    /// All headers. They may contain tokens: do not print them.
    pub fn headers(&self) -> &HeaderMap {
        self.reply.headers()
    }

    /// The first header with this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.reply.header(name)
    }

    /// The provider's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.reply.request_id()
    }

    /// The unchanged body. It may contain personal data: do not print it.
    pub fn raw(&self) -> &Bytes {
        self.reply.bytes()
    }

    /// The provider's message in the envelope. It may contain personal data.
    pub fn message(&self) -> Option<String> {
        let pointer = self.operation.envelope.as_ref()?.message;
        if pointer.is_empty() { None } else { self.reply.text_at(pointer).map(|words| words.into_owned()) }
    }

    /// Number of attempts up to this answer.
    pub fn attempts(&self) -> u32 {
        self.reply.attempts()
    }

    /// State of the money, by the documented status.
    ///
    /// Without a documented status a read operation is done, and any other call is pending. A list is done: its entries have their own status.
    pub fn progress(&self) -> Progress {
        match settled::judge(self.operation, &self.reply) {
            Some(verdict) => verdict.progress,
            None if self.operation.effect == Effect::Read => Progress::Done,
            None => Progress::Pending,
        }
    }

    /// Legs of the payment, in the order of the money.
    ///
    /// Empty without a documented status.
    pub fn legs(&self) -> Vec<Leg> {
        settled::judge(self.operation, &self.reply).map(|verdict| verdict.legs).unwrap_or_default()
    }

    /// Counts of a batch's entries, if they are documented.
    pub fn counts(&self) -> Option<Counts> {
        settled::judge(self.operation, &self.reply)?.counts
    }

    /// Differences between the answer and the document.
    ///
    /// The value is encoded again and compared with the body.
    pub fn drift(&self) -> Drift
    where
        T: Serialize,
    {
        Drift::between(&self.payload, &self.value)
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Response({}, {} bytes)", self.status().as_u16(), self.raw().len())
    }
}
