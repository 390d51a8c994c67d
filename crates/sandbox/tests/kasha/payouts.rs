//! Does a pay-out wait for the merchant, and leave once?

use bursar_sandbox::MovementKind::Withdrawal;
use bursar_sandbox::kasha::Settings;
use serde_json::{Value, json};

use crate::caller::{Caller, Reply};

/// Creates the pay-out of the session that is open from the start (200.00 ARS).
async fn create(caller: &Caller, phone: &str) -> Reply {
    let body = json!({
        "sessionId": "session-payout", "paymentOptionId": "option-transfer", "optionId": "d_1",
        "extraData": { "name": "Alex Sample", "phone": phone }
    });
    caller.post("/direct-payout", body).await
}

async fn settle(caller: &Caller, action: &str) -> Reply {
    caller.post("/settle-payout", json!({ "action": action, "transactionId": "txn-payout" })).await
}

fn status(reply: &Reply) -> Value {
    reply.json()["status"].clone()
}

#[tokio::test]
async fn an_approved_payout_leaves_once() {
    let caller = Caller::new().await;
    let created = create(&caller, "+15550100").await.json();
    assert_eq!((&created["statusCode"], &created["resultType"]), (&json!(0), &json!("success")));
    caller.advance(60);
    assert_eq!(caller.status("txn-payout").await, "PENDING");
    assert!(caller.moved().is_empty());
    assert_eq!(status(&settle(&caller, "APPROVE").await), "PROCESSING");
    assert_eq!(settle(&caller, "APPROVE").await.status, 400);
    caller.advance(3);
    assert_eq!(settle(&caller, "DECLINE").await.status, 400);
    assert_eq!(caller.status("txn-payout").await, "COMPLETED");
    assert_eq!(caller.moved(), [(Withdrawal, "200.00 ARS".to_owned())]);
    assert_eq!(caller.balance("ARS"), "800.00");
    assert_eq!(create(&caller, "+15550100").await.refusal().1, "This session was completed.");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_declined_payout_never_leaves() {
    let caller = Caller::new().await;
    create(&caller, "+15550100").await;
    assert_eq!(status(&settle(&caller, "DECLINE").await), "DECLINED");
    assert_eq!(settle(&caller, "APPROVE").await.status, 400);
    caller.advance(60);
    assert_eq!(caller.status("txn-payout").await, "DECLINED");
    assert!(caller.moved().is_empty());
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_processor_can_still_reject() {
    // The telephone, and whether creating it is declined already.
    for (phone, at_once) in [("+15551004", true), ("+15553001", false)] {
        let caller = Caller::new().await;
        let created = create(&caller, phone).await;
        if at_once {
            assert_eq!(created.declined(), "1004");
            assert_eq!(settle(&caller, "APPROVE").await.status, 400);
        } else {
            assert_eq!(created.json()["resultType"], "success");
            assert_eq!(status(&settle(&caller, "APPROVE").await), "PROCESSING");
            caller.advance(3);
        }
        assert_eq!(caller.status("txn-payout").await, "DECLINED");
        assert!(caller.moved().is_empty());
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn an_unknown_outcome_can_be_a_payout() {
    let caller = Caller::new().await;
    create(&caller, "+15551100").await;
    assert_eq!(status(&settle(&caller, "APPROVE").await), "ERROR");
    caller.advance(60);
    assert_eq!(caller.status("txn-payout").await, "COMPLETED");
    assert_eq!(caller.balance("ARS"), "800.00");
}

#[tokio::test]
async fn what_the_merchant_does_not_have_does_not_leave() {
    let caller = Caller::with(Settings::new().balance("ARS", "199.99".parse().unwrap()).without_approval()).await;
    create(&caller, "+15550100").await;
    assert_eq!(caller.status("txn-payout").await, "PROCESSING");
    caller.advance(3);
    assert_eq!(caller.status("txn-payout").await, "DECLINED");
    assert_eq!((caller.balance("ARS").as_str(), caller.moved().len()), ("199.99", 0));
}

#[tokio::test]
async fn without_approval_creating_pays() {
    let caller = Caller::with(Settings::new().without_approval()).await;
    create(&caller, "+15550100").await;
    assert_eq!(settle(&caller, "APPROVE").await.status, 400);
    caller.advance(3);
    assert_eq!(caller.moved(), [(Withdrawal, "200.00 ARS".to_owned())]);
}

#[tokio::test]
async fn a_hosted_payout_waits_for_the_customer_and_the_merchant() {
    let caller = Caller::new().await;
    let body = json!({ "country": "AR", "currency": "ARS", "amount": 12.5, "customer": { "phone": 15550100 } });
    let url = caller.post("/payout-session", body).await.json()["cashierUrl"].as_str().unwrap().to_owned();
    let session = url.strip_prefix("https://cashier.example/payout/?sessionId=").unwrap();
    caller.advance(5);
    assert!(caller.sandbox.kasha().customer_pays(session));
    caller.advance(5);
    assert!(caller.moved().is_empty());
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_payin_session_is_no_payout_session() {
    let caller = Caller::new().await;
    let body = json!({ "sessionId": "session-payin", "paymentOptionId": "option-transfer" });
    for path in ["/payout-suboptions", "/direct-payout"] {
        assert_eq!(caller.post(path, body.clone()).await.refusal(), (404, "Invalid session id.".to_owned()));
    }
    let settle = json!({ "action": "APPROVE", "transactionId": "txn-payin" });
    assert_eq!(caller.post("/settle-payout", settle).await.status, 400);
    caller.assert_no_violations();
}
