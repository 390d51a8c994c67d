//! Amounts in major units.

use rust_decimal::Decimal;

use super::exact::exact_number;
use crate::json::number::decimal;

/// An exact amount in major units (euros, not cents), of a currency that stands beside it.
///
/// On the wire it is a JSON number; text is read too. Digits and scale are kept both ways, whatever features serde_json is built with:
/// `10.00` stays `10.00`, and `12345678901234567.89` keeps its last digit. Inside your own `#[serde(untagged)]` and `#[serde(flatten)]`
/// types serde itself turns numbers into floats first, so there an amount is exact to 15 digits.
///
/// Equality and order are by value: `10.0` equals `10.00`.
///
/// ```
/// use bursar_runtime::{Currency, Major, major};
///
/// let price = major!(1000.50);
/// let fee: Major = "0.25".parse()?;
/// let total = price.checked_add(fee).ok_or("too large")?;
///
/// assert_eq!(total.to_string(), "1000.75");
/// assert_eq!(total.to_minor(&Currency::EUR)?.value(), 100_075);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Major and minor units do not mix:
///
/// ```compile_fail,E0308
/// # use bursar_runtime::{Minor, major};
/// let _ = major!(1).checked_add(Minor::new(1));
/// ```
///
/// ```compile_fail,E0277
/// # use bursar_runtime::{Major, Minor};
/// let _ = Major::from(Minor::new(1));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Major(Decimal);

exact_number!(Major, "an exact amount, as a number or as text");

impl Major {
    #[doc(hidden)]
    pub const fn literal(text: &str) -> Self {
        match decimal(text, true) {
            Some(value) => Self(value),
            None => panic!("major! takes a decimal number of at most 28 digits, such as 1000.50"),
        }
    }

    /// The sum; `None` if it cannot be given exactly.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.exactly(other, self.0.checked_add(other.0)?)
    }

    /// The difference; `None` if it cannot be given exactly.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.exactly(other, self.0.checked_sub(other.0)?)
    }

    // `Decimal` rounds a sum that needs more than 28 digits; the lost scale gives it away.
    fn exactly(self, other: Self, result: Decimal) -> Option<Self> {
        (result.scale() >= self.0.scale().max(other.0.scale())).then_some(Self(result))
    }
}

/// An exact [`Major`] amount from a literal, checked when your program is compiled: `major!(1000.50)`.
///
/// ```
/// use bursar_runtime::{Major, major};
///
/// const LIMIT: Major = major!(1_000.50);
/// assert_eq!(LIMIT.to_string(), "1000.50");
/// assert!(major!(-0.01) < Major::ZERO);
/// ```
///
/// ```compile_fail
/// # use bursar_runtime::major;
/// let _ = major!("a thousand");
/// ```
#[macro_export]
macro_rules! major {
    ($amount:literal) => {
        const { $crate::Major::literal(stringify!($amount)) }
    };
}
