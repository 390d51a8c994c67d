//! Where a body does not have the documented shape: a second reading says where the first one failed, never what stands there.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use crate::json::pointer::printable;

/// The position at which a body could not be decoded; never contains values.
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
pub(super) enum Fault {
    Reading(Category),
    /// It could be read, but has no documented member.
    NoEvidence,
    /// What an envelope should hold is not there.
    NoPayload,
    /// Its values take far more memory than its text.
    NoRoom,
}

impl Undecodable {
    /// An answer in its envelope, without what the envelope should hold.
    pub(crate) fn without_payload() -> Self {
        Self::whole(Fault::NoPayload, 1, 1)
    }

    pub(super) fn whole(fault: Fault, line: usize, column: usize) -> Self {
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
            Fault::NoRoom => "the answer takes far more memory than its text",
        })?;
        if matches!(self.fault, Fault::NoEvidence | Fault::NoPayload | Fault::NoRoom) {
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

/// Reads JSON text with every field as its type asks for it; no text reads as `null`.
///
/// # Errors
///
/// [`Undecodable`] says where it does not fit.
pub(crate) fn strict<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Undecodable> {
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
        strict::<T>(body.as_bytes()).expect_err("a fault").to_string()
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
        let fault = strict::<Vec<Item>>(b"[{\"cost\":\"SECRET\"}]").expect_err("a fault");
        assert_eq!((fault.missing(), fault.path()), (Some("amount"), "[0]"));
        assert!(fault.to_string().contains("at `[0]`, `amount` is missing") && !fault.to_string().contains("SECRET"));
        assert_eq!(strict::<Item>(b"{\"amount\":\"missing field `SECRET`\"}").expect_err("a fault").missing(), None);
    }

    #[test]
    fn an_empty_body_reads_as_null() {
        assert_eq!(strict::<Option<u8>>(b""), Ok(None));
        assert_eq!(strict::<()>(b""), Ok(()));
    }
}
