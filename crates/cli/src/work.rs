//! Steps of work, counted in tests: twice the body may take twice the steps, not four times.

#[cfg(test)]
use std::cell::Cell;

#[cfg(test)]
thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// Some steps: members that are looked at, values that are read or written.
#[inline]
pub(crate) fn steps(number: usize) {
    #[cfg(test)]
    STEPS.with(|steps| steps.set(steps.get() + number as u64));
    let _ = number;
}

/// Does some work and counts its steps.
#[cfg(test)]
pub(crate) fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = STEPS.with(Cell::get);
    let done = work();
    (done, STEPS.with(Cell::get) - before)
}
