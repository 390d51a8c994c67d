//! Clients that a generator for Python makes of the documents: they accept anything, and send no header that no document names.

use bursar_sandbox::{Sandbox, kasha, kasisto, kontist, kotani, vaultspay};
use serde_json::{Value, json};

use crate::wire::{Answer, send};

/// A call with the headers of that client's HTTP library, and its own.
async fn call(sandbox: &Sandbox, line: &str, own: &[&str], body: &Value) -> Answer {
    let line = format!("{line} HTTP/1.1");
    let library = ["Accept: */*", "Accept-Encoding: gzip, deflate", "User-Agent: python-httpx/0.28.1"];
    let mut head = vec![line.as_str()];
    head.extend(library);
    head.extend(own);
    let text = if body.is_null() { String::new() } else { body.to_string() };
    if !body.is_null() {
        head.push("Content-Type: application/json");
    }
    send(sandbox, &head, &text).await
}

#[tokio::test]
async fn does_a_generated_client_log_in_at_vaultspay() {
    let sandbox = Sandbox::start().await.unwrap();
    let device = ["x-device-os: SAAS", "x-device-id: 17"];
    let login = json!({ "clientId": vaultspay::CLIENT_ID, "clientSecret": vaultspay::CLIENT_SECRET });
    let tokens = call(&sandbox, "POST /vaultspay/as/api/v1/saas-login", &device, &login).await.ok();
    let of =
        |tokens: &Value, member: &str| tokens["data"][member].as_str().expect("the documented envelope").to_owned();
    let bearer = format!("Authorization: Bearer {}", of(&tokens, "accessToken"));
    let with_token = [bearer.as_str(), device[0], device[1]];
    let accounts = call(&sandbox, "GET /vaultspay/be/api/v1/accounts", &with_token, &Value::Null).await.ok();
    assert!(accounts["data"].as_array().is_some_and(|list| !list.is_empty()), "{accounts}");
    let again = json!({ "refreshToken": of(&tokens, "refreshToken") });
    let renewed = call(&sandbox, "POST /vaultspay/as/api/v1/saas-refresh-token", &device, &again).await.ok();
    assert_ne!(of(&renewed, "accessToken"), of(&tokens, "accessToken"));
    assert_eq!(sandbox.violations(), []);
}

#[tokio::test]
async fn does_a_generated_client_get_through_everywhere_else() {
    let sandbox = Sandbox::start().await.unwrap();
    let key = format!("x-api-key: {}", kasha::API_KEY);
    let paid = call(&sandbox, "GET /kasha/payments/txn-paid", &[&key], &Value::Null).await.ok();
    assert_eq!(paid["status"], "COMPLETED");

    let key = format!("Authorization: Bearer {}", kotani::API_KEY);
    let wallet = call(&sandbox, "GET /kotani/api/v3/wallet/fiat/wallet-kes", &[&key], &Value::Null).await.ok();
    assert_eq!(wallet["data"]["id"], "wallet-kes");

    let key = format!("Authorization: Bearer {}", kontist::OAUTH_TOKEN);
    let accounts = call(&sandbox, "GET /kontist/api/accounts", &[&key], &Value::Null).await.ok();
    assert_eq!(accounts[0]["id"], kontist::ACCOUNT_ID);

    let secret = format!("secret: {}", kasisto::SECRET);
    let date = "Date: Tue, 01 Dec 2026 14:39:01 GMT";
    let login = json!({ "username": "user-1", "password": "not-a-real-password" });
    let own = [secret.as_str(), date, "request_id: 450ce946-46bf-4c79-8f95-57f3ad366681"];
    let token = call(&sandbox, "POST /kasisto/token", &own, &login).await.ok();
    let token = format!("token: {}", token["token"].as_str().unwrap());
    let own = [secret.as_str(), &token, date, "request_id: 9b93d32e-3bd0-4c99-b66d-0da7c279bc08"];
    let accounts = call(&sandbox, "POST /kasisto/accounts", &own, &json!({ "user_id": "user-1" })).await.ok();
    assert_eq!(accounts[0]["account_id"], "acc-checking");
    assert_eq!(sandbox.violations(), []);
}
