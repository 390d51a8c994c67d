//! Where a value stands, and what it is compared with.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Where in a request a value stands: the pointer of a body field, or the name of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InRequest {
    Body(Pointer),
    Parameter(String),
}

impl<'de> Deserialize<'de> for InRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(if text.is_empty() || text.starts_with('/') { Self::Body(Pointer(text)) } else { Self::Parameter(text) })
    }
}

/// A JSON pointer: empty for the whole body, else starting with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pointer(pub(crate) String);

impl<'de> Deserialize<'de> for Pointer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() || text.starts_with('/') {
            return Ok(Self(text));
        }
        Err(D::Error::custom(format!("`{text}` is not a JSON pointer: start it with /")))
    }
}

/// A value to compare with: text, integer and boolean count by their text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            value @ (Value::Bool(_) | Value::Number(_)) if !value.is_f64() => Ok(Self(value.to_string())),
            value => Err(D::Error::custom(format!("`{value}` is not a text, integer or boolean"))),
        }
    }
}
