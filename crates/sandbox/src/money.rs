//! Arithmetic on amounts that loses no digit, or says so.

use rust_decimal::{Decimal, RoundingStrategy};

/// The sum, or nothing if a digit of it would be lost.
pub(crate) fn exact_sum(left: Decimal, right: Decimal) -> Option<Decimal> {
    let sum = left.checked_add(right)?;
    let is_exact = sum.checked_sub(right)? == left && sum.checked_sub(left)? == right;
    is_exact.then_some(sum)
}

/// The amount with exactly so many decimals; nothing if it is not above zero or has more digits than that.
pub(crate) fn positive(amount: Decimal, decimals: u32) -> Option<Decimal> {
    if amount <= Decimal::ZERO || amount.normalize().scale() > decimals {
        return None;
    }
    let mut scaled = amount;
    scaled.rescale(decimals);
    (scaled == amount && scaled.scale() == decimals).then_some(scaled)
}

/// The part of an amount that a price or a rate makes, cut to so many decimals.
pub(crate) fn times(amount: Decimal, factor: Decimal, decimals: u32) -> Option<Decimal> {
    cut(amount.checked_mul(factor)?, decimals)
}

/// What an amount is worth at a price, cut to so many decimals.
pub(crate) fn over(amount: Decimal, price: Decimal, decimals: u32) -> Option<Decimal> {
    cut(amount.checked_div(price)?, decimals)
}

fn cut(amount: Decimal, decimals: u32) -> Option<Decimal> {
    let mut cut = amount.round_dp_with_strategy(decimals, RoundingStrategy::ToZero);
    cut.rescale(decimals);
    (cut.scale() == decimals).then_some(cut)
}

/// A token's amount without needless zeros, but with two decimals at least.
pub(crate) fn token(amount: Decimal) -> Decimal {
    let mut short = amount.normalize();
    if short.scale() < 2 {
        short.rescale(2);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_that_do_not_fit_are_none() {
        let amount = |digits: &str| digits.parse::<Decimal>().unwrap();
        assert_eq!(positive(amount("10"), 2).map(|amount| amount.to_string()).as_deref(), Some("10.00"));
        for digits in ["0", "-1", "0.001", "79228162514264337593543950335"] {
            assert_eq!(positive(amount(digits), 2), None, "{digits}");
        }
        assert_eq!(exact_sum(amount("79228162514264337593543950335"), amount("0.01")), None);
        assert_eq!(over(amount("980.00"), amount("130.50"), 6), Some(amount("7.509578")));
        assert_eq!(token(amount("7.500000")).to_string(), "7.50");
    }
}
