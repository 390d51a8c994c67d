//! A typed answer with everything that came with it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::call::Call;
use crate::model::operation::{Effect, Operation};
use crate::model::outcome::Pending;
use crate::model::progress::{Counts, Leg, Progress};
use crate::wire::drift::Drift;
use crate::wire::reply::Reply;
use crate::wire::settled;

/// A typed answer with the status, headers and body it came in. Derefs to the value; `Debug` shows neither value nor body.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    /// The part of the body that the value was read from.
    payload: Bytes,
    reply: Reply,
    operation: &'static Operation,
    call: Arc<Call>,
}

impl<T> Response<T> {
    /// The answer of a call, or of the lookup that found it.
    pub(crate) fn new(value: T, payload: Bytes, reply: Reply, call: &Arc<Call>) -> Self {
        Self { value, payload, reply, operation: call.answering(), call: Arc::clone(call) }
    }

    /// What is needed to follow the call until it is settled, with `client.reconcile(&pending)`. It can be stored.
    ///
    /// An accepted money call is often settled later. With a journal, `recover` follows it as well, and the entry closes when either of them
    /// finds that the call is settled.
    pub fn pending(&self) -> Pending {
        self.call.followed()
    }

    /// Whether this is the answer of the operation's lookup.
    ///
    /// If an attempt went without an answer and its repeat was told "duplicate reference", the lookup says what the provider has; if
    /// amount and currency agree, the call was accepted, and fields that the lookup does not show are empty here.
    pub fn is_looked_up(&self) -> bool {
        self.call.is_looked_up()
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Another value read from the same answer.
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

    /// All headers. They may hold tokens: do not print them.
    pub fn headers(&self) -> &HeaderMap {
        self.reply.headers()
    }

    /// The first header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.reply.header(name)
    }

    /// The id by which the provider knows the request.
    pub fn request_id(&self) -> Option<&str> {
        self.reply.request_id()
    }

    /// The body as it came. It may hold personal data: do not print it.
    pub fn raw(&self) -> &Bytes {
        self.reply.bytes()
    }

    /// The provider's words about the call, from the answer's envelope. They may hold personal data.
    pub fn message(&self) -> Option<String> {
        let pointer = self.operation.envelope.as_ref()?.message;
        if pointer.is_empty() { None } else { self.reply.text_at(pointer).map(|words| words.into_owned()) }
    }

    /// How many times the call was sent until this answer came.
    pub fn attempts(&self) -> u32 {
        self.reply.attempts()
    }

    /// State of the call, by the status that the document names.
    ///
    /// Where the document names none, a call that only reads is done with its answer, and any other is pending. A list is done too:
    /// its entries have a status each.
    pub fn progress(&self) -> Progress {
        match settled::judge(self.operation, &self.reply) {
            Some(verdict) => verdict.progress,
            None if self.operation.effect == Effect::Read => Progress::Done,
            None => Progress::Pending,
        }
    }

    /// Legs that [`progress`](Self::progress) was told from, in the order in which the money passes them.
    ///
    /// Empty where the document names no status.
    pub fn legs(&self) -> Vec<Leg> {
        settled::judge(self.operation, &self.reply).map(|verdict| verdict.legs).unwrap_or_default()
    }

    /// Counts of a batch's entries, where the document names them.
    pub fn counts(&self) -> Option<Counts> {
        settled::judge(self.operation, &self.reply)?.counts
    }

    /// What the answer holds that the type does not, found by writing the value out again and comparing.
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
