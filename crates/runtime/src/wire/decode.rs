//! From a whole answer to a typed one: the fast path first, a second reading only to say where the first one failed.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use crate::json::lenient::{self, Json, JsonKind, Lenient};
use crate::json::pointer::printable;
use crate::wire::reply::Reply;

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

/// What any other answer is read into. Reading never fails: what does not fit reads as "other".
pub trait ErrorBody: Sized {
    /// Reads the answer by its status.
    fn read(reply: &Reply) -> Self;
}

/// An answer without a body, or with one that nobody documented.
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

/// Where a body does not have the documented shape. It never says what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable {
    fault: Fault,
    path: String,
    /// The member that a type asks for, and that is not there.
    missing: Option<String>,
    line: usize,
    column: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Reading(Category),
    /// It could be read, but has no documented member.
    NoEvidence,
    /// What an envelope should hold is not there.
    NoPayload,
}

impl Undecodable {
    /// An answer in its envelope, without what the envelope should hold.
    pub(crate) fn without_payload() -> Self {
        Self::whole(Fault::NoPayload, 1, 1)
    }

    fn whole(fault: Fault, line: usize, column: usize) -> Self {
        Self { fault, path: String::new(), missing: None, line, column }
    }

    /// Path of the field, as in `data.items[0].amount`; empty for the whole body.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Name of the required field that is not there, if that is the fault.
    pub fn missing(&self) -> Option<&str> {
        self.missing.as_deref()
    }

    /// Line in the body, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Column in the line, from 1.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for Undecodable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.fault {
            Fault::Reading(Category::Data) => "the answer does not have the documented type",
            Fault::Reading(Category::Eof) => "the answer is truncated",
            Fault::Reading(Category::Syntax | Category::Io) => "the answer is not JSON",
            Fault::NoEvidence => "the answer has none of the documented members",
            Fault::NoPayload => "the answer has neither the documented payload nor a failure status",
        })?;
        if matches!(self.fault, Fault::NoEvidence | Fault::NoPayload) {
            return Ok(());
        }
        if !self.path.is_empty() {
            write!(out, " at `{}`", self.path)?;
        }
        if let Some(name) = &self.missing {
            write!(out, ", `{name}` is missing")?;
        }
        write!(out, " (line {}, column {})", self.line, self.column)
    }
}

impl std::error::Error for Undecodable {}

/// Reads JSON text that is no answer of a provider.
///
/// # Errors
///
/// [`Undecodable`] says where it does not fit.
#[cfg(feature = "dispatch")]
pub(crate) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Undecodable> {
    json(bytes)
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
    match lenient::one(json) {
        Some((value, evidence)) if evidence >= reply.needs() => Ok(value),
        Some(_) => Err(Undecodable::whole(Fault::NoEvidence, 1, 1)),
        None => Err(Undecodable::whole(Fault::Reading(Category::Data), 1, 0)),
    }
}

pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Undecodable> {
    let bytes = if bytes.is_empty() { b"null" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| locate::<T>(bytes, &error))
}

#[cold]
#[inline(never)]
fn locate<T: DeserializeOwned>(bytes: &[u8], first: &serde_json::Error) -> Undecodable {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let path = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) => readable(error.path()),
        // Only what follows the value is wrong.
        Ok(_) => String::new(),
    };
    // Such a message names what the type asks for, and nothing of the body.
    let text = first.to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()).map(str::to_owned);
    Undecodable { fault: Fault::Reading(first.classify()), path, missing, line: first.line(), column: first.column() }
}

fn readable(path: &serde_path_to_error::Path) -> String {
    let mut text = String::new();
    for segment in path.iter() {
        let name = match segment {
            Segment::Seq { index } => {
                text.push_str(&format!("[{index}]"));
                continue;
            }
            Segment::Map { key } => printable(key),
            Segment::Enum { variant } => variant,
            Segment::Unknown => continue,
        };
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code)]
    struct Item {
        amount: u32,
    }

    fn fault<T: DeserializeOwned + fmt::Debug>(body: &str) -> String {
        json::<T>(body.as_bytes()).expect_err("a fault").to_string()
    }

    #[test]
    fn a_fault_says_where_and_never_what() {
        let at = fault::<BTreeMap<String, Vec<Item>>>(r#"{"items":[{"amount":1},{"amount":"SECRET"}]}"#);
        assert_eq!(at, "the answer does not have the documented type at `items[1].amount` (line 1, column 41)");
        let keyed = fault::<BTreeMap<String, Item>>(r#"{"4111111111111111":{"amount":"SECRET"}}"#);
        assert!(keyed.contains("at `*.amount`"), "{keyed}");
        assert_eq!(fault::<Item>("<html>SECRET"), "the answer is not JSON (line 1, column 1)");
        assert_eq!(fault::<Item>(r#"{"amount":"#), "the answer is truncated at `amount` (line 1, column 10)");
        assert_eq!(fault::<Item>(r#"{"amount":1} SECRET"#), "the answer is not JSON (line 1, column 14)");
    }

    #[test]
    fn a_required_field_that_is_not_there_is_named() {
        let fault = json::<Vec<Item>>(b"[{\"cost\":\"SECRET\"}]").expect_err("a fault");
        assert_eq!((fault.missing(), fault.path()), (Some("amount"), "[0]"));
        assert!(fault.to_string().contains("at `[0]`, `amount` is missing") && !fault.to_string().contains("SECRET"));
        assert_eq!(json::<Item>(b"{\"amount\":\"missing field `SECRET`\"}").expect_err("a fault").missing(), None);
    }

    #[test]
    fn an_empty_body_reads_as_null() {
        assert_eq!(json::<Option<u8>>(b""), Ok(None));
        assert_eq!(json::<()>(b""), Ok(()));
    }
}
