//! Quotes: what an exchange would cost, and for how long that holds.

use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::rates::{Terms, rate};
use super::refusal::Refusal;
use super::world::{self, World};
use crate::clock::after;
use crate::json::Object;
use crate::money::times;

const SHORT: Duration = Duration::from_secs(60);
const ONRAMP: Duration = Duration::from_secs(30 * 60);

/// Bitcoin for one Kenyan shilling.
const BITCOIN_PER_SHILLING: Decimal = Decimal::from_parts(15, 0, 0, false, 7);
const MSAT_PER_BITCOIN: Decimal = Decimal::from_parts(1_215_752_192, 23, 0, false, 0);

/// For what a quote is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Onramp,
    Offramp,
    Bridge,
}

/// One quote.
#[derive(Clone, Debug)]
pub(super) struct Quote {
    pub(super) id: String,
    pub(super) purpose: Purpose,
    pub(super) from: String,
    pub(super) to: String,
    /// The fiat amount that a bridge quote is for.
    pub(super) amount: Decimal,
    pub(super) ends: Timestamp,
    pub(super) used: bool,
}

impl World {
    fn quote(&mut self, purpose: Purpose, from: &str, to: &str, amount: Decimal, life: Duration) -> Quote {
        let quote = Quote {
            id: self.random.reference("rate-"),
            purpose,
            from: from.to_owned(),
            to: to.to_owned(),
            amount,
            ends: after(self.now(), life),
            used: false,
        };
        self.quotes.push(quote.clone());
        quote
    }

    /// The quote, if it is still good, and for this pair.
    pub(super) fn good_quote(&self, id: &str, purpose: Purpose, from: &str, to: &str) -> Result<&Quote, Refusal> {
        let is = |quote: &&Quote| quote.id == id && quote.purpose == purpose;
        let quote = self.quotes.iter().find(is).ok_or_else(|| Refusal::bad("Rate not found"))?;
        if self.now() >= quote.ends || quote.used {
            let life = if purpose == Purpose::Onramp { "30 minutes" } else { "60 seconds" };
            return Err(Refusal::bad(format!("Rate expired. Rates are valid for {life}. Please request a new rate.")));
        }
        if (quote.from.as_str(), quote.to.as_str()) != (from, to) {
            return Err(Refusal::bad("Rate is for other currencies"));
        }
        Ok(quote)
    }

    /// Marks a quote that is good only once.
    pub(super) fn use_up(&mut self, id: &str) {
        self.quotes.iter_mut().filter(|quote| quote.id == id).for_each(|quote| quote.used = true);
    }
}

pub(super) fn onramp(world: &mut World, request: &Request) -> Reply {
    let (from, to) = (request.text("from"), request.text("to"));
    let amount = world::fiat(request.fields.amount("fiatAmount"), "fiatAmount")?;
    let terms = Terms::buying(amount, &from, &to)?;
    let quote = world.quote(Purpose::Onramp, &from, &to, amount, ONRAMP);
    Ok(ramp(&quote, &terms).into())
}

pub(super) fn offramp(world: &mut World, request: &Request) -> Reply {
    let (from, to) = (request.text("from"), request.text("to"));
    let amount = world::crypto(request.fields.amount("cryptoAmount"), "cryptoAmount")?;
    let terms = Terms::selling(amount, &from, &to)?;
    let quote = world.quote(Purpose::Offramp, &from, &to, terms.fiat, SHORT);
    Ok(ramp(&quote, &terms).with("walletDebitAmount", amount).into())
}

fn ramp(quote: &Quote, terms: &Terms) -> Object {
    Object::new()
        .with("from", quote.from.as_str())
        .with("to", quote.to.as_str())
        .with("value", terms.rate.to_string())
        .with("id", quote.id.as_str())
        .with("fiatAmount", terms.fiat)
        .with("cryptoAmount", terms.crypto)
        .with("transactionAmount", terms.net)
        .with("fee", terms.fee)
}

pub(super) fn fiat(_: &mut World, request: &Request) -> Reply {
    let (from, to) = (request.text("from"), request.text("to"));
    let amount = world::fiat(request.fields.amount("amount"), "amount")?;
    let rate = rate(&from, &to)?;
    let too_much = || Refusal::bad("Amount is too large");
    let out = times(amount, rate, 2).ok_or_else(too_much)?;
    let deposit_fee = times(amount, Decimal::new(25, 3), 2).ok_or_else(too_much)?;
    let withdrawal_fee = times(out, Decimal::new(2, 2), 2).ok_or_else(too_much)?;
    let object = Object::new()
        .with("from", from)
        .with("to", to)
        .with("value", rate.to_string())
        .with("depositAmount", amount)
        .with("withdrawalAmount", out)
        .with("depositTransactionAmount", amount.checked_add(deposit_fee).ok_or_else(too_much)?)
        .with("withdrawalTransactionAmount", out - withdrawal_fee)
        .with("depositFee", deposit_fee)
        .with("withdrawalFee", withdrawal_fee);
    Ok(object.into())
}

/// What a fiat amount is in thousandths of a satoshi.
pub(super) fn msat(amount: Decimal, currency: &str) -> Result<Decimal, Refusal> {
    let unsupported = || Refusal::bad("Invalid request parameters");
    let shillings = match currency {
        "KES" => amount,
        "ZAR" => times(amount, rate("ZAR", "KES")?, 2).ok_or_else(unsupported)?,
        _ => return Err(unsupported()),
    };
    let bitcoin = shillings.checked_mul(BITCOIN_PER_SHILLING).ok_or_else(unsupported)?;
    times(bitcoin, MSAT_PER_BITCOIN, 0).ok_or_else(unsupported)
}

/// From shillings or rand to Lightning, the one corridor there is.
pub(super) fn bridge(world: &mut World, request: &Request) -> Reply {
    let (currency, chain) = (request.text("source_currency"), request.text("crypto_chain"));
    let amount = world::fiat(request.fields.amount("source_amount"), "source_amount")?;
    if (chain.as_str(), request.text("crypto_token").as_str()) != ("LIGHTNING", "MSAT") {
        return Err(Refusal::bad("Chain or Token not supported"));
    }
    let crypto = msat(amount, &currency)?;
    let fee = times(amount, Decimal::new(15, 3), 2).unwrap_or_default();
    let total = amount.checked_add(fee).ok_or_else(|| Refusal::bad("Amount is too large"))?;
    let quote = world.quote(Purpose::Bridge, &currency, "MSAT", amount, SHORT);
    // A thousand satoshis, if there are as many.
    let crypto_fee = Decimal::from(1_000_000).min(crypto);
    let exchange = Object::new()
        .with("fiat_to_btc", BITCOIN_PER_SHILLING.to_string())
        .with("btc_to_msat", MSAT_PER_BITCOIN)
        .with("exchange_rate_source", "SANDBOX");
    let fees = Object::new()
        .with("fiat_fee", fee)
        .with("fiat_fee_currency", currency.as_str())
        .with("crypto_fee", (crypto_fee / Decimal::from(1_000)).trunc())
        .with("crypto_fee_unit", "sats")
        .with("fee_percentage", Decimal::new(15, 1));
    let object = Object::new()
        .with("rate_id", quote.id)
        .with("source_amount", amount)
        .with("source_currency", currency)
        .with("crypto_amount", crypto)
        .with("crypto_unit", "msat")
        .with("chain", chain)
        .with("token", "MSAT")
        .with("exchange_rate", exchange)
        .with("fees", fees)
        .with("total_cost", total)
        .with("net_crypto_amount", crypto - crypto_fee)
        .with("expires_at", quote.ends.to_string())
        .with("created_at", world.now().to_string());
    Ok(object.into())
}
