//! A caller that knows HTTP and JSON, and nothing of any client.

use std::collections::BTreeMap;

use bursar_sandbox::kasisto::{self, Settings};
use bursar_sandbox::{Decimal, Sandbox};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// A sandbox, and a customer who is signed in.
pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) token: Option<String>,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn list(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    /// The value of a name in the answer's `meta`.
    pub(crate) fn meta(&self, name: &str) -> Option<String> {
        let meta = self.json()["meta"].as_array()?.clone();
        let pair = meta.into_iter().find(|pair| pair["name"] == name)?;
        Some(pair["value"].as_str()?.to_owned())
    }
}

impl Caller {
    /// Without token renewal, which has tests of its own.
    pub(crate) async fn new() -> Self {
        Self::with(Settings::new().renew_after(0)).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let mut caller = Self::stranger(settings).await;
        caller.token = caller.sign_in().await;
        caller
    }

    /// Before signing in.
    pub(crate) async fn stranger(settings: Settings) -> Self {
        Self {
            sandbox: Sandbox::builder().kasisto(settings).start().await.unwrap(),
            http: reqwest::Client::new(),
            token: String::new(),
        }
    }

    pub(crate) async fn sign_in(&self) -> String {
        let body = json!({ "username": kasisto::USERNAME, "password": kasisto::PASSWORD });
        let reply = self.send("/token", &[("secret", kasisto::SECRET)], &body.to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["token"].as_str().unwrap().to_owned()
    }

    /// A POST with exactly these headers.
    pub(crate) async fn send(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = self.http.post(format!("{}{path}", self.sandbox.kasisto_url()));
        if !body.is_empty() {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        Reply {
            status: response.status().as_u16(),
            token: response.headers().get("token").map(|token| token.to_str().unwrap().to_owned()),
            text: response.text().await.unwrap(),
        }
    }

    /// A POST as the customer; the body goes out byte for byte.
    pub(crate) async fn post_text(&self, path: &str, body: &str) -> Reply {
        self.send(path, &[("secret", kasisto::SECRET), ("token", &self.token)], body).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.post_text(path, &body.to_string()).await
    }

    /// A transfer whose amount goes out with exactly these digits.
    pub(crate) async fn transfer(&self, from: &str, to: &str, digits: &str) -> Reply {
        let body = format!(r#"{{"source_account_id":"{from}","dest_account_id":"{to}","amount":{digits}}}"#);
        self.post_text("/transfer", &body).await
    }

    pub(crate) async fn pay(&self, from: &str, to: &str, digits: &str) -> Reply {
        let body = format!(r#"{{"source_account_id":"{from}","payee_id":"{to}","amount":{digits}}}"#);
        self.post_text("/payment", &body).await
    }

    /// Raises the session with the right one-time password.
    pub(crate) async fn raise(&mut self) {
        let reply = self.post("/validate_otp", json!({ "otp": kasisto::OTP })).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        self.token = reply.json()["token"].as_str().unwrap().to_owned();
    }

    /// A member of an account, as the digits or text on the wire.
    pub(crate) async fn account(&self, id: &str, member: &str) -> String {
        let reply = self.post("/accounts", json!({ "account_id": id })).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let accounts: Vec<BTreeMap<String, Box<RawValue>>> = serde_json::from_str(&reply.text).unwrap();
        assert_eq!(accounts.len(), 1);
        accounts[0][member].get().to_owned()
    }

    /// Kind, from, to, amount, currency of everything that moved.
    pub(crate) fn moved(&self) -> Vec<(String, String, String, String)> {
        let movements = self.sandbox.movements().into_iter();
        movements.map(|moved| (moved.from, moved.to, moved.amount, moved.currency)).collect()
    }

    pub(crate) fn assert_no_violations(&self) {
        let violations = self.sandbox.violations();
        assert!(violations.is_empty(), "{violations:#?}");
    }
}

/// A decimal from its digits.
pub(crate) fn decimal(digits: &str) -> Decimal {
    digits.parse().unwrap()
}
