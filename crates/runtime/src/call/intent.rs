//! Writes down what is about to move money, before anything is sent, and how it ended.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::lease::Held;
use super::{Call, Failure};
use crate::journal::{Closing, Ending, Intent, Journal, JournalError};
use crate::model::operation::Effect;
use crate::model::outcome::{Outcome, Pending};
use crate::model::progress::Progress;
use crate::time::{BoxFuture, Time};

/// Longest wait for the journal after a lookup.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes the intent of a call that may move money, once per call. If it cannot be written, nothing is sent.
pub(super) async fn begin(call: &Call) -> Result<(), Failure> {
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

/// Writes how the call ended: the progress of its answer, or the outcome of its error.
///
/// The caller does not wait for longer than the call may take; what is not written by then is written in the background.
pub(crate) async fn end(call: &Call, result: Result<Progress, &Outcome>) {
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

/// Writes the end of a call that a lookup has decided.
pub(crate) async fn close(journal: &Arc<dyn Journal>, time: &Time, pending: &Pending, closing: Closing) {
    let (journal, pending) = (Arc::clone(journal), pending.clone());
    let written = async move {
        let Some(id) = pending.entry() else { return };
        match journal.close(id, closing).await {
            // An entry that was purged, or is in another journal, needs no closing.
            Err(error) if error.is_no_entry() => {}
            written => report(&pending, id, written),
        }
    };
    in_background_after(time, PATIENCE, Box::pin(written)).await;
}

/// Waits for work until `limit` is over; the rest of it is done by a task of its own.
async fn in_background_after(time: &Time, limit: Duration, mut work: BoxFuture<'static, ()>) {
    if time.within(limit, pin!(work.as_mut())).await.is_none() {
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(work)),
            // Whatever drives this future instead of tokio has no background.
            Err(_) => work.await,
        }
    }
}

/// Tells the log that an ending is not in the journal. The caller's result says the truth all the same.
fn report(pending: &Pending, entry: &str, written: Result<(), JournalError>) {
    let Err(error) = written else { return };
    let (provider, operation) = (pending.provider(), pending.operation());
    match error.ending() {
        Some(ending) => tracing::error!(
            provider,
            operation,
            entry,
            "the journal's entry has another final outcome, {}: compare it with the provider",
            ending.name()
        ),
        None => tracing::warn!(
            provider,
            operation,
            entry,
            "the journal could not be written after a call or lookup; recover() looks it up"
        ),
    }
}
