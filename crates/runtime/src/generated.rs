//! What generated code names, and nobody else should.

pub use crate::call::{Call, CallError};
pub use crate::correlation::{correlated, correlated_pair, correlation};
pub use crate::decode::{Answer, Download, Empty, ErrorBody, Undecodable};
pub use crate::lenient::*;
pub use crate::multipart::{Form, Multipart};
pub use crate::operation::{
    Absent, Effect, Fill, FilledHeader, Idempotency, Key, Lookup, Money, MoneyFields, Operation, Page, Place, Scheme,
    Settled, SettledCounts, SettledLeg, StatusMeaning,
};
pub use crate::reply::Reply;
pub use crate::request::{BadSegment, BuildError, Faults, QueryParam, path_segment, reference};
pub use crate::words;
pub use crate::words::{UnknownWord, read as read_word};
pub use crate::{lenient_by_serde, lenient_newtype, lenient_object, lenient_union, lenient_word};
