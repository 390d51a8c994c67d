//! Rules on the document as a whole: version, servers, and the parts of OpenAPI that no client of ours has.

use serde_json::Value;

use super::context::Lint;
use super::kinds::{Kind, not_carried};
use crate::document::pointer::join;

pub(super) fn check(lint: &Lint<'_>) {
    version(lint);
    servers(lint);
    for node in &lint.nodes {
        for (rule, key, hint) in not_carried(node.kind) {
            if node.object.contains_key(*key) {
                let message = format!("`{key}` is not supported");
                lint.refuse_key(rule, &join(&node.pointer, key), message, *hint);
            }
        }
    }
}

fn version(lint: &Lint<'_>) {
    let hint = "write `openapi: 3.0.3` and use its features only";
    let stated = lint.get("/openapi");
    let patch = stated.and_then(Value::as_str).and_then(|it| it.strip_prefix("3.0."));
    if patch.is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit())) {
        return;
    }
    let message = match stated {
        Some(Value::String(version)) => format!("the OpenAPI version is {version}"),
        Some(other) => format!("the OpenAPI version is {other}"),
        None => "the document does not declare an OpenAPI version".to_owned(),
    };
    lint.refuse("openapi-version", "/openapi", message, hint);
}

fn servers(lint: &Lint<'_>) {
    let hint = "write one server per base URL; callers can set any other";
    for node in lint.nodes(Kind::Server) {
        let url = node.object.get("url").and_then(Value::as_str).unwrap_or_default();
        if node.object.contains_key("variables") {
            lint.refuse_key("server-variable", &join(&node.pointer, "variables"), "the server has variables", hint);
        } else if url.contains(['{', '}']) {
            let message = format!("the server URL `{url}` has a variable");
            lint.refuse("server-variable", &join(&node.pointer, "url"), message, hint);
        }
    }
}
