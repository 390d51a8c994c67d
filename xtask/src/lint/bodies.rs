//! Rules on bodies, answers and statuses.

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::{Kind, Node};
use super::resolve::{ARRAY, OBJECT};
use crate::document::pointer::join;

pub(super) fn check(lint: &Lint<'_>) {
    for node in lint.written(Kind::RequestBody) {
        request(lint, node);
    }
    for node in lint.written(Kind::Response) {
        let content = node.object.get("content").and_then(Value::as_object);
        if let Some((second, _)) = content.into_iter().flatten().nth(1) {
            let at = join(&join(&node.pointer, "content"), second);
            let message = format!("a second media type, `{second}`, for one status");
            lint.refuse_key(
                "answer-media",
                &at,
                message,
                "keep the one of the Accept header, or declare a separate operation in x-versions",
            );
        }
        schemas(lint, node);
    }
    for (at, operation) in lint.operations() {
        statuses(lint, &at.pointer, operation);
    }
}

/// The part of a media type before its parameters, in lower case.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_lowercase()
}

fn is_json(essence: &str) -> bool {
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn is_form(essence: &str) -> bool {
    matches!(essence, "multipart/form-data" | "application/x-www-form-urlencoded")
}

/// Whether a media type can be sent as it stands: no wildcard, and no boundary that only we could know.
fn is_concrete(essence: &str) -> bool {
    let sound = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'*' | b'/'));
    essence.split_once('/').is_some_and(|(kind, name)| sound(kind) && sound(name) && kind != "multipart")
}

fn content<'d>(node: &Node<'d>) -> impl Iterator<Item = (&'d String, String, &'d Value)> {
    let at = join(&node.pointer, "content");
    let content = node.object.get("content").and_then(Value::as_object);
    content.into_iter().flatten().map(move |(media, it)| (media, join(&at, media), it))
}

fn request(lint: &Lint<'_>, node: &Node<'_>) {
    const RULE: &str = "request-media";
    if node.object.get("content").and_then(Value::as_object).is_some_and(Map::is_empty) {
        let message = "a request body without a media type";
        lint.refuse_key(RULE, &join(&node.pointer, "content"), message, "write `application/json` with a schema");
    }
    for (index, (media, at, _)) in content(node).enumerate() {
        let essence = essence(media);
        let carried = is_form(&essence) || is_concrete(&essence);
        if index > 0 {
            let message = format!("a second media type, `{media}`, for one request body");
            lint.refuse_key(RULE, &at, message, "keep the one that is sent");
        } else if !carried {
            let message = format!("`{media}` is not supported in requests");
            let hint = "write the type that is sent, multipart/form-data for several parts";
            lint.refuse_key(RULE, &at, message, hint);
        } else if essence == "application/x-www-form-urlencoded" {
            form(lint, &join(&at, "schema"));
        } else if node.object.get("required") != Some(&Value::Bool(true))
            && lint.said(&join(&at, "schema"), "nullable") == Some(&Value::Bool(true))
        {
            let message = "a body that may be left out may also be null";
            let hint = "write `required: true` if null is sent, else remove `nullable`";
            lint.refuse_key("body-null", &join(&at, "schema"), message, hint);
        } else if essence == "multipart/form-data" {
            multipart(lint, &join(&at, "schema"));
        }
    }
    schemas(lint, node);
}

fn schemas(lint: &Lint<'_>, node: &Node<'_>) {
    for (media, at, it) in content(node) {
        let essence = essence(media);
        if (is_json(&essence) || is_form(&essence)) && it.is_object() && it.get("schema").is_none() {
            let message = format!("`{media}` without a schema");
            lint.refuse_key("media-schema", &at, message, "add a schema; `schema: {}` for any JSON");
        }
    }
}

fn form(lint: &Lint<'_>, schema: &str) {
    const RULE: &str = "form-nested";
    let hint = "a form has a single value per name: use JSON or multipart, or make the field text";
    if !is_object(lint, schema) {
        return lint.refuse(RULE, schema, "a form that is not an object", "give it `type: object` and properties");
    }
    for (name, property) in lint.properties(schema) {
        if lint.follow(&property).is_some() && lint.kinds(&property) & (ARRAY | OBJECT) != 0 {
            lint.refuse_key(RULE, &property, format!("the form field `{name}` is a list or an object"), hint);
        }
    }
}

fn multipart(lint: &Lint<'_>, schema: &str) {
    if !is_object(lint, schema) {
        let message = "a multipart form that is not an object with properties";
        lint.refuse("media-schema", schema, message, "give it `type: object` and one property per part");
    }
}

/// An object with properties; what is not there is refused elsewhere.
fn is_object(lint: &Lint<'_>, schema: &str) -> bool {
    lint.follow(schema).is_none() || (lint.kinds(schema) == OBJECT && !lint.properties(schema).is_empty())
}

fn statuses(lint: &Lint<'_>, pointer: &str, operation: &Map<String, Value>) {
    let at = join(pointer, "responses");
    let responses = operation.get("responses").and_then(Value::as_object);
    let listed = responses.into_iter().flatten().filter(|(status, _)| !status.starts_with("x-"));
    let mut count = 0;
    for (status, _) in listed {
        count += 1;
        let range = matches!(status.as_str(), "1XX" | "2XX" | "3XX" | "4XX" | "5XX" | "default");
        let code = status.len() == 3 && status.parse::<u16>().is_ok_and(|it| (100..600).contains(&it));
        if !range && !code {
            let message = format!("`{status}` is not a status");
            lint.refuse_key("status-range", &join(&at, status), message, "write 100 to 599, 1XX to 5XX, or default");
        }
    }
    if count == 0 && operation.get("responses").is_none_or(Value::is_object) {
        let message = "an operation without a response";
        lint.refuse_key("response-missing", pointer, message, "list every status that the provider documents");
    }
}
