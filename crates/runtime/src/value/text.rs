//! Amounts as JSON strings, for documents that say so: `#[serde(serialize_with = "bursar_runtime::text::major")]`.
//!
//! Only writing needs to be told: reading takes numbers and text everywhere.

use std::collections::BTreeMap;

use serde::ser::{Serialize, Serializer};

use super::secret::Confidential;
use super::{List, Major, Minor, Nullable, Number, OneOrMany, Secret};

/// Writes amounts as text: a [`Major`], or an `Option`, `Vec`, [`List`], [`OneOrMany`] or [`Nullable`] of them.
///
/// ```
/// use bursar_runtime::{Major, major};
///
/// #[derive(serde::Serialize)]
/// struct Payment {
///     #[serde(serialize_with = "bursar_runtime::text::major")]
///     amount: Major,
///     #[serde(serialize_with = "bursar_runtime::text::major", skip_serializing_if = "Option::is_none")]
///     fee: Option<Major>,
/// }
///
/// let payment = Payment { amount: major!(10.00), fee: None };
/// assert_eq!(serde_json::to_string(&payment)?, r#"{"amount":"10.00"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// Those of the serializer.
pub fn major<T: AsText, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_text(serializer)
}

pub use self::major as minor;
pub use self::major as number;

/// What can be written as text.
pub trait AsText {
    /// Writes the value, with strings in place of numbers.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

macro_rules! amounts {
    ($($amount:ty)*) => {$(
        impl AsText for $amount {
            fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}

amounts!(Major Minor Number);

struct Text<'a, T>(&'a T);

impl<T: AsText> Serialize for Text<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_text(serializer)
    }
}

impl<T: AsText> AsText for Option<T> {
    fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Text).serialize(serializer)
    }
}

impl<T: AsText> AsText for Nullable<T> {
    fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().map(Text).serialize(serializer)
    }
}

impl<T: Confidential + AsText> AsText for Secret<T> {
    fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.expose().as_text(serializer)
    }
}

impl<T: AsText> AsText for Vec<T> {
    fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Text))
    }
}

impl<T: AsText> AsText for List<T> {
    fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_absent() { serializer.serialize_none() } else { serializer.collect_seq(self.iter().map(Text)) }
    }
}

impl<T: AsText> AsText for BTreeMap<String, T> {
    fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (key, Text(value))))
    }
}

impl<T: AsText> AsText for OneOrMany<T> {
    fn as_text<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(one) => one.as_text(serializer),
            Self::Many(many) => many.as_text(serializer),
        }
    }
}
