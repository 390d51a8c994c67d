//! Codes by SMS.

use super::TAN;
use super::refusal::Refusal;

/// Wrong codes until an order is void.
const TRIES: u32 = 3;

/// A code that was sent for an order, and how often it was got wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Code {
    wrong: u32,
    is_used: bool,
}

impl Code {
    /// Checks a code. With `one_try` the first one destroys what it was sent for, right or wrong.
    pub(super) fn check(&mut self, code: &str, one_try: bool) -> Result<(), Refusal> {
        if std::mem::replace(&mut self.is_used, one_try) {
            return Err(Refusal::not_found());
        }
        if one_try && code != TAN {
            return Err(Refusal::forbidden());
        }
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
