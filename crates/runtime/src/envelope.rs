//! Envelopes: what stands around the payload of an answer, and when a success is none.

use bytes::Bytes;

use crate::decode::{Answer, Undecodable};
#[cfg(feature = "dispatch")]
use crate::drift::Drift;
use crate::json;
use crate::lenient::{Json, JsonKind};
use crate::operation::{Envelope, Operation};
use crate::reply::Reply;

/// Whether a 2xx reports a failure in its body.
pub(crate) fn reports_failure(operation: &Operation, reply: &Reply) -> bool {
    let verdicts = operation.envelope.as_ref().map_or(&[][..], |envelope| envelope.failed);
    verdicts.iter().any(|one| reply.text_at(one.pointer).is_some_and(|word| one.equals.contains(&&*word)))
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
    // What is no JSON has no envelope either; reading it says so.
    let Some(body) = json::find(reply.bytes(), "") else { return reply.clone() };
    let found = json::find(reply.bytes(), envelope.payload).filter(|payload| payload.kind() != JsonKind::Null);
    let body_fits = T::fits(body.kind());
    match found {
        None if envelope.optional && body_fits => reply.clone(),
        None => reply.part("null"),
        // A page may hold its items where an envelope would hold the page: without a verdict, the kinds tell them apart.
        Some(payload)
            if envelope.optional && body_fits && !T::fits(payload.kind()) && !has_verdict(envelope, reply) =>
        {
            reply.clone()
        }
        Some(payload) => reply.part(payload.text()),
    }
}

/// Whether the body holds what only an envelope does.
fn has_verdict(envelope: &Envelope, reply: &Reply) -> bool {
    envelope.failed.iter().any(|failed| json::find(reply.bytes(), failed.pointer).is_some())
}

/// How a success differs from the value that was read from its payload, as pointers into the whole body.
#[cfg(feature = "dispatch")]
pub(crate) fn drift<T: serde::Serialize>(operation: &Operation, body: &[u8], payload: &[u8], value: &T) -> Drift {
    let drift = Drift::between(payload, value);
    // A payload as long as the body is the body.
    let Some(envelope) = operation.envelope.as_ref().filter(|_| payload.len() != body.len()) else { return drift };
    if json::find(body, envelope.payload).is_some() {
        return drift.below(envelope.payload);
    }
    // The envelope is empty, so what else it holds may be the answer in another form.
    let named = |pointer: &str| pointer.split('/').nth(1).unwrap_or_default().to_owned();
    let verdicts = envelope.failed.iter().map(|failed| failed.pointer);
    let known: Vec<String> = verdicts.chain([envelope.payload, envelope.message]).map(named).collect();
    drift.below(envelope.payload).with_strangers(body, &known)
}

/// The value at a pointer that is written for the body with its envelope; an answer without one is read too.
pub(crate) fn find_at<'a>(operation: &Operation, reply: &'a Reply, pointer: &str) -> Option<Json<'a>> {
    let bare = operation.envelope.as_ref().filter(|envelope| envelope.optional);
    json::find(reply.bytes(), pointer).or_else(|| json::find(reply.bytes(), pointer.strip_prefix(bare?.payload)?))
}

/// The text at a pointer that is written for the body with its envelope; an answer without one is read too.
pub(crate) fn text_at(operation: &Operation, reply: &Reply, pointer: &str) -> Option<String> {
    let text = |pointer: &str| reply.text_at(pointer).map(|text| text.into_owned());
    let bare = operation.envelope.as_ref().filter(|envelope| envelope.optional);
    text(pointer).or_else(|| text(pointer.strip_prefix(bare?.payload)?))
}
