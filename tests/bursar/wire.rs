//! Does each operation put on the wire exactly what its document says?
//!
//! Generated from the operations table: an operation is covered the day it is added. What is expected comes from the document alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bursar::kasisto::{Client, Options};
use bursar::{Kind, Outcome};
use bursar_runtime::dispatch::{Entry, Failed};
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

use crate::support::client::{self, ENTRIES, SECRET, TOKEN};
use crate::support::document::{self, Documented, operation};
use crate::support::tree::Tree;

const USER_AGENT: &str = concat!("bursar/", env!("CARGO_PKG_VERSION"));

/// One request as the mock saw it.
#[derive(Clone)]
struct Seen {
    method: String,
    /// Path and query.
    target: String,
    /// In the order of the wire, names in lower case.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    at: SystemTime,
}

impl Seen {
    fn of(request: &HttpMockRequest) -> Self {
        let header = |(name, value): &(String, String)| (name.to_lowercase(), value.clone());
        Self {
            method: request.method_str().to_owned(),
            target: request.uri().path_and_query().expect("a path").to_string(),
            headers: request.headers_vec().iter().map(header).collect(),
            body: request.body_ref().to_vec(),
            at: SystemTime::now(),
        }
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("{}: no header {name}", self.target))
    }
}

/// A bank that answers every operation with the document's example.
struct Bank {
    server: MockServer,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Bank {
    async fn open() -> Self {
        let server = MockServer::start_async().await;
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let log = Arc::clone(&seen);
        let answers: BTreeMap<String, (u16, String)> = document::operations()
            .iter()
            .map(|operation| (operation, operation.success()))
            .map(|(operation, answer)| {
                let body = answer.example.map(Tree::to_string).unwrap_or_default();
                (format!("/api{}", operation.path), (answer.status, body))
            })
            .collect();
        server
            .mock_async(|when, then| {
                when.any_request();
                then.respond_with(move |request| {
                    log.lock().expect("the log").push(Seen::of(request));
                    let (status, body) = answers.get(request.uri().path()).cloned().unwrap_or((404, String::new()));
                    HttpMockResponse::builder().status(status).body(body).build()
                });
            })
            .await;
        Self { server, seen }
    }

    fn url(&self) -> String {
        self.server.url("/api")
    }

    /// The one request that a call puts on the wire.
    async fn request(&self, client: &Client, entry: &Entry<Client>, body: Option<&Tree>) -> Seen {
        self.seen.lock().expect("the log").clear();
        let result = client::call(client, entry, body).await;
        assert!(result.is_ok(), "{}: {result:?}", entry.operation.id);
        let mut seen = std::mem::take(&mut *self.seen.lock().expect("the log"));
        assert_eq!(seen.len(), 1, "{}: requests on the wire", entry.operation.id);
        seen.remove(0)
    }
}

/// Holds a request against the document: method, path, every header, and the body digit by digit.
fn check(
    seen: &Seen,
    documented: &Documented,
    body: Option<&Tree>,
    credentials: &BTreeSet<&str>,
    locale: Option<&str>,
) {
    let id = documented.id;
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        (&*documented.method, &*format!("/api{}", documented.path))
    );

    let mut expected =
        BTreeMap::from([("user-agent", USER_AGENT.to_owned()), ("host", seen.header("host").to_owned())]);
    let answers_json = documented.success().schema.is_some();
    expected.insert("accept", if answers_json { "application/json" } else { "*/*" }.to_owned());
    expected.insert("content-length", seen.body.len().to_string());
    if body.is_some() {
        expected.insert("content-type", "application/json".to_owned());
    }
    for (name, value) in
        [("secret", SECRET), ("token", TOKEN)].into_iter().filter(|(name, _)| credentials.contains(name))
    {
        expected.insert(name, value.to_owned());
    }
    for (name, fill) in documented.header_parameters() {
        match (name.as_str(), fill, locale) {
            ("locale", "option", Some(locale)) => drop(expected.insert("locale", locale.to_owned())),
            ("locale", "option", None) => {}
            ("date", "http-date", _) => drop(expected.insert("date", seen.header("date").to_owned())),
            ("request_id", "uuid", _) => drop(expected.insert("request_id", seen.header("request_id").to_owned())),
            other => panic!("{id}: teach the test the header {other:?}"),
        }
    }
    let mut headers: Vec<(&str, &str)> = seen.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    headers.sort_unstable();
    let expected: Vec<(&str, &str)> = expected.iter().map(|(name, value)| (*name, &**value)).collect();
    assert_eq!(headers, expected, "{id}: headers");

    if documented.header_parameters().contains_key("date") {
        let date = httpdate::parse_http_date(seen.header("date")).expect("an HTTP date");
        let age = seen.at.duration_since(date).expect("a date that is not in the future");
        assert!(age < Duration::from_secs(10), "{id}: the date is {age:?} old");
        assert!(seen.header("date").ends_with(" GMT"), "{id}: the date is no IMF-fixdate");
        let uuid = uuid::Uuid::try_parse(seen.header("request_id")).expect("a UUID");
        assert_eq!((uuid.get_version_num(), uuid.hyphenated().to_string().as_str()), (4, seen.header("request_id")));
    }

    let sent = std::str::from_utf8(&seen.body).expect("text");
    match body {
        Some(body) => assert_eq!(body.differences(&Tree::parse(sent)), [""; 0], "{id}: {sent}"),
        None => assert_eq!(sent, "", "{id}: the operation has no body"),
    }
}

#[tokio::test]
async fn every_operation_is_sent_as_documented() {
    let bank = Bank::open().await;
    let mut request_ids = BTreeSet::new();
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        let body = documented.request_example();
        for locale in [None, Some("zh_HK"), Some("en_US")] {
            // A client of its own each time: an answer that hands out a token changes what the next call carries.
            let builder = client::customer(&bank.url());
            let client = match locale {
                None => builder.build().expect("a client"),
                Some("zh_HK") => builder.locale("zh_HK").build().expect("a client"),
                Some(other) => {
                    let client = builder.locale("zh_HK").build().expect("a client");
                    client.with(Options::new().header("locale", other))
                }
            };
            let seen = bank.request(&client, entry, body).await;
            check(&seen, &documented, body, &documented.credentials()[0], locale);
            if documented.header_parameters().contains_key("request_id") {
                assert!(request_ids.insert(seen.header("request_id").to_owned()), "a request_id came twice");
            }
        }
    }
    assert_eq!(
        request_ids.len(),
        3 * (ENTRIES.len() - 2),
        "all operations but the two drafts of 2016 have a request_id"
    );
}

#[tokio::test]
async fn without_a_token_only_those_operations_are_sent_that_need_none() {
    let bank = Bank::open().await;
    let only_secret = BTreeSet::from(["secret"]);
    let mut sent = Vec::new();
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        let client = client::stranger(&bank.url()).build().expect("a client");
        let body = documented.request_example();
        if documented.credentials().contains(&only_secret) {
            let seen = bank.request(&client, entry, body).await;
            check(&seen, &documented, body, &only_secret, None);
            sent.push(documented.id);
            continue;
        }
        bank.seen.lock().expect("the log").clear();
        let Err(Failed::Call { error, body: None }) = client::call(&client, entry, body).await else {
            panic!("{}: sent without the customer's token", documented.id);
        };
        assert_eq!((error.kind(), error.outcome()), (&Kind::Config, Outcome::NotSent));
        assert!(error.to_string().contains("the credential `token` is not set"), "{error}");
        assert!(bank.seen.lock().expect("the log").is_empty(), "{}: something was sent", documented.id);
    }
    assert_eq!(sent, ["create_token", "list_bank_locations", "record_interaction"]);
}

#[tokio::test]
async fn an_amount_keeps_its_digits_on_the_wire() {
    let bank = Bank::open().await;
    for amount in ["0.10", "10.00", "12345678901234567.89", "90071992547409931.23", "7"] {
        let text = format!(r#"{{"source_account_id":"a","dest_account_id":"b","amount":{amount}}}"#);
        let client = client::customer(&bank.url()).build().expect("a client");
        let seen = bank.request(&client, client::entry("create_transfer"), Some(&Tree::parse(&text))).await;
        let body = std::str::from_utf8(&seen.body).expect("text");
        assert!(body.contains(&format!(r#""amount":{amount}"#)), "{body}");
    }
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let bank = Bank::open().await;
    let (mut left_out, mut refused) = (0, Vec::new());
    for entry in ENTRIES.iter().filter(|entry| entry.recode.is_some()) {
        let documented = operation(entry.operation.id);
        let client = || client::customer(&bank.url()).build().expect("a client");
        // A body without members.
        let empty = Tree::parse("{}");
        match client::call(&client(), entry, Some(&empty)).await {
            Ok(_) => assert_eq!(bank.request(&client(), entry, Some(&empty)).await.body, b"{}", "{}", documented.id),
            Err(_) => refused.push(documented.id),
        }
        // No body at all, where the document says that it may be left out.
        if documented.node.at("/requestBody/required") != Some(&Tree::Bool(true)) {
            let seen = bank.request(&client(), entry, None).await;
            check(&seen, &documented, None, &documented.credentials()[0], None);
            left_out += 1;
        }
    }
    assert_eq!(refused, ["create_transfer", "create_payment", "perform_customer_action"], "they have required members");
    assert!(left_out > 5, "only {left_out} bodies may be left out");
}
