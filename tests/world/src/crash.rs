//! Processes that end in mid-call, and what the journal says of it.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::SystemTime;

use bursar_runtime::journal::{Ending, Entries, Entry, HashKey, Intent, JournalError, Lease, Memory};
use bursar_runtime::{Journal, Progress};

use crate::fate::Believed;

/// Where in a money call its process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// The call is made, and the journal does not know it.
    BeforeIntent,
    /// The journal knows it, and nothing was sent.
    AfterIntent,
    /// The provider has it, and nothing came back.
    AfterSend,
    /// The answer is there, and the journal does not know it.
    AfterAnswer,
    /// The journal knows how it ended, and the caller does not.
    AfterEnd,
}

impl Moment {
    /// All of them, in the order of a call.
    pub const ALL: [Self; 5] =
        [Self::BeforeIntent, Self::AfterIntent, Self::AfterSend, Self::AfterAnswer, Self::AfterEnd];
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::BeforeIntent => "before the intent",
            Self::AfterIntent => "after the intent",
            Self::AfterSend => "after the send",
            Self::AfterAnswer => "after the answer",
            Self::AfterEnd => "after the end",
        })
    }
}

/// When the process of a world's clients ends.
#[derive(Default)]
pub struct Doom(Mutex<State>);

#[derive(Default)]
struct State {
    planned: Option<Moment>,
    /// Whether a journal has written an intent and no ending yet.
    is_under_way: bool,
    has_struck: bool,
}

impl Doom {
    /// Makes a call in a process that ends at a moment of it, if the call comes that far; `None` if it did.
    pub async fn before<T>(&self, moment: Option<Moment>, call: impl Future<Output = T>) -> Option<T> {
        *self.state() = State { planned: moment, ..State::default() };
        // Whoever meets the moment waits forever; the call is dropped as it stands then.
        let mut call = pin!(call);
        let result = poll_fn(|context| match call.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending if self.state().has_struck => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        let result = result.await;
        *self.state() = State::default();
        result
    }

    /// Comes back only if the process lives on.
    async fn meet(&self, moment: Moment) {
        let strikes = {
            let mut state = self.state();
            state.has_struck |= state.planned == Some(moment);
            state.has_struck
        };
        if strikes {
            std::future::pending().await
        }
    }

    /// The provider has answered, which is a moment of money calls only.
    pub(crate) async fn sent(&self) {
        if self.state().is_under_way {
            self.meet(Moment::AfterSend).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An ending, and the progress that settled the call.
pub type Closed = (Ending, Option<Progress>);

/// A provider's journal, which outlives the clients that write it, and knows how the last call ended.
pub struct Ledger {
    kept: Arc<Memory>,
    /// How entries were closed for good, by id; the progress that settled them.
    closed: Arc<Mutex<BTreeMap<String, Closed>>>,
    doom: Arc<Doom>,
    last: Mutex<Option<(String, Option<Closed>)>>,
}

impl Ledger {
    pub(crate) fn new(doom: Arc<Doom>) -> Self {
        Self { kept: Arc::new(Memory::new()), closed: Arc::default(), doom, last: Mutex::default() }
    }

    /// The same journal in a process that does not end.
    pub(crate) fn beside(&self) -> Self {
        let (kept, closed) = (Arc::clone(&self.kept), Arc::clone(&self.closed));
        Self { kept, closed, doom: Arc::default(), last: Mutex::default() }
    }

    /// Forgets which call was the last; the entries stay.
    pub fn turn_page(&self) {
        *self.last() = None;
    }

    /// Id of the entry of the last call since the page was turned; `None` if there was none.
    pub fn entry(&self) -> Option<String> {
        self.last().as_ref().map(|(id, _)| id.clone())
    }

    /// Whether the journal has an open entry of a provider.
    pub fn has_open(&self, provider: &str) -> bool {
        self.kept.entries(provider).iter().any(Entry::is_open)
    }

    /// What a new process knows of the last call: one without an entry was never sent.
    pub fn believed(&self) -> Believed {
        let Some((_, known)) = self.last().clone() else { return Believed::NotSent };
        match known {
            Some((Ending::NotSent, _)) => Believed::NotSent,
            Some((Ending::Settled, Some(progress))) => Believed::of(progress),
            Some((Ending::Accepted | Ending::Settled, _)) => Believed::Accepted,
            Some((Ending::Refused, _)) => Believed::Refused,
            _ => Believed::Unknown,
        }
    }

    /// How entries were closed for good: by id, with the progress that settled them.
    pub fn closed(&self) -> BTreeMap<String, Closed> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn write(
        &self,
        id: &str,
        (ending, progress): Closed,
        written: impl Future<Output = Result<(), JournalError>>,
    ) -> Result<(), JournalError> {
        self.doom.state().is_under_way = false;
        self.doom.meet(Moment::AfterAnswer).await;
        written.await?;
        if ending.is_final() {
            let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
            closed.insert(id.to_owned(), (ending, progress));
        }
        if let Some((last, known)) = self.last().as_mut()
            && last == id
        {
            *known = Some((ending, progress));
        }
        self.doom.meet(Moment::AfterEnd).await;
        Ok(())
    }

    fn last(&self) -> MutexGuard<'_, Option<(String, Option<Closed>)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Journal for Ledger {
    fn key(&self) -> &HashKey {
        self.kept.key()
    }

    async fn begin(&self, intent: &Intent, lease: &Lease) -> Result<(), JournalError> {
        self.doom.meet(Moment::BeforeIntent).await;
        self.kept.begin(intent, lease).await?;
        *self.last() = Some((intent.id().to_owned(), None));
        self.doom.state().is_under_way = true;
        self.doom.meet(Moment::AfterIntent).await;
        Ok(())
    }

    async fn end(&self, id: &str, ending: Ending) -> Result<(), JournalError> {
        self.write(id, (ending, None), self.kept.end(id, ending)).await
    }

    async fn settle(&self, id: &str, progress: Progress) -> Result<(), JournalError> {
        self.write(id, (Ending::Settled, Some(progress)), self.kept.settle(id, progress)).await
    }

    async fn open(&self, provider: &str) -> Result<Entries, JournalError> {
        self.kept.open(provider).await
    }

    async fn take(&self, id: &str, lease: &Lease, now: SystemTime) -> Result<bool, JournalError> {
        self.kept.take(id, lease, now).await
    }

    async fn renew(&self, id: &str, lease: &Lease) -> Result<bool, JournalError> {
        self.kept.renew(id, lease).await
    }
}
