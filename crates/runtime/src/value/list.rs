//! Optional arrays.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::lenient::{Evidence, Json, JsonKind, Lenient};

/// An optional array that distinguishes absent and empty.
///
/// It derefs to a slice.
///
/// ```
/// use bursar_runtime::List;
///
/// let tags = List::from(["rent", "food"]);
/// assert_eq!(tags.len(), 2);
/// assert!(tags.contains(&"food"));
///
/// assert!(List::<String>::default().is_absent());
/// assert!(!List::<String>::from([]).is_absent());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct List<T>(Option<Vec<T>>);

impl<T> List<T> {
    /// The absent list, which is not sent.
    pub const ABSENT: Self = Self(None);

    /// Whether the list is absent, as opposed to empty.
    pub const fn is_absent(&self) -> bool {
        self.0.is_none()
    }

    /// Adds an item; an absent list becomes a list of one.
    pub fn push(&mut self, item: T) {
        self.0.get_or_insert_default().push(item);
    }

    /// The items; none if the list is absent.
    pub fn into_vec(self) -> Vec<T> {
        self.0.unwrap_or_default()
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::ABSENT
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        Self(Some(items))
    }
}

impl<T> From<Option<Vec<T>>> for List<T> {
    fn from(items: Option<Vec<T>>) -> Self {
        Self(items)
    }
}

impl<T, const N: usize> From<[T; N]> for List<T> {
    fn from(items: [T; N]) -> Self {
        Self(Some(items.into()))
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(Some(items.into_iter().collect()))
    }
}

impl<T> Extend<T> for List<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.0.get_or_insert_default().extend(items);
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// An absent list is `null` where it cannot be left out; fields leave it out by `skip_serializing_if = "List::is_absent"`.
impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self)
    }
}

/// As a `Vec`, and `null` is absent.
impl<T: Lenient> Lenient for List<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        Self::evident(json).map(|(list, _)| list)
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        Some(Vec::evident(json).map_or((Self(None), Evidence::Nothing), |(items, shown)| (Self(Some(items)), shown)))
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Array
    }
}
