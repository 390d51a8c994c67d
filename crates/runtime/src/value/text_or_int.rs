//! Identifiers that are text here and numbers there.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use super::secret::Confidential;
use crate::json::lenient::Lenient;
use crate::json::number::integer;
use crate::json::reader::{Json, JsonKind, read_text};

/// An identifier that a provider sends as text or as an integer; it is written back in the form in which it came.
///
/// ```
/// use bursar_runtime::StringOrInteger;
///
/// let id: StringOrInteger = serde_json::from_str("4711")?;
/// assert_eq!(id, StringOrInteger::from(4711));
/// assert_eq!(id.as_str(), "4711");
/// assert_eq!(serde_json::to_string(&StringOrInteger::from("4711"))?, "\"4711\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StringOrInteger {
    /// Text.
    String(String),
    /// A number without decimals.
    Integer(i64),
}

impl StringOrInteger {
    /// The text, or the digits of the integer.
    pub fn as_str(&self) -> Cow<'_, str> {
        match self {
            Self::String(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string()),
        }
    }
}

impl fmt::Display for StringOrInteger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
        }
    }
}

impl From<&str> for StringOrInteger {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for StringOrInteger {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i64> for StringOrInteger {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// Text stays text, digits too.
impl FromStr for StringOrInteger {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl Serialize for StringOrInteger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::String(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
        }
    }
}

impl<'de> Deserialize<'de> for StringOrInteger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "text or an integer", exact)
    }
}

fn exact(json: Json<'_>) -> Option<StringOrInteger> {
    match json.kind() {
        JsonKind::String => json.string().map(|text| StringOrInteger::String(text.into_owned())),
        JsonKind::Number => integer(json)?.try_into().ok().map(StringOrInteger::Integer),
        _ => None,
    }
}

/// A number that is no `i64` is kept as text, digit for digit.
impl Lenient for StringOrInteger {
    fn read(json: Json<'_>) -> Option<Self> {
        exact(json).or_else(|| String::read(json).map(Self::String))
    }

    fn owns(kind: JsonKind) -> bool {
        matches!(kind, JsonKind::String | JsonKind::Number)
    }
}

impl Confidential for StringOrInteger {
    fn wipe(&mut self) {
        match self {
            Self::String(text) => text.zeroize(),
            Self::Integer(number) => number.zeroize(),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::String(left), Self::String(right)) => left.same(right),
            (Self::Integer(left), Self::Integer(right)) => left == right,
            _ => false,
        }
    }
}
