//! After a crash: the open entries of the journal are looked up.

use std::ops::Deref;
use std::pin::pin;
use std::time::SystemTime;

use crate::call::ask::Ask;
use crate::call::options::Options;
use crate::error::{AnyError, Facts};
use crate::journal::closing::close;
use crate::journal::lease::{Held, keep};
use crate::journal::{Ending, Entry, Intent, Journal, JournalError};
use crate::model::kind::Kind;
use crate::model::outcome::Pending;
use crate::recovery::find::find_out;
use crate::recovery::lookup::Patience;
use crate::recovery::reconcile::Reconciled;

/// An open call of the journal, and the result of its lookup.
#[derive(Debug)]
pub struct Recovered {
    entry: Entry,
    result: Result<Reconciled, AnyError>,
    is_closed: bool,
    fault: Option<JournalError>,
}

impl Recovered {
    /// The recorded call.
    pub fn intent(&self) -> &Intent {
        &self.entry.intent
    }

    /// The call with the data to look it up.
    pub fn pending(&self) -> &Pending {
        self.entry.intent.pending()
    }

    /// The outcome that its client recorded: accepted, unknown, or none.
    pub fn ending(&self) -> Option<Ending> {
        self.entry.ending
    }

    /// The result of the lookup.
    ///
    /// # Errors
    ///
    /// The lookup failed; the entry stays open.
    pub fn result(&self) -> Result<&Reconciled, &AnyError> {
        self.result.as_ref()
    }

    /// Whether the entry is closed now.
    ///
    /// Otherwise recover again later, or decide and record it with [`Journal::end`].
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Why the journal could not be written after the lookup.
    pub fn fault(&self) -> Option<&JournalError> {
        self.fault.as_ref()
    }
}

/// The result of [`Core::recover`](crate::Core::recover); derefs to the looked-up calls.
#[derive(Debug, Default)]
#[must_use = "entries that stay open need another recovery or a decision"]
pub struct Recovery {
    calls: Vec<Recovered>,
    foreign: usize,
    leased: usize,
    lease_end: Option<SystemTime>,
    unreadable: Vec<String>,
}

impl Recovery {
    /// The calls that were looked up, oldest first.
    pub fn calls(&self) -> &[Recovered] {
        &self.calls
    }

    /// The calls that were looked up, oldest first.
    pub fn into_calls(self) -> Vec<Recovered> {
        self.calls
    }

    /// Number of open entries of other origins or accounts, which were skipped.
    pub fn foreign(&self) -> usize {
        self.foreign
    }

    /// Number of open entries with a lease, which were skipped.
    ///
    /// After a crash these are the entries of the crashed process, until its leases expire. Recover again at [`lease_end`](Self::lease_end).
    pub fn leased(&self) -> usize {
        self.leased
    }

    /// Time at which the last lease of skipped entries expires.
    pub fn lease_end(&self) -> Option<SystemTime> {
        self.lease_end
    }

    /// Ids of entries that cannot be read: damaged, or of another version.
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// Whether no entry of this account is left open.
    pub fn is_complete(&self) -> bool {
        self.leased == 0 && self.unreadable.is_empty() && self.calls.iter().all(Recovered::is_closed)
    }

    fn leave(&mut self, entry: &Entry) {
        self.leased += 1;
        self.lease_end = self.lease_end.max(entry.lease.as_ref().map(|lease| lease.until()));
    }
}

impl Deref for Recovery {
    type Target = [Recovered];

    fn deref(&self) -> &[Recovered] {
        &self.calls
    }
}

impl IntoIterator for Recovery {
    type Item = Recovered;
    type IntoIter = std::vec::IntoIter<Recovered>;

    fn into_iter(self) -> Self::IntoIter {
        self.calls.into_iter()
    }
}

impl<'a> IntoIterator for &'a Recovery {
    type Item = &'a Recovered;
    type IntoIter = std::slice::Iter<'a, Recovered>;

    fn into_iter(self) -> Self::IntoIter {
        self.calls.iter()
    }
}

/// Looks up the open entries of the client's account in a journal, once each, and closes what is decided.
pub(crate) async fn recover(ask: &dyn Ask, options: &Options, journal: &dyn Journal) -> Result<Recovery, AnyError> {
    let open = journal.open(ask.chain().provider.name).await.map_err(unusable)?;
    let mut recovery = Recovery { unreadable: open.unreadable, ..Recovery::default() };
    for entry in open.entries {
        if !ask.chain().is_ours(entry.intent.pending()) {
            recovery.foreign += 1;
            continue;
        }
        // Boxed, so that the futures of callers stay small.
        match Box::pin(recover_one(ask, options, journal, &entry)).await {
            Ok(Some((result, fault, is_closed))) => {
                recovery.calls.push(Recovered { entry, result, is_closed, fault });
            }
            Ok(None) => recovery.leave(&entry),
            Err(fault) => {
                let message = "the journal could not be written, so the call was not looked up";
                let result = Err(Facts::unsent(Kind::Journal, message).into());
                recovery.calls.push(Recovered { entry, result, is_closed: false, fault: Some(fault) });
            }
        }
    }
    Ok(recovery)
}

/// Takes an entry over, looks its call up, and closes it or lets go of it; `None` if another client has it.
async fn recover_one(
    ask: &dyn Ask,
    options: &Options,
    journal: &dyn Journal,
    entry: &Entry,
) -> Result<Option<Looked>, JournalError> {
    let (owner, time) = (&ask.chain().owner, &ask.chain().time);
    let id = entry.intent.id();
    if owner.is_running(id) {
        return Ok(None);
    }
    let (lease, good) = owner.lease(&*time.clock);
    // An entry of this client whose call was dropped needs no waiting.
    let is_own = entry.lease.as_ref().is_some_and(|lease| lease.owner() == owner.id());
    let limit = options.total();
    let taking = match is_own {
        true => journal.renew(id, &lease),
        false => journal.take(id, &lease, time.clock.now()),
    };
    let is_taken = time.within(limit, pin!(taking)).await;
    if !is_taken.unwrap_or_else(|| Err(JournalError::new("the timeout of a call was exceeded")))? {
        return Ok(None);
    }
    let held = Held::enter(owner, entry.intent.clone(), good);
    let end = time.clock.elapsed().saturating_add(limit);
    let remaining = || end.saturating_sub(time.clock.elapsed());
    let lookup = pin!(find_out(ask, options, entry.intent.pending(), Patience::Once, limit));
    let Some(result) = keep(&held, journal, time, remaining, lookup).await else { return Ok(None) };
    let closing = result.as_ref().ok().and_then(Reconciled::closing);
    let written = match closing {
        Some(closing) => journal.close(id, closing).await,
        None => journal.renew(id, &owner.released(&*time.clock)).await.map(drop),
    };
    let is_closed = closing.is_some() && written.is_ok();
    Ok(Some((result, written.err(), is_closed)))
}

/// Closes the journal entry of a call that a lookup has decided.
pub(crate) async fn close_entry(ask: &dyn Ask, pending: &Pending, state: &Reconciled) {
    if let (Some(journal), Some(closing)) = (&ask.chain().journal, state.closing()) {
        close(journal, &ask.chain().time, pending, closing).await;
    }
}

/// What a lookup found, why the journal could not be written after it, and whether the entry is closed.
type Looked = (Result<Reconciled, AnyError>, Option<JournalError>, bool);

pub(crate) fn unusable(error: JournalError) -> AnyError {
    let facts = Facts::unsent(Kind::Journal, error.meaning());
    Facts { source: Some(Box::new(error)), ..facts }.into()
}
