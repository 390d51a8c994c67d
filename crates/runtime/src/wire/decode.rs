//! From a whole answer to a typed one.

use std::fmt;

use bytes::Bytes;
use serde_json::error::Category;

use crate::json::evidence::Evidence;
use crate::json::lenient::{self, Json, JsonKind, Lenient};
use crate::wire::reply::Reply;
use crate::wire::undecodable::{Fault, Undecodable};

/// What a 2xx answer is read into. Everything that reads leniently is an answer.
pub trait Answer: Sized {
    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`Undecodable`] if the body does not have the documented shape, or shows nothing of it.
    fn read(reply: &Reply) -> Result<Self, Undecodable>;

    /// Whether a JSON value of this kind is the type's own; tells a payload from what stands in its place.
    fn fits(_: JsonKind) -> bool {
        true
    }
}

impl<T: Lenient> Answer for T {
    fn read(reply: &Reply) -> Result<Self, Undecodable> {
        lenient(reply)
    }

    fn fits(kind: JsonKind) -> bool {
        T::owns(kind)
    }
}

/// Reads a success whose status is not documented as `other`, if the call needs no evidence.
///
/// # Errors
///
/// [`Undecodable`] for a call that writes or moves money, unless a verdict or a status says that it was accepted.
pub fn unlisted<T>(reply: &Reply, other: T) -> Result<T, Undecodable> {
    if reply.needs() == Evidence::Member { Err(Undecodable::whole(Fault::NoEvidence, 1, 1)) } else { Ok(other) }
}

/// What any other answer is read into. Reading never fails: what does not fit reads as "other".
pub trait ErrorBody: Sized {
    /// Reads the answer by its status.
    fn read(reply: &Reply) -> Self;
}

/// An answer without a documented body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Empty;

impl Answer for Empty {
    fn read(_: &Reply) -> Result<Self, Undecodable> {
        Ok(Self)
    }
}

impl ErrorBody for Empty {
    fn read(_: &Reply) -> Self {
        Self
    }
}

/// A file. `Debug` shows its type and length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Download {
    /// The file as it came.
    pub bytes: Bytes,
    /// Its media type as the provider states it.
    pub content_type: Option<String>,
}

/// As text where it is text, else byte by byte: for looking at it, not for sending it.
impl serde::Serialize for Download {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => serializer.collect_seq(self.bytes.iter()),
        }
    }
}

impl Answer for Download {
    fn read(reply: &Reply) -> Result<Self, Undecodable> {
        let content_type = reply.header("content-type").map(str::to_owned);
        Ok(Self { bytes: reply.bytes().clone(), content_type })
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Download({}, {} bytes)", self.content_type.as_deref().unwrap_or("untyped"), self.bytes.len())
    }
}

/// Reads an answer leniently: broken JSON, another kind (text where an object is due), or too little evidence is a fault.
fn lenient<T: Lenient>(reply: &Reply) -> Result<T, Undecodable> {
    let json = match reply.body() {
        Some(json) => json,
        None => {
            let bytes: &[u8] = if reply.bytes().is_empty() { b"null" } else { reply.bytes() };
            let place =
                |error: serde_json::Error| (Fault::Reading(error.classify()), error.line().max(1), error.column());
            Json::parse(bytes)
                .map_err(place)
                .map_err(|(fault, line, column)| Undecodable::whole(fault, line, column))?
        }
    };
    match lenient::room::within(json.text().len(), || lenient::one(json)) {
        Some(Some((value, evidence))) if evidence >= reply.needs() => Ok(value),
        Some(Some(_)) => Err(Undecodable::whole(Fault::NoEvidence, 1, 1)),
        Some(None) => Err(Undecodable::whole(Fault::Reading(Category::Data), 1, 0)),
        None => Err(Undecodable::whole(Fault::NoRoom, 1, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undocumented_success_accepts_no_write() {
        let reply = |needs| Reply::new(http::StatusCode::MULTI_STATUS, http::HeaderMap::new(), "{}").needing(needs);
        assert_eq!(unlisted(&reply(Evidence::Kind), "other"), Ok("other"));
        assert_eq!(unlisted(&reply(Evidence::Nothing), "other"), Ok("other"));
        let fault = unlisted(&reply(Evidence::Member), "other").expect_err("a fault");
        assert_eq!(fault.to_string(), "the answer has none of the documented members");
    }
}
