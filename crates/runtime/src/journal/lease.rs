//! The lease on a call's entry in the journal: extended while the call runs, and checked before anything is sent.
//!
//! A process that was paused for longer than its lease cannot know whether another one has taken its call over. It asks the journal before
//! it goes on: work waits until the lease is extended, and ends if the entry has another owner.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use super::{Intent, Journal, JournalError, Lease};
use crate::time::{BoxFuture, Clock, Time};

/// Longest wait for the journal while a call waits for its lease.
const PATIENCE: Duration = Duration::from_secs(5);

/// A client as the owner of journal entries.
pub(crate) struct Owner {
    id: Arc<str>,
    lease: Duration,
    /// The entries whose calls run.
    running: Mutex<Vec<Intent>>,
}

impl Owner {
    /// An owner that no other process has, whatever its randomness is set to.
    pub(crate) fn new(lease: Duration) -> Self {
        Self { id: uuid::Uuid::new_v4().to_string().into(), lease, running: Mutex::default() }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Whether a call of this client with this entry runs.
    pub(crate) fn is_running(&self, id: &str) -> bool {
        self.running().iter().any(|intent| intent.id() == id)
    }

    /// A lease from now on, and until when it is good.
    pub(crate) fn lease(&self, clock: &dyn Clock) -> (Lease, Good) {
        let now = clock.now();
        let until = now.checked_add(self.lease).unwrap_or(now);
        (Lease::new(Arc::clone(&self.id), until), Good::until(clock, self.lease))
    }

    /// A lease that is over, which leaves the entry to anybody.
    pub(crate) fn released(&self, clock: &dyn Clock) -> Lease {
        Lease::new(Arc::clone(&self.id), clock.now())
    }

    fn running(&self) -> MutexGuard<'_, Vec<Intent>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Until when its owner relies on a lease, by both clocks: the wall clock that other processes read may jump, and the other one may stand still while
/// the machine sleeps.
#[derive(Clone, Copy)]
pub(crate) struct Good {
    wall: SystemTime,
    elapsed: Duration,
    /// From when on it is extended.
    due: Duration,
}

impl Good {
    fn until(clock: &dyn Clock, lease: Duration) -> Self {
        let (wall, elapsed) = (clock.now(), clock.elapsed());
        // The last tenth is left for what comes between the check and the wire.
        let good = lease - lease / 10;
        Self {
            wall: wall.checked_add(good).unwrap_or(wall),
            elapsed: elapsed.saturating_add(good),
            due: elapsed.saturating_add(lease / 2),
        }
    }

    fn is_over(self, clock: &dyn Clock) -> bool {
        clock.elapsed() >= self.elapsed || clock.now() >= self.wall
    }
}

/// The entry of a call that runs, and its lease.
pub(crate) struct Held {
    intent: Intent,
    owner: Arc<Owner>,
    good: Mutex<Good>,
}

impl Held {
    /// Counts an entry among those whose calls run, until [`Held::leave`] or the end of this value.
    pub(crate) fn enter(owner: &Arc<Owner>, intent: Intent, good: Good) -> Self {
        owner.running().push(intent.clone());
        Self { intent, owner: Arc::clone(owner), good: Mutex::new(good) }
    }

    pub(crate) fn id(&self) -> &str {
        self.intent.id()
    }

    pub(crate) fn intent(&self) -> &Intent {
        &self.intent
    }

    /// The call has ended.
    pub(crate) fn leave(&self) {
        let mut running = self.owner.running();
        if let Some(at) = running.iter().position(|intent| intent.id() == self.id()) {
            running.swap_remove(at);
        }
    }

    pub(crate) fn is_over(&self, clock: &dyn Clock) -> bool {
        self.good().is_over(clock)
    }

    fn good(&self) -> Good {
        *self.good.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Extends the lease; `false` if the entry has another owner or an ending.
    async fn renew(&self, journal: &dyn Journal, clock: &dyn Clock) -> Result<bool, JournalError> {
        let (lease, good) = self.owner.lease(clock);
        let is_ours = journal.renew(self.id(), &lease).await?;
        if is_ours {
            *self.good.lock().unwrap_or_else(PoisonError::into_inner) = good;
        }
        Ok(is_ours)
    }

    /// As [`Held::renew`], within `limit`; `None` if the journal could not say.
    pub(crate) async fn renew_within(&self, journal: &dyn Journal, time: &Time, limit: Duration) -> Option<bool> {
        let renewal = pin!(self.renew(journal, &*time.clock));
        match time.within(limit.min(PATIENCE), renewal).await {
            Some(Ok(is_ours)) => Some(is_ours),
            Some(Err(_)) | None => None,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Runs work and extends a lease meanwhile; `None`: another owner has taken the entry, and the work was dropped.
pub(crate) async fn keep<T>(
    held: &Held,
    journal: &dyn Journal,
    time: &Time,
    remaining: impl Fn() -> Duration,
    mut work: Pin<&mut impl Future<Output = T>>,
) -> Option<T> {
    let clock = &*time.clock;
    let mut alarm: Option<BoxFuture<'_, ()>> = None;
    let mut renewal: Option<BoxFuture<'_, Option<bool>>> = None;
    // The journal could not say whose the entry is. An answer under way is still read; the gate lets nothing more pass.
    let mut is_unsure = false;
    poll_fn(|context| {
        loop {
            if let Some(asked) = &mut renewal
                && let Poll::Ready(is_ours) = asked.as_mut().poll(context)
            {
                (renewal, alarm, is_unsure) = (None, None, is_ours.is_none());
                if is_ours == Some(false) {
                    return Poll::Ready(None);
                }
            }
            let is_over = held.is_over(clock) && !is_unsure;
            if is_over && renewal.is_none() {
                renewal = Some(Box::pin(held.renew_within(journal, time, remaining())));
                continue;
            }
            if !is_over && let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            if renewal.is_some() {
                return Poll::Pending;
            }
            let until_due = || match is_unsure {
                true => PATIENCE,
                false => held.good().due.saturating_sub(clock.elapsed()),
            };
            if alarm.get_or_insert_with(|| time.sleep.sleep(until_due())).as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            renewal = Some(Box::pin(held.renew_within(journal, time, remaining())));
        }
    })
    .await
}
