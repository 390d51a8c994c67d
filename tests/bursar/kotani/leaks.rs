//! Does anything leak? As for Kasisto: credentials, sensitive fields and whole bodies are marked, and everything that prints is searched.

use std::collections::BTreeSet;

use bursar::Options;
use bursar::kotani::{Client, operations};
use bursar_runtime::dispatch::Arguments;

use super::{ENTRIES, Keys, builder, changed_example, operation};
use crate::leaks::{MARK, all_marked, debugged, hides, marked, search_call};
use crate::support::document::{Documented, is_enum, sensitive};
use crate::support::server::{Server, Step, answer, nobody};
use crate::support::tree::Tree;

const KEYS: Keys = Keys {
    api_key: "LEAK7Q-key",
    access_token: "LEAK7Q-access",
    refresh_token: "LEAK7Q-refresh",
    settlement_signature: "LEAK7Q-signature",
};

/// A client whose credentials are marked.
fn client(url: &str) -> Client {
    let builder = builder(url, &KEYS);
    hides("the builder", &debugged(&builder));
    let client = builder.build().expect("a client");
    hides("the client", &debugged(&client));
    client
}

/// The call of the document's example, with parameters and body marked through and through.
fn marked_example(documented: &Documented, client: Client) -> (Client, Arguments) {
    let is_word = |parameter: &'static Tree| parameter.get("schema").is_some_and(is_enum);
    let parameter = |node: &'static Tree, example: &Tree| match example {
        Tree::Text(text) if !is_word(node) => Tree::Text(format!("{MARK}-{text}")),
        other => other.clone(),
    };
    let in_body = |example: &Tree| match documented.request_schema() {
        Some(schema) => all_marked(&marked(example, schema), schema, ""),
        None => Tree::parse(&format!(r#"{{"file":"{MARK}"}}"#)),
    };
    changed_example(documented, client, parameter, in_body)
}

async fn search(what: &str, id: &'static str, client: Client) {
    let documented = operation(id);
    let (client, arguments) = marked_example(&documented, client);
    search_call(what, &client, super::entry(id), &arguments).await;
}

/// What stands in an answer may stand there with and without the envelope.
#[test]
fn the_table_lists_what_the_document_calls_sensitive() {
    let mut count = 0;
    for row in operations::ALL {
        let documented = operation(row.id);
        let listed = |pointers: &[&str]| pointers.iter().map(|pointer| (*pointer).to_owned()).collect::<BTreeSet<_>>();
        let sent: BTreeSet<String> = documented.request_schema().map(sensitive).unwrap_or_default();
        assert_eq!(listed(row.sensitive_request), sent, "{}: request", row.id);
        let schemas = || documented.answers().into_iter().filter_map(|answer| Some((answer.status, answer.schema?)));
        let mut answered: BTreeSet<String> = schemas().flat_map(|(_, schema)| sensitive(schema)).collect();
        let successes = schemas().filter(|(status, _)| *status < 300).flat_map(|(_, schema)| sensitive(schema));
        answered.extend(successes.filter_map(|pointer| pointer.strip_prefix("/data").map(str::to_owned)));
        assert_eq!(listed(row.sensitive_answer), answered, "{}: answers", row.id);
        count += sent.len() + answered.len();
    }
    assert!(count > 150, "only {count} sensitive fields");
}

#[tokio::test]
async fn no_documented_answer_leaks() {
    let mut count = 0;
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        for found in documented.answers() {
            let (Some(example), Some(schema)) = (found.example, found.schema) else { panic!("{}", documented.id) };
            let body = all_marked(&marked(example, schema), schema, "");
            let bare = body.get("data").filter(|_| found.status < 300).unwrap_or(&body);
            for body in [&body, bare] {
                let header = [("x-ratelimit-limit", "LEAK7Q"), ("x-strange", "LEAK7Q"), ("set-cookie", "id=LEAK7Q")];
                let server = Server::start(vec![answer(found.status, &header, &body.to_string())]).await;
                let what = format!("{} {}", documented.id, found.status);
                let client = client(&server.url).with(Options::new().max_attempts(1));
                search(&what, documented.id, client).await;
                assert!(!server.exchanges().is_empty(), "{what}");
                count += 1;
            }
        }
    }
    assert!(count > 1200, "only {count} answers");
}

/// Answers that nobody documented, and none at all.
#[tokio::test]
async fn no_undocumented_answer_leaks() {
    // A key is shown unless it looks like data.
    let failed = r#"{"success":false,"message":"LEAK7Q","error_code":"LEAK7Q","data":{"LEAK7Q 4111":[1717171717]}}"#;
    let steps = [
        ("a failure that says 200", answer(200, &[], failed)),
        ("another payload", answer(200, &[], r#"{"success":true,"message":"LEAK7Q","data":"LEAK7Q"}"#)),
        ("no JSON", answer(200, &[], "<p>LEAK7Q 1717171717</p>")),
        ("a list of lists", answer(200, &[], r#"[["LEAK7Q",1717171717],["LEAK7Q"]]"#)),
        ("unknown keys", answer(200, &[], r#"{"LEAK7Q 4111111111111111":{"LEAK7Q":1717171717},"1717171717":[true]}"#)),
        ("an unlisted error", answer(418, &[], failed)),
        ("an error that is no JSON", answer(500, &[], "LEAK7Q 1717171717")),
        ("a redirect", answer(302, &[("location", "http://elsewhere.example/?token=LEAK7Q")], "LEAK7Q")),
        ("no answer", Step::Drop),
    ];
    for (name, step) in steps {
        for entry in ENTRIES {
            let server = Server::start(vec![step.clone()]).await;
            let client = client(&server.url).with(Options::new().max_attempts(1));
            search(&format!("{}: {name}", entry.operation.id), entry.operation.id, client).await;
        }
    }
}

#[tokio::test]
async fn no_call_that_is_not_sent_leaks() {
    let nowhere = nobody().await;
    for entry in ENTRIES {
        let client = client(&nowhere).with(Options::new().max_attempts(1));
        search(&format!("{}: refused connection", entry.operation.id), entry.operation.id, client).await;
    }
}
