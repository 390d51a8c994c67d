//! Writes how calls ended, if need be in the background.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;

use super::ending::Closing;
use super::{Journal, JournalError};
use crate::model::outcome::Pending;
use crate::time::{BoxFuture, Time};

/// Longest wait for the journal after a lookup or a refusal.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

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
pub(crate) async fn in_background_after(time: &Time, limit: Duration, mut work: BoxFuture<'static, ()>) {
    if time.within(limit, pin!(work.as_mut())).await.is_none() {
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(work)),
            // Whatever drives this future instead of tokio has no background.
            Err(_) => work.await,
        }
    }
}

/// Tells the log that an ending is not in the journal. The caller's result says the truth all the same.
pub(crate) fn report(pending: &Pending, entry: &str, written: Result<(), JournalError>) {
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
