//! After a crash: what the journal holds as under way is looked up.

use crate::core::Core;
use crate::error::{AnyError, Facts};
use crate::journal::{Ending, Intent, Journal};
use crate::kind::Kind;
use crate::outcome::Pending;
use crate::reconcile::{Patience, Reconciled};

/// A call that was under way, and what became of it.
#[derive(Debug)]
pub struct Recovered {
    intent: Intent,
    result: Result<Reconciled, AnyError>,
    is_closed: bool,
}

impl Recovered {
    /// What the journal has.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// What was asked for.
    pub fn pending(&self) -> &Pending {
        self.intent.pending()
    }

    /// What the provider says, or why it could not be asked.
    ///
    /// # Errors
    ///
    /// The lookup failed; the entry stays open.
    pub fn result(&self) -> Result<&Reconciled, &AnyError> {
        self.result.as_ref()
    }

    /// Whether the entry is closed now. If not, recover again later, or decide and write it with [`Journal::end`].
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }
}

impl Core {
    /// Looks up every call of this provider that a journal holds as under way, once each, and closes what is decided.
    ///
    /// Call it when a process starts. What is not decided yet, what cannot be found, and what only a person can decide (candidates of a
    /// provider that knows no reference) is returned and stays open. Nothing is sent again.
    ///
    /// # Errors
    ///
    /// The journal cannot be read or written. A lookup that fails is an entry's own result.
    pub async fn recover(&self, journal: &dyn Journal) -> Result<Vec<Recovered>, AnyError> {
        let unusable = |error| AnyError::from(Facts::unusable_journal(error));
        let mut recovered = Vec::new();
        for intent in journal.open(self.chain().provider.name).await.map_err(unusable)? {
            let result = self.find_out(intent.pending(), Patience::Once, self.options().total()).await;
            let ending = match &result {
                // What came back had been accepted.
                Ok(Reconciled::Done(_) | Reconciled::Returned(_)) => Some(Ending::Accepted),
                Ok(state) if state.allows_resend() => Some(Ending::Refused),
                // What moved in part, or may still come, is open until a person closes it.
                _ => None,
            };
            if let Some(ending) = ending {
                journal.end(intent.id(), ending).await.map_err(unusable)?;
            }
            recovered.push(Recovered { intent, result, is_closed: ending.is_some() });
        }
        Ok(recovered)
    }
}

impl Facts {
    fn unusable_journal(error: crate::journal::JournalError) -> Self {
        let facts = Self::unsent(Kind::Journal, "the journal cannot be read or written");
        Self { source: Some(Box::new(error)), ..facts }
    }
}
