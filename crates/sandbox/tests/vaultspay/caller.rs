//! A caller that knows HTTP and JSON, and nothing of any client.

use std::time::Duration;

use bursar_sandbox::vaultspay::{ACCESS_TOKEN, DEVICE_ID, Settings};
use bursar_sandbox::{Movement, MovementKind, Sandbox};
use serde_json::{Value, json};

/// The headers that every call needs.
pub(crate) const DEVICE: [(&str, &str); 2] = [("x-device-os", "SAAS"), ("x-device-id", DEVICE_ID)];

/// A sandbox, and somebody with an access token.
pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) media_type: String,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The payload of a success, wrapped or bare.
    pub(crate) fn data(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        let body = self.json();
        body.get("data").cloned().unwrap_or(body)
    }

    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, u64) {
        (self.status, self.json()["code"].as_u64().unwrap_or_default())
    }

    /// The keys of the fields that were not valid, or the name of the action that is missing.
    pub(crate) fn faults(&self, member: &str) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error[member].as_str().unwrap().to_owned()).collect()
    }
}

impl Caller {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::new()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self { sandbox: Sandbox::builder().vaultspay(settings).start().await.unwrap(), http: reqwest::Client::new() }
    }

    /// A call with exactly these headers.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let url = format!("{}{path}", self.sandbox.vaultspay_url());
        let mut request = self.http.request(method.parse().unwrap(), url).body(body.to_owned());
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let media_type = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
        Reply {
            status: response.status().as_u16(),
            media_type: media_type.unwrap_or_default(),
            text: response.text().await.unwrap(),
        }
    }

    /// A call of the device with this token; the body goes out byte for byte.
    pub(crate) async fn call_with(&self, token: &str, method: &str, path: &str, body: &str) -> Reply {
        let bearer = format!("Bearer {token}");
        let mut headers = DEVICE.to_vec();
        if !token.is_empty() {
            headers.push(("authorization", bearer.as_str()));
        }
        self.send(method, path, &headers, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call_with(ACCESS_TOKEN, "GET", path, "").await
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        self.call_with(ACCESS_TOKEN, method, path, &body.to_string()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call("POST", path, body).await
    }

    /// A call of the card service.
    pub(crate) async fn card(&self, operation: &str, body: Value) -> Reply {
        self.post(&format!("/pcs/api/v1/{operation}"), body).await
    }

    /// Status of a card, `null` if it has none yet.
    pub(crate) async fn card_status(&self, card: u64) -> Value {
        self.card("cards/details", json!({ "cardId": card })).await.data()["status"].clone()
    }

    /// A transfer of minor units from account 701.
    pub(crate) async fn transfer(&self, contact: u64, amount: i64) -> Reply {
        let body = json!({ "senderAccountId": "701", "paymentContactId": contact.to_string(),
            "purpose": "FAMILY_SUPPORT", "description": "Pocket money", "amount": amount });
        self.post("/tc/api/v1/direct-transfer", body).await
    }

    /// A new contact with this IBAN.
    pub(crate) async fn contact(&self, iban: &str) -> u64 {
        let body = json!({ "title": "Somebody", "iban": iban, "accountTitle": "Sample Holder" });
        self.post("/be/api/v1/direct-payment-contact", body).await.data()["id"].as_u64().unwrap()
    }

    pub(crate) async fn transaction_status(&self, id: u64) -> String {
        let found = self.get(&format!("/tme/api/v1/transactions/{id}")).await.data();
        found["status"].as_str().unwrap().to_owned()
    }

    /// What an account can spend.
    pub(crate) fn balance(&self, account: u32) -> String {
        self.sandbox.vaultspay().balance(account).unwrap()
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.sandbox.vaultspay().advance(Duration::from_secs(seconds));
    }

    /// Kind, payer, payee and amount of what moved.
    pub(crate) fn moved(&self) -> Vec<(MovementKind, String)> {
        let text = |one: Movement| (one.kind, format!("{} > {} {}", one.from, one.to, one.amount));
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
