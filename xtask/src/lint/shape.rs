//! Walks a document by the table of keys: finds every object, and refuses unknown keys and wrong kinds of values.

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::Holds::{self, Any, Bool, Many, Named, One, Text, Texts};
use super::kinds::{Kind, Node, describe, not_carried};
use crate::document::pointer::join;
use crate::vocabulary::{self, Fault};

/// Finds every object, and refuses unknown keys, wrong kinds of values and missing keys on the way.
pub(super) fn walk<'d>(lint: &Lint<'d>) -> Vec<Node<'d>> {
    let mut nodes = Vec::new();
    visit(lint, Kind::Document, String::new(), &lint.document.value, &mut nodes);
    nodes
}

fn visit<'d>(lint: &Lint<'d>, kind: Kind, pointer: String, value: &'d Value, nodes: &mut Vec<Node<'d>>) {
    let Some(object) = value.as_object() else {
        let rule = if kind == Kind::Schema { "schema-keyword" } else { "shape" };
        let message = format!("{} must be a mapping, not {}", kind.noun(), describe(value));
        return lint.refuse(rule, &pointer, message, "write its keys, or remove it");
    };
    nodes.push(Node { kind, pointer: pointer.clone(), object });
    extensions(lint, kind, &pointer, object);
    if kind.may_refer() && object.contains_key("$ref") {
        return siblings(lint, kind, &pointer, object);
    }
    match kind {
        Kind::Schema => subschemas(lint, &pointer, object, nodes),
        Kind::Paths => {
            for (path, item) in plain(object) {
                let at = join(&pointer, path);
                if path.starts_with('/') {
                    visit(lint, Kind::PathItem, at, item, nodes);
                } else {
                    let message = format!("the path `{path}` does not start with /");
                    lint.refuse_key("unknown-key", &at, message, format!("write `/{path}`"));
                }
            }
        }
        Kind::Responses => {
            for (status, response) in plain(object) {
                visit(lint, Kind::Response, join(&pointer, status), response, nodes);
            }
        }
        _ => by_table(lint, kind, &pointer, object, nodes),
    }
}

fn by_table<'d>(lint: &Lint<'d>, kind: Kind, pointer: &str, object: &'d Map<String, Value>, nodes: &mut Vec<Node<'d>>) {
    let keys = kind.keys();
    for (key, value) in plain(object) {
        let at = join(pointer, key);
        match keys.iter().find(|(it, _)| it.trim_end_matches('!') == key) {
            Some((_, holds)) => held(lint, *holds, key, at, value, nodes),
            None => {
                let names = keys.iter().map(|(it, _)| it.trim_end_matches('!'));
                let refused = not_carried(kind);
                let names: Vec<&str> = names.filter(|name| refused.iter().all(|(_, it, _)| it != name)).collect();
                let message = format!("`{key}` is not a key of {} in OpenAPI 3.0", kind.noun());
                lint.refuse_key("unknown-key", &at, message, format!("use one of {}", names.join(", ")));
            }
        }
    }
    for required in keys.iter().filter_map(|(it, _)| it.strip_suffix('!')) {
        if !object.contains_key(required) {
            let message = format!("{} has no `{required}`", kind.noun());
            lint.refuse_key("shape", pointer, message, format!("write `{required}`"));
        }
    }
    if matches!(kind, Kind::Parameter | Kind::Header)
        && !object.contains_key("schema")
        && !object.contains_key("content")
    {
        lint.refuse_key("shape", pointer, format!("{} has no `schema`", kind.noun()), "write `schema`");
    }
}

fn held<'d>(lint: &Lint<'d>, holds: Holds, key: &str, at: String, value: &'d Value, nodes: &mut Vec<Node<'d>>) {
    let wanted = match (holds, value) {
        (Any, _) | (Text, Value::String(_)) | (Bool, Value::Bool(_)) => return,
        (Texts, Value::Array(items)) if items.iter().all(Value::is_string) => return,
        (One(kind), _) => return visit(lint, kind, at, value, nodes),
        (Many(kind), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                visit(lint, kind, join(&at, &index.to_string()), item, nodes);
            }
            return;
        }
        (Named(kind), Value::Object(members)) => {
            for (name, member) in members {
                let at = join(&at, name);
                if kind.may_refer() && kind != Kind::Header && !is_component_name(name) {
                    let message = format!(
                        "the component name `{name}` has other characters than letters, digits, `.`, `_` and `-`"
                    );
                    lint.refuse_key("shape", &at, message, "rename it");
                }
                visit(lint, kind, at, member, nodes);
            }
            return;
        }
        (Text, _) => "text",
        (Bool, _) => "true or false",
        (Texts, _) => "a list of texts",
        (Many(_), _) => "a list",
        (Named(_), _) => "a mapping",
    };
    let message = format!("`{key}` must be {wanted}, not {}", describe(value));
    lint.refuse("shape", &at, message, format!("write {wanted}"));
}

/// Schemas directly below a schema; their keywords are checked by the rules on schemas.
fn subschemas<'d>(lint: &Lint<'d>, pointer: &str, object: &'d Map<String, Value>, nodes: &mut Vec<Node<'d>>) {
    for (key, value) in object {
        let at = join(pointer, key);
        match (key.as_str(), value) {
            ("properties", Value::Object(members)) => {
                for (name, member) in members {
                    visit(lint, Kind::Schema, join(&at, name), member, nodes);
                }
            }
            ("oneOf" | "allOf" | "anyOf", Value::Array(parts)) => {
                for (index, part) in parts.iter().enumerate() {
                    visit(lint, Kind::Schema, join(&at, &index.to_string()), part, nodes);
                }
            }
            ("additionalProperties", Value::Bool(_)) => {}
            ("items" | "additionalProperties", _) => visit(lint, Kind::Schema, at, value, nodes),
            _ => {}
        }
    }
}

/// Keys beside `$ref`: OpenAPI ignores them, so nobody may rely on them.
fn siblings(lint: &Lint<'_>, kind: Kind, pointer: &str, object: &Map<String, Value>) {
    for key in object.keys() {
        if matches!(key.as_str(), "$ref" | "x-inferred" | "x-source") {
            continue;
        }
        let message = format!("`{key}` beside $ref has no effect in OpenAPI 3.0");
        let (rule, hint) = match kind {
            Kind::Schema => ("schema-keyword", "write `allOf: [$ref: ...]` and the key beside allOf"),
            _ => ("unknown-key", "move it to the component"),
        };
        lint.refuse_key(rule, &join(pointer, key), message, hint);
    }
}

fn extensions(lint: &Lint<'_>, kind: Kind, pointer: &str, object: &Map<String, Value>) {
    for (key, value) in object.iter().filter(|(key, _)| key.starts_with("x-")) {
        let at = join(pointer, key);
        match vocabulary::check(kind.site(), key, value) {
            Ok(()) => {}
            Err(Fault::Unknown) => {
                let message = format!("`{key}` is not part of the vocabulary");
                let hint = format!(
                    "move it to the description, or use one of {}",
                    vocabulary::allowed(kind.site()).join(", ")
                );
                lint.refuse_key("unknown-extension", &at, message, hint);
            }
            Err(Fault::Misplaced(home)) => {
                let message = format!("`{key}` has no meaning on {}", kind.noun());
                lint.refuse_key("unknown-extension", &at, message, format!("write it on {home}"));
            }
            Err(Fault::Shape(fault)) => {
                let message = format!("`{key}` is malformed: {fault}");
                lint.refuse_key("bad-extension", &at, message, "see the table of x- keys in specs/README.md");
            }
        }
    }
}

/// Members that are no extensions.
fn plain(object: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    object.iter().filter(|(key, _)| !key.starts_with("x-"))
}

fn is_component_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}
