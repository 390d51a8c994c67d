//! Client-side rate limits of the provider's tiers, and the concurrency limit.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Reference;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::Semaphore;

use crate::model::operation::{Limit, Operation};
use crate::time::Clock;

/// The behaviour of a call when the provider's rate limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateLimit {
    /// Waits at most this long and not beyond the total timeout; then fails unsent.
    ///
    /// The default, with 30 seconds.
    Wait(Duration),
    /// Fails immediately, unsent.
    FailFast,
    /// No rate limit; the default for loopback servers.
    Off,
}

/// Tier, and the operation if each is counted by itself.
type Lane = (&'static str, &'static str);

/// The limits that all calls of a client share.
pub(crate) struct Limits {
    pub(super) policy: RateLimit,
    tiers: &'static [Limit],
    clock: OurClock,
    lanes: Mutex<BTreeMap<Lane, Arc<Counter>>>,
    pub(super) slots: Option<Semaphore>,
}

/// One lane: its rate, and until when the provider asked for silence.
pub(super) struct Counter {
    rate: RateLimiter<NotKeyed, InMemoryState, OurClock, NoOpMiddleware<Moment>>,
    silent_until: Mutex<Duration>,
}

impl Limits {
    pub(crate) fn new(policy: RateLimit, tiers: &'static [Limit], clock: Arc<dyn Clock>, slots: Option<usize>) -> Self {
        let slots = slots.map(|count| Semaphore::new(count.clamp(1, Semaphore::MAX_PERMITS)));
        Self { policy, tiers, clock: OurClock(clock), lanes: Mutex::default(), slots }
    }

    /// The counter of an operation; `None` if nothing limits it.
    pub(super) fn counter(&self, operation: &'static Operation) -> Option<Arc<Counter>> {
        if self.policy == RateLimit::Off {
            return None;
        }
        let tier = self.tiers.iter().find(|tier| tier.tier == operation.limit)?;
        let lane = (tier.tier, if tier.together { "" } else { operation.id });
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let counter = || {
            let period = Duration::from_secs(tier.seconds.into()) / tier.calls.max(1);
            let burst = NonZeroU32::new(tier.burst).unwrap_or(NonZeroU32::MIN);
            let quota = Quota::with_period(period)?.allow_burst(burst);
            let rate = RateLimiter::direct_with_clock(quota, self.clock.clone());
            Some(Arc::new(Counter { rate, silent_until: Mutex::default() }))
        };
        match lanes.get(&lane) {
            Some(known) => Some(Arc::clone(known)),
            None => counter().inspect(|new| drop(lanes.insert(lane, Arc::clone(new)))),
        }
    }
}

impl Counter {
    /// Nothing is sent until this moment of the client's clock.
    pub(super) fn silence(&self, until: Duration) {
        let mut silent = self.silent_until.lock().unwrap_or_else(PoisonError::into_inner);
        *silent = until.max(*silent);
    }

    /// Counts a call; or how long it has to wait before asking again.
    pub(super) fn pass(&self, now: Duration) -> Result<(), Duration> {
        let silence = self.silent_until.lock().unwrap_or_else(PoisonError::into_inner).saturating_sub(now);
        if !silence.is_zero() {
            return Err(silence);
        }
        self.rate.check().map_err(|until| until.wait_time_from(Moment(now)))
    }
}

/// The client's clock, as governor reads it.
#[derive(Clone)]
struct OurClock(Arc<dyn Clock>);

/// Time since the clock's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(Duration);

impl governor::clock::Clock for OurClock {
    type Instant = Moment;

    fn now(&self) -> Moment {
        Moment(self.0.elapsed())
    }
}

impl std::ops::Add<Nanos> for Moment {
    type Output = Self;

    fn add(self, after: Nanos) -> Self {
        Self(self.0.saturating_add(after.into()))
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_sub(earlier.0).into()
    }

    fn saturating_sub(&self, before: Nanos) -> Self {
        Self(self.0.saturating_sub(before.into()))
    }
}
