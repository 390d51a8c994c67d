//! What the runtime has to know about a provider.

use crate::model::kind::Kind;
use crate::model::operation::{Limit, Operation};
use crate::wire::reply::Reply;

/// What the runtime has to know about a provider.
#[derive(Debug)]
pub struct Provider {
    /// Its name, as in the crate's name: `kasisto`.
    pub name: &'static str,
    /// All its operations.
    pub operations: &'static [&'static Operation],
    /// How many calls it takes in how much time.
    pub limits: &'static [Limit],
    /// JSON pointer in an error's body that says how many seconds to wait; empty if there is none.
    pub retry_after: &'static str,
    /// The kind of an error answer by the provider's own codes; `None` leaves it to the HTTP status.
    pub kind: fn(&Reply) -> Option<Kind>,
}
