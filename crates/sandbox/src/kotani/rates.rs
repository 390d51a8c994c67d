//! What one currency is worth in another; the rates stand still.

use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Json, Object};
use crate::money::{over, times, token};

/// Units for one US dollar, in hundredths.
const PER_DOLLAR: &[(&str, i64)] = &[
    ("USD", 100),
    ("USDT", 100),
    ("USDC", 100),
    ("CUSD", 100),
    ("USDGLO", 100),
    ("SAT", 100_000),
    ("MSAT", 100_000_000),
    ("KES", 13_050),
    ("CKES", 13_050),
    ("GHS", 1_520),
    ("CGHS", 1_520),
    ("NGN", 155_000),
    ("ZAR", 1_827),
    ("TZS", 260_000),
    ("UGX", 370_000),
    ("ZMW", 2_650),
    ("XOF", 60_500),
    ("XAF", 60_500),
    ("CDF", 285_000),
    ("RWF", 140_000),
    ("ETB", 14_500),
    ("MWK", 173_500),
];

/// The provider's share of the fiat side of a ramp: 2 %.
const FEE: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// What an exchange of crypto comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// Fiat for one token.
    pub(super) rate: Decimal,
    pub(super) fiat: Decimal,
    pub(super) crypto: Decimal,
    pub(super) fee: Decimal,
    /// The fiat without the fee: what buys crypto, or what the seller gets.
    pub(super) net: Decimal,
}

impl Terms {
    /// Crypto for this much fiat.
    pub(super) fn buying(fiat: Decimal, currency: &str, coin: &str) -> Result<Self, Refusal> {
        let too_much = || Refusal::bad("Amount is too large");
        let rate = rate(coin, currency)?;
        let fee = times(fiat, FEE, 2).ok_or_else(too_much)?;
        let net = fiat - fee;
        let crypto = over(net, rate, 6).ok_or_else(too_much)?;
        if crypto.is_zero() {
            return Err(Refusal::bad("Amount is too small"));
        }
        Ok(Self { rate, fiat, crypto: token(crypto), fee, net })
    }

    /// Fiat for this much crypto.
    pub(super) fn selling(crypto: Decimal, coin: &str, currency: &str) -> Result<Self, Refusal> {
        let too_much = || Refusal::bad("Amount is too large");
        let rate = rate(coin, currency)?;
        let fiat = times(crypto, rate, 2).ok_or_else(too_much)?;
        let fee = times(fiat, FEE, 2).ok_or_else(too_much)?;
        if fiat.is_zero() {
            return Err(Refusal::bad("Insufficient crypto amount"));
        }
        Ok(Self { rate, fiat, crypto, fee, net: fiat - fee })
    }
}

fn per_dollar(currency: &str) -> Option<Decimal> {
    let (_, hundredths) = PER_DOLLAR.iter().find(|(name, _)| *name == currency)?;
    Some(Decimal::new(*hundredths, 2))
}

/// Units of `to` for one of `from`; at least two decimals, and four digits that count.
pub(super) fn rate(from: &str, to: &str) -> Result<Decimal, Refusal> {
    let unknown = || Refusal::not_found("Rate not found");
    let (from, to) = (per_dollar(from).ok_or_else(unknown)?, per_dollar(to).ok_or_else(unknown)?);
    let mut rate = (to / from).normalize();
    let digits = if rate >= Decimal::ONE { 2 } else { 8 };
    rate = rate.round_dp(digits).normalize();
    let shown = if rate >= Decimal::ONE { 2 } else { rate.scale().max(4) };
    rate.rescale(shown);
    Ok(rate)
}

fn render(from: &str, to: &str) -> Result<Object, Refusal> {
    let value = rate(from, to)?.to_string();
    Ok(Object::new().with("from", from).with("to", to).with("value", value))
}

/// From the dollar to every other.
pub(super) fn list(_: &mut World, _: &Request) -> Reply {
    let others = PER_DOLLAR.iter().skip(1);
    Ok(others.map(|(to, _)| render("USD", to)).collect::<Result<Vec<_>, _>>()?.into_iter().collect::<Json>())
}

pub(super) fn get(_: &mut World, request: &Request) -> Reply {
    let [from, to] = request.path.as_slice() else {
        return Err(Refusal::not_found("Rate not found"));
    };
    Ok(render(from, to)?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_of_the_document() {
        let text = |from: &str, to: &str| rate(from, to).unwrap().to_string();
        assert_eq!(text("USD", "KES"), "130.50");
        assert_eq!(text("KES", "ZAR"), "0.1400");
        assert_eq!(text("KES", "KES"), "1.00");
        assert!(rate("USD", "EUR").is_err());
    }
}
