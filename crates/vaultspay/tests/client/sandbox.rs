//! A session against the sandbox, whose clock gains a second per call: the expiry of a login tells how many calls there were.

use std::time::Duration;

use bursar_sandbox::Sandbox;
use bursar_sandbox::vaultspay::{CLIENT_ID, CLIENT_SECRET, DEVICE_ID};
use bursar_vaultspay::types::CreateAccessToken;
use bursar_vaultspay::{Client, Environment};

use crate::provider::credential;

fn client(sandbox: &Sandbox) -> Client {
    Client::builder()
        .environment(Environment::Custom(sandbox.vaultspay_url()))
        .device_id(DEVICE_ID)
        .client(credential(CLIENT_ID), credential(CLIENT_SECRET))
        .build()
        .expect("a client")
}

async fn get(client: &Client) {
    client.get_account(701).await.expect("an account");
}

/// When the token of one more login ends.
async fn expiry(client: &Client) -> String {
    let login = CreateAccessToken::builder().client_id(CLIENT_ID).client_secret(CLIENT_SECRET.to_owned()).build();
    let tokens = client.create_access_token(&login.expect("a login")).await.expect("tokens");
    tokens.access_token_expiry.as_ref().map(|expiry| expiry.text().to_owned()).expect("an expiry")
}

#[tokio::test]
async fn a_token_lasts_until_it_is_refused_though_the_clocks_are_years_apart() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = client(&sandbox);
    // One login and five calls.
    for _ in 0..5 {
        get(&client).await;
    }
    assert_eq!(expiry(&client).await, "2026-01-15T11:00:07.000+00:00");
    // An hour later: refused, refreshed, repeated.
    sandbox.vaultspay().advance(Duration::from_secs(3600));
    get(&client).await;
    assert_eq!(expiry(&client).await, "2026-01-15T12:00:11.000+00:00");
    assert!(sandbox.violations().is_empty(), "{:?}", sandbox.violations());
}

#[tokio::test]
async fn a_session_that_is_over_begins_anew() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = client(&sandbox);
    get(&client).await;
    sandbox.vaultspay().advance(Duration::from_secs(5 * 86_400));
    // Login and call, five days ago; refused, logged in, repeated.
    get(&client).await;
    assert_eq!(expiry(&client).await, "2026-01-20T11:00:06.000+00:00");
    assert!(sandbox.violations().is_empty(), "{:?}", sandbox.violations());
}
