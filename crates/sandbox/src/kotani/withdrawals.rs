//! Money to payees: by mobile money, bank, till and paybill.

use std::time::Duration;

use super::desk::{Reply, Request};
use super::phones::{last_nine, party};
use super::refusal::Refusal;
use super::settings::SameMinute;
use super::transaction::{Family, Kind, Spelling, Step, Transaction};
use super::world::{self, World};
use crate::clock::{after, zulu};
use crate::json::{Fields, Object};

/// A second withdrawal to a telephone within this time counts as a mistake.
const MINUTE: Duration = Duration::from_secs(60);

/// What a withdrawal that was held says.
const HELD: &str = "DUPLICATE_PENDING";

/// What all withdrawals have: a new reference, an amount, and a wallet.
fn read(world: &mut World, request: &Request, kind: Kind, wallet: &str) -> Result<Transaction, Refusal> {
    let duplicate = || Refusal::bad("Duplicate referenceId");
    let reference = world.reference(request.fields.text("referenceId"), Family::Withdrawal, duplicate)?;
    let amount = world::fiat(request.fields.amount("amount"), "amount")?;
    let wallet = world.open_wallet(wallet)?;
    let mut withdrawal = Transaction::new(kind, reference, amount, &wallet.currency, world.now());
    withdrawal.wallet = Some(wallet.id.clone());
    withdrawal.country = Some(wallet.country.clone());
    if request.fields.text("currency").is_some_and(|currency| currency != withdrawal.currency) {
        return Err(Refusal::bad("Currency does not match the wallet"));
    }
    withdrawal.extra.merge(&request.fields, &["callbackUrl"]);
    Ok(withdrawal)
}

/// Debits the wallet and lets time do the rest.
fn pay(world: &mut World, withdrawal: Transaction, prefix: &str) -> Reply {
    world.debit(&withdrawal)?;
    let steps = world.plan(withdrawal.phone.as_deref(), &[Step::Paid]);
    let added = world.add(withdrawal, prefix, &steps).clone();
    world.withdrawn(&added);
    Ok(added.accepted(Spelling::Camel).into())
}

/// A withdrawal to a customer.
fn to_customer(world: &mut World, request: &Request) -> Result<Transaction, Refusal> {
    let mut withdrawal = read(world, request, Kind::Withdrawal, &request.text("walletId"))?;
    let key = request.text("customer_key");
    let customer = world.customer(&key).ok_or_else(|| Refusal::not_found("Customer not found."))?;
    withdrawal.phone = customer.text("phone_number");
    withdrawal.network = request.fields.text("network").or_else(|| customer.text("network"));
    withdrawal.party.clone_from(&key);
    withdrawal.customer = Some(key);
    Ok(withdrawal)
}

pub(super) fn create_mobile_money(world: &mut World, request: &Request) -> Reply {
    let mut withdrawal = to_customer(world, request)?;
    let phone = withdrawal.phone.as_deref().map(last_nine);
    // Only mobile money has a network; transactions are in order of their time.
    let is_like_it = |other: &Transaction| {
        other.kind == Kind::Withdrawal && other.network.is_some() && other.phone.as_deref().map(last_nine) == phone
    };
    let now = world.now();
    let mut recent = world.transactions.iter().rev().take_while(|other| now < after(other.created, MINUTE));
    if phone.is_some() && recent.any(is_like_it) {
        match world.same_minute {
            SameMinute::Refuse => return Err(Refusal::bad("Transaction Denied")),
            SameMinute::Hold => {
                withdrawal.status = HELD;
                return Ok(world.add(withdrawal, "wd-id-", &[]).accepted(Spelling::Camel).into());
            }
            SameMinute::Allow => {}
        }
    }
    pay(world, withdrawal, "wd-id-")
}

/// The first version of withdrawing to a bank; the telephone of the customer still decides.
pub(super) fn create_bank_v1(world: &mut World, request: &Request) -> Reply {
    let mut withdrawal = to_customer(world, request)?;
    withdrawal.network = None;
    pay(world, withdrawal, "wd-id-")
}

/// Lipa na M-Pesa and paybill: to a business, in Kenya only.
fn to_business(world: &mut World, request: &Request, details: &Fields, number: &str) -> Reply {
    let mut withdrawal = read(world, request, Kind::Withdrawal, &request.text("walletId"))?;
    if withdrawal.currency != "KES" {
        return Err(Refusal::bad("Lipa na M-Pesa/Paybill only available for Kenya (KES)"));
    }
    withdrawal.phone = details.text("phoneNumber");
    withdrawal.party = details.text(number).unwrap_or_default();
    pay(world, withdrawal, "wd-id-")
}

pub(super) fn create_lipa_na_mpesa(world: &mut World, request: &Request) -> Reply {
    to_business(world, request, &request.object("lipaNaMpesaDetails"), "businessShortcode")
}

pub(super) fn create_paybill(world: &mut World, request: &Request) -> Reply {
    to_business(world, request, &request.object("paybillDetails"), "paybillNumber")
}

/// To a bank, from the wallet of the currency.
pub(super) fn create_bank(world: &mut World, request: &Request) -> Reply {
    let wallet = world.wallet_of_currency(&request.text("currency"))?.id.clone();
    let mut withdrawal = read(world, request, Kind::BankWithdrawal, &wallet)?;
    let details = request.object("bankDetails");
    withdrawal.phone = details.text("phoneNumber");
    withdrawal.party = details.text("accountNumber").unwrap_or_else(|| party(withdrawal.phone.as_deref()));
    pay(world, withdrawal, "bank-wd-id-")
}

fn render(withdrawal: &Transaction) -> Object {
    let is_done = withdrawal.receipt.is_some() || withdrawal.failure.is_some();
    let object = Object::new()
        .with("id", withdrawal.id.as_str())
        .with("amount", withdrawal.amount)
        .with_some("walletId", withdrawal.wallet.as_deref())
        .with("referenceId", withdrawal.reference.as_str())
        .with("currency", withdrawal.currency.as_str())
        .with("status", withdrawal.status)
        .with("referenceNumber", withdrawal.number)
        .with("created_at", zulu(withdrawal.created))
        .with_some("completed_at", is_done.then(|| zulu(withdrawal.updated)))
        .with("transactionCost", withdrawal.cost)
        .with("transactionAmount", withdrawal.amount)
        .with_some("customerKey", withdrawal.customer.as_deref())
        .with_some("network", withdrawal.network.as_deref())
        .with("integratorFeeAmount", rust_decimal::Decimal::new(0, 2))
        .with("integratorFee", 0u32)
        .with("integratorCommissionType", "NONE")
        .with("errorMessage", withdrawal.failure.map_or("", |failure| failure.message))
        .with("transactionError", withdrawal.error_code())
        .with_some("telcoId", withdrawal.receipt.as_deref());
    withdrawal.extra.append_to(object, &["callbackUrl"])
}

pub(super) fn status(world: &mut World, request: &Request) -> Reply {
    world.transaction(&[Kind::Withdrawal, Kind::Bulk], request.id()).map(|found| render(found).into())
}

pub(super) fn bank_status(world: &mut World, request: &Request) -> Reply {
    world.transaction(&[Kind::BankWithdrawal], request.id()).map(|found| render(found).into())
}

/// Pays or drops a withdrawal that was held.
pub(super) fn resolve_duplicate(world: &mut World, request: &Request) -> Reply {
    let index = world.index(&[Kind::Withdrawal], request.id())?;
    if world.transactions[index].status != HELD {
        return Err(Refusal::bad("Withdrawal is not awaiting a decision"));
    }
    let mut withdrawal = world.transactions[index].clone();
    withdrawal.updated = world.now();
    if request.text("action") == "proceed" {
        withdrawal.cause = world.cause.clone();
        world.debit(&withdrawal)?;
        world.withdrawn(&withdrawal);
        withdrawal.status = "PENDING";
        let steps = world.plan(withdrawal.phone.as_deref(), &[Step::Paid]);
        world.schedule(index, &steps);
    } else {
        withdrawal.status = "CANCELLED";
    }
    let answer = Object::new().with("referenceId", withdrawal.reference.as_str()).with("status", withdrawal.status);
    world.transactions[index] = withdrawal;
    Ok(answer.into())
}
