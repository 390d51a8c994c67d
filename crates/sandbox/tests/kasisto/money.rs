//! Does money move exactly, once, and only where it may?

use std::time::Duration;

use bursar_sandbox::MovementKind;
use bursar_sandbox::kasisto::{Settings, USER_ID};
use serde_json::json;

use crate::caller::{Caller, decimal};

#[tokio::test]
async fn a_transfer_moves_balances_ledger_and_movements_alike() {
    let caller = Caller::new().await;
    let reply = caller.transfer("acc-checking", "acc-savings", "25.50").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json()["status"], "processed");

    assert_eq!(caller.account("acc-checking", "current_balance").await, "1175.00");
    assert_eq!(caller.account("acc-savings", "available_balance").await, "1275.50");
    assert_eq!(caller.sandbox.kasisto().balance("acc-savings").as_deref(), Some("1275.50"));

    let moved = caller.sandbox.movements();
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].kind, MovementKind::Transfer);
    assert_eq!(moved[0].sequence, 1);
    assert_eq!(moved[0].amount, "25.50");
    assert_eq!(moved[0].currency, "USD");
    assert_eq!(moved[0].id, reply.json()["transfer_id"]);

    let newest = caller.post("/transactions", json!({ "limit": 2 })).await.list();
    assert_eq!(newest[0]["account_id"], "acc-savings");
    assert_eq!(newest[0]["transaction_type"], "credit");
    assert_eq!(newest[1]["account_id"], "acc-checking");
    assert_eq!(newest[1]["transaction_type"], "debit");
    assert_eq!(newest[1]["meta"][0]["value"], reply.json()["reference_number"]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_repeat_is_a_second_transfer() {
    let caller = Caller::new().await;
    for _ in 0..2 {
        caller.transfer("acc-checking", "acc-savings", "10").await;
    }
    assert_eq!(caller.moved().len(), 2);
    assert_eq!(caller.account("acc-checking", "current_balance").await, "1180.50");
    assert_eq!(caller.moved()[1].2, "10.00");
}

#[tokio::test]
async fn amounts_are_exact_where_floats_are_not() {
    let caller = Caller::with(Settings::new().balance("acc-savings", decimal("0.00")).renew_after(0)).await;
    for digits in ["0.1", "0.2", "1e-2", "1E1"] {
        let reply = caller.transfer("acc-checking", "acc-savings", digits).await;
        assert_eq!(reply.json()["status"], "processed", "{digits}");
    }
    assert_eq!(caller.account("acc-savings", "current_balance").await, "10.31");
    assert_eq!(caller.account("acc-checking", "current_balance").await, "1190.19");
}

#[tokio::test]
async fn amounts_beyond_a_double_are_exact() {
    let huge = "12345678901234567.89";
    let settings = Settings::new()
        .balance("acc-checking", decimal("12345678901234567.90"))
        .balance("acc-savings", decimal("0.01"))
        .otp_limit(decimal("99999999999999999.99"))
        .renew_after(0);
    let caller = Caller::with(settings).await;
    let reply = caller.transfer("acc-checking", "acc-savings", huge).await;
    assert_eq!(reply.json()["status"], "processed");
    assert_eq!(caller.account("acc-checking", "current_balance").await, "0.01");
    assert_eq!(caller.account("acc-savings", "current_balance").await, "12345678901234567.90");
    assert_eq!(caller.sandbox.movements()[0].amount, huge);
    let newest = caller.post("/transactions", json!({ "limit": 1 })).await;
    assert!(newest.text.contains(r#""amount":12345678901234567.89"#), "{}", newest.text);
    caller.assert_no_violations();
}

#[tokio::test]
async fn paying_the_card_is_a_transfer_to_it() {
    let caller = Caller::new().await;
    let reply = caller.transfer("acc-checking", "acc-card", "120.10").await;
    assert_eq!(reply.json()["status"], "processed");
    assert_eq!(caller.account("acc-card", "current_balance").await, "200.00");
    assert_eq!(caller.account("acc-card", "available_credit").await, "1800.00");
    assert_eq!(caller.account("acc-card", "payment_due_amount").await, "200.00");
    assert_eq!(caller.sandbox.kasisto().balance("acc-card").as_deref(), Some("-200.00"));
    caller.transfer("acc-checking", "acc-card", "200").await;
    assert_eq!(caller.account("acc-card", "current_balance").await, "0.00");
}

#[tokio::test]
async fn a_payment_leaves_the_bank() {
    let caller = Caller::new().await;
    let reply = caller.pay("acc-checking", "payee-1", "12.00").await;
    assert_eq!(reply.json()["status"], "processed");
    assert_eq!(caller.account("acc-checking", "current_balance").await, "1188.50");
    assert_eq!(caller.sandbox.movements()[0].kind, MovementKind::Payment);
    let newest = caller.post("/transactions", json!({ "limit": 1 })).await.list();
    assert_eq!(newest[0]["payee"], "Springfield Power");
    caller.assert_no_violations();
}

#[tokio::test]
async fn what_the_bank_refuses_fails_with_a_reason_and_moves_nothing() {
    let caller = Caller::with(Settings::new().otp_limit(decimal("1e9")).renew_after(0)).await;
    let before = caller.post("/accounts", json!({})).await.text;
    for (from, to, digits, reason) in [
        ("acc-checking", "acc-savings", "1200.51", "INSUFFICIENT_FUNDS"),
        ("acc-checking", "acc-savings", "1e60", "INVALID_AMOUNT"),
        ("acc-checking", "acc-savings", "0", "INVALID_AMOUNT"),
        ("acc-checking", "acc-savings", "-5", "INVALID_AMOUNT"),
        ("acc-checking", "acc-savings", "0.001", "INVALID_AMOUNT"),
        ("acc-nowhere", "acc-savings", "1", "UNKNOWN_SOURCE_ACCOUNT"),
        ("acc-checking", "acc-nowhere", "1", "UNKNOWN_DESTINATION_ACCOUNT"),
        ("acc-checking", "acc-checking", "1", "SAME_ACCOUNT"),
        ("acc-card", "acc-savings", "1", "SOURCE_NOT_ALLOWED"),
        ("acc-checking", "acc-euro", "1", "CURRENCY_MISMATCH"),
    ] {
        let reply = caller.transfer(from, to, digits).await;
        assert_eq!((reply.status, reply.json()["status"].as_str()), (200, Some("failed")), "{from} {to} {digits}");
        assert_eq!(reply.meta("reason").as_deref(), Some(reason), "{from} {to} {digits}");
    }
    for (from, to, reason) in
        [("acc-savings", "payee-1", "SOURCE_NOT_ALLOWED"), ("acc-checking", "payee-0", "UNKNOWN_PAYEE")]
    {
        let reply = caller.pay(from, to, "1").await;
        assert_eq!(reply.json()["status"], "failed");
        assert_eq!(reply.meta("reason").as_deref(), Some(reason));
    }
    let body = json!({ "source_account_id": "acc-checking", "dest_account_id": "acc-savings", "amount": 1, "currency_code": "EUR" });
    assert_eq!(caller.post("/transfer", body).await.meta("reason").as_deref(), Some("CURRENCY_MISMATCH"));

    assert_eq!(caller.post("/accounts", json!({})).await.text, before);
    assert!(caller.sandbox.movements().is_empty());
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_dated_order_is_pending_until_its_day() {
    let caller = Caller::new().await;
    let order = json!({
        "user_id": USER_ID, "source_account_id": "acc-checking", "dest_account_id": "acc-savings",
        "amount": 5, "date": "2019-03-28"
    });
    assert_eq!(caller.post("/transfer", order).await.json()["status"], "pending");
    assert!(caller.sandbox.movements().is_empty());
    caller.sandbox.kasisto().advance(Duration::from_secs(24 * 3600));
    assert_eq!(caller.moved().len(), 1);
    assert_eq!(caller.sandbox.kasisto().balance("acc-savings").as_deref(), Some("1255.00"));
}
