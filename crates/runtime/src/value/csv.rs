//! Lists in one parameter.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::lenient::Lenient;
use crate::json::reader::{Json, JsonKind, read_text};

/// A list that travels as one value with commas, in a query or a header: `a,b,c`.
///
/// The notation has no escape: an item with a comma arrives as two.
///
/// ```
/// use bursar_runtime::Csv;
///
/// let ids = Csv::from(vec![1, 2, 3]);
/// assert_eq!(ids.to_string(), "1,2,3");
/// assert_eq!("1,2,3".parse(), Ok(ids));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Csv<T>(Vec<T>);

impl<T> Csv<T> {
    /// The items.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> Deref for Csv<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for Csv<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T, const N: usize> From<[T; N]> for Csv<T> {
    fn from(items: [T; N]) -> Self {
        Self(items.into())
    }
}

impl<T> FromIterator<T> for Csv<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T> IntoIterator for Csv<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Csv<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Display> fmt::Display for Csv<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, item) in self.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{item}")?;
        }
        Ok(())
    }
}

/// Empty text is an empty list.
impl<T: FromStr> FromStr for Csv<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.split(',').filter(|_| !text.is_empty()).map(str::parse).collect()
    }
}

impl<T: fmt::Display> Serialize for Csv<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Csv<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "items separated by commas", |json| json.string()?.parse().ok())
    }
}

/// An array is read too; of both, items that do not fit are dropped.
impl<T: FromStr> Lenient for Csv<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        match json.items() {
            Some(items) => Some(items.filter_map(|item| item.scalar()?.parse().ok()).collect()),
            None => {
                let text = json.scalar()?;
                Some(text.split(',').filter(|_| !text.is_empty()).filter_map(|item| item.parse().ok()).collect())
            }
        }
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::String
    }
}
