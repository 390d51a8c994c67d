//! Is the document kept, on both sides, by every operation?

use bursar_sandbox::Side;
use bursar_sandbox::kontist::{AUTH_TOKEN, CONFIRMED_TOKEN, OAUTH_TOKEN, REFRESH_TOKEN};
use serde_json::Value;

use crate::caller::{Caller, Reply, V2_1};

const DOCUMENT: &str = include_str!("../../src/generated/kontist.json");

/// Operations for which no 2xx is documented: they send on.
const SENT_ON: [&str; 3] = ["authorize", "get_statement", "get_account_statement"];

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
            // What follows a `#` tells versions apart and never travels.
            path: path.split('#').next().unwrap().to_owned(),
            node,
        })
    });
    let mut operations: Vec<Documented> = operations.collect();
    // What is canceled cannot be confirmed any more.
    operations.sort_by_key(|operation| operation.id == "cancel_timed_order");
    operations
}

/// A text as it stands in a query or a form.
fn encoded(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.replace(':', "%3A").replace('/', "%2F").replace(' ', "+")
}

impl Documented {
    /// The path with the examples of its parameters, and those of the query.
    fn address(&self) -> String {
        let mut path = self.path.clone();
        let mut query = Vec::new();
        for parameter in self.node["parameters"].as_array().into_iter().flatten() {
            let (name, example) = (parameter["name"].as_str().unwrap(), &parameter["example"]);
            match parameter["in"].as_str().unwrap() {
                "path" => path = path.replace(&format!("{{{name}}}"), &encoded(example)),
                "query" if !example.is_null() => query.push(format!("{name}={}", encoded(example))),
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
        let Some(form) = content.get("application/x-www-form-urlencoded") else {
            return (String::new(), String::new());
        };
        let members = form["example"].as_object().unwrap().iter();
        let members: Vec<String> = members.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        ("application/x-www-form-urlencoded".to_owned(), members.join("&"))
    }

    /// The bearers of the schemes that the operation lists.
    fn bearers(&self) -> Vec<&'static str> {
        let schemes = self.node["security"].as_array().unwrap().iter();
        let names = schemes.flat_map(|one| one.as_object().unwrap().keys().cloned());
        let bearer = |name: String| match name.as_str() {
            "oauth" => Some(OAUTH_TOKEN),
            "jwt" => Some(AUTH_TOKEN),
            "refresh" => Some(REFRESH_TOKEN),
            "confirmed" => Some(CONFIRMED_TOKEN),
            // Name and password, and a program that names itself by HTTP Basic at the token endpoint.
            "basic" | "client" => None,
            other => panic!("teach the tests the scheme {other}"),
        };
        names.filter_map(bearer).collect()
    }

    /// What a client asks for: the media type of the answer, unless the document says otherwise.
    fn accept(&self) -> String {
        let documented = self.node["x-accept"].as_str();
        let content = self.node["responses"]["200"]["content"].as_object();
        let media = content.and_then(|content| content.keys().next()).map(String::as_str);
        documented.or(media).unwrap_or("*/*").to_owned()
    }

    async fn call(&self, caller: &Caller, bearer: Option<&str>) -> Reply {
        let (media_type, body) = self.body();
        let (accept, bearer) = (self.accept(), bearer.map(|token| format!("Bearer {token}")));
        let mut headers = vec![("accept", accept.as_str())];
        if !media_type.is_empty() {
            headers.push(("content-type", &media_type));
        }
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        caller.send(&self.method, &self.address(), &headers, &body).await
    }

    fn has(&self, status: u16) -> bool {
        self.node["responses"].get(status.to_string()).is_some()
    }

    /// An example is answered with what the document lists, and with a 2xx where it has one.
    fn assert_succeeds(&self, reply: &Reply) {
        assert!(self.has(reply.status), "{}: {reply:?}", self.id);
        let is_sent_on = SENT_ON.contains(&self.id.as_str());
        let expected = if is_sent_on { 300..400 } else { 200..300 };
        assert!(expected.contains(&reply.status), "{}: {reply:?}", self.id);
        assert_eq!(reply.location.is_some(), is_sent_on, "{}", self.id);
    }
}

#[tokio::test]
async fn every_example_gets_a_documented_success_by_every_scheme() {
    let operations = operations();
    assert_eq!(operations.len(), 39);
    for operation in operations {
        let mut bearers: Vec<Option<&str>> = operation.bearers().into_iter().map(Some).collect();
        if bearers.is_empty() {
            bearers.push(None);
        }
        for bearer in bearers {
            let caller = Caller::new().await;
            operation.assert_succeeds(&operation.call(&caller, bearer).await);
            let violations = caller.sandbox.violations();
            assert!(violations.is_empty(), "{}: {violations:#?}", operation.id);
        }
    }
}

#[tokio::test]
async fn the_examples_can_be_called_one_after_the_other() {
    let caller = Caller::new().await;
    let mut operations = operations();
    // A revoked token would stop the others.
    operations.sort_by_key(|operation| operation.method == "DELETE" && operation.id.ends_with("auth_token"));
    for operation in operations {
        operation.assert_succeeds(&operation.call(&caller, operation.bearers().first().copied()).await);
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn an_answer_has_the_members_of_the_documents_example() {
    // Nothing is scheduled at the start.
    for operation in operations().into_iter().filter(|operation| operation.id != "list_timed_orders") {
        let caller = Caller::new().await;
        let reply = operation.call(&caller, operation.bearers().first().copied()).await;
        let content = operation.node["responses"][reply.status.to_string()]["content"].as_object();
        let Some(example) = content.and_then(|content| content.values().next()).map(|media| &media["example"]) else {
            assert!(reply.text.is_empty(), "{}", operation.id);
            continue;
        };
        let first = |value: &Value| match value.get("results").unwrap_or(value) {
            Value::Array(items) => items.first().cloned().unwrap_or(Value::Null),
            other => other.clone(),
        };
        let answered: Value = serde_json::from_str(&reply.text).unwrap();
        let (shown, answered) = (first(example), first(&answered));
        for name in shown.as_object().into_iter().flat_map(|members| members.keys()) {
            // The document shows the names of 2018 for version 2; those of 2019 are the default here.
            let is_there = answered.get(name).is_some() || (operation.id.ends_with("v2") && name.contains('_'));
            assert!(is_there, "{} {name}: {answered}", operation.id);
        }
    }
}

#[tokio::test]
async fn without_a_credential_all_but_the_open_ones_are_refused() {
    let caller = Caller::new().await;
    for operation in operations() {
        let reply = operation.call(&caller, None).await;
        let schemes = operation.node["security"].as_array().unwrap();
        match schemes.is_empty() || schemes.iter().any(|one| one.as_object().unwrap().is_empty()) {
            true => operation.assert_succeeds(&reply),
            false => assert_eq!(reply.refusal(), (401, "Unauthorized".to_owned()), "{}", operation.id),
        }
    }
    assert!(caller.sandbox.movements().is_empty());
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_request_that_breaks_the_document_is_400_and_moves_nothing() {
    let caller = Caller::new().await;
    let body = r#"{"recipient":"Kim","iban":"DE79000000000000000002","amount":"SECRET-VALUE"}"#;
    let reply = caller.as_bearer(OAUTH_TOKEN, "POST", "/api/accounts/1001/transfer", body).await;
    assert_eq!(reply.refusal(), (400, "Bad Request".to_owned()));
    assert_eq!(caller.transactions(V2_1, "?size=3").await.status, 400);
    assert!(caller.sandbox.movements().is_empty());
    let violations = caller.sandbox.violations();
    assert!(violations.iter().all(|one| one.side == Side::Request));
    let places: Vec<&str> = violations.iter().map(|one| one.pointer.as_str()).collect();
    assert_eq!(places, ["/amount", "query size"]);
    assert!(!format!("{violations:?}").contains("SECRET-VALUE"));
}
