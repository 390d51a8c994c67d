//! Who is let in, and for how long?

use std::time::Duration;

use bursar_sandbox::kasisto::{PASSWORD, SECRET, Settings, USERNAME};
use serde_json::json;

use crate::caller::Caller;

#[tokio::test]
async fn the_secret_comes_first() {
    let caller = Caller::new().await;
    for headers in [vec![], vec![("secret", "wrong")], vec![("token", caller.token.as_str())]] {
        for path in ["/token", "/accounts", "/interaction", "/bank_locations"] {
            let reply = caller.send(path, &headers, "{}").await;
            assert_eq!((reply.status, reply.json()["code"].as_str()), (401, Some("AUTHENTICATION_FAILED")), "{path}");
        }
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn both_forms_of_credentials_give_a_token_and_wrong_ones_none() {
    let caller = Caller::new().await;
    let pairs = |password: &str| json!({ "meta": [{ "name": "username", "value": USERNAME }, { "name": "password", "value": password }] });
    let members = |password: &str| json!({ "username": USERNAME, "password": password });
    for (body, status) in [
        (pairs(PASSWORD), 200),
        (members(PASSWORD), 200),
        (pairs("wrong"), 401),
        (members("wrong"), 401),
        (json!({}), 401),
    ] {
        let reply = caller.send("/token", &[("secret", SECRET)], &body.to_string()).await;
        assert_eq!(reply.status, status, "{body}");
    }
    assert_eq!(caller.send("/token", &[("secret", SECRET)], "").await.status, 401);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_missing_or_unknown_token_is_401_and_one_that_is_over_403() {
    let mut caller = Caller::new().await;
    assert_eq!(caller.send("/accounts", &[("secret", SECRET)], "{}").await.status, 401);
    let good = std::mem::replace(&mut caller.token, "tok-unknown".to_owned());
    assert_eq!(caller.post("/accounts", json!({})).await.status, 401);

    caller.token = good;
    caller.sandbox.kasisto().advance(Duration::from_secs(16 * 60));
    let reply = caller.post("/accounts", json!({})).await;
    assert_eq!((reply.status, reply.json()["code"].as_str()), (403, Some("ACCESS_DENIED")));
    caller.assert_no_violations();
}

#[tokio::test]
async fn another_customers_data_is_denied() {
    let caller = Caller::new().await;
    for path in ["/accounts", "/customer", "/payees"] {
        assert_eq!(caller.post(path, json!({ "user_id": "user-2" })).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn the_fifth_answer_renews_the_token_and_the_old_one_has_one_more_call() {
    let mut caller = Caller::with(Settings::new()).await;
    for _ in 0..4 {
        assert_eq!(caller.post("/accounts", json!({})).await.token, None);
    }
    // Neither an answer that cannot carry a token nor a refusal counts.
    assert_eq!(caller.post("/offers", json!({})).await.token, None);
    assert_eq!(caller.transfer("acc-checking", "acc-savings", "501").await.token, None);

    let renewed = caller.post("/customer", json!({})).await.token.unwrap();
    assert_ne!(renewed, caller.token);
    // The call in grace says again which token is the right one.
    let grace = caller.post("/payees", json!({})).await;
    assert_eq!((grace.status, grace.token.as_deref()), (200, Some(renewed.as_str())));
    assert_eq!(caller.post("/payees", json!({})).await.status, 403);

    caller.token = renewed;
    for _ in 0..4 {
        assert_eq!(caller.post("/merchants", json!({})).await.token, None);
    }
    assert!(caller.post("/categories", json!({})).await.token.is_some());
    caller.assert_no_violations();
}

#[tokio::test]
async fn sessions_are_apart() {
    let caller = Caller::with(Settings::new().renew_after(2)).await;
    let other = caller.sign_in().await;
    assert_eq!(caller.post("/accounts", json!({})).await.token, None);
    let headers = [("secret", SECRET), ("token", other.as_str())];
    assert_eq!(caller.send("/accounts", &headers, "{}").await.token, None);
    assert!(caller.post("/accounts", json!({})).await.token.is_some());
}

#[tokio::test]
async fn drafts_hand_out_and_end_tokens() {
    let mut caller = Caller::new().await;
    let reply = caller.post("/session_token", json!({ "user_id": USERNAME, "token": caller.token })).await;
    let second = reply.json()["token"].as_str().unwrap().to_owned();
    let reply = caller.post_text("/revoke_token", "").await;
    assert_eq!(reply.json()["token"], caller.token);
    assert_eq!(caller.post("/accounts", json!({})).await.status, 403);
    caller.token = second;
    assert_eq!(caller.post("/accounts", json!({})).await.status, 200);
    caller.assert_no_violations();
}
