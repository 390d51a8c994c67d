//! Exact decimals: one parser for documents, program text and JSON, and what [`Major`](crate::Major) and [`Number`](crate::Number) share.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::reader::{Json, JsonKind};

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

/// Largest mantissa that a `Decimal` holds.
const LARGEST: u128 = (1 << 96) - 1;

/// Reads `-12.50`, `.5`, `1e3`; digits and scale are kept. `source` also allows the `_` of Rust literals.
pub(crate) const fn decimal(text: &str, source: bool) -> Option<Decimal> {
    let bytes = text.as_bytes();
    let negative = matches!(bytes.first(), Some(b'-'));
    let mut at = if matches!(bytes.first(), Some(b'-' | b'+')) { 1 } else { 0 };
    let (mut mantissa, mut scale, mut digits, mut point) = (0_u128, 0_i32, 0_u32, false);
    while at < bytes.len() {
        match bytes[at] {
            digit @ b'0'..=b'9' => {
                let Some(tens) = mantissa.checked_mul(10) else {
                    return None;
                };
                let Some(sum) = tens.checked_add((digit - b'0') as u128) else {
                    return None;
                };
                mantissa = sum;
                digits += 1;
                scale += point as i32;
            }
            b'.' if !point => point = true,
            b'_' if source && digits > 0 => {}
            b'e' | b'E' => {
                let Some(exponent) = exponent(bytes, at + 1) else {
                    return None;
                };
                scale -= exponent;
                break;
            }
            _ => return None,
        }
        at += 1;
    }
    if digits == 0 {
        return None;
    }
    while scale < 0 {
        let Some(shifted) = mantissa.checked_mul(10) else {
            return None;
        };
        mantissa = shifted;
        scale += 1;
    }
    // Only zeros at the end may go.
    while scale > Decimal::MAX_SCALE as i32 || mantissa > LARGEST {
        if scale == 0 || mantissa % 10 != 0 {
            return None;
        }
        mantissa /= 10;
        scale -= 1;
    }
    Some(Decimal::from_parts(mantissa as u32, (mantissa >> 32) as u32, (mantissa >> 64) as u32, negative, scale as u32))
}

/// Reads a sign and at most three digits, all that remains.
const fn exponent(bytes: &[u8], start: usize) -> Option<i32> {
    let signed = start < bytes.len() && matches!(bytes[start], b'-' | b'+');
    let first = start + signed as usize;
    let (mut at, mut value) = (first, 0);
    while at < bytes.len() {
        match bytes[at] {
            digit @ b'0'..=b'9' if at - first < 3 => value = value * 10 + (digit - b'0') as i32,
            _ => return None,
        }
        at += 1;
    }
    match (at > first, signed && matches!(bytes[start], b'-')) {
        (false, _) => None,
        (true, true) => Some(-value),
        (true, false) => Some(value),
    }
}

/// A number, or a string that holds one.
pub(super) fn read(json: Json<'_>) -> Option<Decimal> {
    crate::json::reader::steps::count(json.text().len());
    match json.kind() {
        JsonKind::Number => decimal(json.text(), false),
        // Text is written by people and their programs: with a sign, with white space around it.
        JsonKind::String => decimal(json.scalar()?.trim_ascii(), false),
        _ => None,
    }
}

/// An integral number (`5.0` too), or a string that holds one.
pub(crate) fn integer(json: Json<'_>) -> Option<i128> {
    let number = read(json)?;
    number.fract().is_zero().then(|| number.trunc().mantissa())
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
                $crate::value::exact::decimal(text, false).map(Self).ok_or($crate::value::exact::NotDecimal)
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
                $crate::value::exact::read(json).map(Self)
            }

            fn owns(kind: $crate::lenient::JsonKind) -> bool {
                kind == $crate::lenient::JsonKind::Number
            }
        }
    };
}
pub(super) use exact_number;
