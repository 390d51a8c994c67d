//! Is the document kept, on both sides, by every operation and in every mood?

use bursar_sandbox::Side;
use bursar_sandbox::kotani::{ACCESS_TOKEN, API_KEY, REFRESH_TOKEN, SETTLEMENT_SIGNATURE, Settings};
use serde_json::Value;

use crate::caller::{Caller, Reply};

const DOCUMENT: &str = include_str!("../../src/generated/kotani.json");

/// One operation of the document, with its examples.
struct Documented {
    id: String,
    method: String,
    path: String,
    node: Value,
}

fn operations() -> Vec<Documented> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let paths = document["paths"].as_object().unwrap().clone().into_iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().clone().into_iter();
        let methods = methods.filter(|(_, node)| node.get("responses").is_some());
        methods.map(move |(method, node)| Documented {
            id: node["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase(),
            path: path.clone(),
            node,
        })
    });
    operations.collect()
}

/// The text of an example, as it stands in a path or a query.
fn text(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.replace('+', "%2B")
}

impl Documented {
    /// The path with the examples of its parameters, and those of the query.
    fn address(&self) -> String {
        let mut path = self.path.clone();
        let mut query = Vec::new();
        for parameter in self.node["parameters"].as_array().into_iter().flatten() {
            let (name, example) = (parameter["name"].as_str().unwrap(), &parameter["example"]);
            match parameter["in"].as_str().unwrap() {
                "path" => path = path.replace(&format!("{{{name}}}"), &text(example)),
                "query" if !example.is_null() => query.push(format!("{name}={}", text(example))),
                _ => {}
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// Media type and body of the request's example.
    fn body(&self) -> (String, String) {
        let content = &self.node["requestBody"]["content"];
        if let Some(json) = content.get("application/json") {
            return ("application/json".to_owned(), json["example"].to_string());
        }
        let Some(form) = content.get("multipart/form-data") else {
            return (String::new(), String::new());
        };
        let file = form["example"]["file"].as_str().unwrap();
        let head = "Content-Disposition: form-data; name=\"file\"; filename=\"recipients.csv\"";
        let body = format!("--limit\r\n{head}\r\n\r\n{file}\r\n--limit--\r\n");
        ("multipart/form-data; boundary=limit".to_owned(), body)
    }

    /// The header of the credential that the operation asks for.
    fn credential(&self) -> Option<(&'static str, String)> {
        let schemes = self.node["security"].as_array().unwrap().iter();
        let name = schemes.flat_map(|one| one.as_object().unwrap().keys()).next()?;
        Some(match name.as_str() {
            "api_key" => ("authorization", format!("Bearer {API_KEY}")),
            "access_token" => ("authorization", format!("Bearer {ACCESS_TOKEN}")),
            "refresh_token" => ("authorization", format!("Bearer {REFRESH_TOKEN}")),
            "settlement_signature" => ("x-kotani-signature", SETTLEMENT_SIGNATURE.to_owned()),
            other => panic!("teach the tests the scheme {other}"),
        })
    }

    async fn call(&self, caller: &Caller, credential: Option<&(&str, String)>) -> Reply {
        self.call_with(caller, credential, |body| body).await
    }

    async fn call_with(
        &self,
        caller: &Caller,
        credential: Option<&(&str, String)>,
        change: impl FnOnce(String) -> String,
    ) -> Reply {
        let (media_type, body) = self.body();
        let body = change(body);
        let mut headers: Vec<(&str, &str)> = Vec::new();
        if !media_type.is_empty() {
            headers.push(("content-type", &media_type));
        }
        if let Some((name, value)) = credential {
            headers.push((name, value));
        }
        caller.send(&self.method, &self.address(), &headers, &body).await
    }

    fn has(&self, status: u16) -> bool {
        self.node["responses"].get(status.to_string()).is_some()
    }
}

/// Calls every operation with its example, each in a world of its own.
async fn each(settings: Settings, check: impl Fn(&Documented, &Reply)) {
    let operations = operations();
    assert_eq!(operations.len(), 99);
    for operation in operations {
        let caller = Caller::with(settings.clone()).await;
        let reply = operation.call(&caller, operation.credential().as_ref()).await;
        assert!(caller.sandbox.violations().is_empty(), "{}: {:#?}", operation.id, caller.sandbox.violations());
        assert!((200..300).contains(&reply.status), "{}: {reply:?}", operation.id);
        assert!(operation.has(reply.status), "{}: {}", operation.id, reply.status);
        check(&operation, &reply);
    }
}

#[tokio::test]
async fn every_example_gets_a_documented_success() {
    each(Settings::new(), |operation, reply| {
        assert_eq!(reply.status, if operation.has(200) { 200 } else { 201 }, "{}", operation.id);
        let envelope = reply.json();
        let flag = if operation.id == "list_supported_chains" { "status" } else { "success" };
        assert_eq!(envelope[flag], true, "{}", operation.id);
        assert!(envelope["message"].is_string() && !envelope["data"].is_null(), "{}: {}", operation.id, reply.text);
    })
    .await;
}

/// What the document shows and the fake does not answer here, with the reason.
const NOT_SHOWN: &[(&str, &str)] = &[
    // Not a thing of this world: keys are shown nowhere, groups of banks do not exist.
    ("list_crypto_wallets", "privateAddress"),
    ("list_crypto_wallets", "publicAddress"),
    ("get_crypto_wallet", "privateAddress"),
    ("get_crypto_wallet", "publicAddress"),
    ("list_banks", "bankGroupId"),
    // The lookup of telephones does not tell the network's legal name.
    ("validate_mobile_money_account", "mno"),
    // Nothing here came from a file.
    ("get_bulk_transaction", "fileName"),
    ("list_bulk_transactions", "fileName"),
];

#[tokio::test]
async fn an_answer_has_the_members_of_the_documents_example() {
    each(Settings::new(), |operation, reply| {
        let responses = operation.node["responses"].as_object().unwrap();
        let success = &responses[&reply.status.to_string()]["content"]["application/json"]["example"]["data"];
        let first = |value: &Value| match value {
            Value::Array(items) => items.first().cloned().unwrap_or(Value::Null),
            Value::Object(page) if page.contains_key("meta") => page["data"][0].clone(),
            other => other.clone(),
        };
        let (shown, answered) = (first(success), first(&reply.json()["data"]));
        for name in shown.as_object().into_iter().flat_map(|members| members.keys()) {
            let is_known = NOT_SHOWN.contains(&(operation.id.as_str(), name.as_str()));
            let is_there = answered.get(name).is_some();
            assert!(is_there != is_known, "{} {name}: {answered}", operation.id);
        }
    })
    .await;
}

#[tokio::test]
async fn a_bare_answer_is_the_payload_alone() {
    each(Settings::new().bare(), |operation, reply| {
        assert!(reply.json().get("message").is_none_or(|_| operation.id.starts_with("create_")), "{}", reply.text);
        assert!(reply.json().get("success").is_none(), "{}: {}", operation.id, reply.text);
    })
    .await;
}

#[tokio::test]
async fn what_is_created_can_be_201() {
    each(Settings::new().created(), |operation, reply| {
        assert_eq!(reply.status, if operation.has(201) { 201 } else { 200 }, "{}", operation.id);
    })
    .await;
}

#[tokio::test]
async fn the_examples_can_be_called_one_after_the_other() {
    let caller = Caller::new().await;
    let mut operations = operations();
    // The refund that is retried alone is the only one that failed.
    operations.sort_by_key(|operation| operation.id == "retry_all_failed_refunds");
    for operation in operations {
        // The document shows two deposits under one reference.
        let change = |body: String| match operation.id.as_str() {
            "create_onchain_deposit" => body.replace("dep-2", "chain-2"),
            _ => body,
        };
        let reply = operation.call_with(&caller, operation.credential().as_ref(), change).await;
        assert!((200..300).contains(&reply.status), "{}: {reply:?}", operation.id);
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn without_a_credential_all_but_the_open_ones_are_refused() {
    let caller = Caller::new().await;
    for operation in operations() {
        let reply = operation.call(&caller, None).await;
        let schemes = operation.node["security"].as_array().unwrap();
        let is_open = schemes.is_empty() || schemes.iter().any(|one| one.as_object().unwrap().is_empty());
        match (is_open, operation.id.as_str()) {
            (true, _) => assert!((200..300).contains(&reply.status), "{}: {reply:?}", operation.id),
            (false, "report_provider_settlement") => assert_eq!(reply.status, 400),
            (false, _) => assert_eq!(reply.refusal(), (401, "Invalid API Key".to_owned()), "{}", operation.id),
        }
        assert!(operation.has(reply.status), "{}: {}", operation.id, reply.status);
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn an_unknown_id_is_refused_as_documented() {
    let caller = Caller::new().await;
    let mut tried = 0;
    for operation in operations().iter().filter(|operation| operation.path.contains('{')) {
        let mut nowhere = operation.path.clone();
        for parameter in operation.node["parameters"].as_array().unwrap() {
            nowhere = nowhere.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), "nobody");
        }
        let (name, value) = operation.credential().unwrap_or(("x-nothing", String::new()));
        let (media_type, body) = operation.body();
        let headers = [(name, value.as_str()), ("content-type", media_type.as_str())];
        let reply = caller.send(&operation.method, &nowhere, &headers, &body).await;
        // A list of banks for a currency that nobody has is an empty one.
        let expected = match operation.has(404) {
            _ if operation.id == "list_withdrawal_banks" => 200,
            true => 404,
            false => 400,
        };
        assert_eq!(reply.status, expected, "{}: {reply:?}", operation.id);
        tried += 1;
    }
    assert!(tried > 25, "{tried}");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_request_that_breaks_the_document_is_400_and_moves_nothing() {
    let caller = Caller::new().await;
    let reply = caller.call("POST", "/withdraw/mobile-money", r#"{"amount":"SECRET-VALUE"}"#).await;
    assert_eq!(reply.status, 400);
    assert!(reply.json()["data"]["errors"].is_array());
    assert!(caller.sandbox.movements().is_empty());
    let violations = caller.sandbox.violations();
    assert!(!violations.is_empty() && violations.iter().all(|one| one.side == Side::Request));
    assert!(!format!("{violations:?}").contains("SECRET-VALUE"));
}

#[tokio::test]
async fn an_undocumented_path_is_404() {
    let caller = Caller::new().await;
    assert_eq!(caller.get("/nowhere").await.refusal(), (404, "Cannot GET /api/v3/nowhere".to_owned()));
    assert_eq!(caller.sandbox.violations().len(), 1);
}
