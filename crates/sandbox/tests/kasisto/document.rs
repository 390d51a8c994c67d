//! Is the document kept, on both sides, and is what breaks it recorded without its values?

use std::collections::BTreeSet;

use bursar_sandbox::Side;
use bursar_sandbox::kasisto::{SECRET, Settings};
use serde_json::{Value, json};

use crate::caller::{Caller, Reply};

const DOCUMENT: &str = include_str!("../../src/generated/kasisto.json");

/// The document's operations as path and description.
fn operations() -> Vec<(String, Value)> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let paths = document["paths"].as_object().unwrap().clone();
    paths.into_iter().map(|(path, item)| (path, item["post"].clone())).collect()
}

/// The example of the operation's request body; empty if it has no body.
fn example(operation: &Value) -> String {
    let content = &operation["requestBody"]["content"]["application/json"];
    content.get("example").map(Value::to_string).unwrap_or_default()
}

#[tokio::test]
async fn every_example_gets_a_documented_success() {
    let mut tried = BTreeSet::new();
    for (path, operation) in operations() {
        let mut caller = Caller::new().await;
        caller.raise().await;
        let reply = caller.post_text(&path, &example(&operation)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        assert!(operation["responses"].get("200").is_some(), "{path}");
        caller.assert_no_violations();
        tried.insert(path);
    }
    assert_eq!(tried.len(), 18, "{tried:?}");
}

#[tokio::test]
async fn an_operation_that_the_bank_does_not_offer_is_501() {
    for (path, operation) in operations() {
        if operation["responses"].get("501").is_none() {
            continue;
        }
        let caller = Caller::stranger(Settings::new().without(path.as_str())).await;
        let reply = caller.post_text(&path, &example(&operation)).await;
        assert_eq!((reply.status, reply.json()["code"].as_str()), (501, Some("NOT_IMPLEMENTED")), "{path}");
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn a_request_that_breaks_the_document_is_500_and_moves_nothing() {
    let caller = Caller::new().await;
    let refused = |reply: &Reply| (reply.status, reply.json()["code"].as_str().map(str::to_owned));
    let invalid = (500, Some("INVALID_REQUEST".to_owned()));
    let body = r#"{"source_account_id":"acc-checking","dest_account_id":"acc-savings","amount":"SECRET-VALUE"}"#;
    for (path, body, pointer, rule) in [
        ("/transfer", body, "/amount", "/components/schemas/CreateTransfer/properties/amount/type"),
        ("/transfer", "{}", "", "/components/schemas/CreateTransfer/required"),
        ("/transfer", "{", "", "the body is not JSON"),
        ("/accounts", "", "", "the body is missing"),
        ("/accounts", r#"{"account_id":7}"#, "/account_id", "/components/schemas/ListAccounts/properties/account_id/"),
        (
            "/transactions",
            r#"{"start_date":"SECRET-VALUE"}"#,
            "/start_date",
            "/components/schemas/ListTransactions/properties/start_date/format",
        ),
    ] {
        let before = caller.sandbox.violations().len();
        assert_eq!(refused(&caller.post_text(path, body).await), invalid, "{path} {body}");
        let found = &caller.sandbox.violations()[before..];
        assert!(
            found.iter().any(|one| one.pointer == pointer && one.rule.starts_with(rule)),
            "{path} {body}: {found:#?}"
        );
        assert!(found.iter().all(|one| one.side == Side::Request), "{found:#?}");
    }
    let everything = format!("{:?}", caller.sandbox.violations());
    assert!(!everything.contains("SECRET-VALUE"), "{everything}");
    assert!(caller.sandbox.violations()[0].to_string().starts_with("kasisto create_transfer request"));
    assert!(caller.sandbox.movements().is_empty());
}

#[tokio::test]
async fn an_empty_transfer_has_no_accounts() {
    let caller = Caller::new().await;
    // The document lets the body be missing, though its members are required.
    let reply = caller.post_text("/transfer", "").await;
    assert_eq!(reply.json()["status"], "failed");
    caller.assert_no_violations();
}

#[tokio::test]
async fn headers_of_later_versions_are_checked_if_they_are_there() {
    let caller = Caller::new().await;
    let send = async |name: &str, value: &str| {
        let headers = [("secret", SECRET), ("token", caller.token.as_str()), (name, value)];
        caller.send("/customer", &headers, "{}").await.status
    };
    assert_eq!(send("Date", "Wed, 27 Mar 2019 09:30:00 GMT").await, 200);
    assert_eq!(send("request_id", "3f0c2a57-2b9e-4c55-9d0a-0f4a3f6f7c11").await, 200);
    assert_eq!(send("locale", "en_US").await, 200);
    caller.assert_no_violations();
    assert_eq!(send("Date", "2019-03-27T09:30:00Z").await, 500);
    assert_eq!(caller.sandbox.violations()[0].pointer, "header Date");
}

#[tokio::test]
async fn a_strict_bank_misses_them() {
    let caller = Caller::stranger(Settings::new().strict_headers()).await;
    assert_eq!(caller.send("/token", &[("secret", SECRET)], "").await.status, 500);
    let violations = caller.sandbox.violations().into_iter();
    let pointers: Vec<String> = violations.map(|one| one.pointer).collect();
    assert_eq!(pointers, ["header Date", "header request_id"]);
}

#[tokio::test]
async fn an_undocumented_request_is_refused_and_recorded() {
    let caller = Caller::new().await;
    assert_eq!(caller.post("/register_user", json!({})).await.status, 501);
    let get = caller.http.get(format!("{}/accounts", caller.sandbox.kasisto_url())).send().await.unwrap();
    assert_eq!(get.status(), 405);
    let reply = caller.post("/accounts?limit=1", json!({})).await;
    assert_eq!(reply.status, 500);
    let places: Vec<(String, String)> =
        caller.sandbox.violations().into_iter().map(|one| (one.operation, one.pointer)).collect();
    let expected = [("", ""), ("", ""), ("list_accounts", "query limit")];
    assert_eq!(places, expected.map(|(operation, pointer)| (operation.to_owned(), pointer.to_owned())));
    let elsewhere = caller.http.get(caller.sandbox.url()).send().await.unwrap();
    assert_eq!(elsewhere.status(), 404);
}
