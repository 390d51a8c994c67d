//! Time that passes only when everybody waits, and randomness from a seed.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use bursar_runtime::{BoxFuture, Clock, Rng, Sleep};
use bursar_sandbox::Sandbox;

/// 2026-01-15T10:00:00Z, in seconds since 1970.
const START: u64 = 1_768_471_200;

/// Clock, sleep and randomness of the clients of one sandbox, whose own clocks move along.
#[derive(Clone)]
pub struct VirtualTime {
    sandbox: Arc<Sandbox>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    now: Duration,
    /// Who is to be woken when; the number tells alarms of one moment apart.
    alarms: BTreeMap<(Duration, u64), Waker>,
    alarms_set: u64,
    random: u64,
}

impl VirtualTime {
    /// The time of a sandbox's clients, and the seed of their randomness.
    pub fn new(sandbox: Arc<Sandbox>, seed: u64) -> Self {
        let state = State { random: seed, ..State::default() };
        Self { sandbox, state: Arc::new(Mutex::new(state)) }
    }

    /// Runs a future to its end. Whenever it only waits, time jumps to the next alarm.
    ///
    /// # Panics
    /// If it waits for what no alarm will bring about.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        loop {
            if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return done;
            }
            while !woken.0.swap(false, Ordering::Relaxed) {
                assert!(self.jump(), "everybody waits, and no alarm is set");
            }
        }
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let until = self.elapsed() + time;
        while self.state().alarms.first_key_value().is_some_and(|((at, _), _)| *at <= until) && self.jump() {}
        self.pass_until(until);
    }

    /// Goes to the next alarm; `false` if there is none.
    fn jump(&self) -> bool {
        let Some(((at, _), waker)) = self.state().alarms.pop_first() else { return false };
        self.pass_until(at);
        waker.wake();
        true
    }

    fn pass_until(&self, moment: Duration) {
        let passed = moment.saturating_sub(self.state().now);
        self.state().now += passed;
        self.sandbox.advance(passed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Clock for VirtualTime {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(START) + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.state().now
    }
}

impl Sleep for VirtualTime {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut state = self.state();
        state.alarms_set += 1;
        let key = (state.now.saturating_add(duration), state.alarms_set);
        Box::pin(Alarm { time: self.clone(), key })
    }
}

impl Rng for VirtualTime {
    fn next_u128(&self) -> u128 {
        let random = &mut self.state().random;
        u128::from(draw(random)) << 64 | u128::from(draw(random))
    }
}

/// Two futures, side by side, to the end of both.
pub(crate) async fn both<A: Future, B: Future>(first: A, second: B) -> (A::Output, B::Output) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let mut done = (None, None);
    std::future::poll_fn(|context| {
        if done.0.is_none()
            && let Poll::Ready(output) = first.as_mut().poll(context)
        {
            done.0 = Some(output);
        }
        if done.1.is_none()
            && let Poll::Ready(output) = second.as_mut().poll(context)
        {
            done.1 = Some(output);
        }
        match (done.0.take(), done.1.take()) {
            (Some(first), Some(second)) => Poll::Ready((first, second)),
            waiting => {
                done = waiting;
                Poll::Pending
            }
        }
    })
    .await
}

/// SplitMix64: the next number of a seed.
pub(crate) fn draw(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Ready when its moment has come; forgotten when it is dropped.
struct Alarm {
    time: VirtualTime,
    key: (Duration, u64),
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.time.state();
        if state.now >= self.key.0 {
            return Poll::Ready(());
        }
        state.alarms.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.time.state().alarms.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_cost_no_time_and_end_in_their_order() {
        let sandbox = Arc::new(Sandbox::in_process(0).expect("a sandbox"));
        let time = VirtualTime::new(sandbox, 0);
        let order = Mutex::new(Vec::new());
        let wait = |seconds| {
            let (time, order) = (&time, &order);
            async move {
                time.sleep(Duration::from_secs(seconds)).await;
                order.lock().expect("the order").push((seconds, time.elapsed().as_secs()));
            }
        };
        time.run(async {
            let (mut first, mut second) = (pin!(wait(3600)), pin!(wait(5)));
            let mut done = (false, false);
            std::future::poll_fn(|context| {
                done.0 = done.0 || first.as_mut().poll(context).is_ready();
                done.1 = done.1 || second.as_mut().poll(context).is_ready();
                if done.0 && done.1 { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        });
        assert_eq!(*order.lock().expect("the order"), [(5, 5), (3600, 3600)]);
        assert!(time.state().alarms.is_empty());
    }

    #[test]
    #[should_panic(expected = "no alarm is set")]
    fn a_future_that_is_never_woken_is_reported() {
        let sandbox = Arc::new(Sandbox::in_process(0).expect("a sandbox"));
        VirtualTime::new(sandbox, 0).run(std::future::pending::<()>());
    }
}
