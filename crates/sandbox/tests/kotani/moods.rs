//! Are the moods of the real one there to be tried?

use bursar_sandbox::MovementKind::Withdrawal;
use bursar_sandbox::Sandbox;
use bursar_sandbox::kotani::{API_KEY, Errors, SameMinute, Settings};
use serde_json::{Value, json};

use crate::caller::{Caller, movement};

#[tokio::test]
async fn refusals_have_the_shape_that_was_asked_for() {
    for (errors, expected) in [
        (Errors::Numbered, json!({ "success": false, "message": "Wallet Not Found", "error_code": 404, "data": {} })),
        (Errors::Plain, json!({ "success": false, "message": "Wallet Not Found", "data": {} })),
        (Errors::Stated, json!({ "statusCode": 404, "message": "Wallet Not Found", "error": "Not Found", "data": {} })),
        (
            Errors::Coded,
            json!({ "status": "error", "message": "Wallet Not Found", "error_code": "NOT_FOUND",
                "timestamp": "2026-03-02T10:00:01Z" }),
        ),
    ] {
        let caller = Caller::with(Settings::new().errors(errors)).await;
        let reply = caller.get("/wallet/fiat/nobody").await;
        assert_eq!((reply.status, reply.json()), (404, expected));
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn a_second_withdrawal_within_a_minute_is_denied() {
    let caller = Caller::new().await;
    caller.withdraw("cust-1", "wd-2", "1").await.data();
    assert_eq!(caller.withdraw("cust-1", "wd-3", "1").await.refusal(), (400, "Transaction Denied".to_owned()));
    caller.advance(60);
    caller.withdraw("cust-1", "wd-3", "1").await.data();
    assert_eq!(caller.moved().len(), 2);
}

#[tokio::test]
async fn or_it_waits_for_a_decision() {
    let caller = Caller::with(Settings::new().same_minute(SameMinute::Hold)).await;
    for reference in ["wd-2", "wd-3", "wd-4"] {
        caller.withdraw("cust-1", reference, "1").await.data();
    }
    caller.advance(600);
    let resolve = async |reference: &str, action: &str| {
        caller.post(&format!("/withdraw/{reference}/resolve-duplicate"), json!({ "action": action })).await
    };
    assert_eq!(caller.withdrawal_status("wd-3").await, "DUPLICATE_PENDING");
    assert_eq!(caller.balance("wallet-kes"), "4999.00");
    assert_eq!(resolve("wd-3", "proceed").await.status, 201);
    assert_eq!(resolve("wd-4", "cancel").await.status, 201);
    assert_eq!(resolve("wd-2", "cancel").await.status, 400);
    caller.advance(5);
    assert_eq!(caller.withdrawal_status("wd-3").await, "SUCCESSFUL");
    assert_eq!(caller.withdrawal_status("wd-4").await, "CANCELLED");
    assert_eq!(caller.moved(), vec![movement(Withdrawal, "1.00 KES"); 2]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn bare_lists_and_pages_are_alone() {
    let caller = Caller::with(Settings::new().bare()).await;
    assert!(caller.get("/wallet/fiat").await.json().is_array());
    let page = caller.get("/deposit/mobile-money/transactions").await.json();
    assert_eq!(page["meta"]["total"], 1);
    caller.assert_no_violations();
}

/// A short conversation with a provider of this seed; all answers in one text.
async fn conversation(seed: u64) -> String {
    let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
    let http = reqwest::Client::new();
    let mut said = String::new();
    for body in [
        ("/api/v3/wallet/fiat", json!({ "name": "Ghana", "currency": "GHS" })),
        ("/api/v3/withdraw/mobile-money", json!({ "customer_key": "cust-1", "walletId": "wallet-kes", "amount": 5 })),
    ] {
        let (path, body): (&str, Value) = body;
        let request = http.post(format!("{}{path}", sandbox.kotani_url())).body(body.to_string());
        let request = request.header("content-type", "application/json");
        let response = request.header("authorization", format!("Bearer {API_KEY}")).send().await.unwrap();
        said += &response.text().await.unwrap();
    }
    format!("{said}{:?}", sandbox.movements())
}

#[tokio::test]
async fn a_seed_repeats_itself_and_another_differs() {
    let first = conversation(7).await;
    assert_eq!(first, conversation(7).await);
    assert_ne!(first, conversation(8).await);
}
