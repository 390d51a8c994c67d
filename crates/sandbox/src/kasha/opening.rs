//! The world at the start: the ids that the document's examples speak of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::payin::method;
use super::transaction::{Kind, Stage, Status, Transaction};
use super::verdict::Fault;
use crate::clock::days_before;
use crate::json::{Fields, Json};

/// What the merchant has: a thousand of each.
pub(super) fn balances() -> BTreeMap<String, Decimal> {
    let currencies = ["ARS", "BRL", "EUR", "GBP", "USD"].into_iter();
    currencies.map(|currency| (currency.to_owned(), Decimal::new(100_000, 2))).collect()
}

/// What requests said that were made before the start.
const SAID: &str = r#"{
    "paymentReference": "Invoice 3", "redirectUrl": "https://shop.example/thanks", "userId": "cust-1", "language": "EN",
    "storedToken": "stored-1", "extra1": "campaign-1", "extra2": "shelf-1", "extra3": "till-1",
    "customer": {
        "customerId": "customer-record-1", "_id": "cust-1", "name": "Alex Sample", "email": "alex@example.com",
        "phone": "+15550100", "userDevice": "MOBILE", "userAgent": "Mozilla/5.0 (X11; Linux x86_64)", "ip": "192.0.2.10",
        "address": {"street": "Main Street", "streetNumber": "1", "country": "GB", "zipCode": "W1 0AA", "city": "London",
            "state": "Greater London"},
        "identify": {"number": "X-0000001", "type": "DNI"}
    },
    "shippingAddress": {"street": "Side Street", "streetNumber": "2", "country": "GB", "zipCode": "W1 0AB", "city": "London"},
    "orderDetails": [
        {"_id": "line-1", "productName": "shirt-1", "quantity": 1, "dimensions": "85x51", "description": "Blue shirt"}
    ]
}"#;

const NAMES: [&str; 11] = [
    "paymentReference",
    "redirectUrl",
    "userId",
    "language",
    "storedToken",
    "extra1",
    "extra2",
    "extra3",
    "customer",
    "shippingAddress",
    "orderDetails",
];

/// Sessions that are open, a pay-out that waits for approval, and two pay-ins that are done.
pub(super) fn transactions(now: Timestamp) -> Vec<Transaction> {
    let said = Fields::read(SAID);
    let said: Vec<(&'static str, Json)> = NAMES.iter().filter_map(|name| Some((*name, said.json(name)?))).collect();
    let made = |kind, id: &str, session: &str, reference: &str, country: &str, money: (i64, &str)| Transaction {
        country: country.to_owned(),
        reference: reference.to_owned(),
        user: Some("cust-1".to_owned()),
        said: said.clone(),
        ..Transaction::opened(kind, id, session, (Decimal::new(money.0, 2), money.1), now)
    };
    let done = |transaction: Transaction, option: &str, days: i64| Transaction {
        status: Status::Completed,
        stage: Stage::Final,
        method: method(option),
        created: days_before(now, days),
        updated: days_before(now, days),
        ..transaction
    };
    let (payin, payout) = (Kind::PayIn, Kind::PayOut);
    vec![
        made(payin, "txn-payin", "session-payin", "order-payin", "BR", (13_000, "BRL")),
        made(payin, "txn-hybrid", "session-hybrid", "order-hybrid", "BR", (13_000, "BRL")),
        made(payout, "txn-payout", "session-payout", "payout-open", "AR", (20_000, "ARS")),
        Transaction {
            status: Status::Pending,
            stage: Stage::Approval(None),
            method: method("option-transfer"),
            ..made(payout, "txn-pending", "session-pending", "payout-pending", "AR", (5_000, "ARS"))
        },
        Transaction {
            // A first attempt failed; the transaction still says so.
            fault: Some(Fault { code: "999".to_owned(), text: "First attempt failed" }),
            ..done(made(payin, "txn-paid", "session-paid", "order-paid", "GB", (1_000, "GBP")), "option-bank", 2)
        },
        done(made(payin, "txn-refund", "session-refund", "order-refund", "BR", (2_000, "BRL")), "option-bank", 1),
    ]
}
