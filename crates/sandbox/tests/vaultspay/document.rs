//! Is the document kept, on both sides, by every operation and in every mood?

use bursar_sandbox::Side;
use bursar_sandbox::vaultspay::{ACCESS_TOKEN, Ping, Settings, Wrapper};
use serde_json::{Value, json};

use crate::caller::{Caller, DEVICE, Reply};

const DOCUMENT: &str = include_str!("../../src/generated/vaultspay.json");

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
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
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

    /// The address with the filters alone that are required: with all of them, a list may start with another row.
    fn wide_address(&self) -> String {
        let parameters = self.node["parameters"].as_array().unwrap().iter();
        let is_required = |one: &&Value| one["in"] == "query" && one["required"] == true;
        let has_required = parameters.clone().filter(is_required).count() > 0;
        let address = self.address();
        if has_required { address } else { address.split('?').next().unwrap().to_owned() }
    }

    fn body(&self) -> String {
        let example = &self.node["requestBody"]["content"]["application/json"]["example"];
        if example.is_null() { String::new() } else { example.to_string() }
    }

    async fn call(&self, caller: &Caller, token: &str) -> Reply {
        caller.call_with(token, &self.method, &self.address(), &self.body()).await
    }

    fn has(&self, status: u16) -> bool {
        self.node["responses"].get(status.to_string()).is_some()
    }

    fn is_open(&self) -> bool {
        let schemes = self.node["security"].as_array();
        schemes.is_some_and(|all| all.is_empty() || all.iter().any(|one| one.as_object().unwrap().is_empty()))
    }
}

/// Calls every operation with its example, each in a world of its own.
async fn each(settings: Settings, check: impl Fn(&Documented, &Reply)) {
    let operations = operations();
    assert_eq!(operations.len(), 53);
    for operation in operations {
        let caller = Caller::with(settings.clone()).await;
        let reply = operation.call(&caller, ACCESS_TOKEN).await;
        assert!(caller.sandbox.violations().is_empty(), "{}: {:#?}", operation.id, caller.sandbox.violations());
        assert!((200..300).contains(&reply.status), "{}: {reply:?}", operation.id);
        assert!(operation.has(reply.status), "{}: {}", operation.id, reply.status);
        check(&operation, &reply);
    }
}

/// The operations whose samples come without `data`.
const BARE: [&str; 3] = ["create_access_token", "create_personal_info", "update_personal_info"];

#[tokio::test]
async fn every_example_gets_a_documented_success() {
    each(Settings::new().wrapper(Wrapper::Sampled), |operation, reply| {
        if operation.id == "ping" {
            assert_eq!(reply.text, "Service is up and running!");
            assert!(reply.media_type.starts_with("text/plain"), "{}", reply.media_type);
            return;
        }
        let rows = reply.data();
        assert!(rows.as_array().is_none_or(|rows| !rows.is_empty()), "{}: its filters find nothing", operation.id);
        let is_bare = reply.json().get("data").is_none();
        assert_eq!(is_bare, BARE.contains(&operation.id.as_str()), "{}: {}", operation.id, reply.text);
    })
    .await;
}

#[tokio::test]
async fn all_can_be_wrapped_or_bare() {
    // As the document describes them, which other generators' clients rely on.
    each(Settings::new().ping(Ping::Object), |operation, reply| {
        assert!(!reply.json()["data"].is_null(), "{}: {}", operation.id, reply.text);
    })
    .await;
    each(Settings::new().wrapper(Wrapper::Never).ping(Ping::Json), |operation, reply| {
        let body = reply.json();
        let is_page = body.get("pagination").is_some();
        assert_eq!(body.get("data").is_some(), is_page, "{}: {}", operation.id, reply.text);
    })
    .await;
}

#[tokio::test]
async fn an_answer_has_the_members_of_the_documents_example() {
    let mut compared = 0;
    for operation in operations().iter().filter(|operation| operation.id != "ping") {
        let caller = Caller::new().await;
        let address = operation.wide_address();
        let reply = caller.call_with(ACCESS_TOKEN, &operation.method, &address, &operation.body()).await;
        let example = &operation.node["responses"]["200"]["content"]["application/json"]["example"];
        let shown = example.get("data").unwrap_or(example);
        compared += same_members(&operation.id, shown, &reply.data());
    }
    assert!(compared > 300, "{compared}");
}

/// Everything that is shown is answered; of lists the first items are compared. How much was compared.
fn same_members(place: &str, shown: &Value, answered: &Value) -> usize {
    match shown {
        Value::Object(members) => {
            let compare = |(name, value): (&String, &Value)| {
                let place = format!("{place} {name}");
                let found = answered.get(name).unwrap_or_else(|| panic!("{place} is missing: {answered}"));
                1 + same_members(&place, value, found)
            };
            members.iter().map(compare).sum()
        }
        Value::Array(items) => {
            let Some(first) = items.first() else { return 0 };
            same_members(place, first, answered.get(0).unwrap_or_else(|| panic!("{place} has no item")))
        }
        _ => 0,
    }
}

#[tokio::test]
async fn the_examples_can_be_called_one_after_the_other() {
    let caller = Caller::new().await;
    for operation in operations() {
        let reply = operation.call(&caller, ACCESS_TOKEN).await;
        assert!((200..300).contains(&reply.status), "{}: {reply:?}", operation.id);
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn without_a_token_all_but_the_open_ones_are_refused() {
    let caller = Caller::new().await;
    let mut refused = 0;
    for operation in operations() {
        let reply = operation.call(&caller, "").await;
        if operation.is_open() {
            assert_eq!(reply.status, 200, "{}: {reply:?}", operation.id);
        } else {
            assert_eq!(reply.refusal(), (401, 1002), "{}", operation.id);
            refused += 1;
        }
    }
    assert_eq!(refused, 50);
    caller.assert_no_violations();
}

#[tokio::test]
async fn without_the_device_nothing_is_answered() {
    let bearer = format!("Bearer {ACCESS_TOKEN}");
    let caller = Caller::new().await;
    for headers in [
        vec![],
        vec![DEVICE[0]],
        vec![DEVICE[1]],
        vec![("x-device-os", "ANDROID"), DEVICE[1]],
        vec![DEVICE[0], ("x-device-id", "mine")],
    ] {
        let headers: Vec<(&str, &str)> = headers.into_iter().chain([("authorization", bearer.as_str())]).collect();
        let reply = caller.send("GET", "/be/api/v1/accounts/701", &headers, "").await;
        assert_eq!(reply.refusal(), (500, 1018), "{headers:?}");
        assert_eq!(reply.json()["type"], "INVALID_HEADERS");
    }
}

#[tokio::test]
async fn an_unknown_id_is_a_business_error() {
    let caller = Caller::new().await;
    for path in [
        "/us/api/v1/kyc/9",
        "/be/api/v1/accounts/9",
        "/be/api/v1/account-ledger/9",
        "/tme/api/v1/transactions/9",
        "/tme/api/v1/transactions/99999999999",
        "/re/api/v1/card-security?cardId=9",
        "/re/api/v1/transaction-limits?cardId=9",
    ] {
        assert_eq!(caller.get(path).await.refusal(), (500, 1010), "{path}");
    }
    for path in ["/us/api/v1/states/9", "/us/api/v1/cities/9"] {
        assert_eq!(caller.get(path).await.refusal(), (400, 1401), "{path}");
    }
    let unknown = caller.get("/pcs/api/v1/embossing-names/9").await;
    assert_eq!((unknown.refusal(), unknown.faults("key")), ((422, 1000), vec!["id".to_owned()]));
    caller.assert_no_violations();
}

#[tokio::test]
async fn fields_that_break_the_document_are_named_but_not_shown() {
    let caller = Caller::new().await;
    let body = json!({ "paymentContactId": "301", "purpose": "RENT", "amount": "SECRET-VALUE" });
    let reply = caller.post("/tc/api/v1/direct-transfer", body).await;
    assert_eq!(reply.refusal(), (422, 1000));
    let mut keys = reply.faults("key");
    keys.sort();
    assert_eq!(keys, ["amount", "description"]);
    assert!(!reply.text.contains("SECRET-VALUE"));
    assert_eq!(caller.get("/us/api/v1/states/nowhere").await.refusal(), (400, 1401));

    assert!(caller.sandbox.movements().is_empty());
    let violations = caller.sandbox.violations();
    assert!(!violations.is_empty() && violations.iter().all(|one| one.side == Side::Request));
    assert!(!format!("{violations:?}").contains("SECRET-VALUE"));
}

#[tokio::test]
async fn an_undocumented_path_is_404() {
    let caller = Caller::new().await;
    assert_eq!(caller.get("/nowhere").await.refusal(), (404, 404));
    assert_eq!(caller.sandbox.violations().len(), 1);
}
