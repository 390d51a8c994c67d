//! How many repeats a client may add to its calls, whatever fails: a provider in trouble is not given more of it.

use std::sync::{Mutex, PoisonError};

/// Repeats are paid for in hundredths. Each call earns a tenth of one, and the first ten are free.
const REPEAT: u32 = 100;
const PER_CALL: u32 = 10;
const MOST: u32 = 10 * REPEAT;

/// The repeats that all calls of a client have left together.
pub(crate) struct Budget(Mutex<u32>);

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(MOST))
    }
}

impl Budget {
    /// A call begins.
    pub(super) fn earn(&self) {
        self.change(|left| (left + PER_CALL).min(MOST));
    }

    /// Takes one repeat out; `false` if there is none left.
    pub(super) fn spend(&self) -> bool {
        let mut enough = false;
        self.change(|left| {
            enough = left >= REPEAT;
            if enough { left - REPEAT } else { left }
        });
        enough
    }

    fn change(&self, change: impl FnOnce(u32) -> u32) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = change(*left);
    }
}
