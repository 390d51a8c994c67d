//! Writes down what is about to move money, before anything is sent, and how it ended.

use std::pin::pin;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::failure::Failure;
use super::state::CallState;
use crate::error::Error;
use crate::journal::closing::{PATIENCE, in_background_after, report};
use crate::journal::lease::Held;
use crate::journal::{Closing, Ending, Intent, Journal};
use crate::model::operation::Effect;
use crate::model::outcome::Outcome;
use crate::model::progress::Progress;

/// Writes the intent of a call that may move money, once per call. If it cannot be written, nothing is sent.
pub(super) async fn begin(call: &CallState) -> Result<(), Failure> {
    let Some(journal) = &call.chain.journal else { return Ok(()) };
    let is_dry_run = call.chain.rehearsal.is_some();
    if is_dry_run || call.operation.effect != Effect::Money || call.entry().get().is_some() {
        return Ok(());
    }
    let body = call.asked().and_then(|request| request.body()?.as_bytes()).unwrap_or_default();
    let time = &call.chain.time;
    let pending = call.pending(time.clock.now());
    let intent = Intent::new(time.uuid().to_string(), journal.key().hash(body), pending);
    let (lease, good) = call.chain.owner.lease(&*time.clock);
    let held = Held::enter(&call.chain.owner, intent, good);
    let written = {
        let written = pin!(journal.begin(held.intent(), &lease));
        time.within(call.remaining(), written).await
    };
    let failure = match written {
        Some(Ok(())) => {
            call.entry().get_or_init(|| held);
            return Ok(());
        }
        Some(Err(error)) => Failure::not_journaled(error),
        None => Failure::not_journaled("the timeout of the call was exceeded"),
    };
    withdraw(Arc::clone(journal), held.intent().clone());
    Err(failure)
}

/// Closes an entry that may have been written after all, for a call that was not sent.
fn withdraw(journal: Arc<dyn Journal>, intent: Intent) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            // Most often there is no entry. One that cannot be closed is found by the next recovery.
            journal.end(intent.id(), Ending::NotSent).await.ok();
        });
    }
}

/// Makes a refusal unknown while an earlier call with the same reference is open: of a process that is gone, or of another one.
///
/// The refusal says nothing about that call, which may even be the reason for it: the money is gone, the quote is used up.
pub(super) async fn doubt<T, E>(call: &CallState, result: &mut Result<T, Error<E>>) {
    if let Err(error) = result
        && error.outcome == Outcome::Refused
        && Box::pin(has_open_twin(call)).await
    {
        error.facts_mut().doubt(call.followed());
    }
}

async fn has_open_twin(call: &CallState) -> bool {
    let (Some(journal), Some(held)) = (&call.chain.journal, call.entry().get()) else { return false };
    let own = held.intent();
    let Some(reference) = own.pending().reference() else { return false };
    let open = pin!(journal.open(call.operation.provider));
    let Some(Ok(open)) = call.chain.time.within(PATIENCE, open).await else {
        // Not known: the careful answer is that there is one.
        return true;
    };
    open.entries.iter().map(|entry| &entry.intent).any(|other| {
        let (mine, theirs) = (own.pending(), other.pending());
        other.id() != own.id()
            && theirs.reference() == Some(reference)
            && theirs.operation() == mine.operation()
            && theirs.account().is_none_or(|account| Some(account) == mine.account())
    })
}

/// Writes how the call ended: the progress of its answer, or the outcome of its error.
///
/// The caller does not wait for longer than the call may take; what is not written by then is written in the background.
pub(super) async fn end(call: &CallState, result: Result<Progress, &Outcome>) {
    if call.entry().get().is_some() {
        // Boxed, so that the futures of generated methods stay small.
        Box::pin(write_end(call, result)).await;
    }
}

async fn write_end(call: &CallState, result: Result<Progress, &Outcome>) {
    let (Some(journal), Some(held)) = (&call.chain.journal, call.entry().get()) else { return };
    let closing = match result {
        Ok(progress) => Closing::accepted(progress, call.chain.until),
        Err(Outcome::NotSent) => Closing::Ended(Ending::NotSent),
        Err(Outcome::Refused) => Closing::Ended(Ending::Refused),
        Err(Outcome::Unknown(_)) => Closing::Ended(Ending::Unknown),
    };
    let (journal, intent) = (Arc::clone(journal), held.intent().clone());
    let written = async move {
        let written = journal.close(intent.id(), closing).await;
        report(intent.pending(), intent.id(), written);
    };
    in_background_after(&call.chain.time, call.remaining(), Box::pin(written)).await;
    held.leave();
}
