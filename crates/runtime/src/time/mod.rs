//! Clock, waiting and randomness: the only three things calls take from the world, so that a test can replay a call exactly.

pub(crate) mod runtimes;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;
use std::time::{Duration, SystemTime};

/// A `Date` further off than this is no clock: one day, in seconds.
const MOST_SKEW: i64 = 86_400;

/// A boxed future, as object-safe async traits return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the client reads the time.
pub trait Clock: Send + Sync + 'static {
    /// The wall clock, for dates that travel in headers.
    fn now(&self) -> SystemTime;

    /// Time since a fixed moment, never going backwards, for timeouts.
    fn elapsed(&self) -> Duration;
}

/// How the client waits.
pub trait Sleep: Send + Sync + 'static {
    /// A future that is ready after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Where the client takes random bits from.
pub trait Rng: Send + Sync + 'static {
    /// 128 random bits. The six that mark a version 4 UUID may be fixed: nothing here depends on them.
    fn next_u128(&self) -> u128;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    // Tokio's instant, so that a runtime with paused time pauses this clock too.
    start: tokio::time::Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { start: tokio::time::Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// Tokio's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSleep;

impl Sleep for TokioSleep {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The operating system's random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRng;

impl Rng for OsRng {
    fn next_u128(&self) -> u128 {
        uuid::Uuid::new_v4().as_u128()
    }
}

/// The three together, as the client holds them.
#[derive(Clone)]
pub(crate) struct Time {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sleep: Arc<dyn Sleep>,
    pub(crate) rng: Arc<dyn Rng>,
    /// Seconds by which the provider's clock is ahead of this one, as its last answer showed.
    skew: Arc<AtomicI64>,
    /// The same however large, [`UNKNOWN`] before the first answer: for saying whether this clock is right.
    offset: Arc<AtomicI64>,
}

/// No answer has shown the provider's clock yet.
const UNKNOWN: i64 = i64::MIN;

/// Clocks that are further apart than this, in seconds, are not compared.
const WRONG: u64 = 3_600;

impl Default for Time {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock::default()),
            sleep: Arc::new(TokioSleep),
            rng: Arc::new(OsRng),
            skew: Arc::default(),
            offset: Arc::new(AtomicI64::new(UNKNOWN)),
        }
    }
}

impl Time {
    /// The provider's clock, as far as its answers have shown it.
    pub(crate) fn provider_now(&self) -> SystemTime {
        let (now, skew) = (self.clock.now(), self.skew.load(Ordering::Relaxed));
        let by = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { now.checked_sub(by) } else { now.checked_add(by) }.unwrap_or(now)
    }

    /// Learns the provider's clock from the `Date` of an answer.
    pub(crate) fn learn_skew(&self, date: &str) {
        let Ok(date) = httpdate::parse_http_date(date) else { return };
        let seconds = |by: Duration| i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        let skew = match date.duration_since(self.clock.now()) {
            Ok(ahead) => seconds(ahead),
            Err(behind) => -seconds(behind.duration()),
        };
        self.offset.store(skew, Ordering::Relaxed);
        if skew.abs() <= MOST_SKEW {
            self.skew.store(skew, Ordering::Relaxed);
        }
    }

    /// Whether the last answer's `Date` showed that this clock is wrong.
    pub(crate) fn is_wrong(&self) -> bool {
        let offset = self.offset.load(Ordering::Relaxed);
        offset != UNKNOWN && offset.unsigned_abs() > WRONG
    }

    /// A random (version 4) UUID from the client's randomness.
    pub(crate) fn uuid(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.rng.next_u128().to_be_bytes()).into_uuid()
    }

    /// A duration between zero and `limit`, each equally likely ("full jitter").
    pub(crate) fn jitter(&self, limit: Duration) -> Duration {
        let choices = limit.as_millis().saturating_add(1);
        // The lowest 32 bits are none of those that may be fixed, and more than any wait of ours needs.
        let drawn = self.rng.next_u128() & u128::from(u32::MAX);
        Duration::from_millis(u64::try_from(drawn % choices).unwrap_or_default())
    }

    /// Runs `work` for at most `limit`; `None` if it was not done by then.
    ///
    /// Pinned by the caller: a future that is an argument would be stored twice in the future that takes it.
    pub(crate) async fn within<F: Future>(&self, limit: Duration, mut work: Pin<&mut F>) -> Option<F::Output> {
        let mut alarm = self.sleep.sleep(limit);
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_randomness_varies_in_every_bit_that_is_not_fixed() {
        let (mut ones, mut zeros) = (0, 0);
        for _ in 0..200 {
            let bits = OsRng.next_u128();
            ones |= bits;
            zeros |= !bits;
        }
        assert_eq!((ones & zeros).count_zeros(), 6);
        assert_eq!(ones as u32 & zeros as u32, u32::MAX);
    }

    #[test]
    fn jitter_stays_within_its_limit_and_reaches_both_ends() {
        struct Counting(std::sync::atomic::AtomicU64);
        impl Rng for Counting {
            fn next_u128(&self) -> u128 {
                self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed).into()
            }
        }
        let time = Time { rng: Arc::new(Counting(0.into())), ..Time::default() };
        let drawn: Vec<u128> = (0..8).map(|_| time.jitter(Duration::from_millis(3)).as_millis()).collect();
        assert_eq!(drawn, [0, 1, 2, 3, 0, 1, 2, 3]);
    }

    #[test]
    fn the_providers_clock_is_learnt_from_its_dates() {
        struct Fixed;
        impl Clock for Fixed {
            fn now(&self) -> SystemTime {
                SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
            }
            fn elapsed(&self) -> Duration {
                Duration::ZERO
            }
        }
        let time = Time { clock: Arc::new(Fixed), ..Time::default() };
        let skew = |date: &str| {
            time.learn_skew(date);
            let seconds =
                |at: SystemTime| at.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs() as i64;
            seconds(time.provider_now()) - seconds(Fixed.now())
        };
        assert_eq!(skew("Sun, 06 Nov 1994 08:49:37 GMT"), 0);
        assert_eq!(skew("Sun, 06 Nov 1994 09:49:37 GMT"), 3600);
        assert_eq!(skew("Sun, 06 Nov 1994 08:48:37 GMT"), -60);
        // What is no clock changes nothing.
        for date in ["soon", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"] {
            assert_eq!(skew(date), -60, "{date}");
        }
    }
}
