//! Do the same seed and the same calls give the same bytes?

use bursar_sandbox::Sandbox;
use bursar_sandbox::kasisto::{PASSWORD, SECRET, USERNAME};
use serde_json::json;

/// A short conversation with a bank of this seed; all answers in one text.
async fn conversation(seed: u64) -> String {
    let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
    let http = reqwest::Client::new();
    let post = async |path: &str, token: &str, body: serde_json::Value| {
        let request = http.post(format!("{}{path}", sandbox.kasisto_url()));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let response = request.header("secret", SECRET).header("token", token).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.text().await.unwrap()
    };
    let signed_in = post("/token", "", json!({ "username": USERNAME, "password": PASSWORD })).await;
    let token: serde_json::Value = serde_json::from_str(&signed_in).unwrap();
    let token = token["token"].as_str().unwrap();
    let order = json!({ "source_account_id": "acc-checking", "payee_id": "payee-1", "amount": 12.5 });
    let paid = post("/payment", token, order).await;
    let listed = post("/transactions", token, json!({})).await;
    format!("{signed_in}\n{paid}\n{listed}\n{:?}", sandbox.movements())
}

#[tokio::test]
async fn a_seed_repeats_itself_and_another_differs() {
    let first = conversation(7).await;
    assert_eq!(first, conversation(7).await);
    assert_ne!(first, conversation(8).await);
}

#[tokio::test]
async fn a_dropped_sandbox_no_longer_answers() {
    let sandbox = Sandbox::start().await.unwrap();
    let url = sandbox.kasisto_url();
    let http = reqwest::Client::new();
    assert_eq!(http.post(&url).send().await.unwrap().status(), 501);
    drop(sandbox);
    tokio::time::timeout(std::time::Duration::from_secs(10), async {
        while http.post(&url).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}
