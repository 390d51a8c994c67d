//! Closed lists of words: what generated enums are made of.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};

/// An unknown value. The message does not contain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the documented values")]
pub struct UnknownWord;

/// Finds the value of a word while reading strictly.
///
/// # Errors
///
/// The text is no string, or a word that is not listed.
pub fn read<'de, D: Deserializer<'de>, T>(deserializer: D, find: fn(&str) -> Option<T>) -> Result<T, D::Error> {
    struct Word<T>(fn(&str) -> Option<T>);

    impl<T> Visitor<'_> for Word<T> {
        type Value = T;

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("one of the documented values")
        }

        fn visit_str<E: de::Error>(self, word: &str) -> Result<T, E> {
            (self.0)(word).ok_or_else(|| E::custom(UnknownWord))
        }
    }

    deserializer.deserialize_str(Word(find))
}

/// Makes an enum a list of words: `words!(Status { "done" => Done, "open" => Open })`.
#[doc(hidden)]
#[macro_export]
macro_rules! words {
    ($name:ident { $($word:literal => $variant:ident),* $(,)? }) => {
        impl $name {
            /// All documented values.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The value in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::from_word(word).ok_or($crate::words::UnknownWord)
            }
        }

        impl $crate::lenient::serde::Serialize for $name {
            fn serialize<S: $crate::lenient::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::lenient::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::lenient::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::words::read(deserializer, Self::from_word)
            }
        }

        // A documented word is no secret; which one it is may be.
        impl $crate::Confidential for $name {
            fn wipe(&mut self) {}

            fn same(&self, other: &Self) -> bool {
                self == other
            }
        }

        $crate::lenient_word!($name);
    };
}
