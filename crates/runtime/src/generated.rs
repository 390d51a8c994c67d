//! What generated code names, and nobody else should.

pub use crate::client::call::Call;
pub use crate::json::lenient::*;
pub use crate::model::operation::{
    Absent, Effect, Fill, FilledHeader, Idempotency, Key, Lookup, Money, MoneyFields, Operation, Page, Place, Scheme,
    Settled, SettledCounts, SettledLeg, StatusMeaning,
};
pub use crate::value::words::{UnknownWord, read as read_word};
pub use crate::wire::correlation::{correlated, correlated_pair, correlation};
pub use crate::wire::decode::{Answer, Download, Empty, ErrorBody, unlisted};
pub use crate::wire::multipart::{Form, Multipart};
pub use crate::wire::reply::Reply;
pub use crate::wire::request::{BadSegment, BuildError, CallError, Faults, QueryParam, path_segment, reference};
pub use crate::wire::undecodable::Undecodable;
pub use crate::words;
pub use crate::{lenient_by_serde, lenient_newtype, lenient_object, lenient_union, lenient_word};
