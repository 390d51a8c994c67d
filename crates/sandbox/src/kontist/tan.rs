//! Codes by SMS.

use super::TAN;
use super::refusal::Refusal;

/// Wrong codes until an order is void.
const TRIES: u32 = 3;

/// A code that was sent for an order, and how often it was got wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Code {
    wrong: u32,
}

impl Code {
    pub(super) fn check(&mut self, code: &str) -> Result<(), Refusal> {
        if self.wrong >= TRIES {
            return Err(Refusal::bad("Too many wrong authorization tokens"));
        }
        if code == TAN {
            return Ok(());
        }
        self.wrong += 1;
        Err(Refusal::bad("Invalid authorization token"))
    }
}
