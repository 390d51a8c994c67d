//! Writes down what is about to move money, before anything is sent, and how it ended.

use std::pin::pin;

use super::{Call, Failure};
use crate::journal::{Ending, Intent};
use crate::operation::Effect;
use crate::outcome::Outcome;

/// Writes the intent of a call that may move money, once per call. If it cannot be written, nothing is sent.
pub(super) async fn begin(call: &Call) -> Result<(), Failure> {
    let Some(journal) = &call.chain.journal else { return Ok(()) };
    let is_dry_run = call.chain.rehearsal.is_some();
    if is_dry_run || call.operation.effect != Effect::Money || call.entry().get().is_some() {
        return Ok(());
    }
    let body = call.asked().and_then(|request| request.body()?.as_bytes()).unwrap_or_default();
    let pending = call.pending(call.chain.time.clock.now());
    let intent = Intent::new(call.chain.time.uuid().to_string(), journal.key().hash(body), pending);
    let written = pin!(journal.begin(&intent));
    match call.chain.time.within(call.remaining(), written).await {
        Some(Ok(())) => {
            call.entry().get_or_init(|| intent.id().to_owned());
            Ok(())
        }
        Some(Err(error)) => Err(Failure::not_journaled(error)),
        None => Err(Failure::not_journaled("it took longer than the whole call may")),
    }
}

/// Writes how the call ended; `None`: it was accepted. What cannot be written is found out by the next recovery.
pub(crate) async fn end(call: &Call, failed: Option<&Outcome>) {
    let (Some(journal), Some(id)) = (&call.chain.journal, call.entry().get()) else { return };
    let ending = match failed {
        None => Ending::Accepted,
        Some(Outcome::NotSent) => Ending::NotSent,
        Some(Outcome::Refused) => Ending::Refused,
        Some(Outcome::Unknown(_)) => Ending::Unknown,
    };
    if journal.end(id, ending).await.is_err() {
        let (provider, operation) = (call.operation.provider, call.operation.id);
        tracing::warn!(provider, operation, "the journal could not be written after a call; recover() will look it up");
    }
}
