//! What the runtime has to know about a provider.

use crate::model::kind::Kind;
use crate::model::operation::{Limit, Operation};
use crate::wire::reply::Reply;

/// Static description of a provider.
#[derive(Debug)]
pub struct Provider {
    /// The name, as in the crate's name: `kasisto`.
    pub name: &'static str,
    /// All operations.
    pub operations: &'static [&'static Operation],
    /// Rate limits by tier.
    pub limits: &'static [Limit],
    /// JSON pointer of the seconds to wait in an error's body; empty without one.
    pub retry_after: &'static str,
    /// The kind of an error answer by the provider's own codes; `None` leaves it to the HTTP status.
    pub kind: fn(&Reply) -> Option<Kind>,
}
