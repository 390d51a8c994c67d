//! Does anything leak? Credentials, sensitive fields and whole bodies are marked, and everything that prints is searched for the marks.
//!
//! Generated from the document and the operations table: a new operation, field or status is searched for the day it is added.

use std::collections::BTreeSet;
use std::time::Duration;

use bursar::{Options, Outcome};
use bursar_runtime::dispatch::{Arguments, Failed};
use bursar_runtime::{Effect, Operation};

use crate::providers::per_provider;
use crate::support::document::{
    self, Documented, fill, is_enum, is_sensitive, operation, sensitive, sensitive_branches,
};
use crate::support::example::{arguments, changed_example};
use crate::support::listing;
use crate::support::marks::{DIGITS, MARK, debugged, hides, marked, marked_through, printed, search, watched};
use crate::support::provider::{Api, Keys, Provider};
use crate::support::tree::Tree;
use bursar_support::{Nobody, Server, Step, json_with as answer};

per_provider!(
    fn the_table_lists_what_the_document_calls_sensitive,
    fn every_sensitive_field_is_a_secret,
    async no_documented_answer_leaks,
    async no_undocumented_answer_leaks,
    async no_call_that_is_not_sent_leaks,
    async no_wrong_argument_leaks,
    async no_open_outcome_leaks,
);

/// A client whose credentials are marked.
fn client(provider: &Provider, url: &str) -> Api {
    let api = (provider.open)(url, &Keys::each(provider, |scheme| format!("{MARK}-{scheme}"))).expect("a client");
    hides("the builder", &api.builder);
    hides("the client", &debugged(&api));
    api
}

/// The call of the document's example, with parameters and body marked through and through, without some parameters.
pub(crate) fn marked_example(
    provider: &Provider,
    documented: &Documented,
    api: Api,
    without: &[&str],
) -> (Api, Arguments) {
    let in_body = |example: &Tree| match documented.request_schema() {
        Some(schema) => marked_through(example, schema),
        None => Tree::parse(&format!(r#"{{"file":"{MARK}"}}"#)),
    };
    changed_example(
        provider,
        documented,
        api,
        |parameter| match parameter.example.filter(|_| !without.contains(&parameter.name)) {
            Some(Tree::Text(text)) if !is_enum(parameter.schema) => Some(Tree::Text(format!("{MARK}-{text}"))),
            other => other.cloned(),
        },
        in_body,
    )
}

/// Calls an operation with everything marked, and searches what prints.
pub(crate) async fn search_marked(what: &str, provider: &Provider, id: &'static str, api: Api) {
    let (api, arguments) = marked_example(provider, &operation(provider.name, id), api, &[]);
    search(what, &api, id, &arguments).await;
}

/// What stands in an answer may stand there with and without the envelope.
fn the_table_lists_what_the_document_calls_sensitive(provider: &Provider) {
    let listed = |pointers: &[&str]| pointers.iter().map(|pointer| (*pointer).to_owned()).collect::<BTreeSet<_>>();
    let mut count = 0;
    for Operation { id, envelope, sensitive_request, sensitive_answer, .. } in provider.operations.iter().copied() {
        let documented = operation(provider.name, id);
        let sent: BTreeSet<String> = documented.request_schema().map(sensitive).unwrap_or_default();
        assert_eq!(listed(sensitive_request), sent, "{id}: request");
        let schemas = || documented.answers().into_iter().filter_map(|answer| Some((answer.status, answer.schema?)));
        let mut answered: BTreeSet<String> = schemas().flat_map(|(_, schema)| sensitive(schema)).collect();
        if let Some(envelope) = envelope {
            let successes = schemas().filter(|(status, _)| *status < 300).flat_map(|(_, schema)| sensitive(schema));
            answered.extend(successes.filter_map(|found| found.strip_prefix(envelope.payload).map(str::to_owned)));
        }
        assert_eq!(listed(sensitive_answer), answered, "{id}: answers");
        count += sent.len() + answered.len();
    }
    assert!(count >= provider.leaks.fields, "only {count} sensitive fields");
}

/// By the source: every field of every struct and builder that the document calls sensitive is of a type that does not print.
fn every_sensitive_field_is_a_secret(provider: &Provider) {
    let items = listing::items(provider.name, "types");
    let (types, unions) = (listing::structs(&items), listing::unions(&items));
    let builders = listing::structs(&listing::items(provider.name, "requests"));
    let mut count = 0;
    for (schema_name, schema) in document::schemas(provider.name) {
        let Some(fields) = types.get(schema_name) else { continue };
        let builder = builders.get(&format!("{schema_name}Builder"));
        for (key, property) in schema.get("properties").into_iter().flat_map(Tree::entries) {
            if !is_sensitive(property) {
                continue;
            }
            let field = fields.iter().find(|field| field.wire == key);
            let field = field.unwrap_or_else(|| panic!("{schema_name} has no field for {key}"));
            let set = builder.map(|set| set.iter().find(|set| set.name == field.name).expect("a setter"));
            for field in std::iter::once(field).chain(set) {
                // A union hides the branches that are sensitive.
                let branches = unions.get(field.kind.trim_start_matches("Option<").trim_end_matches('>'));
                let hidden = branches.into_iter().flatten().filter(|branch| branch.contains("Secret<")).count();
                let is_hidden = field.kind.contains("Secret<") || hidden >= sensitive_branches(property);
                assert!(is_hidden, "{schema_name}.{}: {}", field.name, field.kind);
                count += 1;
            }
        }
    }
    assert!(count >= provider.leaks.secrets, "only {count} sensitive fields");
}

async fn no_documented_answer_leaks(provider: &Provider) {
    let mut count = 0;
    for row in provider.operations {
        let documented = operation(provider.name, row.id);
        for found in documented.answers() {
            let mut body = match (found.example, found.schema) {
                (Some(example), Some(schema)) => marked_through(example, schema),
                _ => Tree::Null,
            };
            if let (Some(schema), false) = (found.schema, provider.leaks.shown.is_empty()) {
                // The number is shown, and so is no secret.
                if body.at(provider.leaks.shown).is_some() {
                    fill(&mut body, schema, provider.leaks.shown, &|_| Tree::Number("60".to_owned()));
                }
            }
            let bare = row.envelope.as_ref().and_then(|envelope| body.at(envelope.payload));
            let bodies = std::iter::once(&body).chain(bare.filter(|_| found.status < 300));
            for body in bodies {
                let text = if *body == Tree::Null { String::new() } else { body.to_string() };
                let mut headers = vec![("x-strange", "LEAK7Q-strange"), ("set-cookie", "id=LEAK7Q")];
                headers.extend(provider.leaks.headers.iter().map(|name| (*name, "LEAK7Q")));
                let server = Server::start(vec![answer(found.status, &headers, &text)]).await;
                let what = format!("{} {}", documented.id, found.status);
                let api = client(provider, &server.url).with(Options::new().max_attempts(1));
                search_marked(&what, provider, row.id, api).await;
                assert!(!server.exchanges().is_empty(), "{what}");
                count += 1;
            }
        }
    }
    assert!(count >= provider.leaks.answers, "only {count} answers");
}

/// Answers that nobody documented, and none at all. A key is shown unless it looks like data.
async fn no_undocumented_answer_leaks(provider: &Provider) {
    let location = [("location", "http://elsewhere.example/?token=LEAK7Q"), ("www-authenticate", "LEAK7Q")];
    let html = [("content-type", "text/html; charset=LEAK7Q")];
    let failed = r#"{"success":false,"message":"LEAK7Q","error_code":"LEAK7Q","data":{"LEAK7Q 4111":[1717171717]}}"#;
    let declined =
        r#"{"statusCode":"LEAK7Q","resultType":"error","result":{"errors":[{"code":"LEAK7Q","message":"LEAK7Q"}]}}"#;
    let odd_keys = r#"{"LEAK7Q 4111111111111111":{"LEAK7Q":1717171717},"1717171717":[true]}"#;
    let steps = [
        ("a failure that says 200", answer(200, &[], failed)),
        ("a decline that says 200", answer(200, &[], declined)),
        ("another payload", answer(200, &[], r#"{"success":true,"message":"LEAK7Q","data":"LEAK7Q"}"#)),
        ("no JSON", answer(200, &html, "<p>LEAK7Q 1717171717</p>")),
        ("broken JSON", answer(200, &[], r#"{"token":"LEAK7Q","amount":1717171717"#)),
        ("text for an object", answer(200, &[], r#""LEAK7Q""#)),
        ("a number for an object", answer(200, &[], DIGITS)),
        ("a list of lists", answer(200, &[], r#"[["LEAK7Q",1717171717],["LEAK7Q"]]"#)),
        ("unknown keys", answer(200, &[], odd_keys)),
        ("an unlisted error", answer(418, &[], r#"{"message":"LEAK7Q","code":"LEAK7Q"}"#)),
        ("a failure that nobody listed", answer(418, &[], failed)),
        ("an error that is no JSON", answer(500, &html, "LEAK7Q 1717171717")),
        ("a redirect", answer(302, &location, "LEAK7Q")),
        ("an informal status", answer(299, &[], r#"{"message":"LEAK7Q"}"#)),
        (
            "no whole answer",
            Step::Cut(b"HTTP/1.1 200 LEAK7Q\r\ncontent-length: 99\r\n\r\n{\"token\":\"LEAK7Q".to_vec()),
        ),
        ("no HTTP", Step::Answer(b"LEAK7Q 1717171717\r\n\r\n".to_vec())),
        ("a bad header", Step::Answer(b"HTTP/1.1 200 OK\r\nLEAK7Q\x01: LEAK7Q\r\n\r\n".to_vec())),
        ("no answer", Step::Drop),
        ("no answer in time", Step::Hang),
    ];
    for (name, step) in steps {
        for row in provider.operations {
            let server = Server::start(vec![step.clone()]).await;
            let limit = if matches!(step, Step::Hang) { Duration::from_millis(60) } else { Duration::from_secs(30) };
            let api = client(provider, &server.url).with(Options::new().attempt_timeout(limit).max_attempts(1));
            search_marked(&format!("{}: {name}", row.id), provider, row.id, api).await;
        }
    }
}

async fn no_call_that_is_not_sent_leaks(provider: &Provider) {
    let nowhere = Nobody::new();
    for row in provider.operations {
        let api = client(provider, &nowhere.url).with(Options::new().max_attempts(1));
        search_marked(&format!("{}: refused connection", row.id), provider, row.id, api).await;
        // Marks are no IBAN, no telephone number and no country: the check before sending refuses them.
        let (api, arguments) =
            marked_example(provider, &operation(provider.name, row.id), client(provider, &nowhere.url), &[]);
        let refused = watched(&format!("{}: refused before sending", row.id), api.call(row.id, &arguments)).await;
        assert!(refused.is_err());
    }
}

/// What is kept of a call whose outcome is open, and stored, names its amount and reference, and nothing that is sensitive.
async fn no_open_outcome_leaks(provider: &Provider) {
    let server = Server::start(vec![Step::Drop]).await;
    for row in provider.operations.iter().filter(|row| row.effect != Effect::Read) {
        let documented = operation(provider.name, row.id);
        let in_body = |example: &Tree| match documented.request_schema() {
            Some(schema) => marked(example, schema),
            None => Tree::parse(&format!(r#"{{"file":"{MARK}"}}"#)),
        };
        let api = client(provider, &server.url).with(Options::new().max_attempts(1).check_requests(false));
        let (api, arguments) =
            changed_example(provider, &documented, api, |parameter| parameter.example.cloned(), in_body);
        let Err(Failed::Call { error, .. }) = api.call(row.id, &arguments).await else { panic!("{}", row.id) };
        let Outcome::Unknown(pending) = error.outcome() else { panic!("{}: {error}", row.id) };
        hides(row.id, &debugged(&pending));
        // This is what a journal writes to disk.
        hides(row.id, &serde_json::to_string(&pending).expect("JSON"));
    }
}

/// The right value in the wrong place, and the wrong value in the right place.
async fn no_wrong_argument_leaks(provider: &Provider) {
    let nowhere = Nobody::new();
    let api = client(provider, &nowhere.url);
    let mut count = 0;
    for codec in (provider.codecs)() {
        let documented = operation(provider.name, codec.operation.id);
        let (Some(schema), Some(example)) = (documented.request_schema(), documented.json_example()) else { continue };
        for pointer in sensitive(schema) {
            let mut body = marked(example, schema);
            fill(&mut body, schema, &pointer, &|_| Tree::parse(r#"{"LEAK7Q":["LEAK7Q"]}"#));
            let body = body.to_string();
            let recode = codec.recode.expect("a body");
            // A type that answers have as well reads anything, and leaves out what does not fit.
            let fault = recode(body.as_bytes()).err();
            hides(documented.id, &fault.as_ref().map(printed).unwrap_or_default());
            let parameters = documented.parameters().into_iter().filter(|one| one.place != "header");
            let parameters = parameters.filter_map(|one| Some(format!(r#""{}":{}"#, one.name, one.example?)));
            let members: Vec<String> = parameters.chain([format!(r#""body":{body}"#)]).collect();
            let error = api.call(documented.id, &arguments(&members)).await.expect_err("nobody is there");
            hides(documented.id, &printed(&error));
            assert_eq!(matches!(error, Failed::Argument(_)), fault.is_some(), "{error}");
            count += usize::from(fault.is_some());
        }
    }
    assert!(count >= provider.leaks.arguments, "only {count} sensitive fields in requests");
    let error = Arguments::parse(r#"{"body":"LEAK7Q""#).expect_err("broken JSON");
    hides("broken arguments", &printed(&error));
}
