//! How much memory a reading may take: a short text may hold millions of empty objects where a list of large ones is due.

use std::cell::Cell;

/// Memory that any reading may take.
const FREE: usize = 16 * 1024 * 1024;

/// How many times its text a reading may take besides.
const TIMES: usize = 16;

thread_local! {
    /// What is left for the reading under way on this thread; nothing is once it has taken too much.
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Ends a reading, even one that panics.
struct Reading;

impl Drop for Reading {
    fn drop(&mut self) {
        LEFT.set(None);
    }
}

/// Reads a text of a length; `None` if that takes more memory than it may. A reading within another one shares its memory.
pub(crate) fn within<T>(length: usize, read: impl FnOnce() -> T) -> Option<T> {
    if LEFT.get().is_some() {
        return Some(read());
    }
    let _reading = Reading;
    LEFT.set(Some(FREE.saturating_add(length.saturating_mul(TIMES))));
    let value = read();
    LEFT.get().is_some_and(|left| left > 0).then_some(value)
}

/// Takes memory for a value that was read; `false` if there is not enough.
pub(crate) fn take(bytes: usize) -> bool {
    LEFT.get().is_none_or(|left| {
        LEFT.set(Some(left.saturating_sub(bytes)));
        left > bytes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_reading_takes_is_not_missed_by_the_next() {
        for _ in 0..2 {
            assert_eq!(within(0, || take(FREE - 1)), Some(true));
            assert_eq!(within(0, || take(FREE)), None);
            assert_eq!(within(10, || within(1_000_000, || take(FREE + 160))), None);
            assert_eq!(within(0, || (take(FREE), take(0))), None);
        }
        // Outside of a reading nothing is counted.
        assert!(take(usize::MAX));
    }
}
