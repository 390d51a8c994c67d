//! Does each operation put on the wire exactly what its document says?
//!
//! Generated from the operations table: an operation is covered the day it is added. What is expected comes from the document alone.

use std::collections::BTreeMap;

use bursar::kotani::{Client, Environment};
use bursar::{Kind, Outcome};
use bursar_runtime::dispatch::{Arguments, Failed};

use super::{ENTRIES, FILE, Keys, body, builder, entry, example, operation, parameters};
use crate::support::document::{self, Documented};
use crate::support::server::{Message, Server, answer};
use crate::support::tree::Tree;

/// Credentials that nobody accepts or refuses.
pub(super) const KEYS: Keys = Keys {
    api_key: "key-1",
    access_token: "access-1",
    refresh_token: "refresh-1",
    settlement_signature: "signature-1",
};

/// As a text in a URL: what RFC 3986 calls unreserved stays as it is.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Path and query with the examples of the parameters, the query in the document's order.
fn target(documented: &Documented) -> (String, Vec<String>) {
    let (mut path, mut query) = (documented.path.to_owned(), Vec::new());
    for (name, place, example) in parameters(documented) {
        let Some(example) = example else { continue };
        let text = encoded(&example.text().map_or_else(|| example.to_string(), str::to_owned));
        match place {
            "path" => path = path.replace(&format!("{{{name}}}"), &text),
            "query" => query.push(format!("{name}={text}")),
            "header" => {}
            other => panic!("{}: teach the test parameters in {other}", documented.id),
        }
    }
    (path, query)
}

/// The header of a scheme.
fn credential(scheme: &str) -> (&'static str, String) {
    match scheme {
        "api_key" => ("authorization", format!("Bearer {}", KEYS.api_key)),
        "access_token" => ("authorization", format!("Bearer {}", KEYS.access_token)),
        "refresh_token" => ("authorization", format!("Bearer {}", KEYS.refresh_token)),
        "settlement_signature" => ("x-kotani-signature", KEYS.settlement_signature.to_owned()),
        other => panic!("teach the test the scheme {other}"),
    }
}

/// The one request that a call puts on the wire, answered with the document's example.
async fn sent(documented: &Documented, client: impl Fn(&str) -> Client) -> Message {
    let success = documented.success();
    let body = success.example.expect("the document shows every answer").to_string();
    let server = Server::start(vec![answer(success.status, &[], &body)]).await;
    let (client, arguments) = example(documented, client(&server.url));
    let result = (entry(documented.id).call)(&client, &arguments).await;
    assert!(result.is_ok(), "{}: {result:?}", documented.id);
    let mut exchanges = server.exchanges();
    assert_eq!(exchanges.len(), 1, "{}: requests on the wire", documented.id);
    exchanges.remove(0).request
}

fn client(url: &str) -> Client {
    builder(url, &KEYS).build().expect("a client")
}

/// Holds a request against the document: method, path, query, every header, and the body digit by digit.
fn check(seen: &Message, documented: &Documented, scheme: Option<&str>) {
    let id = documented.id;
    let mut line = seen.line.split(' ');
    let (method, whole) = (line.next().expect("a method"), line.next().expect("a target"));
    let (path, query) = whole.split_once('?').map_or((whole, None), |(path, query)| (path, Some(query)));
    let (expected_path, mut expected_query) = target(documented);
    assert_eq!((method, path, line.next()), (&*documented.method, &*expected_path, Some("HTTP/1.1")), "{id}");
    let mut query: Vec<&str> = query.into_iter().flat_map(|query| query.split('&')).collect();
    query.sort_unstable();
    expected_query.sort_unstable();
    assert_eq!(query, expected_query, "{id}");

    let header = |name: &str| seen.header(name).unwrap_or_else(|| panic!("{id}: no header {name}")).to_owned();
    let mut expected = BTreeMap::from([
        ("user-agent".to_owned(), concat!("bursar/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("accept".to_owned(), "application/json".to_owned()),
        ("host".to_owned(), header("host")),
    ]);
    if !seen.body.is_empty() || documented.method == "POST" {
        expected.insert("content-length".to_owned(), seen.body.len().to_string());
    }
    if let Some((name, value)) = scheme.map(credential) {
        expected.insert(name.to_owned(), value);
    }
    for (name, place, example) in parameters(documented) {
        if place == "header" {
            expected.insert(name.to_lowercase(), example.and_then(Tree::text).expect("a text").to_owned());
        }
    }
    match body(documented) {
        None => assert_eq!(seen.body, "", "{id}: the operation has no body"),
        Some(("application/json", example)) => {
            expected.insert("content-type".to_owned(), "application/json".to_owned());
            assert_eq!(example.differences(&seen.json()), [""; 0], "{id}: {}", seen.body);
        }
        Some(("multipart/form-data", example)) => {
            let media_type = header("content-type");
            let boundary = media_type.strip_prefix("multipart/form-data; boundary=").expect("a form");
            let (filename, file_type) = FILE;
            let file = example.get("file").and_then(Tree::text).expect("a text");
            let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{filename}\"");
            let form =
                format!("--{boundary}\r\n{head}\r\nContent-Type: {file_type}\r\n\r\n{file}\r\n--{boundary}--\r\n");
            assert_eq!(seen.body, form, "{id}");
            expected.insert("content-type".to_owned(), media_type);
        }
        Some((other, _)) => panic!("{id}: teach the test bodies of type {other}"),
    }
    let expected: Vec<(String, String)> = expected.into_iter().collect();
    let mut headers = seen.headers.clone();
    headers.sort_unstable();
    assert_eq!(headers, expected, "{id}: headers");
}

#[tokio::test]
async fn every_operation_is_sent_as_documented() {
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        let first = documented.credentials().first().and_then(|schemes| schemes.first().copied());
        check(&sent(&documented, client).await, &documented, first);
    }
}

/// Either of the two will do for most operations; what takes a session only is never sent with an API key.
#[tokio::test]
async fn a_client_with_one_credential_sends_what_that_allows() {
    let bare = |url: &str| Client::builder().core(|core| core.base_url(url));
    let key = |value| crate::support::client::credential(value);
    let mut refused = BTreeMap::from([("api_key", Vec::new()), ("access_token", Vec::new()), ("none", Vec::new())]);
    for (scheme, refused) in &mut refused {
        let client = |url: &str| match *scheme {
            "api_key" => bare(url).api_key(key(KEYS.api_key)).build().expect("a client"),
            "access_token" => bare(url).access_token(key(KEYS.access_token)).build().expect("a client"),
            _ => bare(url).build().expect("a client"),
        };
        for entry in ENTRIES {
            let documented = operation(entry.operation.id);
            let alternatives = documented.credentials();
            if alternatives.iter().any(|schemes| schemes.contains(scheme)) {
                check(&sent(&documented, client).await, &documented, Some(scheme));
            } else if alternatives.is_empty() || alternatives.iter().any(|schemes| schemes.is_empty()) {
                check(&sent(&documented, client).await, &documented, None);
            } else {
                let server = Server::start(vec![answer(200, &[], "{}")]).await;
                let (client, arguments) = example(&documented, client(&server.url));
                let Err(Failed::Call { error, body: None }) = (entry.call)(&client, &arguments).await else {
                    panic!("{}: sent without a credential", documented.id);
                };
                assert_eq!((error.kind(), error.outcome()), (&Kind::Config, Outcome::NotSent));
                assert!(server.exchanges().is_empty(), "{}: something was sent", documented.id);
                refused.push(documented.id);
            }
        }
    }
    assert_eq!(
        refused["api_key"],
        ["create_api_key", "refresh_token", "report_provider_settlement", "create_plain_api_key"]
    );
    assert_eq!(refused["access_token"], ["refresh_token", "report_provider_settlement"]);
    assert_eq!(refused["none"].len(), 91);
}

#[tokio::test]
async fn an_amount_keeps_its_digits_on_the_wire() {
    let withdrawal = operation("create_mobile_money_withdrawal");
    for amount in ["0.10", "10.00", "12345678901234567.89", "90071992547409931.23", "7"] {
        let server = Server::start(vec![answer(200, &[], r#"{"success":true,"data":{}}"#)]).await;
        let text = format!(r#"{{"body":{{"customer_key":"c","walletId":"w","amount":{amount}}}}}"#);
        let arguments = Arguments::parse(&text).expect("arguments");
        (entry(withdrawal.id).call)(&client(&server.url), &arguments).await.expect("200");
        let body = server.exchanges().remove(0).request.body;
        assert!(body.contains(&format!(r#""amount":{amount}"#)), "{body}");
    }
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let mut left_out = 0;
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        let server = Server::start(vec![answer(200, &[], r#"{"success":true,"message":"","data":{}}"#)]).await;
        let (_, full) = target(&documented);
        let paths = parameters(&documented).into_iter().filter(|(_, place, _)| *place == "path");
        let paths = paths.map(|(name, _, example)| format!(r#""{name}":{}"#, example.expect("an example")));
        let body = documented.request_schema().is_some().then(|| r#""body":{}"#.to_owned());
        let text = format!("{{{}}}", paths.chain(body).collect::<Vec<_>>().join(","));
        let arguments = Arguments::parse(&text).expect("an object of arguments");
        // What has required members is not sent without them.
        if let Err(Failed::Argument(_)) = (entry.call)(&client(&server.url), &arguments).await {
            assert!(server.exchanges().is_empty(), "{}", documented.id);
            continue;
        }
        let seen = server.exchanges().remove(0).request;
        assert!(!seen.path().contains('?') && ["", "{}"].contains(&&*seen.body), "{}: {}", documented.id, seen.line);
        assert_eq!(seen.header("x-kotani-timestamp"), None);
        left_out += full.len();
    }
    assert!(left_out > 25, "only {left_out} parameters were left out");
}

#[test]
fn every_environment_is_one_of_the_documents_servers() {
    use Environment::{Preview, Production, ProductionIo, Sandbox, SandboxIo};
    let environments = [Sandbox, Production, Preview, SandboxIo, ProductionIo];
    assert_eq!(environments.each_ref().map(Environment::url).to_vec(), document::servers("kotani"));
}

/// A parameter cannot lead to another operation, and is refused before anything is sent.
#[tokio::test]
async fn no_path_parameter_leads_elsewhere() {
    let server = Server::start(vec![answer(200, &[], "{}")]).await;
    let client = client(&server.url);
    let mut tried = 0;
    for entry in ENTRIES.iter().filter(|entry| entry.operation.path.contains('{')) {
        let documented = operation(entry.operation.id);
        for value in ["", ".", "..", "%2e%2E"] {
            let (_, mut arguments) = example(&documented, client.clone());
            for (name, _, _) in parameters(&documented).into_iter().filter(|(_, place, _)| *place == "path") {
                arguments.insert(name, serde_json::value::to_raw_value(value).expect("JSON"));
            }
            let Err(Failed::Call { error, body: None }) = (entry.call)(&client, &arguments).await else {
                panic!("{}: sent with {value:?} in its path", documented.id);
            };
            assert_eq!(error.outcome(), Outcome::NotSent, "{}", documented.id);
        }
        tried += 1;
    }
    assert!(server.exchanges().is_empty());
    assert!(tried > 25, "{tried}");
}
