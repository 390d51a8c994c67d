//! Absent is not null.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::lenient::{Evidence, Json, JsonKind, Lenient};

/// What a present member holds where `null` and absence differ, as in PATCH: `None` leaves the field alone, `Some(Nullable::Null)`
/// clears it.
///
/// ```
/// use bursar_runtime::Nullable;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Patch {
///     #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "bursar_runtime::nullable")]
///     note: Option<Nullable<String>>,
/// }
///
/// assert_eq!(serde_json::to_string(&Patch { note: None })?, "{}");
/// assert_eq!(serde_json::to_string(&Patch { note: Some(Nullable::Null) })?, r#"{"note":null}"#);
/// assert_eq!(serde_json::from_str::<Patch>(r#"{"note":null}"#)?.note, Some(Nullable::Null));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nullable<T> {
    /// `null` is sent.
    #[default]
    Null,
    /// The value is sent.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, if it is not null.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// Reads a member that may be absent, null or a value; for `#[serde(default, deserialize_with = "bursar_runtime::nullable")]`, as serde
/// on its own reads null as absent.
///
/// # Errors
///
/// If the value does not fit `T`.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Nullable<T>>, D::Error> {
    Nullable::deserialize(deserializer).map(Some)
}

impl<T: Lenient> Lenient for Nullable<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        Self::evident(json).map(|(value, _)| value)
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        if json.kind() == JsonKind::Null {
            return Some((Self::Null, Evidence::Member));
        }
        T::evident(json).map(|(value, shown)| (Self::Value(value), shown))
    }

    fn null() -> Option<Self> {
        Some(Self::Null)
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Null || T::owns(kind)
    }
}
