//! Is the document kept, on both sides, by every operation?

use bursar_sandbox::Side;
use bursar_sandbox::kasha::{API_KEY, Settings};
use serde_json::Value;

use crate::caller::{Caller, Reply};

const DOCUMENT: &str = include_str!("../../src/generated/kasha.json");

/// One operation of the document, with its examples.
struct Documented {
    id: String,
    method: String,
    path: String,
    body: String,
    node: Value,
}

fn operations() -> Vec<Documented> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, node) in item.as_object().unwrap().iter().filter(|(_, node)| node.get("responses").is_some()) {
            let mut path = path.clone();
            for parameter in node["parameters"].as_array().into_iter().flatten() {
                let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
                path = path.replace(&name, parameter["example"].as_str().unwrap());
            }
            let example = &node["requestBody"]["content"]["application/json"]["example"];
            operations.push(Documented {
                id: node["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path,
                body: if example.is_null() { String::new() } else { example.to_string() },
                node: node.clone(),
            });
        }
    }
    assert_eq!(operations.len(), 12);
    operations
}

impl Documented {
    async fn call(&self, caller: &Caller, key: Option<(&str, &str)>) -> Reply {
        let mut headers: Vec<(&str, &str)> = key.into_iter().collect();
        if !self.body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        caller.send(&self.method, &self.path, &headers, &self.body).await
    }

    fn shown(&self) -> &Value {
        &self.node["responses"]["200"]["content"]["application/json"]["example"]
    }
}

const KEY: Option<(&str, &str)> = Some(("x-api-key", API_KEY));

#[tokio::test]
async fn every_example_gets_a_documented_success() {
    for operation in operations() {
        let caller = Caller::new().await;
        let reply = operation.call(&caller, KEY).await;
        assert_eq!(reply.status, 200, "{}: {reply:?}", operation.id);
        assert_ne!(reply.json()["resultType"], "error", "{}", operation.id);
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn an_answer_has_the_shape_of_the_documents_example() {
    /// Members that the example shows and the answer has not.
    fn missing(shown: &Value, answered: &Value, path: &str) -> Vec<String> {
        match (shown, answered) {
            (Value::Object(shown), Value::Object(answered)) => shown
                .iter()
                .flat_map(|(name, value)| match answered.get(name) {
                    Some(other) => missing(value, other, &format!("{path}/{name}")),
                    None => vec![format!("{path}/{name}")],
                })
                .collect(),
            (Value::Array(shown), Value::Array(answered)) => {
                shown.iter().zip(answered).flat_map(|(one, other)| missing(one, other, path)).collect()
            }
            (shown, answered) if std::mem::discriminant(shown) == std::mem::discriminant(answered) => Vec::new(),
            // Null stands for what there is none of.
            (Value::Null, _) | (_, Value::Null) => Vec::new(),
            _ => vec![format!("{path} is of another kind")],
        }
    }
    for operation in operations() {
        let caller = Caller::new().await;
        let reply = operation.call(&caller, KEY).await;
        assert_eq!(missing(operation.shown(), &reply.json(), ""), [""; 0], "{}: {}", operation.id, reply.text);
    }
}

#[tokio::test]
async fn the_examples_can_be_called_one_after_the_other() {
    let caller = Caller::new().await;
    // A session is used up by its payment, so what only looks comes first.
    let (looks, acts): (Vec<_>, Vec<_>) = operations().into_iter().partition(|one| one.node["x-effect"] == "read");
    for operation in looks.iter().chain(&acts) {
        let reply = operation.call(&caller, KEY).await;
        assert_eq!(reply.status, 200, "{}: {reply:?}", operation.id);
    }
    for operation in acts {
        let reply = operation.call(&caller, KEY).await;
        let is_hybrid = operation.id == "create_hybrid_payment";
        assert_eq!(reply.status, if is_hybrid { 200 } else { 400 }, "{} again: {reply:?}", operation.id);
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn without_the_key_everything_is_refused() {
    let caller = Caller::new().await;
    for operation in operations() {
        for key in [None, Some(("x-api-key", "wrong")), Some(("authorization", API_KEY))] {
            let reply = operation.call(&caller, key).await;
            assert_eq!(reply.refusal(), (401, "Unauthorized".to_owned()), "{}", operation.id);
        }
    }
    assert!(caller.sandbox.movements().is_empty());
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_key_can_stand_in_another_header() {
    let caller = Caller::with(Settings::new().key_header("x-merchant-key")).await;
    for operation in operations() {
        assert_eq!(operation.call(&caller, KEY).await.status, 401, "{}", operation.id);
        let reply = operation.call(&caller, Some(("x-merchant-key", API_KEY))).await;
        assert!([200, 400].contains(&reply.status), "{}: {reply:?}", operation.id);
    }
}

#[tokio::test]
async fn with_a_secret_bodies_must_be_signed() {
    let caller = Caller::with(Settings::new().signature_secret("test-secret")).await;
    let body = r#"{"merchantReference":"order-1"}"#;
    let call = async |signature: Option<&str>| {
        let mut headers = vec![("x-api-key", API_KEY), ("content-type", "application/json")];
        headers.extend(signature.map(|signature| ("x-signature", signature)));
        caller.send("POST", "/refund/by-reference", &headers, body).await.status
    };
    assert_eq!(call(None).await, 401);
    assert_eq!(call(Some("rb0LYtk402qvgRjAt7Jy9IhHlfWWkwAiHzvVyG+BboU=")).await, 401);
    assert_eq!(call(Some("FF5oVxY5bPi8RWaSVzTBl6upoJgRjENkWOIoz4/mxZE=")).await, 404);
    assert_eq!(caller.get("/payments/txn-paid").await.status, 200);
}

#[tokio::test]
async fn a_request_that_breaks_the_document_is_400_and_moves_nothing() {
    let caller = Caller::new().await;
    let reply = caller.text("/settle-payout", r#"{"action":"SECRET-VALUE","transactionId":"txn-pending"}"#).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some("Bad Request")));
    let violations = caller.sandbox.violations();
    assert!(!violations.is_empty() && violations.iter().all(|one| one.side == Side::Request));
    assert!(!format!("{violations:?}").contains("SECRET-VALUE"));
    assert_eq!(caller.status("txn-pending").await, "PENDING");
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let caller = Caller::new().await;
    assert_eq!(caller.get("/payments/nobody").await.refusal(), (404, "Transaction not found.".to_owned()));
    assert_eq!(caller.refund("nobody").await.status, 404);
    let body = serde_json::json!({ "sessionId": "nobody", "paymentOptionId": "option-card" });
    assert_eq!(caller.post("/direct-payment", body).await.refusal(), (404, "Invalid session id.".to_owned()));
    caller.assert_no_violations();
    assert_eq!(caller.get("/v1/payments/txn-paid").await.status, 404);
    assert_eq!(caller.sandbox.violations().len(), 1);
}
