//! Who is let in, and to what?

use bursar_sandbox::kotani::{ACCESS_TOKEN, API_KEY, EMAIL, MAGIC_HASH, REFRESH_TOKEN};
use serde_json::json;

use crate::caller::{Caller, Reply};

async fn with(caller: &Caller, bearer: &str, path: &str) -> Reply {
    caller.send("GET", &format!("/api/v3{path}"), &[("authorization", &format!("Bearer {bearer}"))], "").await
}

#[tokio::test]
async fn an_api_key_makes_no_keys_and_an_access_token_does() {
    let caller = Caller::new().await;
    assert_eq!(with(&caller, API_KEY, "/auth/api-key/secure").await.refusal(), (403, "Unauthorized".to_owned()));
    let made = with(&caller, ACCESS_TOKEN, "/auth/api-key/secure").await.data();
    assert!(made["secret"].is_string());
    assert_eq!(with(&caller, made["key"].as_str().unwrap(), "/wallet/fiat").await.status, 200);
    assert_eq!(with(&caller, "sandbox-key-9", "/wallet/fiat").await.refusal(), (401, "Invalid API Key".to_owned()));
    caller.assert_no_violations();
}

#[tokio::test]
async fn an_access_token_ends_after_an_hour_and_is_refreshed() {
    let caller = Caller::new().await;
    assert_eq!(with(&caller, ACCESS_TOKEN, "/wallet/fiat").await.status, 200);
    caller.advance(3600);
    assert_eq!(with(&caller, ACCESS_TOKEN, "/wallet/fiat").await.status, 401);
    assert_eq!(with(&caller, API_KEY, "/auth/refresh-token").await.status, 403);
    assert_eq!(with(&caller, "nothing", "/auth/refresh-token").await.status, 404);
    let fresh = with(&caller, REFRESH_TOKEN, "/auth/refresh-token").await.data();
    assert_eq!(fresh["session_id"], "session-1");
    assert_eq!(with(&caller, fresh["token"].as_str().unwrap(), "/wallet/fiat").await.status, 200);
    assert_eq!(with(&caller, fresh["refresh_token"].as_str().unwrap(), "/auth/refresh-token").await.status, 200);
    // A refresh token is for nothing else.
    assert_eq!(with(&caller, REFRESH_TOKEN, "/wallet/fiat").await.status, 403);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_magic_link_signs_in_for_an_hour() {
    let caller = Caller::new().await;
    let link = format!("/auth/verify?hash={MAGIC_HASH}");
    let session = caller.get(&link).await.data();
    assert_eq!(with(&caller, session["token"].as_str().unwrap(), "/auth/api-key").await.status, 200);
    caller.advance(3600);
    assert_eq!(caller.get(&link).await.status, 400);
    assert_eq!(caller.post("/auth/login", json!({ "email": "nobody@example.com" })).await.status, 404);
    caller.post("/auth/login", json!({ "email": EMAIL })).await.data();
    assert_eq!(caller.get(&link).await.status, 200);
    assert_eq!(caller.post("/auth/human-verify", json!({ "verificationToken": "x" })).await.status, 400);
    caller.assert_no_violations();
}
