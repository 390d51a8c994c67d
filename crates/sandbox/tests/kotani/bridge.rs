//! Does the bridge pay once its quote allows it, and give back what the partner could not settle?

use bursar_sandbox::MovementKind::{CryptoOut, Deposit, Refund};
use bursar_sandbox::kotani::SETTLEMENT_SIGNATURE;
use serde_json::{Value, json};

use crate::caller::{Caller, Reply, movement};

fn bridging(partner: &str, rate: &str) -> Value {
    json!({ "rate_id": rate, "customer_key": "cust-1", "provider_reference_id": partner, "amount": 1000,
        "source_currency": "KES", "wallet_id": "wallet-kes", "transaction_type": "cross_border",
        "chain": "LIGHTNING", "token": "MSAT",
        "crypto_payment": { "bolt11": "lnbc1-a", "amount_msat": 150_000_000, "expires_at": "2026-03-02T10:30:00Z" },
        "settlement": { "amount": 140, "currency": "ZAR", "country": "ZA",
            "recipient": { "phone_number": "+27700000002", "payment_method": "MOBILE_MONEY" } },
        "callback_url": "https://client.example/kotani" })
}

async fn report(caller: &Caller, bridge: &str, partner: &str, status: &str) -> Reply {
    let body = json!({ "webhook_type": "SETTLEMENT_STATUS_UPDATE", "provider_reference_id": partner,
        "kotani_reference_id": bridge, "status": status, "timestamp": "2026-03-02T10:05:00Z",
        "crypto_payment": { "chain": "LIGHTNING", "token": "MSAT", "payment_hash": "h",
            "received_at": "2026-03-02T10:01:30Z" } });
    let headers = [("x-kotani-signature", SETTLEMENT_SIGNATURE), ("content-type", "application/json")];
    let path = "/api/v3/deposit/crypto-bridge/webhook/provider/settlement";
    caller.send("POST", path, &headers, &body.to_string()).await
}

async fn status(caller: &Caller, bridge: &str) -> Value {
    caller.get(&format!("/deposit/crypto-bridge/status/{bridge}")).await.data()["status"].clone()
}

#[tokio::test]
async fn the_bridge_collects_pays_and_is_settled() {
    let caller = Caller::new().await;
    let accepted = caller.post("/deposit/crypto-bridge", bridging("partner-2", "rate-bridge-1")).await.data();
    let bridge = accepted["kotani_reference_id"].as_str().unwrap();
    assert_eq!(report(&caller, bridge, "partner-2", "COMPLETED").await.status, 400);
    caller.advance(10);
    assert_eq!(status(&caller, bridge).await, "PAYMENT_SENT");
    assert_eq!(caller.moved(), [movement(Deposit, "1000.00 KES"), movement(CryptoOut, "150000000 MSAT")]);
    assert_eq!(report(&caller, bridge, "partner-9", "COMPLETED").await.status, 404);
    report(&caller, bridge, "partner-2", "COMPLETED").await.data();
    // The first word counts.
    report(&caller, bridge, "partner-2", "FAILED").await.data();
    caller.advance(60);
    assert_eq!(status(&caller, bridge).await, "COMPLETED");
    assert_eq!(caller.moved().len(), 2);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_settlement_that_fails_sends_the_crypto_back() {
    let caller = Caller::new().await;
    report(&caller, "bridge-1", "partner-1", "FAILED").await.data();
    assert_eq!(status(&caller, "bridge-1").await, "FAILED");
    caller.advance(5);
    assert_eq!(status(&caller, "bridge-1").await, "REFUNDED");
    assert_eq!(caller.moved(), [movement(Refund, "150000000 MSAT")]);
}

#[tokio::test]
async fn a_quote_is_good_once_and_for_its_amount() {
    let caller = Caller::new().await;
    let mut other = bridging("partner-2", "rate-bridge-1");
    other["amount"] = json!(999);
    assert_eq!(caller.post("/deposit/crypto-bridge", other).await.status, 422);
    let mut late = bridging("partner-2", "rate-bridge-1");
    late["crypto_payment"]["expires_at"] = json!("2026-03-02T09:59:00Z");
    assert_eq!(caller.post("/deposit/crypto-bridge", late).await.status, 422);
    caller.post("/deposit/crypto-bridge", bridging("partner-2", "rate-bridge-1")).await.data();
    let again = caller.post("/deposit/crypto-bridge", bridging("partner-3", "rate-bridge-1")).await;
    assert!(again.refusal().1.starts_with("Rate expired."), "{again:?}");
    let again = caller.post("/deposit/crypto-bridge", bridging("partner-2", "rate-bridge-1")).await;
    assert_eq!(again.refusal(), (400, "Duplicate Transaction".to_owned()));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_refund_invoice_is_renewed_three_times() {
    let caller = Caller::new().await;
    let path = "/deposit/crypto-bridge/bridge-1/refund-config";
    for count in 1..=3 {
        assert_eq!(caller.call("POST", path, "").await.data()["regeneration_count"], count);
        assert_eq!(caller.call("POST", path, "").await.refusal().1, "The invoice has not expired");
        caller.advance(3600);
    }
    assert_eq!(caller.call("POST", path, "").await.refusal().1, "No regenerations remaining");
    assert_eq!(caller.get(path).await.data()["regenerations_remaining"], 0);
    caller.assert_no_violations();
}
