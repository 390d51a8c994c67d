//! Exact decimals: what [`Major`](crate::Major) and [`Number`](crate::Number) have in common.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// The text is no decimal number of at most 28 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an exact decimal number (at most 28 digits, a point, an exponent)")]
pub struct NotDecimal;

/// An amount cannot be given in the other unit of its currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// The currency is none of ISO 4217, and nothing says how many decimals it has.
    #[error("the decimals of currency {currency} are unknown: set them with Currency::with_decimals")]
    UnknownDecimals {
        /// Code of the currency.
        currency: String,
    },
    /// The amount is finer than the currency's smallest unit. Nothing is rounded.
    #[error("the amount has more decimals than currency {currency}, which has {decimals}: round it")]
    TooFine {
        /// Code of the currency.
        currency: String,
        /// Decimals of the currency.
        decimals: u8,
    },
    /// The result does not fit its type.
    #[error("the amount is too large for the other unit of currency {currency}")]
    TooLarge {
        /// Code of the currency.
        currency: String,
    },
}

/// Writes the digits as a JSON number.
pub(super) fn serialize<S: Serializer>(value: Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(value.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
}

/// The traits that make a newtype of `Decimal` an exact JSON number.
macro_rules! exact_number {
    ($number:ident, $expected:literal) => {
        impl $number {
            /// Zero.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// Takes the decimal as it is, scale included.
            pub const fn new(value: Decimal) -> Self {
                Self(value)
            }

            /// The decimal inside, for arithmetic of your own.
            pub const fn decimal(self) -> Decimal {
                self.0
            }
        }

        impl std::fmt::Display for $number {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $number {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($number), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $number {
            type Err = $crate::value::exact::NotDecimal;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::json::number::decimal(text, false).map(Self).ok_or($crate::value::exact::NotDecimal)
            }
        }

        impl From<i64> for $number {
            fn from(value: i64) -> Self {
                Self(value.into())
            }
        }

        impl From<Decimal> for $number {
            fn from(value: Decimal) -> Self {
                Self(value)
            }
        }

        impl serde::Serialize for $number {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::value::exact::serialize(self.0, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $number {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::reader::read_text(deserializer, $expected, $crate::lenient::Lenient::read)
            }
        }

        impl $crate::lenient::Lenient for $number {
            fn read(json: $crate::lenient::Json<'_>) -> Option<Self> {
                $crate::json::number::read(json).map(Self)
            }

            fn owns(kind: $crate::lenient::JsonKind) -> bool {
                kind == $crate::lenient::JsonKind::Number
            }
        }
    };
}
pub(super) use exact_number;
