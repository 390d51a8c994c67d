//! The provider's things as the document writes them.

use super::transaction::{Kind, Transaction};
use super::verdict::Fault;
use crate::clock::zulu;
use crate::json::{Json, Object};

/// An answer of the direct flow.
pub(super) fn step(code: impl Into<Json>, result_type: &str, result: Object) -> Object {
    Object::new().with("statusCode", code).with("resultType", result_type).with("result", result)
}

/// A decline; pay-outs write their codes as numbers.
pub(super) fn declined(transaction: &Transaction, fault: &Fault) -> Object {
    let code: Json = match transaction.kind {
        Kind::PayIn => "999".into(),
        Kind::PayOut => 999u32.into(),
    };
    let error = Object::new().with("code", fault.code.as_str()).with("message", fault.text);
    let errors: Json = [error].into_iter().collect();
    step(code, "error", Object::new().with("errors", errors).with("transactionId", transaction.id.as_str()))
}

/// What the request said under these names.
fn with_said(transaction: &Transaction, object: Object, names: &[&str]) -> Object {
    names.iter().fold(object, |object, name| object.with_some(name, transaction.said(name).cloned()))
}

fn errors(transaction: &Transaction) -> Option<Object> {
    let fault = transaction.fault.as_ref()?;
    Some(Object::new().with("code", fault.code.as_str()).with("msg", fault.text))
}

/// A transaction.
pub(super) fn transaction(transaction: &Transaction) -> Object {
    let object = Object::new()
        .with("id", transaction.id.as_str())
        .with("sessionId", transaction.session.as_str())
        .with("country", transaction.country.as_str())
        .with("currency", transaction.currency.as_str())
        .with("paymentAmount", transaction.amount)
        .with_some("method", transaction.method.map(|method| method.name))
        .with("status", transaction.status.word());
    let object = with_said(transaction, object, &["paymentReference"]);
    let object = object.with("merchantReference", transaction.reference.as_str());
    with_said(transaction, object, &["redirectUrl", "customer", "shippingAddress", "orderDetails"])
        .with("errors", errors(transaction).map_or_else(Json::null, Json::from))
        .with("createdAt", zulu(transaction.created))
        .with("updatedAt", zulu(transaction.updated))
}

/// A transaction that was refunded. Its dates have another form, day first.
pub(super) fn refund(transaction: &Transaction) -> Object {
    let date = |moment: jiff::Timestamp| moment.strftime("%d/%m/%Y %H:%M:%S").to_string();
    Object::new()
        .with("statusCode", "000")
        .with("errorReason", "Success")
        .with("paymentAmount", transaction.amount)
        .with("status", transaction.status.word())
        .with("currency", transaction.currency.as_str())
        .with("country", transaction.country.as_str())
        .with_some("paymentOptionName", transaction.method.map(|method| method.name))
        .with_some("userId", transaction.user.as_deref())
        .with("type", "All")
        .with("_id", transaction.id.as_str())
        .with("merchantReference", transaction.reference.as_str())
        .with("createdAt", date(transaction.created))
        .with("updatedAt", date(transaction.updated))
}

/// What a webhook carries.
pub(super) fn notification(transaction: &Transaction) -> Object {
    let object = Object::new()
        .with("internalId", transaction.id.as_str())
        .with("sessionId", transaction.session.as_str())
        .with("merchantName", "Sample Shop")
        .with_some("type", transaction.method.map(|method| method.kind))
        .with_some("paymentOptionName", transaction.method.map(|method| method.name))
        .with("country", transaction.country.as_str())
        .with("currency", transaction.currency.as_str())
        .with("paymentAmount", transaction.amount)
        .with("merchantReference", transaction.reference.as_str())
        .with("status", transaction.status.word());
    let said = [
        "userId",
        "paymentReference",
        "language",
        "storedToken",
        "extra1",
        "extra2",
        "extra3",
        "customer",
        "shippingAddress",
        "orderDetails",
    ];
    with_said(transaction, object, &said).with_some("errors", errors(transaction))
}
