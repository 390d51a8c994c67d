//! Exact numbers without a unit.

use rust_decimal::Decimal;

use super::exact::exact_number;

/// An exact decimal without a unit: a rate, a percentage, a latitude.
///
/// It travels as [`Major`](crate::Major) does, and is another type, so that a rate is never taken for an amount.
///
/// ```
/// use bursar_runtime::Number;
///
/// let rate: Number = serde_json::from_str("129.450")?;
/// assert_eq!(serde_json::to_string(&rate)?, "129.450");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(Decimal);

exact_number!(Number, "an exact number, as a number or as text");
