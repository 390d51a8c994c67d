//! Buying crypto with money, and sending crypto that is there.

use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::phones::party;
use super::quotes::Purpose;
use super::rates::Terms;
use super::refusal::Refusal;
use super::transaction::{Crypto, Family, Kind, Spelling, Step, Transaction};
use super::world::{self, World};
use crate::MovementKind;
use crate::json::{Json, Object};

/// What sending crypto costs, of what is sent.
const SEND_FEE: Decimal = Decimal::from_parts(5, 0, 0, false, 2);

fn used() -> Refusal {
    Refusal::bad("Reference already used")
}

/// Addresses are whatever is not empty and has no blanks: chains differ too much for more.
fn address(request: &Request, name: &str) -> Result<String, Refusal> {
    let address = request.text(name);
    if address.is_empty() || address.contains(char::is_whitespace) {
        return Err(Refusal::bad("Invalid crypto address"));
    }
    Ok(address)
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let reference = world.reference(request.fields.text("referenceId"), Family::Onramp, used)?;
    let amount = world::fiat(request.fields.amount("fiatAmount"), "fiatAmount")?;
    let (currency, coin) = (request.text("currency"), request.text("token"));
    let address = address(request, "receiverAddress")?;
    let payer = match (request.fields.object("mobileMoney"), request.fields.object("bankCheckout")) {
        (Some(payer), None) | (None, Some(payer)) => payer,
        _ => return Err(Refusal::invalid("either mobileMoney or bankCheckout is required")),
    };
    if let Some(quote) = request.fields.text("rateId") {
        world.good_quote(&quote, Purpose::Onramp, &currency, &coin)?;
    }
    let terms = Terms::buying(amount, &currency, &coin)?;
    let mut ramp = Transaction::new(Kind::Onramp, reference, amount, &currency, world.now());
    ramp.cost = terms.fee;
    ramp.phone = payer.text("phoneNumber");
    ramp.network = payer.text("providerNetwork");
    ramp.customer = ramp.phone.as_deref().and_then(|phone| world.customer_of(phone)?.text("customer_key"));
    ramp.party = ramp.customer.clone().unwrap_or_else(|| party(ramp.phone.as_deref()));
    ramp.crypto = Some(Crypto {
        amount: terms.crypto,
        chain: request.text("chain"),
        token: coin,
        address,
        wallet: None,
        fee: Decimal::new(0, 2),
        hash: None,
    });
    let steps = world.plan(ramp.phone.as_deref(), &[Step::Collected, Step::Sent]);
    let is_checkout = request.fields.object("bankCheckout").is_some();
    let page = is_checkout.then(|| format!("https://checkout.example/pay/{}", ramp.reference));
    Ok(world.add(ramp, "onramp-id-", &steps).accepted(Spelling::Camel).with_some("redirectUrl", page).into())
}

pub(super) fn status(world: &mut World, request: &Request) -> Reply {
    let ramp = world.transaction(&[Kind::Onramp], request.id())?;
    let error = ramp
        .failure
        .map(|failure| Json::from(Object::new().with("message", failure.message).with("code", failure.code)));
    let crypto = ramp.crypto.as_ref();
    let received = crypto.map(|crypto| crypto.amount).unwrap_or_default();
    let rate = Object::new()
        .with("from", ramp.currency.as_str())
        .with("to", crypto.map_or("", |crypto| crypto.token.as_str()))
        .with("cryptoAmount", received);
    let object = Object::new()
        .with("referenceId", ramp.reference.as_str())
        .with("depositStatus", ramp.status)
        .with("onchainStatus", ramp.onchain)
        .with("transactionHash", ramp.hash().map_or_else(Json::null, Json::from))
        .with("rate", rate)
        .with("fiatAmount", ramp.amount)
        .with("fiatFee", ramp.cost)
        .with("fiatAmountToSend", ramp.amount - ramp.cost)
        .with("cryptoAmount", received)
        .with("error", error.unwrap_or_else(Json::null));
    Ok(object.into())
}

pub(super) fn send(world: &mut World, request: &Request) -> Reply {
    let reference = world.reference(request.fields.text("referenceId"), Family::Send, used)?;
    let amount = world::crypto(request.fields.amount("cryptoAmount"), "cryptoAmount")?;
    if amount <= SEND_FEE {
        return Err(Refusal::bad("Insufficient crypto amount"));
    }
    let mut crypto = Crypto {
        amount,
        chain: request.text("chain"),
        token: request.text("token"),
        address: address(request, "receiverAddress")?,
        wallet: None,
        fee: SEND_FEE,
        hash: None,
    };
    let (wallet, _) = world.debit_crypto(&crypto)?;
    crypto.wallet = Some(wallet.clone());
    let mut sending = Transaction::new(Kind::Send, reference, amount, &crypto.token, world.now());
    sending.party.clone_from(&crypto.address);
    sending.crypto = Some(crypto);
    let steps = world.plan(None, &[Step::Sent]);
    let sending = world.add(sending, "send-id-", &steps).clone();
    world.moved(MovementKind::CryptoOut, &sending, &wallet, &sending.party, (amount, &sending.currency));
    Ok(render_sent(&sending).into())
}

pub(super) fn sent(world: &mut World, request: &Request) -> Reply {
    world.transaction(&[Kind::Send], request.id()).map(|found| render_sent(found).into())
}

fn render_sent(sending: &Transaction) -> Object {
    let crypto = sending.crypto.as_ref();
    let fee = crypto.map(|crypto| crypto.fee).unwrap_or_default();
    let text = |of: fn(&Crypto) -> &str| crypto.map(of);
    Object::new()
        .with("referenceId", sending.reference.as_str())
        .with("status", sending.status)
        .with("cryptoAmount", sending.amount)
        .with("cryptoAmountReceived", sending.amount - fee)
        .with("amountToSend", sending.amount - fee)
        .with("feeInCrypto", fee)
        .with("feeType", "FLAT")
        .with_some("cryptoWallet", crypto.and_then(|crypto| crypto.wallet.as_deref()))
        .with_some("chain", text(|crypto| &crypto.chain))
        .with_some("token", text(|crypto| &crypto.token))
        .with("transactionHash", sending.hash().unwrap_or_default())
}
