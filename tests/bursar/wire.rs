//! Does each operation put on the wire exactly what its document says?
//!
//! Generated from the operations table: an operation is covered the day it is added. What is expected comes from the document alone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use bursar::{Kind, Outcome};
use bursar_runtime::dispatch::{Arguments, Failed};

use crate::providers::per_provider;
use crate::support::document::{
    self, Documented, Parameter, credential_header, fill, operation, operations, schemas_at,
};
use crate::support::example::{FILE, arguments, changed_example, example, option_headers};
use crate::support::provider::{Api, Keys, Provider, Refused};
use crate::support::tree::Tree;
use bursar_support::{Message, Server, json_with as answer};

per_provider!(
    async every_operation_is_sent_as_documented,
    async a_client_sends_what_its_credentials_allow,
    async an_amount_keeps_its_digits_on_the_wire,
    async what_is_not_set_is_not_sent,
    async no_path_parameter_leads_elsewhere,
    fn every_environment_is_one_of_the_documents_servers,
);

/// The values that headers have for which the document knows only the form.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub(crate) uuids: Vec<String>,
}

/// As a text in a URL: what RFC 3986 calls unreserved stays as it is.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A pair of a query or form, where a blank is a plus sign.
pub(crate) fn pair(name: &str, value: &Tree) -> String {
    format!("{name}={}", encoded(&plain(value)).replace("%20", "+"))
}

/// A scalar as text.
fn plain(value: &Tree) -> String {
    value.text().map_or_else(|| value.to_string(), str::to_owned)
}

/// Path and query with the examples of the parameters; of those that may be left out only if `optional`.
fn target(documented: &Documented, optional: bool) -> (String, Vec<String>) {
    let (mut path, mut query) = (documented.path.to_owned(), Vec::new());
    for parameter in documented.parameters().into_iter().filter(|parameter| optional || parameter.required) {
        let Some(example) = parameter.example else { continue };
        match parameter.place {
            "path" => path = path.replace(&format!("{{{}}}", parameter.name), &encoded(&plain(example))),
            "query" => query.push(pair(parameter.name, example)),
            "header" => {}
            other => panic!("{}: teach the test parameters in {other}", documented.id),
        }
    }
    (path, query)
}

/// A server that answers with the operation's example of a success.
pub(crate) async fn answering(documented: &Documented) -> Server {
    let success = documented.success();
    let body = success.example.map(Tree::to_string).unwrap_or_default();
    let content = success.media_type.unwrap_or("text/plain");
    Server::start(vec![answer(success.status, &[("content-type", content)], &body)]).await
}

/// The one request that a call puts on the wire.
pub(crate) async fn sent(server: &Server, documented: &Documented, api: &Api, arguments: &Arguments) -> Message {
    let before = server.exchanges().len();
    let result = api.call(documented.id, arguments).await;
    // A redirect is no success to a client that follows none.
    assert_eq!(result.is_ok(), documented.success().status < 300, "{}: {result:?}", documented.id);
    let mut exchanges = server.exchanges();
    assert_eq!(exchanges.len(), before + 1, "{}: requests on the wire", documented.id);
    exchanges.remove(before).request
}

/// What a request is held against beside the document.
pub(crate) struct Expected<'a> {
    pub(crate) provider: &'a Provider,
    pub(crate) keys: &'a Keys,
    /// The schemes that are sent.
    pub(crate) schemes: &'a BTreeSet<&'static str>,
    /// Headers that are options, and set.
    pub(crate) options: &'a [(String, &'a str)],
    /// Whether the parameters of the query are set that may be left out.
    pub(crate) query: bool,
    /// The body with its type.
    pub(crate) body: Option<(&'a str, &'a Tree)>,
}

/// Holds a request against the document: method, path, query, every header, and the body digit by digit.
pub(crate) fn check(seen: &Message, documented: &Documented, with: &Expected<'_>) -> Filled {
    let id = documented.id;
    let mut line = seen.line.split(' ');
    let (method, whole) = (line.next().expect("a method"), line.next().expect("a target"));
    let (path, query) = whole.split_once('?').map_or((whole, None), |(path, query)| (path, Some(query)));
    let (expected_path, mut expected_query) = target(documented, with.query);
    assert_eq!((method, path, line.next()), (&*documented.method, &*expected_path, Some("HTTP/1.1")), "{id}");
    let mut query: Vec<&str> = query.into_iter().flat_map(|query| query.split('&')).collect();
    query.sort_unstable();
    expected_query.sort_unstable();
    assert_eq!(query, expected_query, "{id}");

    let header = |name: &str| seen.header(name).unwrap_or_else(|| panic!("{id}: no header {name}")).to_owned();
    let mut expected = BTreeMap::from([
        ("user-agent".to_owned(), concat!("bursar/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("accept".to_owned(), documented.accepts()),
        ("host".to_owned(), header("host")),
    ]);
    if !seen.body.is_empty() || ["POST", "PUT", "PATCH"].contains(&&*documented.method) {
        expected.insert("content-length".to_owned(), seen.body.len().to_string());
    }
    for scheme in with.schemes {
        let key = with.keys.value(scheme);
        let (name, value) = credential_header(with.provider.name, scheme, key);
        let value = (with.provider.wire.made)(scheme, key, seen).unwrap_or(value);
        if !value.is_empty() {
            expected.insert(name, value);
        }
    }
    let mut filled = Filled::default();
    for parameter in documented.parameters().into_iter().filter(|parameter| parameter.place == "header") {
        let name = parameter.name.to_lowercase();
        match parameter.fill {
            Some("http-date") => {
                let text = header(&name);
                let date = httpdate::parse_http_date(&text).expect("an HTTP date");
                let age = SystemTime::now().duration_since(date).expect("a date that is not in the future");
                assert!(age < Duration::from_secs(10), "{id}: the date is {age:?} old");
                assert!(text.ends_with(" GMT"), "{id}: the date is no IMF-fixdate");
                expected.insert(name, text);
            }
            Some("uuid") => {
                let text = header(&name);
                let uuid = uuid::Uuid::try_parse(&text).expect("a UUID");
                assert_eq!((uuid.get_version_num(), uuid.hyphenated().to_string()), (4, text.clone()), "{id}");
                filled.uuids.push(text.clone());
                expected.insert(name, text);
            }
            Some("option") => {
                let always = with.provider.wire.always.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
                let set = with.options.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
                expected.extend(set.or(always).map(|value| (name, value.to_owned())));
            }
            other => panic!("{id}: teach the test headers filled with {other:?}"),
        }
    }
    match with.body {
        None => assert_eq!(seen.body, "", "{id}: no body was given"),
        Some(("application/json", example)) => {
            expected.insert("content-type".to_owned(), "application/json".to_owned());
            assert_eq!(example.differences_but_nulls(&Tree::parse(&seen.body)), [""; 0], "{id}: {}", seen.body);
        }
        Some((media_type @ "application/x-www-form-urlencoded", example)) => {
            expected.insert("content-type".to_owned(), media_type.to_owned());
            let mut pairs: Vec<String> = example.entries().map(|(name, value)| pair(name, value)).collect();
            let mut found: Vec<&str> = seen.body.split('&').collect();
            pairs.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, pairs, "{id}");
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
    filled
}

/// The operation with its examples, sent with these keys and held against the document.
async fn sent_as_documented(provider: &Provider, documented: &Documented, keys: &Keys) -> Filled {
    let schemes = documented.sent_with(&keys.schemes()).expect("keys that suffice");
    let server = answering(documented).await;
    let api = (provider.open)(&server.url, keys).expect("a client");
    let (api, arguments) = example(provider, documented, api);
    let options = option_headers(provider, documented);
    let seen = sent(&server, documented, &api, &arguments).await;
    let body = documented.request_example();
    check(&seen, documented, &Expected { provider, keys, schemes: &schemes, options: &options, query: true, body })
}

async fn every_operation_is_sent_as_documented(provider: &Provider) {
    let keys = Keys::all(provider);
    for documented in operations(provider.name) {
        sent_as_documented(provider, &documented, &keys).await;
    }
}

async fn a_client_sends_what_its_credentials_allow(provider: &Provider) {
    for (schemes, table) in provider.wire.keys {
        let keys = Keys::all(provider).only(schemes);
        let mut refused = Vec::new();
        for row in provider.operations {
            let documented = operation(provider.name, row.id);
            if documented.sent_with(&keys.schemes()).is_some() {
                sent_as_documented(provider, &documented, &keys).await;
                continue;
            }
            let server = answering(&documented).await;
            let api = (provider.open)(&server.url, &keys).expect("a client");
            let (api, arguments) = example(provider, &documented, api);
            let Err(Failed::Call { error, body: None }) = api.call(row.id, &arguments).await else {
                panic!("{}: sent without a credential", row.id);
            };
            assert_eq!((error.kind(), error.outcome()), (&Kind::Config, Outcome::NotSent));
            let names_one = documented.credentials().iter().flatten().any(|scheme| {
                !schemes.contains(scheme)
                    && error.to_string().contains(&format!("the credential `{scheme}` is not set"))
            });
            assert!(names_one, "{error}");
            assert!(server.exchanges().is_empty(), "{}: something was sent", row.id);
            refused.push(row.id);
        }
        match table {
            Refused::Only(ids) => assert_eq!(refused, *ids, "{schemes:?}"),
            Refused::AllBut(ids) => {
                let sent = provider.operations.iter().map(|row| row.id).filter(|id| !refused.contains(id));
                assert_eq!(sent.collect::<Vec<_>>(), *ids, "{schemes:?}");
            }
        }
    }
}

/// Every operation with an amount: where the document says, or under that name.
async fn an_amount_keeps_its_digits_on_the_wire(provider: &Provider) {
    let mut count = 0;
    for row in provider.operations {
        let documented = operation(provider.name, row.id);
        let Some(schema) = documented.request_schema() else { continue };
        let pointer = row.money.as_ref().map_or("/amount", |money| money.request.amount);
        let Some(shown) = documented.json_example().and_then(|example| example.at(pointer)) else { continue };
        let digits = |amount: &str| match shown {
            Tree::Text(_) => Tree::Text(amount.to_owned()),
            _ => Tree::Number(amount.to_owned()),
        };
        let is_integer = schemas_at(schema, pointer).into_iter().any(document::is_integer);
        let amounts = match is_integer {
            true => ["10", "1234567890123456789", "9007199254740993", "7"],
            false => ["0.10", "12345678901234567.89", "90071992547409931.23", "7"],
        };
        for amount in amounts {
            let server = answering(&documented).await;
            let with_amount = |example: &Tree| {
                let mut body = example.clone();
                fill(&mut body, schema, pointer, &|_| digits(amount));
                body
            };
            let example_of = |parameter: &Parameter| parameter.example.cloned();
            let api = provider.client(&server.url);
            let (api, arguments) = changed_example(provider, &documented, api, example_of, with_amount);
            let body = Tree::parse(&sent(&server, &documented, &api, &arguments).await.body);
            assert_eq!(body.at(pointer), Some(&digits(amount)), "{}", row.id);
        }
        count += 1;
    }
    assert!(count > 0, "no operation has an amount");
}

/// The bodies with nothing in them that an operation takes: one without members, and none at all where it may be left out.
fn empty_bodies(documented: &Documented) -> Vec<Option<Tree>> {
    let may_be_left_out = documented.node.at("/requestBody/required") != Some(&Tree::Bool(true));
    match documented.request_schema() {
        None => vec![None],
        Some(_) if may_be_left_out => vec![Some(Tree::parse("{}")), None],
        Some(_) => vec![Some(Tree::parse("{}"))],
    }
}

async fn what_is_not_set_is_not_sent(provider: &Provider) {
    let (mut left_out, mut refused) = (0, Vec::new());
    let keys = Keys::all(provider);
    for documented in &operations(provider.name) {
        let parameters = documented.parameters();
        let set = parameters.iter().filter(|one| one.required && one.place != "header");
        let set = set.map(|one| format!(r#""{}":{}"#, one.name, one.example.expect("an example")));
        let set: Vec<String> = set.collect();
        let schemes = documented.sent_with(&keys.schemes()).expect("keys that suffice");
        for body in empty_bodies(documented) {
            let server = answering(documented).await;
            let body_member = body.as_ref().map(|body| format!(r#""body":{body}"#));
            let members: Vec<String> = set.iter().cloned().chain(body_member).collect();
            let result = provider.client(&server.url).call(documented.id, &arguments(&members)).await;
            // What has required members is not sent without them.
            let is_refused = match &result {
                Err(Failed::Argument(_)) => true,
                Err(Failed::Call { error, .. }) => error.outcome() == Outcome::NotSent,
                _ => false,
            };
            if is_refused {
                assert!(server.exchanges().is_empty(), "{}", documented.id);
                refused.push(documented.id);
                continue;
            }
            let mut exchanges = server.exchanges();
            assert_eq!(exchanges.len(), 1, "{}: requests on the wire", documented.id);
            let body = body.as_ref().map(|body| ("application/json", body));
            let with = Expected { provider, keys: &keys, schemes: &schemes, options: &[], query: false, body };
            check(&exchanges.remove(0).request, documented, &with);
            let optional = parameters.iter().filter(|one| one.place == "query" && !one.required).count();
            left_out += optional + usize::from(body.is_none() && documented.request_schema().is_some());
        }
    }
    let strict: Vec<&str> =
        operations(provider.name).iter().filter(|one| one.requires_members()).map(|one| one.id).collect();
    assert_eq!(refused, strict, "they have required members");
    assert!(left_out >= provider.wire.left_out, "only {left_out} parameters and bodies were left out");
}

/// A parameter cannot lead to another operation, and is refused before anything is sent.
async fn no_path_parameter_leads_elsewhere(provider: &Provider) {
    let server = Server::start(vec![answer(200, &[], "{}")]).await;
    for documented in operations(provider.name).iter().filter(|documented| documented.path.contains('{')) {
        for value in ["", ".", "..", "%2e%2E"] {
            let (api, mut arguments) = example(provider, documented, provider.client(&server.url));
            let mut parameters = documented.parameters();
            parameters.retain(|parameter| parameter.place == "path");
            let is_text = parameters.iter().any(|parameter| document::takes_text(parameter.schema));
            for parameter in parameters.iter().filter(|one| !is_text || document::takes_text(one.schema)) {
                arguments.insert(parameter.name, serde_json::value::to_raw_value(value).expect("JSON"));
            }
            match api.call(documented.id, &arguments).await {
                Err(Failed::Call { error, body: None }) => assert_eq!(error.outcome(), Outcome::NotSent),
                // A number cannot be such a text.
                Err(Failed::Argument(_)) if !is_text => {}
                other => panic!("{}: {value:?} in its path: {other:?}", documented.id),
            }
        }
    }
    assert!(server.exchanges().is_empty());
}

/// All of them, in the document's order; a provider whose address is its customer's names none.
fn every_environment_is_one_of_the_documents_servers(provider: &Provider) {
    let named = (provider.environments)();
    assert!(named.is_empty() || named == document::servers(provider.name), "{named:?}");
}
