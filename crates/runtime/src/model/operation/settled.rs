//! Where an answer says whether money moved.

/// Where an answer says whether money moved, and with which status values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The legs, in the order in which the money passes them; one where the answer has one status.
    pub legs: &'static [SettledLeg],
    /// Where the answer of a batch counts its entries.
    pub counts: Option<SettledCounts>,
}

/// A leg of a payment: where its status stands, and what each value says. A value that is not listed says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledLeg {
    /// Its name.
    pub name: &'static str,
    /// JSON pointer of the status in the answer.
    pub status: &'static str,
    /// Whether the status speaks of the payment as a whole: its `done`, `returned` and `may_come` count whatever the other legs leave open.
    pub whole: bool,
    /// Values that say: done.
    pub done: &'static [&'static str],
    /// Values that say: failed, nothing moved.
    pub failed: &'static [&'static str],
    /// Values that say: moved and came back.
    pub returned: &'static [&'static str],
    /// Values that say: moved in part.
    pub in_part: &'static [&'static str],
    /// Values that say: ended, but may be corrected to done.
    pub may_come: &'static [&'static str],
    /// Values that say: not decided yet.
    pub pending: &'static [&'static str],
    /// Values that say: ended, as the counts of the batch say.
    pub counted: &'static [&'static str],
}

impl SettledLeg {
    /// A leg without a value, to be filled in.
    pub const fn at(name: &'static str, status: &'static str) -> Self {
        Self {
            name,
            status,
            whole: false,
            done: &[],
            failed: &[],
            returned: &[],
            in_part: &[],
            may_come: &[],
            pending: &[],
            counted: &[],
        }
    }
}

/// JSON pointers of the counts of a batch; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledCounts {
    /// All entries.
    pub total: &'static str,
    /// Entries that moved.
    pub done: &'static str,
    /// Entries that failed.
    pub failed: &'static str,
    /// Entries that are not settled.
    pub pending: &'static str,
}
