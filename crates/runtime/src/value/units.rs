//! Amounts from one unit of a currency to the other.

use rust_decimal::Decimal;

use super::currency::Currency;
use super::exact::UnitError;
use super::major::Major;
use super::minor::Minor;

impl Major {
    /// The same amount in the currency's minor units.
    ///
    /// # Errors
    ///
    /// If the amount is finer than the minor unit (nothing is rounded), if the currency's decimals are not known, or if the result
    /// does not fit an `i64`.
    pub fn to_minor(self, currency: &Currency) -> Result<Minor, UnitError> {
        let decimals = currency.known_decimals()?;
        let value = self.decimal().normalize();
        let Some(zeros) = u32::from(decimals).checked_sub(value.scale()) else {
            return Err(UnitError::TooFine { currency: currency.to_string(), decimals });
        };
        10_i128
            .checked_pow(zeros)
            .and_then(|factor| value.mantissa().checked_mul(factor))
            .and_then(|minor| i64::try_from(minor).ok())
            .map(Minor::new)
            .ok_or_else(|| UnitError::TooLarge { currency: currency.to_string() })
    }
}

impl Minor {
    /// The same amount in major units, with as many decimals as the currency has.
    ///
    /// # Errors
    ///
    /// If the currency's decimals are not known, or are more than the 28 that an amount can have.
    pub fn to_major(self, currency: &Currency) -> Result<Major, UnitError> {
        let decimals = currency.known_decimals()?;
        Decimal::try_new(self.value(), decimals.into())
            .map(Major::new)
            .map_err(|_| UnitError::TooLarge { currency: currency.to_string() })
    }
}
