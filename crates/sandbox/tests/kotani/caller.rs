//! A caller that knows HTTP and JSON, and nothing of any client.

use std::time::Duration;

use bursar_sandbox::kotani::{API_KEY, Settings};
use bursar_sandbox::{Movement, MovementKind, Sandbox};
use serde_json::{Value, json};

/// A sandbox, and somebody with the API key.
pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The payload of a success.
    pub(crate) fn data(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json()["data"].clone()
    }

    /// Status and message of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["message"].as_str().unwrap_or_default().to_owned())
    }
}

impl Caller {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::new()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self { sandbox: Sandbox::builder().kotani(settings).start().await.unwrap(), http: reqwest::Client::new() }
    }

    /// A call with exactly these headers.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let url = format!("{}{path}", self.sandbox.kotani_url());
        let mut request = self.http.request(method.parse().unwrap(), url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        Reply { status: response.status().as_u16(), text: response.text().await.unwrap() }
    }

    /// A call with the API key; the body goes out byte for byte.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> Reply {
        let key = format!("Bearer {API_KEY}");
        let mut headers = vec![("authorization", key.as_str())];
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        self.send(method, &format!("/api/v3{path}"), &headers, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call("POST", path, &body.to_string()).await
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.sandbox.kotani().advance(Duration::from_secs(seconds));
    }

    /// A new customer with this telephone.
    pub(crate) async fn customer(&self, phone: &str) -> String {
        let reply = self.post("/customer/mobile-money", json!({ "phone_number": phone, "country_code": "KE" })).await;
        reply.data()["customer_key"].as_str().unwrap().to_owned()
    }

    /// A mobile-money deposit whose amount goes out with exactly these digits.
    pub(crate) async fn deposit(&self, customer: &str, reference: &str, digits: &str) -> Reply {
        let body = format!(
            r#"{{"customer_key":"{customer}","wallet_id":"wallet-kes","reference_id":"{reference}","amount":{digits}}}"#
        );
        self.call("POST", "/deposit/mobile-money", &body).await
    }

    pub(crate) async fn withdraw(&self, customer: &str, reference: &str, digits: &str) -> Reply {
        let body = format!(
            r#"{{"customer_key":"{customer}","walletId":"wallet-kes","referenceId":"{reference}","amount":{digits}}}"#
        );
        self.call("POST", "/withdraw/mobile-money", &body).await
    }

    /// Status of a deposit.
    pub(crate) async fn deposit_status(&self, reference: &str) -> String {
        let reply = self.get(&format!("/deposit/mobile-money/status/{reference}")).await;
        reply.data()["status"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn withdrawal_status(&self, reference: &str) -> String {
        let reply = self.get(&format!("/withdraw/status/{reference}")).await;
        reply.data()["status"].as_str().unwrap().to_owned()
    }

    pub(crate) fn balance(&self, wallet: &str) -> String {
        self.sandbox.kotani().balance(wallet).unwrap()
    }

    pub(crate) fn deposits(&self, wallet: &str) -> String {
        self.sandbox.kotani().deposit_balance(wallet).unwrap()
    }

    /// Kind, amount and currency of what moved.
    pub(crate) fn moved(&self) -> Vec<(MovementKind, String)> {
        let text = |one: Movement| (one.kind, format!("{} {}", one.amount, one.currency));
        self.sandbox.movements().into_iter().map(text).collect()
    }

    pub(crate) fn assert_no_violations(&self) {
        let violations = self.sandbox.violations();
        assert!(violations.is_empty(), "{violations:#?}");
    }
}

/// What [`Caller::moved`] says of one movement.
pub(crate) fn movement(kind: MovementKind, what: &str) -> (MovementKind, String) {
    (kind, what.to_owned())
}
