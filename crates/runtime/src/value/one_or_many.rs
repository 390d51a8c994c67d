//! One value where others send a list.

use std::ops::Deref;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secret::Confidential;
use crate::json::lenient::{self, Evidence, Lenient};
use crate::json::reader::{Json, JsonKind, read_text};

/// One value or a list of them; it is written back in the form in which it came, a list of one as a list.
///
/// ```
/// use bursar_runtime::OneOrMany;
///
/// let ids: OneOrMany<String> = serde_json::from_str(r#""a-1""#)?;
/// assert_eq!(ids.len(), 1);
/// assert_eq!(serde_json::to_string(&ids)?, r#""a-1""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OneOrMany<T> {
    /// Returns the value.
    One(T),
    /// A list, of any length.
    Many(Vec<T>),
}

impl<T> Deref for OneOrMany<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl<'a, T> IntoIterator for &'a OneOrMany<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> IntoIterator for OneOrMany<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        match self {
            Self::One(one) => vec![one].into_iter(),
            Self::Many(many) => many.into_iter(),
        }
    }
}

impl<T> From<T> for OneOrMany<T> {
    fn from(one: T) -> Self {
        Self::One(one)
    }
}

impl<T> From<Vec<T>> for OneOrMany<T> {
    fn from(many: Vec<T>) -> Self {
        Self::Many(many)
    }
}

impl<T, const N: usize> From<[T; N]> for OneOrMany<T> {
    fn from(many: [T; N]) -> Self {
        Self::Many(many.into())
    }
}

impl<T: Serialize> Serialize for OneOrMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(one) => one.serialize(serializer),
            Self::Many(many) => many.serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a value or a list of values of the documented type", |json| match json.items() {
            Some(items) => items.map(Json::decode).collect::<Option<_>>().map(Self::Many),
            None => json.decode().map(Self::One),
        })
    }
}

/// Items that do not fit are dropped.
impl<T: Lenient> Lenient for OneOrMany<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        Self::evident(json).map(|(read, _)| read)
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        match lenient::items(json) {
            Some((items, shown)) => Some((Self::Many(items), shown)),
            None => T::evident(json).map(|(one, shown)| (Self::One(one), shown)),
        }
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Array || T::owns(kind)
    }
}

impl<T: Confidential> Confidential for OneOrMany<T> {
    fn wipe(&mut self) {
        match self {
            Self::One(one) => one.wipe(),
            Self::Many(many) => many.wipe(),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(left), Self::One(right)) => left.same(right),
            (Self::Many(left), Self::Many(right)) => left.same(right),
            _ => false,
        }
    }
}
