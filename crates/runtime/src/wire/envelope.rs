//! Envelopes: what stands around the payload of an answer, and when a success is none.

use bytes::Bytes;

use crate::json::evidence::Evidence;
use crate::json::lenient::{self, Json, JsonKind};
use crate::json::pointer;
use crate::model::operation::{Effect, Envelope, Failed, Lookup, Operation};
use crate::wire::decode::Answer;
#[cfg(feature = "dispatch")]
use crate::wire::drift::Drift;
use crate::wire::reply::Reply;
use crate::wire::undecodable::Undecodable;

/// Whether a 2xx reports a failure in its body.
pub(crate) fn reports_failure(operation: &Operation, reply: &Reply) -> bool {
    verdicts(operation).iter().any(|one| verdict(one, reply) == Some(true))
}

/// Whether a verdict in the body says that the call succeeded.
fn reports_success(operation: &Operation, reply: &Reply) -> bool {
    verdicts(operation).iter().any(|one| verdict(one, reply) == Some(false))
}

fn verdicts(operation: &Operation) -> &'static [Failed] {
    operation.envelope.as_ref().map_or(&[], |envelope| envelope.failed)
}

/// Whether a verdict says "failed", read as a field of its kind is; `None` if it is not there, or says neither.
fn verdict(failed: &Failed, reply: &Reply) -> Option<bool> {
    let found = reply.find(failed.pointer)?;
    if failed.equals.iter().all(|word| matches!(*word, "true" | "false")) {
        let (truth, _) = lenient::one::<bool>(found)?;
        return Some(failed.equals.contains(&if truth { "true" } else { "false" }));
    }
    let (word, _) = lenient::one::<String>(found)?;
    let is_failure = failed.equals.iter().any(|one| one.eq_ignore_ascii_case(word.trim()));
    // What else the word may be is for the payload to show.
    is_failure.then_some(true)
}

/// What a success has to show: a read that it is of the documented kind, any other call a documented member. A verdict shows enough.
pub(crate) fn needs(operation: &Operation, reply: &Reply) -> Evidence {
    let shows_status = statuses(operation).any(|pointer| is_shown(operation, reply, pointer));
    match operation.effect {
        _ if shows_status || reports_success(operation, reply) => Evidence::Nothing,
        Effect::Read => Evidence::Kind,
        Effect::Write | Effect::Money => Evidence::Member,
    }
}

/// Whether the answer to a lookup shows any of what the lookup is for.
pub(crate) fn answers(operation: &Operation, lookup: &Lookup, reply: &Reply) -> bool {
    if let Some(entries) = &lookup.entries {
        let Some(items) = find_at(operation, reply, entries.items).and_then(Json::items) else { return false };
        let (mut items, shown) = (items.peekable(), [entries.amount, entries.currency, entries.time]);
        let is_entry = |item: Json<'_>| {
            let stated = shown.iter().filter(|pointer| !pointer.is_empty());
            stated
                .into_iter()
                .any(|pointer| pointer::within(item, pointer).is_some_and(|found| found.scalar().is_some()))
        };
        return items.peek().is_none() || items.any(is_entry);
    }
    let amounts = [lookup.amount, lookup.currency].into_iter().filter(|pointer| !pointer.is_empty());
    let mut stated = statuses(operation).chain(amounts).peekable();
    match stated.peek() {
        // A status that is no word is there all the same, and decides nothing.
        Some(_) => {
            stated.any(|pointer| find_at(operation, reply, pointer).is_some_and(|found| found.kind() != JsonKind::Null))
        }
        // Nothing is said of what it shows: any object will do.
        None => reply.body().is_some_and(|body| body.kind() == JsonKind::Object),
    }
}

/// Where an answer says how far its payment is.
fn statuses(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let settled = operation.settled.as_ref();
    let legs = settled.into_iter().flat_map(|settled| settled.legs).map(|leg| leg.status);
    let counts = settled.and_then(|settled| settled.counts.as_ref()).map(|counts| counts.done);
    // A status of every entry of a list is no status of the answer.
    legs.chain(counts).filter(|pointer| !pointer.is_empty() && !pointer.contains('*'))
}

fn is_shown(operation: &Operation, reply: &Reply, pointer: &str) -> bool {
    find_at(operation, reply, pointer).is_some_and(|found| found.scalar().is_some())
}

/// Reads a success that shows what is needed: the payload if there is an envelope round it, else the body.
///
/// # Errors
///
/// Neither has the documented shape, or it shows too little of it.
pub(crate) fn read<T: Answer>(
    operation: &Operation,
    reply: &Reply,
    needs: Evidence,
) -> Result<(T, Bytes), Undecodable> {
    let whole = reply.clone().needing(needs);
    let inner = match &operation.envelope {
        None => whole,
        Some(envelope) => payload::<T>(envelope, &whole, operation.effect != Effect::Read)?,
    };
    T::read(&inner).map(|value| (value, inner.bytes().clone()))
}

/// The part of an answer that the caller sees.
fn payload<T: Answer>(envelope: &Envelope, reply: &Reply, may_be_empty: bool) -> Result<Reply, Undecodable> {
    // What is no JSON has no envelope either; reading it says so.
    let Some(body) = reply.body() else { return Ok(reply.clone()) };
    let found = reply.find(envelope.payload).filter(|payload| payload.kind() != JsonKind::Null);
    let body_fits = T::fits(body.kind());
    Ok(match found {
        None if envelope.optional && body_fits => reply.clone(),
        // The verdict says that the call was accepted, and nothing else is said.
        None if may_be_empty && has_verdict(envelope, reply) => reply.part("{}"),
        None if reply.find(envelope.payload).is_none() && !has_verdict(envelope, reply) => {
            return Err(Undecodable::without_payload());
        }
        None => reply.part("null"),
        // A page may hold its items where an envelope would hold the page: without a verdict, kinds and members tell them apart.
        Some(payload)
            if envelope.optional
                && body_fits
                && !T::fits(payload.kind())
                && !has_verdict(envelope, reply)
                && T::read(&reply.clone().needing(Evidence::Member)).is_ok() =>
        {
            reply.clone()
        }
        Some(payload) => reply.part(payload.text()),
    })
}

/// Whether the body holds what only an envelope does.
fn has_verdict(envelope: &Envelope, reply: &Reply) -> bool {
    envelope.failed.iter().any(|failed| verdict(failed, reply).is_some())
}

/// How a success differs from the value that was read from its payload, as pointers into the whole body.
#[cfg(feature = "dispatch")]
pub(crate) fn drift<T: serde::Serialize>(operation: &Operation, body: &[u8], payload: &[u8], value: &T) -> Drift {
    let drift = Drift::between(payload, value);
    // A payload as long as the body is the body.
    let Some(envelope) = operation.envelope.as_ref().filter(|_| payload.len() != body.len()) else { return drift };
    if pointer::find(body, envelope.payload).is_some() {
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
    reply.find(pointer).or_else(|| reply.find(pointer.strip_prefix(bare?.payload)?))
}

/// The text at a pointer that is written for the body with its envelope; an answer without one is read too.
pub(crate) fn text_at(operation: &Operation, reply: &Reply, pointer: &str) -> Option<String> {
    let text = |pointer: &str| reply.text_at(pointer).map(|text| text.into_owned());
    let bare = operation.envelope.as_ref().filter(|envelope| envelope.optional);
    text(pointer).or_else(|| text(pointer.strip_prefix(bare?.payload)?))
}
