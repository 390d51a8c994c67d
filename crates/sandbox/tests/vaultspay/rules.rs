//! Do switches and limits lock what they say?

use bursar_sandbox::Decimal;
use bursar_sandbox::MovementKind::{Payment, Withdrawal};
use bursar_sandbox::vaultspay::Settings;
use serde_json::{Value, json};

use crate::caller::{Caller, movement};

fn amount(digits: &str) -> Decimal {
    digits.parse().unwrap()
}

/// Whether a purchase, or a withdrawal, of this amount is approved.
async fn uses(caller: &Caller, card: u32, is_purchase: bool, digits: &str) -> bool {
    let issuer = caller.sandbox.vaultspay();
    let amount = amount(digits);
    let id = if is_purchase { issuer.purchase(card, amount) } else { issuer.withdraw(card, amount) };
    caller.transaction_status(id.unwrap().into()).await == "SUCCESS"
}

async fn switch(caller: &Caller, id: &str, kind: &str, value: &str) -> Value {
    let body = json!({ "transactionType": kind, "cardId": "1501", "id": id, "value": value });
    caller.call("PUT", "/re/api/v1/card-security", body).await.data()["enabled"].clone()
}

#[tokio::test]
async fn a_switch_refuses_what_it_is_for() {
    let caller = Caller::new().await;
    assert!(!uses(&caller, 1501, false, "10").await);
    assert!(uses(&caller, 1501, true, "12.50").await);
    assert_eq!(switch(&caller, "41", "ATM_WITHDRAWAL", "0").await, false);
    assert_eq!(switch(&caller, "42", "PURCHASE", "1").await, true);
    assert!(uses(&caller, 1501, false, "10").await);
    assert!(!uses(&caller, 1501, true, "12.50").await);
    // Another card has its own.
    assert!(uses(&caller, 1508, true, "0.01").await);

    let reset = caller.call("PATCH", "/re/api/v1/card-security/reset", json!({ "cardId": 1501 })).await.data();
    assert!(reset.as_array().unwrap().iter().all(|setting| setting["enabled"] == false), "{reset}");
    assert!(uses(&caller, 1501, true, "1").await);
    let moved = [
        movement(Payment, "701 > Corner Bakery 12.50"),
        movement(Withdrawal, "701 > cash 10.00"),
        movement(Payment, "701 > Corner Bakery 0.01"),
        movement(Payment, "701 > Corner Bakery 1.00"),
    ];
    assert_eq!(caller.moved(), moved);
    assert_eq!(caller.balance(701), "951.49");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_card_that_is_not_active_pays_nothing() {
    let caller = Caller::new().await;
    for card in [1503, 1505, 1507, 1509] {
        assert!(!uses(&caller, card, true, "1").await, "{card}");
    }
    let issuer = caller.sandbox.vaultspay();
    for digits in ["0", "-1", "0.001"] {
        assert_eq!(issuer.purchase(1501, amount(digits)), None, "{digits}");
    }
    assert_eq!(issuer.purchase(9, amount("1")), None);
    assert!(!uses(&caller, 1501, true, "975.01").await);
    assert!(caller.moved().is_empty());
    let failed = caller.get("/tme/api/v1/transactions?status=FAILED&cardId=1501&transactionType=Purchase").await;
    assert_eq!(failed.json()["pagination"]["totalCount"], 1);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_cards_limit_holds_for_a_day() {
    let caller = Caller::with(Settings::new().balance(701, amount("9000"))).await;
    let limit =
        |value: &str| json!({ "transactionType": "ATM_WITHDRAWAL", "cardId": "1508", "id": "81", "value": value });
    let set = caller.call("PUT", "/re/api/v1/transaction-limits", limit("100.50")).await.data();
    assert_eq!((&set["limit"], &set["allowedLimit"]), (&json!("100.50"), &json!("20000.00")));
    assert!(uses(&caller, 1508, false, "60").await);
    assert!(!uses(&caller, 1508, false, "40.51").await);
    assert!(uses(&caller, 1508, false, "40.50").await);
    // Another card has the usual one.
    assert!(uses(&caller, 1516, false, "5000").await);
    caller.advance(14 * 60 * 60);
    // The token has ended by then, and the next day has begun.
    let id = caller.sandbox.vaultspay().withdraw(1508, amount("100.50"));
    assert_eq!(id, Some(9007));
    assert_eq!(caller.balance(701), "3799.00");
    caller.assert_no_violations();
}

#[tokio::test]
async fn limits_are_refused_above_what_is_allowed() {
    let caller = Caller::new().await;
    for (change, refusal) in [
        (json!({ "value": "20000.01" }), (500, 1010)),
        (json!({ "value": "-1" }), (422, 1000)),
        (json!({ "id": "9" }), (500, 1010)),
        (json!({ "transactionType": "PURCHASE" }), (500, 1010)),
        (json!({ "cardId": "9" }), (500, 1010)),
        (json!({ "cardId": null }), (422, 1000)),
    ] {
        let mut body = json!({ "transactionType": "ATM_WITHDRAWAL", "cardId": "1501", "id": "81", "value": "10" });
        for (name, value) in change.as_object().unwrap() {
            let body = body.as_object_mut().unwrap();
            if value.is_null() {
                body.remove(name)
            } else {
                body.insert(name.clone(), value.clone())
            };
        }
        let reply = caller.call("PUT", "/re/api/v1/transaction-limits", body).await;
        assert_eq!(reply.refusal(), refusal, "{change}");
    }
    let found = caller.get("/re/api/v1/transaction-limits?cardId=1501").await.data();
    let ids: Vec<u64> = found.as_array().unwrap().iter().filter_map(|limit| limit["id"].as_u64()).collect();
    assert_eq!(ids, [81, 82]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_transfer_above_a_limit_is_locked() {
    let caller = Caller::with(Settings::new().balance(701, amount("9000"))).await;
    let locked = caller.transfer(301, 50_001).await;
    assert_eq!(locked.refusal(), (500, 1050));
    assert_eq!(locked.json()["type"], "TRANSACTION_LOCKED_BY_RULE");
    let raise = json!({ "transactionType": "ALL", "id": "83", "value": "1500" });
    caller.call("PUT", "/re/api/v1/transaction-limits", raise).await.data();
    caller.transfer(301, 150_000).await.data();
    // What is sent on one day counts together: this, and 25.00 that went in the morning.
    assert_eq!(caller.transfer(301, 47_501).await.refusal(), (500, 1050));
    caller.transfer(301, 47_500).await.data();
    caller.advance(5);
    assert_eq!(caller.balance(701), "7023.00");
    caller.assert_no_violations();
}
