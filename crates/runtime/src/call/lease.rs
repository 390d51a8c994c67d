//! Extends the lease on the call's entry in the journal while the call runs.

use std::future::Future;
use std::pin::Pin;

use super::failure::Failure;
use super::state::CallState;
use crate::journal::lease::keep;
use crate::wire::reply::Reply;

/// Whether the call has an entry whose lease is over.
pub(super) fn is_over(call: &CallState) -> bool {
    call.entry().get().is_some_and(|held| held.is_over(&*call.chain.time.clock))
}

/// Makes sure, before something is sent, that no other process can have taken the call over.
pub(super) async fn confirm(call: &CallState) -> Result<(), Failure> {
    let (Some(held), Some(journal)) = (call.entry().get(), &call.chain.journal) else { return Ok(()) };
    if !held.is_over(&*call.chain.time.clock) {
        return Ok(());
    }
    match Box::pin(held.renew_within(&**journal, &call.chain.time, call.remaining())).await {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::taken_over()),
        None => Err(Failure::lease_over()),
    }
}

/// Runs the work of a call and extends the lease on its entry meanwhile.
pub(super) async fn extended(
    call: &CallState,
    work: Pin<&mut impl Future<Output = Result<Reply, Failure>>>,
) -> Result<Reply, Failure> {
    let (Some(held), Some(journal)) = (call.entry().get(), &call.chain.journal) else { return work.await };
    let done = keep(held, &**journal, &call.chain.time, || call.remaining(), work).await;
    done.unwrap_or_else(|| Err(Failure::taken_over()))
}
