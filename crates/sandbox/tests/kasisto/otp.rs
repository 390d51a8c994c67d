//! Does a large amount wait for the one-time password, and does a wrong one end where it should?

use std::time::Duration;

use bursar_sandbox::kasisto::{EXPIRED_OTP, OTP};
use serde_json::json;

use crate::caller::Caller;

#[tokio::test]
async fn a_large_transfer_moves_only_after_the_password() {
    let mut caller = Caller::new().await;
    assert_eq!(caller.transfer("acc-checking", "acc-savings", "500.00").await.status, 200);

    let reply = caller.transfer("acc-checking", "acc-savings", "500.01").await;
    assert_eq!(reply.status, 450);
    assert_eq!(reply.json()["code"], "OTP_REQUIRED");
    assert!(reply.json()["otp_details"].is_string());
    assert_eq!(caller.pay("acc-checking", "payee-1", "500.01").await.status, 450);
    assert_eq!(caller.moved().len(), 1);

    let old = caller.token.clone();
    caller.raise().await;
    assert_ne!(caller.token, old);
    let reply = caller.transfer("acc-checking", "acc-savings", "500.01").await;
    assert_eq!(reply.json()["status"], "processed");
    assert_eq!(caller.moved().len(), 2);

    caller.token = old;
    assert_eq!(caller.post("/accounts", json!({})).await.status, 403);
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_third_wrong_password_ends_the_session() {
    let mut caller = Caller::new().await;
    for (attempt, status) in [(1, 451), (2, 451), (3, 453)] {
        let reply = caller.post("/validate_otp", json!({ "otp": "999999" })).await;
        assert_eq!(reply.status, status, "attempt {attempt}");
    }
    assert_eq!(caller.post("/validate_otp", json!({ "otp": OTP })).await.status, 403);
    assert_eq!(caller.post("/accounts", json!({})).await.status, 403);

    caller.token = caller.sign_in().await;
    assert_eq!(caller.post("/accounts", json!({})).await.status, 200);
    assert_eq!(caller.transfer("acc-checking", "acc-savings", "600").await.status, 450);
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_right_password_forgives_the_wrong_ones() {
    let mut caller = Caller::new().await;
    for _ in 0..2 {
        for _ in 0..2 {
            assert_eq!(caller.post("/validate_otp", json!({ "otp": "1" })).await.status, 451);
        }
        caller.raise().await;
    }
}

#[tokio::test]
async fn a_password_expires() {
    let mut caller = Caller::new().await;
    let reply = caller.post("/validate_otp", json!({ "otp": EXPIRED_OTP })).await;
    assert_eq!((reply.status, reply.json()["code"].as_str()), (452, Some("EXPIRED_OTP")));

    assert_eq!(caller.transfer("acc-checking", "acc-savings", "600").await.status, 450);
    caller.sandbox.kasisto().advance(Duration::from_secs(301));
    assert_eq!(caller.post("/validate_otp", json!({ "otp": OTP })).await.status, 452);

    assert_eq!(caller.transfer("acc-checking", "acc-savings", "600").await.status, 450);
    caller.raise().await;
    assert_eq!(caller.transfer("acc-checking", "acc-savings", "600").await.status, 200);
    caller.assert_no_violations();
}
