//! Does the same seed give the same answers, and can the moods be tried?

use bursar_sandbox::Sandbox;
use bursar_sandbox::vaultspay::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Ping, Settings};
use serde_json::json;

use crate::caller::{Caller, DEVICE};

#[tokio::test]
async fn the_ping_comes_in_three_forms() {
    const UP: &str = "Service is up and running!";
    for (ping, media_type, text) in [
        (Ping::Text, "text/plain; charset=utf-8", UP.to_owned()),
        (Ping::Json, "application/json", json!(UP).to_string()),
        (Ping::Object, "application/json", json!({ "data": UP }).to_string()),
    ] {
        let caller = Caller::with(Settings::new().ping(ping)).await;
        let reply = caller.call_with("", "GET", "/v1/ping", "").await;
        assert_eq!((reply.status, reply.media_type.as_str(), reply.text), (200, media_type, text));
        caller.assert_no_violations();
    }
}

/// A short conversation with a provider of this seed; all answers in one text.
async fn conversation(seed: u64) -> String {
    let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
    let http = reqwest::Client::new();
    let mut said = String::new();
    for (path, body) in [
        ("/as/api/v1/saas-login", json!({ "clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET })),
        (
            "/tc/api/v1/direct-transfer",
            json!({ "senderAccountId": "701", "paymentContactId": "301", "purpose": "RENT", "description": "Rent",
                "amount": 100 }),
        ),
    ] {
        let mut request = http.post(format!("{}{path}", sandbox.vaultspay_url())).body(body.to_string());
        for (name, value) in DEVICE {
            request = request.header(name, value);
        }
        let request = request.header("content-type", "application/json");
        let response = request.header("authorization", format!("Bearer {ACCESS_TOKEN}")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        said += &response.text().await.unwrap();
    }
    said
}

#[tokio::test]
async fn a_seed_repeats_itself_and_another_differs() {
    let first = conversation(7).await;
    assert_eq!(first, conversation(7).await);
    assert_ne!(first, conversation(8).await);
}
