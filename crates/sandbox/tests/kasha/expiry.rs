//! Does a session end after 30 minutes, and only one that nobody paid in?

use bursar_sandbox::kasha::CARD;
use serde_json::json;

use crate::caller::Caller;

#[tokio::test]
async fn a_session_ends_after_thirty_minutes() {
    let caller = Caller::new().await;
    let (early, transaction) = caller.open("order-1", "10").await;
    let (late, _) = caller.open("order-2", "10").await;
    // Each call takes a second.
    caller.advance(30 * 60 - 2);
    assert_eq!(caller.pay(&late, CARD).await.json()["resultType"], "success");
    let reply = caller.pay(&early, CARD).await;
    assert_eq!(reply.refusal(), (400, "This session has expired.".to_owned()));
    assert_eq!(caller.status(&transaction).await, "EXPIRED");
    assert!(!caller.sandbox.kasha().customer_pays(&early));
    caller.advance(3);
    assert_eq!(caller.moved().len(), 1);
    caller.assert_no_violations();
}

#[tokio::test]
async fn every_step_of_an_expired_session_is_refused() {
    let caller = Caller::new().await;
    caller.advance(30 * 60);
    for (path, session, option, suboption) in [
        ("/payment-suboptions", "session-payin", "option-bank", None),
        ("/hybrid-payment", "session-hybrid", "option-bank", Some("b_1")),
        ("/direct-payment", "session-payin", "option-bank", Some("b_1")),
        ("/payout-suboptions", "session-payout", "option-transfer", None),
        ("/direct-payout", "session-payout", "option-transfer", Some("d_1")),
    ] {
        let mut body = json!({ "sessionId": session, "paymentOptionId": option });
        if let Some(suboption) = suboption {
            body["optionId"] = json!(suboption);
        }
        assert_eq!(caller.post(path, body).await.refusal(), (400, "This session has expired.".to_owned()), "{path}");
    }
    // What waits for the merchant does not end.
    assert_eq!(caller.status("txn-pending").await, "PENDING");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_customer_who_does_not_come_back_ends_the_session() {
    let caller = Caller::new().await;
    let (session, transaction) = caller.open("order-1", "10").await;
    let body = json!({
        "sessionId": session, "paymentOptionId": "option-bank", "optionId": "b_1", "extraData": { "phone": "+15550100" }
    });
    assert_eq!(caller.post("/direct-payment", body).await.json()["resultType"], "redirect");
    caller.advance(30 * 60);
    assert_eq!(caller.status(&transaction).await, "EXPIRED");
    assert!(caller.moved().is_empty());
}

#[tokio::test]
async fn the_same_seed_and_calls_give_the_same_answers() {
    let mut texts = Vec::new();
    for _ in 0..2 {
        let caller = Caller::new().await;
        let (session, transaction) = caller.open("order-1", "10").await;
        texts.push((session, caller.get(&format!("/payments/{transaction}")).await.text));
    }
    assert_eq!(texts[0], texts[1]);
}
