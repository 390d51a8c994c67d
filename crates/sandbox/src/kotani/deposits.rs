//! Money from payers: by mobile money, bank, card, and on to a chain.

use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::phones::party;
use super::rates::Terms;
use super::refusal::Refusal;
use super::transaction::{Crypto, Family, Kind, Spelling, Step, Transaction};
use super::world::{self, World};
use crate::clock::zulu;
use crate::json::{Json, Object};
use crate::money::times;

/// What the payer pays on top, by mobile money or bank: 1 %.
const FEE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// And by card: 3 %.
const CARD_FEE: Decimal = Decimal::from_parts(3, 0, 0, false, 2);

fn used() -> Refusal {
    Refusal::bad("Reference already used")
}

/// A deposit from a customer, as far as it is the same for mobile money and chains.
fn of_customer(world: &mut World, request: &Request, kind: Kind, reference: String) -> Result<Transaction, Refusal> {
    let amount = world::fiat(request.fields.amount("amount"), "amount")?;
    let key = request.text("customer_key");
    let customer = world.customer(&key).ok_or_else(|| Refusal::not_found("Customer not found."))?;
    let mut deposit = Transaction::new(kind, reference, amount, "", world.now());
    deposit.phone = customer.text("phone_number");
    deposit.network = customer.text("network");
    deposit.country = customer.text("country_code");
    deposit.cost = times(amount, FEE, 2).unwrap_or_default();
    deposit.party.clone_from(&key);
    deposit.customer = Some(key);
    deposit.extra.merge(&request.fields, &["callback_url", "customer_redirect_url", "customer_id_number"]);
    Ok(deposit)
}

pub(super) fn create_mobile_money(world: &mut World, request: &Request) -> Reply {
    let reference = world.reference(request.fields.text("reference_id"), Family::Deposit, used)?;
    let mut deposit = of_customer(world, request, Kind::MobileMoney, reference)?;
    let wallet = world.open_wallet(&request.text("wallet_id"))?;
    deposit.currency.clone_from(&wallet.currency);
    deposit.wallet = Some(wallet.id.clone());
    if request.fields.text("currency").is_some_and(|currency| currency != deposit.currency) {
        return Err(Refusal::bad("Currency does not match the wallet"));
    }
    let steps = world.plan(deposit.phone.as_deref(), &[Step::Collected]);
    Ok(world.add(deposit, "dep-id-", &steps).accepted(Spelling::Snake).into())
}

pub(super) fn create_onchain(world: &mut World, request: &Request) -> Reply {
    let duplicate = || Refusal::conflict("Duplicate Transaction");
    let reference = world.reference(request.fields.text("reference_id"), Family::Deposit, duplicate)?;
    let mut deposit = of_customer(world, request, Kind::Onchain, reference)?;
    let id = request.text("wallet_id");
    let wallet = world.crypto.iter().find(|wallet| wallet.id == id);
    let wallet = wallet.ok_or_else(|| Refusal::not_found("Wallet Not Found"))?;
    let (chain, token) = (request.text("chain"), request.text("token"));
    if (wallet.chain.as_str(), wallet.coin.as_str()) != (chain.as_str(), token.as_str()) {
        return Err(Refusal::bad("Chain or Token not supported"));
    }
    let address = request.fields.text("public_address");
    let into = address.is_none().then(|| wallet.id.clone());
    let address = address.unwrap_or_else(|| wallet.address.clone());
    let country = deposit.country.clone().unwrap_or_default();
    let currency = super::countries::currency_of(&country).ok_or_else(|| Refusal::bad("Country not supported"))?;
    deposit.currency = currency.to_owned();
    let terms = Terms::buying(deposit.amount, currency, &token)?;
    deposit.crypto =
        Some(Crypto { amount: terms.crypto, chain, token, address, wallet: into, fee: Decimal::new(0, 2), hash: None });
    let steps = world.plan(deposit.phone.as_deref(), &[Step::Collected, Step::Sent]);
    Ok(world.add(deposit, "chain-id-", &steps).accepted(Spelling::Snake).into())
}

/// A deposit that names its payer in the request and its wallet by the currency.
fn of_payer(world: &mut World, request: &Request, kind: Kind, fee: Decimal) -> Result<Transaction, Refusal> {
    let reference = world.reference(request.fields.text("referenceId"), Family::Deposit, used)?;
    let amount = world::fiat(request.fields.amount("amount"), "amount")?;
    let currency = request.text("currency");
    let wallet = world.wallet_of_currency(&currency)?.id.clone();
    world.open_wallet(&wallet)?;
    let mut deposit = Transaction::new(kind, reference, amount, &currency, world.now());
    deposit.wallet = Some(wallet);
    deposit.cost = times(amount, fee, 2).unwrap_or_default();
    deposit.phone = request.fields.text("phoneNumber");
    deposit.country = request.fields.text("country");
    let customer = deposit.phone.as_deref().and_then(|phone| world.customer_of(phone)?.text("customer_key"));
    deposit.party = customer.clone().unwrap_or_else(|| party(deposit.phone.as_deref()));
    deposit.customer = customer;
    deposit.extra.merge(&request.fields, &["callbackUrl"]);
    Ok(deposit)
}

pub(super) fn create_checkout(world: &mut World, request: &Request) -> Reply {
    let mut deposit = of_payer(world, request, Kind::Checkout, FEE)?;
    let is_hosted = deposit.currency == "ZAR";
    let page = if is_hosted { format!("https://checkout.example/pay/{}", deposit.reference) } else { String::new() };
    let details = Object::new()
        .with("bankName", "Sample Bank")
        .with("accountName", "Kotani Sandbox")
        .with("accountNumber", "1000000009")
        .with("amount", deposit.amount)
        .with("reference", deposit.reference.as_str());
    deposit.extra.set("redirectUrl", page);
    if !is_hosted {
        deposit.extra.set("bankPaymentDetails", details);
    }
    let steps = world.plan(deposit.phone.as_deref(), &[Step::Collected]);
    let deposit = world.add(deposit, "checkout-id-", &steps);
    Ok(deposit.extra.append_to(deposit.accepted(Spelling::Camel), &["redirectUrl", "bankPaymentDetails"]).into())
}

pub(super) fn create_card(world: &mut World, request: &Request) -> Reply {
    let deposit = of_payer(world, request, Kind::Card, CARD_FEE)?;
    let page = format!("https://checkout.example/3ds/{}", deposit.reference);
    let steps = world.plan(deposit.phone.as_deref(), &[Step::Collected]);
    Ok(world.add(deposit, "card-id-", &steps).accepted(Spelling::Snake).with("redirect_url", page).into())
}

/// The status in snake case, with the members of the payment network.
pub(super) fn snake(deposit: &Transaction) -> Object {
    let failure = deposit.failure;
    let object = Object::new()
        .with("id", deposit.id.as_str())
        .with("amount", deposit.amount)
        .with_some("wallet_id", deposit.wallet.as_deref())
        .with("reference_id", deposit.reference.as_str())
        .with("currency", deposit.currency.as_str())
        .with("callbackUrlStatus", 1u32)
        .with("transactionError", deposit.error_code())
        .with("retries", 0u32)
        .with_some("network", deposit.network.as_deref())
        .with("status", deposit.status)
        .with("reference_number", deposit.number)
        .with("created_at", zulu(deposit.created))
        .with("updatedAt", zulu(deposit.updated))
        .with("transaction_cost", deposit.cost)
        .with("transaction_amount", deposit.amount + deposit.cost)
        .with_some("customer_key", deposit.customer.as_deref())
        .with_some("initialDepositBalance", deposit.balances.map(|(before, _)| before))
        .with_some("finalDepositBalance", deposit.balances.map(|(_, after)| after))
        .with_some("error_message", failure.map(|failure| failure.message))
        .with_some("error_description", failure.map(|failure| failure.message))
        .with_some("error_code", failure.map(|failure| failure.code))
        .with_some("telco_id", deposit.receipt.as_deref());
    deposit.extra.append_to(object, &["callback_url", "customer_redirect_url", "customer_id_number"])
}

fn camel(deposit: &Transaction) -> Object {
    let object = Object::new()
        .with("status", deposit.status)
        .with("id", deposit.id.as_str())
        .with("amount", deposit.amount)
        .with_some("walletId", deposit.wallet.as_deref())
        .with("referenceId", deposit.reference.as_str())
        .with("referenceNumber", deposit.number)
        .with("createdAt", zulu(deposit.created))
        .with("transactionCost", deposit.cost)
        .with("transactionAmount", deposit.amount + deposit.cost)
        .with_some("customerKey", deposit.customer.as_deref())
        .with_some("initialDepositBalance", deposit.balances.map(|(before, _)| before))
        .with_some("finalDepositBalance", deposit.balances.map(|(_, after)| after))
        .with_some("message", deposit.failure.map(|failure| failure.message));
    deposit.extra.append_to(object, &["callbackUrl", "redirectUrl", "bankPaymentDetails"])
}

pub(super) fn mobile_money(world: &mut World, request: &Request) -> Reply {
    world.transaction(&[Kind::MobileMoney], request.id()).map(|deposit| snake(deposit).into())
}

pub(super) fn checkout(world: &mut World, request: &Request) -> Reply {
    world.transaction(&[Kind::Checkout], request.id()).map(|deposit| camel(deposit).into())
}

pub(super) fn card(world: &mut World, request: &Request) -> Reply {
    world.transaction(&[Kind::Card], request.id()).map(|deposit| camel(deposit).into())
}

pub(super) fn onchain(world: &mut World, request: &Request) -> Reply {
    let deposit = world.transaction(&[Kind::Onchain], request.id())?;
    let chain = deposit.crypto.as_ref().map(|crypto| {
        Object::new()
            .with("public_address", crypto.address.as_str())
            .with("chain", crypto.chain.as_str())
            .with("token", crypto.token.as_str())
            .with("reference_id", deposit.reference.as_str())
            .with("crypto_amount", crypto.amount.to_string())
            .with_some("transaction_hash", crypto.hash.as_deref())
            .with("status", deposit.onchain)
            .with("crypto_received_status", deposit.onchain)
    });
    let chain: Option<Json> = chain.map(Json::from);
    Ok(Object::new().with("mobile_money", snake(deposit)).with_some("onchain", chain).into())
}
