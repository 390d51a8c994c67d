//! Secrets that travel in bodies.

use std::fmt;
use std::hint::black_box;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use crate::json::lenient::{Evidence, Json, JsonKind, Lenient};

/// A value that is never printed, such as a card number or token.
///
/// It is sent and received in plain text.
///
/// `Debug` prints `***`. There is no `Display`, so that a secret cannot reach a header, a path or a log through `to_string`.
/// The memory is wiped when the value is dropped, and equality takes the same time wherever two values differ.
///
/// ```
/// use bursar_runtime::Secret;
///
/// let otp = Secret::from("123456");
/// assert_eq!(format!("{otp:?}"), "***");
/// assert_eq!(serde_json::to_string(&otp)?, "\"123456\"");
/// assert_eq!(otp.expose(), "123456");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// ```compile_fail,E0599
/// # use bursar_runtime::Secret;
/// let _ = Secret::from("123456").to_string();
/// ```
#[derive(Clone, Default)]
pub struct Secret<T: Confidential = String>(T);

impl<T: Confidential> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Confidential> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl<T: Confidential> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T: Confidential> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }
}

impl<T: Confidential> Eq for Secret<T> {}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T: Confidential> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Confidential + Serialize> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Through the lenient reader of `T`, because serde's own errors quote the value.
impl<'de, T: Confidential + Lenient> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::reader::read_text(deserializer, "a secret of the documented type", Self::read)
    }
}

impl<T: Confidential + Lenient> Lenient for Secret<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        T::read(json).map(Self)
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        T::evident(json).map(|(value, evidence)| (Self(value), evidence))
    }

    fn owns(kind: JsonKind) -> bool {
        T::owns(kind)
    }
}

/// What a [`Secret`] can hold: it can be wiped, and compared in constant time.
pub trait Confidential {
    /// Overwrites the value in memory.
    fn wipe(&mut self);

    /// Equality that takes the same time wherever two values of one length differ.
    fn same(&self, other: &Self) -> bool;
}

impl Confidential for String {
    fn wipe(&mut self) {
        self.zeroize();
    }

    fn same(&self, other: &Self) -> bool {
        let differs = |fold, (left, right): (u8, u8)| black_box(fold | (left ^ right));
        self.len() == other.len() && self.bytes().zip(other.bytes()).fold(0, differs) == 0
    }
}

impl<K: std::fmt::Display + Clone + PartialEq> Confidential for crate::Open<K> {
    fn wipe(&mut self) {
        if let Self::Unknown(word) = self {
            word.zeroize();
        }
    }

    fn same(&self, other: &Self) -> bool {
        self.as_str().into_owned().same(&other.as_str().into_owned())
    }
}

impl<T: Confidential> Confidential for Vec<T> {
    fn wipe(&mut self) {
        self.iter_mut().for_each(T::wipe);
    }

    fn same(&self, other: &Self) -> bool {
        let same = |fold, (left, right): (&T, &T)| fold & left.same(right);
        self.len() == other.len() && self.iter().zip(other).fold(true, same)
    }
}

impl<T: Confidential> Confidential for Option<T> {
    fn wipe(&mut self) {
        self.iter_mut().for_each(T::wipe);
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(left), Some(right)) => left.same(right),
            (left, right) => left.is_none() && right.is_none(),
        }
    }
}

impl Confidential for Value {
    fn wipe(&mut self) {
        match self {
            Self::String(text) => text.zeroize(),
            Self::Array(items) => items.wipe(),
            Self::Object(members) => members.wipe(),
            Self::Null | Self::Bool(_) | Self::Number(_) => *self = Self::Null,
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::String(left), Self::String(right)) => left.same(right),
            (Self::Array(left), Self::Array(right)) => left.same(right),
            (Self::Object(left), Self::Object(right)) => left.same(right),
            (left, right) => left == right,
        }
    }
}

/// Names of members count as known.
impl Confidential for Map<String, Value> {
    fn wipe(&mut self) {
        self.values_mut().for_each(Value::wipe);
    }

    fn same(&self, other: &Self) -> bool {
        let same = |fold, (name, left): (&String, &Value)| fold & other.get(name).is_some_and(|right| left.same(right));
        self.len() == other.len() && self.iter().fold(true, same)
    }
}

macro_rules! scalars {
    ($($scalar:ty)*) => {$(
        impl Confidential for $scalar {
            fn wipe(&mut self) {
                self.zeroize();
            }

            fn same(&self, other: &Self) -> bool {
                self == other
            }
        }
    )*};
}

scalars!(bool i32 i64 u32 u64);

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Confidential for $number {
            fn wipe(&mut self) {
                *self = Self::default();
                black_box(self);
            }

            fn same(&self, other: &Self) -> bool {
                self == other
            }
        }
    )*};
}

numbers!(crate::Major crate::Minor crate::Number);
