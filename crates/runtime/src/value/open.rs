//! Enums that providers extend without notice.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::lenient::{Evidence, Lenient};
use crate::json::reader::{Json, JsonKind, read_text};
use crate::json::tree::UNLISTED;

/// A value of an open enum: documented, unknown, or not a string.
///
/// It is encoded unchanged. `K` is the generated enum of the documented values.
///
/// ```
/// use bursar_runtime::Open;
/// # #[derive(Debug, PartialEq)] enum Status { Done }
/// # impl std::str::FromStr for Status { type Err = (); fn from_str(s: &str) -> Result<Self, ()> { if s == "done" { Ok(Self::Done) } else { Err(()) } } }
/// # impl std::fmt::Display for Status { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("done") } }
///
/// let status: Open<Status> = serde_json::from_str("\"done\"")?;
/// assert_eq!(status.known(), Some(&Status::Done));
///
/// let status: Open<Status> = serde_json::from_str("\"on_hold\"")?;
/// assert_eq!(status.known(), None);
/// assert_eq!(status.as_str(), "on_hold");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Open<K> {
    /// A documented value.
    Known(K),
    /// An unknown value.
    Unknown(String),
    /// A JSON value other than a string.
    Odd(Odd),
}

impl<K> Open<K> {
    /// The documented value, if it is one.
    pub fn known(&self) -> Option<&K> {
        match self {
            Self::Known(known) => Some(known),
            Self::Unknown(_) | Self::Odd(_) => None,
        }
    }
}

impl<K: fmt::Display> Open<K> {
    /// The value as text; the JSON text of a value that is not a string.
    pub fn as_str(&self) -> Cow<'_, str> {
        match self {
            Self::Known(known) => Cow::Owned(known.to_string()),
            Self::Unknown(word) => Cow::Borrowed(word),
            Self::Odd(odd) => Cow::Borrowed(odd.json()),
        }
    }
}

impl<K: FromStr> Open<K> {
    /// Parses a value as documented or unknown.
    pub fn from_word(word: impl Into<String> + AsRef<str>) -> Self {
        word.as_ref().parse().map_or_else(|_| Self::Unknown(word.into()), Self::Known)
    }
}

impl<K> From<K> for Open<K> {
    fn from(known: K) -> Self {
        Self::Known(known)
    }
}

impl<K: FromStr> FromStr for Open<K> {
    type Err = Infallible;

    fn from_str(word: &str) -> Result<Self, Infallible> {
        Ok(Self::from_word(word))
    }
}

impl<K: fmt::Display> fmt::Display for Open<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(known) => known.fmt(f),
            Self::Unknown(word) => f.write_str(word),
            Self::Odd(odd) => f.write_str(odd.json()),
        }
    }
}

impl<K: PartialEq> PartialEq<K> for Open<K> {
    fn eq(&self, known: &K) -> bool {
        self.known() == Some(known)
    }
}

impl<K: fmt::Display> Serialize for Open<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(known) => serializer.collect_str(known),
            // The newtype does not show in JSON; `Response::drift` sees it.
            Self::Unknown(word) => serializer.serialize_newtype_struct(UNLISTED, word),
            Self::Odd(odd) => odd.serialize(serializer),
        }
    }
}

impl<'de, K: FromStr> Deserialize<'de> for Open<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "any JSON value", Self::read)
    }
}

impl<K: FromStr> Lenient for Open<K> {
    fn read(json: Json<'_>) -> Option<Self> {
        Self::evident(json).map(|(read, _)| read)
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        if let Some(word) = json.string() {
            return Some((Self::from_word(word), Evidence::Member));
        }
        // A number for a listed word of digits is that word.
        if let Some(known) = json.scalar().and_then(|word| word.parse().ok()) {
            return Some((Self::Known(known), Evidence::Member));
        }
        json.decode().map(|json| (Self::Odd(Odd(json)), Evidence::Nothing))
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::String
    }
}

/// A JSON value in place of a string. `Debug` does not print it.
#[derive(Clone)]
pub struct Odd(Box<RawValue>);

impl Odd {
    /// The unchanged JSON text of the value.
    pub fn json(&self) -> &str {
        self.0.get()
    }
}

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(UNLISTED, &self.0)
    }
}

impl<'de> Deserialize<'de> for Odd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "any JSON value", Self::read)
    }
}

impl Lenient for Odd {
    fn read(json: Json<'_>) -> Option<Self> {
        RawValue::from_string(json.text().to_owned()).ok().map(Self)
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        Self::read(json).map(|odd| (odd, Evidence::Nothing))
    }

    fn owns(_: JsonKind) -> bool {
        true
    }
}

impl fmt::Debug for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match Json::from(&*self.0).kind() {
            JsonKind::Null => "null",
            JsonKind::Bool => "bool",
            JsonKind::Number => "number",
            JsonKind::String => "string",
            JsonKind::Array => "array",
            JsonKind::Object => "object",
        })
    }
}

impl PartialEq for Odd {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl Eq for Odd {}

impl std::hash::Hash for Odd {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.json().hash(state);
    }
}
