//! The bank's things as the document writes them.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::account::Account;
use super::directory::{self, Branch, Named, Offer, Payee, Place};
use super::world::{Entry, Order, OrderKind, Outcome};
use crate::clock::{basic_offset, day, days_before};
use crate::json::{Json, Object};

pub(super) fn account(account: &Account, opened: Timestamp) -> Object {
    let is_foreign = account.currency != "USD";
    // On a card the balance is what the customer owes.
    let current = if account.credit.is_some() { -account.balance } else { account.balance };
    let available = account.available().unwrap_or_default();
    let object = Object::new()
        .with("account_id", account.id)
        .with("account_number", account.number)
        .with("account_name", account.name)
        .with("account_nickname", account.nickname)
        .with("account_type", account.kind)
        .with("account_status", if account.active { "active" } else { "inactive" })
        .with("currency_code", account.currency)
        .with("current_balance", current)
        .with("available_balance", available)
        .with_some("fcy_currency_code", is_foreign.then_some(account.currency))
        .with_some("fcy_current_balance", is_foreign.then_some(current))
        .with_some("fcy_available_balance", is_foreign.then_some(available))
        .with_some("interest_rate", account.interest_rate)
        .with("can_transfer_to", account.transfer_to)
        .with("can_transfer_from", account.transfer_from)
        .with("can_pay_payee", account.pay_payee);
    let Some(credit) = &account.credit else {
        return object;
    };
    let minimum = credit.due.min(Decimal::new(2_500, 2));
    object
        .with("credit_limit", credit.limit)
        .with("available_credit", available)
        .with("statement_date", day(days_before(opened, 12)))
        .with("payment_due_date", basic_offset(days_before(opened, -9)))
        .with("payment_due_amount", credit.due)
        .with("minimum_payment_due_amount", minimum)
        .with("annual_fee", Decimal::new(0, 2))
        .with("reward_points", 480u32)
        .with("can_waive_fee", !credit.fee_waived)
}

pub(super) fn transaction(entry: &Entry) -> Object {
    let categories: Json = [directory::category(entry.category)].into_iter().collect();
    let reference = entry.reference.as_deref().map(|reference| ("reference_number", reference));
    let said = entry.meta.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let meta: Vec<(&str, &str)> = reference.into_iter().chain(said).collect();
    let meta = (!meta.is_empty()).then(|| pairs(&meta));
    Object::new()
        .with("account_id", entry.account.as_str())
        .with("transaction_id", entry.id.as_str())
        .with("title", entry.title.as_str())
        .with("description", entry.description.as_str())
        .with("transaction_type", if entry.is_credit { "credit" } else { "debit" })
        .with("amount", entry.amount)
        .with("currency_code", entry.currency.as_str())
        .with("categories", categories)
        .with_some("merchant", entry.merchant)
        .with_some("payee", entry.payee)
        .with("status", if entry.is_cancelled { "cancelled" } else { "posted" })
        .with("transaction_date", basic_offset(entry.at))
        .with("post_date", basic_offset(entry.at))
        .with_some("meta", meta)
}

/// The answer to a transfer or a payment; a refused one says why in `meta`.
pub(super) fn order(order: &Order, outcome: Outcome) -> Object {
    let id = match order.kind {
        OrderKind::Transfer => "transfer_id",
        OrderKind::Payment => "payment_id",
    };
    let status = match outcome {
        Outcome::Processed => "processed",
        Outcome::Pending => "pending",
        Outcome::Failed(_) => "failed",
    };
    let meta = match outcome {
        Outcome::Failed(reason) => Some(pairs(&[("reason", reason)])),
        Outcome::Processed | Outcome::Pending => None,
    };
    Object::new()
        .with(id, order.id.as_str())
        .with("reference_number", order.reference.as_str())
        .with("status", status)
        .with_some("meta", meta)
}

pub(super) fn payee(payee: &Payee) -> Object {
    Object::new()
        .with("payee_id", payee.id)
        .with("name", payee.name)
        .with("alias", texts(payee.alias))
        .with("category", payee.category)
}

/// A merchant or a category, its id under the given name.
pub(super) fn named(id: &str, named: &Named) -> Object {
    Object::new().with(id, named.id).with("name", named.name).with("alias", texts(named.alias))
}

pub(super) fn branch(branch: &Branch) -> Object {
    Object::new()
        .with("location_id", branch.id)
        .with("location_type", branch.kind)
        .with("location_name", branch.name)
        .with("location", place(branch.place))
        .with("phone_number", branch.phone)
        .with("services", texts(branch.services))
        .with("opening_hours", texts(branch.hours))
        .with("languages", texts(branch.languages))
}

pub(super) fn offer(offer: &Offer, opened: Timestamp) -> Object {
    Object::new()
        .with("offer_id", offer.id)
        .with("offer_type", offer.kind)
        .with("summary", offer.summary)
        .with("merchant", offer.merchant)
        .with("location_name", offer.merchant)
        .with("location", place(offer.place))
        .with("categories", texts(&[offer.category]))
        .with("start_date", day(days_before(opened, 30)))
        .with("end_date", day(days_before(opened, -30)))
        .with("details", texts(offer.details))
}

/// A step of a guided conversation, with what to ask for if it goes on.
pub(super) fn step(form: &str, state: &str, text: &str, question: Option<&str>) -> Object {
    let message = Object::new().with("type", "TEXT").with("payload", Object::new().with("text", text));
    let input = question.map(|name| Object::new().with("name", name).with("type", "DATE"));
    Object::new()
        .with("form_id", form)
        .with("form_state", state)
        .with("message_contents", [message].into_iter().collect::<Json>())
        .with_some("request_user_input", input)
}

/// The API's list of name and value.
pub(super) fn pairs(pairs: &[(&str, &str)]) -> Json {
    let pair = |(name, value): &(&str, &str)| Object::new().with("name", *name).with("value", *value);
    pairs.iter().map(pair).collect()
}

fn texts(texts: &[&str]) -> Json {
    texts.iter().copied().collect()
}

fn place(place: &Place) -> Object {
    let (latitude, longitude) = place.coordinates;
    let degrees = |text: &str| Decimal::from_str_exact(text).unwrap_or_default();
    Object::new()
        .with("address", place.address)
        .with("city", place.city)
        .with("state", place.state)
        .with("zip", place.zip)
        .with("country", place.country)
        .with("coordinates", Object::new().with("lat", degrees(latitude)).with("long", degrees(longitude)))
}
