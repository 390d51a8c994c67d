//! Finding out the outcome of calls: one by one, and all of a journal.

use std::sync::Arc;

use crate::client::core::Core;
use crate::error::{AnyError, Facts};
use crate::journal::{Ending, Journal};
use crate::model::kind::Kind;
use crate::model::outcome::Pending;
use crate::recovery::find::find_out;
use crate::recovery::lookup::Patience;
use crate::recovery::reconcile::Reconciled;
use crate::recovery::recover::{self, Recovery, close_entry, unusable};

impl Core {
    /// Looks up the outcome of a call until it is decided, with growing waits.
    ///
    /// If the client has the journal of the call, a decided state closes its entry.
    ///
    /// It ends at the total timeout of the client's options with the last state. "Not found" proves nothing unless the provider documents it. Lookups are
    /// read operations; the call is not sent again.
    ///
    /// # Errors
    ///
    /// The lookup failed, or the call was made with another provider, base URL or account.
    pub async fn reconcile(&self, pending: &Pending) -> Result<Reconciled, AnyError> {
        let state =
            find_out(self.pipeline(), self.options(), pending, Patience::UntilDecided, self.options().total()).await?;
        Box::pin(close_entry(self.pipeline(), pending, &state)).await;
        Ok(state)
    }

    /// Looks up the account's open journal entries once, and closes the decided ones.
    ///
    /// Call it when a process starts, and again while entries are open. Entries that are undecided, not found, or have only candidates are returned and stay
    /// open. No call is sent again.
    ///
    /// Entries of other accounts and entries with a valid lease are skipped. If several processes recover concurrently, each entry is looked up by one.
    ///
    /// # Errors
    ///
    /// The journal cannot be read. A failed lookup, or an entry that cannot be read or written, is reported with the others.
    pub async fn recover(&self, journal: &dyn Journal) -> Result<Recovery, AnyError> {
        recover::recover(self.pipeline(), self.options(), journal).await
    }

    /// Closes the journal entry of a call with [`Ending::GivenUp`].
    ///
    /// # Errors
    ///
    /// The client has no journal, the call has no entry in it, the entry has another final outcome, or the journal cannot be written.
    pub async fn give_up(&self, pending: &Pending) -> Result<(), AnyError> {
        let Some(journal) = &self.chain().journal else {
            return Err(Facts::unsent(Kind::Config, "the client has no journal").into());
        };
        let Some(id) = pending.entry() else {
            return Err(Facts::unsent(Kind::Config, "the call was made without a journal").into());
        };
        Arc::clone(journal).end(id, Ending::GivenUp).await.map_err(unusable)
    }
}
