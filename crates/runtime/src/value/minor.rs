//! Amounts in minor units.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::lenient::Lenient;
use crate::json::number::integer;
use crate::json::reader::{Json, JsonKind, read_text};

/// An amount in minor units (cents, not euros), of a currency that stands beside it.
///
/// On the wire it is an integer; an integral number (`5.0`) and text are read too.
///
/// ```
/// use bursar_runtime::{Currency, Minor};
///
/// let price = Minor::new(100_050);
/// assert_eq!(price.to_major(&Currency::EUR)?.to_string(), "1000.50");
/// assert_eq!(price.to_major(&Currency::JPY)?.to_string(), "100050");
/// # Ok::<(), bursar_runtime::UnitError>(())
/// ```
///
/// ```compile_fail,E0277
/// # use bursar_runtime::{Minor, major};
/// let _ = Minor::from(major!(1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minor(i64);

impl Minor {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// An amount of that many minor units.
    pub const fn new(value: i64) -> Self {
        Self(value)
    }

    /// The number of minor units.
    pub const fn value(self) -> i64 {
        self.0
    }

    /// The sum; `None` if it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` if it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Minor {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl From<i64> for Minor {
    fn from(value: i64) -> Self {
        Self(value)
    }
}

impl Serialize for Minor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Minor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "an amount in minor units, as an integer or as text", Self::read)
    }
}

impl Lenient for Minor {
    fn read(json: Json<'_>) -> Option<Self> {
        integer(json)?.try_into().ok().map(Self)
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Number
    }
}
