//! The crypto bridge: money is collected, a Lightning invoice paid with it, and a partner pays out.

use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::phones::{Failure, USUAL};
use super::quotes::{Purpose, msat};
use super::record::Record;
use super::refusal::Refusal;
use super::transaction::{Crypto, Family, Kind, Step, Transaction};
use super::world::{self, World};
use crate::clock::{Bound, after, read};
use crate::json::{Json, Object};
use crate::random::Random;

const INVOICE_LIFE: Duration = Duration::from_secs(60 * 60);
const BETWEEN_INVOICES: Duration = Duration::from_secs(30);
const INVOICES: u32 = 3;

pub(super) const SETTLEMENT_FAILED: Failure =
    Failure { status: "FAILED", code: "SETTLEMENT", message: "The partner could not settle", onchain: "SUCCESSFUL" };

/// What only a bridge has.
#[derive(Clone, Debug)]
pub(super) struct Bridge {
    /// The caller's reference.
    pub(super) partner: String,
    pub(super) hash: Option<String>,
    /// The invoice to which a refund would go.
    pub(super) invoice: String,
    pub(super) invoice_hash: String,
    pub(super) invoice_made: Timestamp,
    pub(super) invoice_ends: Timestamp,
    pub(super) invoices: u32,
    /// The partner's last word.
    pub(super) settled: Option<&'static str>,
    /// What the caller said about itself and the recipient.
    pub(super) said: Record,
}

fn unprocessable() -> Refusal {
    Refusal::unprocessable("Invalid invoice or payment details")
}

impl Bridge {
    fn renew(&mut self, random: &mut Random, now: Timestamp) {
        self.invoice = random.reference("lnbc1-refund-");
        self.invoice_hash = random.reference("hash-refund-");
        self.invoice_made = now;
        self.invoice_ends = after(now, INVOICE_LIFE);
    }
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let now = world.now();
    let partner = request.text("provider_reference_id");
    if world.is_used(Family::Partner, &partner) {
        return Err(Refusal::bad("Duplicate Transaction"));
    }
    let amount = world::fiat(request.fields.amount("amount"), "amount")?;
    let (currency, chain, token) = (request.text("source_currency"), request.text("chain"), request.text("token"));
    let key = request.text("customer_key");
    let phone = world.customer(&key).ok_or_else(|| Refusal::not_found("Customer not found."))?.text("phone_number");
    let wallet = world.open_wallet(&request.text("wallet_id"))?.id.clone();
    if (chain.as_str(), token.as_str()) != ("LIGHTNING", "MSAT") {
        return Err(Refusal::bad("Chain or Token not supported"));
    }
    let payment = request.object("crypto_payment");
    let ends = payment.text("expires_at").and_then(|text| read(&text, Bound::End));
    let address = payment.text("bolt11").or_else(|| payment.text("address")).ok_or_else(unprocessable)?;
    let crypto = payment.amount("amount_msat").unwrap_or(msat(amount, &currency)?);
    if ends.is_some_and(|ends| ends <= now) || crypto != msat(amount, &currency)? {
        return Err(unprocessable());
    }
    if let Some(quote) = request.fields.text("rate_id") {
        if world.good_quote(&quote, Purpose::Bridge, &currency, &token)?.amount != amount {
            return Err(unprocessable());
        }
        world.use_up(&quote);
    }
    let reference = world.random.reference("bridge-");
    let mut one = Transaction::new(Kind::Bridge, reference, amount, &currency, now);
    one.status = "DEPOSIT_INITIATED";
    one.party.clone_from(&key);
    one.customer = Some(key);
    one.wallet = Some(wallet);
    one.crypto = Some(Crypto { amount: crypto, chain, token, address, wallet: None, fee: Decimal::ZERO, hash: None });
    let mut bridge = Bridge {
        partner,
        hash: payment.text("payment_hash"),
        invoice: String::new(),
        invoice_hash: String::new(),
        invoice_made: now,
        invoice_ends: now,
        invoices: 0,
        settled: None,
        said: Record::read(&request.fields, &["transaction_type", "metadata"]),
    };
    bridge.renew(&mut world.random, now);
    one.bridge = Some(Box::new(bridge));
    let steps = world.plan(phone.as_deref(), &[Step::Collected, Step::Sent]);
    let one = world.add(one, "bridge-id-", &steps);
    let object = Object::new()
        .with("kotani_reference_id", one.reference.as_str())
        .with_some("provider_reference_id", one.bridge.as_ref().map(|bridge| bridge.partner.as_str()))
        .with("status", one.status)
        .with("chain", "LIGHTNING")
        .with("token", "MSAT")
        .with_some("payment_hash", one.bridge.as_ref().and_then(|bridge| bridge.hash.as_deref()))
        .with_some("refund_config", config(one, false))
        .with("estimated_completion", after(now, Duration::from_secs(10 * 60)).to_string())
        .with("created_at", now.to_string())
        .with("collection_instructions", Object::new());
    Ok(object.into())
}

/// Where a refund would go.
fn config(one: &Transaction, counted: bool) -> Option<Json> {
    let bridge = one.bridge.as_ref()?;
    let object = Object::new()
        .with("primary_method", "CRYPTO_INVOICE")
        .with("chain", "LIGHTNING")
        .with("token", "MSAT")
        .with("refund_invoice", bridge.invoice.as_str())
        .with("refund_payment_hash", bridge.invoice_hash.as_str())
        .with_some("refund_amount_msat", one.crypto.as_ref().map(|crypto| crypto.amount.trunc()))
        .with("fallback_address", "bc1-sample")
        .with("fallback_method", "CRYPTO_ADDRESS")
        .with("expires_at", bridge.invoice_ends.to_string());
    if !counted {
        return Some(object.into());
    }
    let left = INVOICES.saturating_sub(bridge.invoices);
    Some(object.with("regeneration_count", bridge.invoices).with("regenerations_remaining", left).into())
}

pub(super) fn status(world: &mut World, request: &Request) -> Reply {
    let one = world.transaction(&[Kind::Bridge], request.id())?;
    let bridge = one.bridge.as_ref().ok_or_else(unprocessable)?;
    let is_collected = one.receipt.is_some();
    let at = one.updated.to_string();
    let deposit = Object::new()
        .with("status", if is_collected { "DEPOSIT_CONFIRMED" } else { one.status })
        .with("timestamp", at.as_str())
        .with("amount", one.amount)
        .with("currency", one.currency.as_str());
    let is_failed = one.onchain == "FAILED";
    let crypto = one.crypto.as_ref().filter(|crypto| is_failed || crypto.hash.is_some()).map(|crypto| {
        Object::new()
            .with("status", if is_failed { "FAILED" } else { "PAYMENT_SENT" })
            .with("timestamp", at.as_str())
            .with("chain", crypto.chain.as_str())
            .with("token", crypto.token.as_str())
            .with_some("payment_hash", bridge.hash.as_deref())
            .with("amount_msat", crypto.amount.trunc())
    });
    let settlement = crypto
        .as_ref()
        .filter(|_| !is_failed)
        .map(|_| Object::new().with("status", bridge.settled.unwrap_or("SETTLING")));
    let stages =
        Object::new().with("deposit", deposit).with_some("crypto_payment", crypto).with_some("settlement", settlement);
    let object = Object::new()
        .with("kotani_reference_id", one.reference.as_str())
        .with("provider_reference_id", bridge.partner.as_str())
        .with("status", one.status)
        .with("chain", "LIGHTNING")
        .with("token", "MSAT")
        .with("stages", stages)
        .with_some("refund_config", config(one, false))
        .with("collection_instructions", Object::new());
    Ok(bridge.said.append_to(object, &["transaction_type", "metadata"]).into())
}

/// The partner's word: `COMPLETED` ends it, `FAILED` sends the crypto back; others are noted.
pub(super) fn settlement(world: &mut World, request: &Request) -> Reply {
    let index = world.index(&[Kind::Bridge], &request.text("kotani_reference_id"))?;
    let now = world.now();
    let one = &mut world.transactions[index];
    let paid = one.hash().is_some();
    let partner = request.text("provider_reference_id");
    let Some(bridge) = one.bridge.as_mut().filter(|bridge| bridge.partner == partner) else {
        return Err(Refusal::not_found("Reference Id not found"));
    };
    if !paid {
        return Err(Refusal::bad("Nothing was paid yet"));
    }
    let mut steps = Vec::new();
    // A report that comes again, or late, changes nothing.
    if bridge.settled.is_none() {
        match request.text("status").as_str() {
            "COMPLETED" => {
                bridge.settled = Some("COMPLETED");
                one.status = "COMPLETED";
                one.updated = now;
            }
            "FAILED" => {
                bridge.settled = Some("FAILED");
                one.status = "FAILED";
                one.failure = Some(&SETTLEMENT_FAILED);
                steps.push((after(now, USUAL), Step::Refunded));
            }
            _ => {}
        }
    }
    let answer = Object::new().with("kotani_reference_id", one.reference.as_str());
    world.schedule(index, &steps);
    Ok(answer.into())
}

pub(super) fn refund_config(world: &mut World, request: &Request) -> Reply {
    let one = world.transaction(&[Kind::Bridge], request.id())?;
    config(one, true).ok_or_else(unprocessable)
}

/// A new refund invoice for one that has ended.
pub(super) fn regenerate_refund_config(world: &mut World, request: &Request) -> Reply {
    let index = world.index(&[Kind::Bridge], request.id())?;
    let now = world.now();
    let one = &mut world.transactions[index];
    let bridge = one.bridge.as_mut().ok_or_else(unprocessable)?;
    if now < bridge.invoice_ends {
        return Err(Refusal::bad("The invoice has not expired"));
    }
    if bridge.invoices >= INVOICES {
        return Err(Refusal::bad("No regenerations remaining"));
    }
    if now < after(bridge.invoice_made, BETWEEN_INVOICES) {
        return Err(Refusal::bad("Please wait before trying again"));
    }
    bridge.renew(&mut world.random, now);
    bridge.invoices += 1;
    config(one, true).ok_or_else(unprocessable)
}
