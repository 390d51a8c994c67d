//! Envelopes: what stands around the payload of an answer, and when a success is none.

use bytes::Bytes;

use crate::decode::{Answer, Undecodable};
use crate::json;
use crate::operation::{Envelope, Operation};
use crate::reply::Reply;

/// Whether a 2xx reports a failure in its body.
pub(crate) fn reports_failure(operation: &Operation, reply: &Reply) -> bool {
    let failed = operation.envelope.as_ref().and_then(|envelope| envelope.failed.as_ref());
    failed.is_some_and(|failed| reply.text_at(failed.pointer).is_some_and(|word| failed.equals.contains(&&*word)))
}

/// Reads a success: the payload if there is an envelope round it, else the body.
///
/// # Errors
///
/// Neither has the documented shape.
pub(crate) fn read<T: Answer>(operation: &Operation, reply: &Reply) -> Result<(T, Bytes), Undecodable> {
    let Some(envelope) = &operation.envelope else {
        return T::read(reply).map(|value| (value, reply.bytes().clone()));
    };
    let inner = payload::<T>(envelope, reply);
    T::read(&inner).map(|value| (value, inner.bytes().clone()))
}

/// The part of an answer that the caller sees.
fn payload<T: Answer>(envelope: &Envelope, reply: &Reply) -> Reply {
    let found = json::find(reply.bytes(), envelope.payload);
    match found {
        // A page may hold its items where an envelope would hold the page, so the kind has to be right too.
        Some(payload) if !envelope.optional || T::fits(payload.kind()) => reply.part(payload.text()),
        _ if envelope.optional => reply.clone(),
        _ => reply.part("null"),
    }
}

/// The text at a pointer that is written for the body with its envelope; an answer without one is read too.
pub(crate) fn text_at(operation: &Operation, reply: &Reply, pointer: &str) -> Option<String> {
    let text = |pointer: &str| reply.text_at(pointer).map(|text| text.into_owned());
    let bare = operation.envelope.as_ref().filter(|envelope| envelope.optional);
    text(pointer).or_else(|| text(pointer.strip_prefix(bare?.payload)?))
}
