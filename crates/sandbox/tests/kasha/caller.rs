//! A caller that knows HTTP and JSON, and nothing of any client.

use std::time::Duration;

use bursar_sandbox::kasha::{API_KEY, CARD, Settings};
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

    /// Status and message of a refusal; the first of several.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let message = &self.json()["message"];
        let text = message.as_str().or_else(|| message[0].as_str());
        (self.status, text.unwrap_or_default().to_owned())
    }

    /// The code of a decline, which is a success by its status.
    pub(crate) fn declined(&self) -> String {
        let body = self.json();
        let step = if body.is_array() { &body[0] } else { &body };
        assert_eq!((self.status, step["resultType"].as_str()), (200, Some("error")), "{}", self.text);
        step["result"]["errors"][0]["code"].as_str().unwrap().to_owned()
    }
}

impl Caller {
    pub(crate) async fn new() -> Self {
        Self::with(Settings::new()).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        Self { sandbox: Sandbox::builder().kasha(settings).start().await.unwrap(), http: reqwest::Client::new() }
    }

    /// A call with exactly these headers; the body goes out byte for byte.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let url = format!("{}{path}", self.sandbox.kasha_url());
        let mut request = self.http.request(method.parse().unwrap(), url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        Reply { status: response.status().as_u16(), text: response.text().await.unwrap() }
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.text(path, &body.to_string()).await
    }

    /// A body that is JSON already, such as one with an amount of many digits.
    pub(crate) async fn text(&self, path: &str, body: &str) -> Reply {
        self.send("POST", path, &[("x-api-key", API_KEY), ("content-type", "application/json")], body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[("x-api-key", API_KEY)], "").await
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.sandbox.kasha().advance(Duration::from_secs(seconds));
    }

    /// Opens a pay-in session for an amount with exactly these digits: its id and that of its transaction.
    pub(crate) async fn open(&self, reference: &str, digits: &str) -> (String, String) {
        let customer = r#"{"name":"Alex Sample","phone":"+15550100"}"#;
        let body = format!(
            r#"{{"country":"BR","currency":"BRL","amount":{digits},"language":"PT","userId":"cust-2","customer":{customer},"merchantReference":"{reference}"}}"#
        );
        let opened = self.text("/payment-options", &body).await.json();
        let text = |name: &str| opened[name].as_str().unwrap().to_owned();
        (text("sessionId"), text("transactionId"))
    }

    /// Pays in a session with this card.
    pub(crate) async fn pay(&self, session: &str, card: &str) -> Reply {
        self.post("/direct-payment", payment(session, card)).await
    }

    /// A session that was paid and has completed.
    pub(crate) async fn paid(&self, reference: &str, digits: &str) -> String {
        let (session, transaction) = self.open(reference, digits).await;
        assert_eq!(self.pay(&session, CARD).await.json()["resultType"], "success");
        self.advance(3);
        assert_eq!(self.status(&transaction).await, "COMPLETED");
        transaction
    }

    pub(crate) async fn refund(&self, reference: &str) -> Reply {
        self.post("/refund/by-reference", json!({ "merchantReference": reference })).await
    }

    /// Status of a transaction.
    pub(crate) async fn status(&self, transaction: &str) -> String {
        let reply = self.get(&format!("/payments/{transaction}")).await;
        reply.json()["status"].as_str().unwrap().to_owned()
    }

    pub(crate) fn balance(&self, currency: &str) -> String {
        self.sandbox.kasha().balance(currency)
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

/// The body of a payment by card.
pub(crate) fn payment(session: &str, card: &str) -> Value {
    json!({
        "sessionId": session, "paymentOptionId": "option-card", "optionId": null,
        "extraData": {
            "cardnum": card, "expiryyear": "2031", "expirymonth": "01", "cardcvv": "123", "cardholder": "Alex Sample"
        }
    })
}
