//! Selling crypto for money.

use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::phones::USUAL;
use super::quotes::Purpose;
use super::rates::Terms;
use super::refusal::Refusal;
use super::settle::PROVIDER;
use super::transaction::{Crypto, Family, Kind, Refund, Step, Transaction};
use super::world::{self, World};
use crate::MovementKind;
use crate::clock::{after, zulu};
use crate::json::Object;

/// The receivers there are, and the member that names each in movements.
const RECEIVERS: &[(&str, &str)] = &[
    ("mobileMoneyReceiver", "phoneNumber"),
    ("bankReceiver", "accountNumber"),
    ("lipaNaMpesaReceiver", "businessShortcode"),
    ("paybillReceiver", "paybillNumber"),
];

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let used = || Refusal::bad("Duplicate referenceId");
    let reference = world.reference(request.fields.text("referenceId"), Family::Offramp, used)?;
    let amount = world::crypto(request.fields.amount("cryptoAmount"), "cryptoAmount")?;
    let (currency, coin) = (request.text("currency"), request.text("token"));
    let mut receivers = RECEIVERS.iter().filter_map(|(name, id)| Some((request.fields.object(name)?, *id)));
    let (Some((receiver, id)), None) = (receivers.next(), receivers.next()) else {
        return Err(Refusal::invalid("exactly one receiver is required"));
    };
    if let Some(quote) = request.fields.text("rateId") {
        world.good_quote(&quote, Purpose::Offramp, &coin, &currency)?;
    }
    let terms = Terms::selling(amount, &coin, &currency)?;
    let mut sale = Transaction::new(Kind::Offramp, reference, terms.fiat, &currency, world.now());
    sale.cost = terms.fee;
    sale.phone = receiver.text("phoneNumber");
    sale.network = receiver.text("networkProvider");
    sale.customer = sale.phone.as_deref().and_then(|phone| world.customer_of(phone)?.text("customer_key"));
    sale.party = sale.customer.clone().or_else(|| receiver.text(id)).unwrap_or_default();
    sale.wallet = world.wallet_of_currency(&currency).ok().map(|wallet| wallet.id.clone());
    let refund = request.object("refund_config");
    sale.refund = refund.text("bolt11").map(|invoice| Refund { invoice: Some(invoice), ..Refund::default() });
    let sender = request.fields.text("senderAddress").filter(|address| !address.is_empty());
    let mut crypto = Crypto {
        amount,
        chain: request.text("chain"),
        token: coin,
        address: sender.clone().unwrap_or_default(),
        wallet: None,
        fee: Decimal::new(0, 2),
        hash: None,
    };
    // Without a sender the integrator's own wallet pays, at once.
    if sender.is_none() {
        let (wallet, address) = world.debit_crypto(&crypto)?;
        crypto.wallet = Some(wallet);
        crypto.address = address;
    }
    sale.crypto = Some(crypto.clone());
    // The crypto arrives whoever the receiver is; the telephone decides about the payout only.
    let mut steps = world.plan(None, &[Step::Arrived, Step::Paid]);
    if world.cause.fate.is_none() {
        steps.truncate(1);
        steps.extend(payout(world, &sale));
    }
    let sale = world.add(sale, "offramp-id-", &steps).clone();
    if let Some(wallet) = &crypto.wallet {
        world.moved(MovementKind::CryptoIn, &sale, wallet, PROVIDER, (amount, &crypto.token));
    }
    Ok(render(&sale).into())
}

/// The payout, as much later as the arrival takes.
fn payout(world: &World, sale: &Transaction) -> Vec<(jiff::Timestamp, Step)> {
    let later = |(at, step)| (after(at, USUAL), step);
    world.plan(sale.phone.as_deref(), &[Step::Paid]).into_iter().map(later).collect()
}

fn render(sale: &Transaction) -> Object {
    let crypto = sale.crypto.as_ref();
    let amount = crypto.map(|crypto| crypto.amount).unwrap_or_default();
    let rate = Object::new()
        .with("from", crypto.map_or("", |crypto| crypto.token.as_str()))
        .with("to", sale.currency.as_str())
        .with("fiatAmount", sale.amount);
    Object::new()
        .with("referenceId", sale.reference.as_str())
        .with("fiatAmount", sale.amount)
        .with("fiatTransactionAmount", sale.amount - sale.cost)
        .with("cryptoAmount", amount)
        .with("fiatCurrency", sale.currency.as_str())
        .with_some("customerKey", sale.customer.as_deref())
        .with_some("fiatWalletId", sale.wallet.as_deref())
        .with_some("senderAddress", crypto.map(|crypto| crypto.address.as_str()))
        .with_some("transactionHash", sale.hash())
        .with_some("transactionHashAmount", sale.hash().map(|_| amount))
        .with("status", sale.status)
        .with("onchainStatus", sale.onchain)
        .with("rate", rate)
        .with("escrowAddress", "0x-sample-escrow")
        .with("usingIntegratedWallet", crypto.is_some_and(|crypto| crypto.wallet.is_some()))
        .with("created_at", zulu(sale.created))
        .with("updated_at", zulu(sale.updated))
        .with("transactionError", sale.error_code())
}

pub(super) fn status(world: &mut World, request: &Request) -> Reply {
    world.transaction(&[Kind::Offramp], request.id()).map(|found| render(found).into())
}

pub(super) fn list(world: &mut World, _: &Request) -> Reply {
    Ok(world.transactions.iter().filter(|one| one.kind == Kind::Offramp).map(render).collect())
}

/// Gives up a sale whose crypto has not arrived.
pub(super) fn cancel(world: &mut World, request: &Request) -> Reply {
    let index = world.index(&[Kind::Offramp], request.id())?;
    let mut sale = world.transactions[index].clone();
    if sale.status != "PENDING" {
        return Err(Refusal::bad("Transaction In Progress"));
    }
    sale.status = "CANCELLED";
    sale.onchain = "CANCELLED";
    sale.updated = world.now();
    world.unschedule(index);
    if let Some(crypto) = sale.crypto.clone().filter(|crypto| crypto.wallet.is_some()) {
        world.crypto_back(&sale, &crypto);
    }
    let answer = render(&sale).into();
    world.transactions[index] = sale;
    Ok(answer)
}
