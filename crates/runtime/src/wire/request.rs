//! What generated code builds requests with: path segments, query parameters, and the faults of builders.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::ser::{Error as _, Serialize, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use crate::json::lenient::{Json, JsonKind};

/// Longest value of a path parameter, in bytes before it is encoded.
pub(crate) const LONGEST_SEGMENT: usize = 2048;

/// What stands in a path as it is: the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The error of a path parameter that would change the endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("path parameter `{name}` {fault}")]
pub struct BadSegment {
    name: &'static str,
    fault: &'static str,
}

impl BadSegment {
    /// Name of the parameter.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// A value that cannot travel where it has to; it never holds the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} `{name}` {fault}")]
pub struct CallError {
    what: &'static str,
    name: &'static str,
    fault: &'static str,
}

impl CallError {
    pub(crate) fn new(what: &'static str, name: &'static str, fault: &'static str) -> Self {
        Self { what, name, fault }
    }

    pub(crate) fn unwritable(name: &'static str) -> Self {
        Self { what: "the request's", name, fault: "cannot be encoded" }
    }

    /// Name of the parameter.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl From<BadSegment> for CallError {
    fn from(bad: BadSegment) -> Self {
        Self { what: "path parameter", name: bad.name, fault: bad.fault }
    }
}

/// Percent-encodes the value of a path parameter.
///
/// # Errors
///
/// [`BadSegment`] if the value is empty, is longer than 2,048 bytes, holds a control character, or has a part that is `.` or `..`,
/// encoded or not and however often: a URL has no escape for those, and servers decode them into another path.
pub fn path_segment(name: &'static str, value: &str) -> Result<String, BadSegment> {
    let refuse = |fault| Err(BadSegment { name, fault });
    if value.is_empty() {
        return refuse("is empty");
    }
    if value.len() > LONGEST_SEGMENT {
        return refuse("is longer than 2048 bytes");
    }
    let decoded = fully_decoded(value.as_bytes());
    if decoded.iter().any(u8::is_ascii_control) {
        return refuse("holds a control character");
    }
    if decoded.split(|byte| b"/\\".contains(byte)).any(|part| part == b"." || part == b"..") {
        return refuse("contains a dot segment (`.` or `..`)");
    }
    Ok(utf8_percent_encode(value, RESERVED).to_string())
}

/// What is left when nothing more can be percent-decoded, in one pass: each escape that is resolved makes the text two bytes shorter.
///
/// Escapes never overlap, so the order in which they are resolved makes no difference.
fn fully_decoded(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        out.push(*byte);
        while let [.., b'%', high, low] = out[..]
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            out.truncate(out.len() - 3);
            out.push(high * 16 + low);
        }
    }
    out
}

/// A query parameter for reqwest's `query`: a scalar once, a list once per item, an object once per member, nothing for null.
#[derive(Clone)]
pub struct QueryParam {
    name: &'static str,
    // JSON keeps every digit of an amount, and spares a serializer of our own.
    json: Option<Box<RawValue>>,
}

impl QueryParam {
    /// The parameter `name` with the value `value`.
    pub fn new<T: Serialize + ?Sized>(name: &'static str, value: &T) -> Self {
        Self { name, json: serde_json::value::to_raw_value(value).ok() }
    }

    /// The pairs of the query string; the fault if the value has no place in one.
    pub(crate) fn pairs(&self) -> Result<Vec<(String, String)>, String> {
        let name = self.name;
        let raw = self.json.as_deref().ok_or_else(|| format!("query parameter `{name}` cannot be encoded"))?;
        let pair = |name: &str, value: Json<'_>| match value.scalar() {
            Some(text) => Ok(Some((name.to_owned(), text.into_owned()))),
            None if value.kind() == JsonKind::Null => Ok(None),
            None => Err(format!("query parameter `{name}` is nested")),
        };
        let value = Json::from(raw);
        if let Some(items) = value.items() {
            return items.filter_map(|item| pair(name, item).transpose()).collect();
        }
        if let Some(members) = value.entries() {
            return members.filter_map(|(key, member)| pair(&key, member).transpose()).collect();
        }
        pair(name, value).map(|pair| pair.into_iter().collect())
    }
}

impl Serialize for QueryParam {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs = self.pairs().map_err(S::Error::custom)?;
        let mut seq = serializer.serialize_seq(Some(pairs.len()))?;
        for pair in &pairs {
            seq.serialize_element(pair)?;
        }
        seq.end()
    }
}

impl fmt::Debug for QueryParam {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "QueryParam({})", self.name)
    }
}

/// A reference for a call that its caller gave none: a UUID of version 7, so that references sort by time.
pub fn reference() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Collects what is missing while a request is built, so that all of it is named at once.
#[derive(Debug)]
pub struct Faults {
    request: &'static str,
    missing: Vec<&'static str>,
    blank: Vec<&'static str>,
}

impl Faults {
    /// For a request of this type name.
    pub fn new(request: &'static str) -> Self {
        Self { request, missing: Vec::new(), blank: Vec::new() }
    }

    /// Passes the caller's reference through, noting the field if it holds nothing but blanks.
    pub fn reference<T: AsRef<str>>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.as_ref().is_some_and(|text| text.as_ref().trim().is_empty()) {
            self.blank.push(field);
        }
        value
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.blank.is_empty()
    }

    /// Passes a required value through, noting the field if it is not set.
    pub fn required<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.missing.push(field);
        }
        value
    }

    /// Everything that was noted.
    pub fn finish(self) -> BuildError {
        BuildError { request: self.request, missing: self.missing, blank: self.blank }
    }
}

/// The error of a request builder, with all missing and blank fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    request: &'static str,
    missing: Vec<&'static str>,
    blank: Vec<&'static str>,
}

impl BuildError {
    /// Names of the missing fields.
    pub fn missing(&self) -> &[&'static str] {
        &self.missing
    }

    /// Names of the fields whose text is blank and must not be.
    pub fn blank(&self) -> &[&'static str] {
        &self.blank
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.request)?;
        if !self.missing.is_empty() {
            write!(out, " is missing {}", self.missing.join(", "))?;
        }
        let comma = if self.missing.is_empty() { "" } else { ";" };
        match self.blank.is_empty() {
            true => Ok(()),
            false => write!(out, "{comma} has a blank {}", self.blank.join(", ")),
        }
    }
}

impl std::error::Error for BuildError {}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[test]
    fn a_path_parameter_stays_one_segment() {
        assert_eq!(path_segment("id", "a b/c?d#e%f").as_deref(), Ok("a%20b%2Fc%3Fd%23e%25f"));
        assert_eq!(path_segment("id", "ü-._~").as_deref(), Ok("%C3%BC-._~"));
        assert_eq!(path_segment("id", "...").as_deref(), Ok("..."));
        assert_eq!(path_segment("id", "v1.2").as_deref(), Ok("v1.2"));
    }

    #[test]
    fn dot_segments_are_refused_however_they_are_written() {
        for value in [
            "",
            ".",
            "..",
            "%2e",
            "%2E%2e",
            ".%2e",
            "%252e%252E",
            "a/../b",
            "..\\x",
            "%2e%2e%2fx",
            "a%5c..",
            "a\r\nb",
            "%0a",
            "a%250db",
        ] {
            assert!(path_segment("id", value).is_err(), "{value:?} passed");
        }
        for value in ["%", "%%", "%2", "%zz", "100%", "%2525", "a%252520b"] {
            assert!(path_segment("id", value).is_ok(), "{value:?} was refused");
        }
        let refused = path_segment("account_id", "../SECRET").map_err(|fault| fault.to_string());
        assert_eq!(refused, Err("path parameter `account_id` contains a dot segment (`.` or `..`)".into()));
    }

    /// One round of percent-decoding after the other, until nothing changes; and how many bytes were read for it.
    fn decoded_in_rounds(text: &[u8]) -> (Vec<u8>, usize) {
        let (mut text, mut read) = (text.to_vec(), 0);
        loop {
            let next: Vec<u8> = percent_encoding::percent_decode(&text).collect();
            read += text.len();
            if next == text {
                return (text, read);
            }
            text = next;
        }
    }

    proptest::proptest! {
        #[test]
        fn one_pass_decodes_as_many_rounds_do(text in "[%2456eEfF.x/]{0,40}") {
            proptest::prop_assert_eq!(fully_decoded(text.as_bytes()), decoded_in_rounds(text.as_bytes()).0);
        }
    }

    #[test]
    fn the_work_grows_with_the_input_and_not_with_its_square() {
        for length in [1000, 2000, 4000] {
            let nested = format!("%{}", "25".repeat(length / 2));
            // In rounds, every escape costs a pass; in one pass, the output holds what is left after each byte.
            assert!(decoded_in_rounds(nested.as_bytes()).1 > length * length / 8);
            let decoded = fully_decoded(nested.as_bytes());
            assert_eq!((&*decoded, decoded.capacity()), (&b"%"[..], nested.len()));
        }
    }

    #[test]
    fn an_id_that_no_server_takes_is_refused_by_name() {
        assert_eq!(path_segment("id", &"7".repeat(2048)).map(|text| text.len()), Ok(2048));
        for value in ["7".repeat(2049), "7".repeat(200_000), format!("%{}", "25".repeat(32_000))] {
            let refused = path_segment("id", &value).map_err(|fault| fault.to_string());
            assert_eq!(refused, Err("path parameter `id` is longer than 2048 bytes".into()));
        }
    }

    #[test]
    fn query_parameters_take_the_form_style() {
        fn pairs<T: Serialize>(value: &T) -> Vec<(String, String)> {
            QueryParam::new("x", value).pairs().expect("pairs")
        }
        let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        #[derive(Serialize)]
        struct Filter {
            state: &'static str,
            limit: Option<u8>,
            amount: Box<RawValue>,
        }
        let amount = RawValue::from_string("12345678901234567890.10".into()).expect("a number");
        assert_eq!(pairs(&"a,b&c"), own(&[("x", "a,b&c")]));
        assert_eq!(pairs(&Some(true)), own(&[("x", "true")]));
        assert_eq!(pairs(&None::<u8>), own(&[]));
        assert_eq!(pairs(&Some(&vec!["1", "a,b"])), own(&[("x", "1"), ("x", "a,b")]));
        let filter = Filter { state: "open", limit: None, amount };
        assert_eq!(pairs(&filter), own(&[("state", "open"), ("amount", "12345678901234567890.10")]));
        assert!(QueryParam::new("x", &[[1]]).pairs().is_err());
    }

    #[test]
    fn a_builder_names_everything_that_is_missing() {
        let mut faults = Faults::new("CreateTransfer");
        assert_eq!(faults.required("amount", None::<u8>), None);
        assert_eq!(faults.required("note", Some(1)), Some(1));
        assert_eq!(faults.required("currency", None::<u8>), None);
        let error = faults.finish();
        assert_eq!(error.to_string(), "CreateTransfer is missing amount, currency");
        assert_eq!(error.missing(), ["amount", "currency"]);
    }

    #[test]
    fn a_builder_refuses_a_reference_of_blanks() {
        let mut faults = Faults::new("CreateTransfer");
        for good in [None, Some("r-1")] {
            assert_eq!(faults.reference("reference", good), good);
        }
        assert!(faults.is_empty());
        faults.reference("reference", Some(" \t"));
        assert!(!faults.is_empty());
        assert_eq!(faults.required("amount", None::<u8>), None);
        let error = faults.finish();
        assert_eq!(error.to_string(), "CreateTransfer is missing amount; has a blank reference");
        assert_eq!(error.blank(), ["reference"]);
    }
}
