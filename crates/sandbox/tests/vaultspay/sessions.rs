//! Do tokens end when they said they would?

use std::time::Duration;

use bursar_sandbox::vaultspay::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, Settings};
use serde_json::json;

use crate::caller::{Caller, Reply};

const ACCOUNT: &str = "/be/api/v1/accounts/701";

async fn login(caller: &Caller, id: &str, secret: &str) -> Reply {
    let body = json!({ "clientId": id, "clientSecret": secret });
    caller.call_with("", "POST", "/as/api/v1/saas-login", &body.to_string()).await
}

async fn refresh(caller: &Caller, token: &str) -> Reply {
    let body = json!({ "refreshToken": token });
    caller.call_with("", "POST", "/as/api/v1/saas-refresh-token", &body.to_string()).await
}

#[tokio::test]
async fn a_login_opens_a_session_with_its_own_ends() {
    let caller = Caller::new().await;
    let tokens = login(&caller, CLIENT_ID, CLIENT_SECRET).await.data();
    assert_eq!(tokens["accessTokenExpiry"], "2026-01-15T11:00:01.000+00:00");
    assert_eq!(tokens["refreshTokenExpiry"], "2026-01-20T10:00:01.000+00:00");
    let access = tokens["accessToken"].as_str().unwrap();
    assert_ne!(access, ACCESS_TOKEN);
    assert_eq!(caller.call_with(access, "GET", ACCOUNT, "").await.status, 200);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_token_are_told_apart() {
    let caller = Caller::new().await;
    assert_eq!(login(&caller, CLIENT_ID, "wrong").await.refusal(), (401, 1002));
    assert_eq!(login(&caller, "nobody", CLIENT_SECRET).await.refusal(), (401, 1002));
    assert_eq!(caller.call_with("unknown", "GET", ACCOUNT, "").await.refusal(), (400, 1036));
    assert_eq!(refresh(&caller, ACCESS_TOKEN).await.refusal(), (400, 1036));
    // A refresh token is no access token.
    assert_eq!(caller.call_with(REFRESH_TOKEN, "GET", ACCOUNT, "").await.refusal(), (400, 1036));
    caller.assert_no_violations();
}

#[tokio::test]
async fn an_expired_token_is_refreshed_until_the_session_is_over() {
    let caller = Caller::new().await;
    caller.advance(60 * 60 - 2);
    assert_eq!(caller.get(ACCOUNT).await.status, 200);
    assert_eq!(caller.get(ACCOUNT).await.refusal(), (401, 1003));

    let refreshed = refresh(&caller, REFRESH_TOKEN).await.data();
    assert_eq!(refreshed["accessTokenExpiry"], "2026-01-15T12:00:01.000+00:00");
    assert!(refreshed.get("refreshToken").is_none());
    let access = refreshed["accessToken"].as_str().unwrap().to_owned();
    assert_eq!(caller.call_with(&access, "GET", ACCOUNT, "").await.status, 200);
    assert_eq!(caller.get(ACCOUNT).await.refusal(), (401, 1003));

    caller.advance(5 * 24 * 60 * 60);
    assert_eq!(caller.call_with(&access, "GET", ACCOUNT, "").await.refusal(), (401, 1004));
    assert_eq!(refresh(&caller, REFRESH_TOKEN).await.refusal(), (401, 1004));
    assert_eq!(login(&caller, CLIENT_ID, CLIENT_SECRET).await.status, 200);
    caller.assert_no_violations();
}

#[tokio::test]
async fn lives_can_be_set_and_a_token_does_not_outlive_its_session() {
    let settings = Settings::new().access_life(Duration::from_secs(60)).refresh_life(Duration::from_secs(90));
    let caller = Caller::with(settings).await;
    caller.advance(60);
    assert_eq!(caller.get(ACCOUNT).await.refusal(), (401, 1003));
    let refreshed = refresh(&caller, REFRESH_TOKEN).await.data();
    assert_eq!(refreshed["accessTokenExpiry"], "2026-01-15T10:01:30.000+00:00");
}
