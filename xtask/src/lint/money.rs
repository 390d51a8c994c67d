//! Rules on names that promise money or a secret: the schema says which.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::Kind;
use super::resolve::{At, members, own_properties, words};
use crate::document::pointer::join;

const MONEY: [&str; 6] = ["amount", "balance", "fee", "total", "price", "cost"];
const SECRET: [&str; 10] = ["pan", "cvv", "cvv2", "cvc", "cvc2", "pin", "otp", "password", "token", "secret"];
const SECRET_PAIRS: [[&str; 2]; 2] = [["card", "number"], ["api", "key"]];

pub(super) fn check(lint: &Lint<'_>) {
    for named in all_named(lint) {
        unit_missing(lint, &named);
        sensitive_unmarked(lint, &named);
    }
    for node in lint.written(Kind::Schema) {
        unit_type(lint, &node.pointer);
        if is_marked(node.object) {
            sensitive_parts(lint, &node.pointer, &node.pointer);
        }
    }
    for node in lint.written(Kind::MediaType) {
        whole_body(lint, &join(&node.pointer, "schema"));
    }
    for node in lint.written(Kind::Parameter).filter(|node| is_marked(node.object)) {
        sensitive_parts(lint, &node.pointer, &join(&node.pointer, "schema"));
    }
}

/// A schema with the name that a reader knows it by.
struct Named<'d> {
    name: &'d str,
    /// What a refusal points at.
    at: String,
    schema: String,
    /// The parameter that carries the schema, which may be marked in its place.
    parameter: Option<String>,
}

fn all_named<'d>(lint: &Lint<'d>) -> Vec<Named<'d>> {
    let mut found = Vec::new();
    let components = lint.get("/components/schemas").and_then(Value::as_object);
    for (name, _) in components.into_iter().flatten() {
        let schema = join("/components/schemas", name);
        found.push(Named { name, at: schema.clone(), schema, parameter: None });
    }
    for node in lint.written(Kind::Schema) {
        let properties = node.object.get("properties").and_then(Value::as_object);
        for (name, _) in properties.into_iter().flatten() {
            let schema = join(&join(&node.pointer, "properties"), name);
            found.push(Named { name, at: schema.clone(), schema, parameter: None });
        }
    }
    for node in lint.written(Kind::Parameter) {
        if let Some(name) = node.object.get("name").and_then(Value::as_str) {
            let schema = join(&node.pointer, "schema");
            found.push(Named { name, at: node.pointer.clone(), schema, parameter: Some(node.pointer.clone()) });
        }
    }
    for node in lint.written(Kind::Response) {
        let headers = node.object.get("headers").and_then(Value::as_object);
        for (name, _) in headers.into_iter().flatten() {
            let at = join(&join(&node.pointer, "headers"), name);
            let Some(header) = lint.follow(&at) else { continue };
            found.push(Named { name, at, schema: join(&header.pointer, "schema"), parameter: None });
        }
    }
    found
}

/// The schemas of single values that the name speaks of: branches of a union, items of a list. One that stands in a
/// component of such a name is left to that component.
fn values(lint: &Lint<'_>, schema: &str, speaks: fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for mut at in lint.alternatives(schema) {
        if lint.kind(&at.pointer) == Some("array") {
            let Some(items) = lint.parts(&at.pointer).into_iter().find(|it| it.object.contains_key("items")) else {
                continue;
            };
            match lint.follow(&join(&items.pointer, "items")) {
                Some(item) => at = item,
                None => continue,
            }
        }
        let component = at.pointer.strip_prefix("/components/schemas/").filter(|it| !it.contains('/'));
        if at.pointer == schema || !component.is_some_and(speaks) {
            found.push(at.pointer);
        }
    }
    found
}

fn speaks_of_money(name: &str) -> bool {
    words(name).iter().any(|word| MONEY.contains(&word.as_str()))
}

fn unit_missing(lint: &Lint<'_>, named: &Named<'_>) {
    if !speaks_of_money(named.name) || lint.said(&named.schema, "x-unit").is_some() {
        return;
    }
    let bare = |it: &String| matches!(lint.kind(it), Some("number" | "integer")) && lint.said(it, "x-unit").is_none();
    if values(lint, &named.schema, speaks_of_money).iter().any(bare) {
        let message = format!("the number `{}` does not declare whether it is money", named.name);
        let hint = "write x-unit: major (12.50), minor (1250) or none (not money)";
        lint.refuse_key("unit-missing", &named.at, message, hint);
    }
}

fn unit_type(lint: &Lint<'_>, schema: &str) {
    let Some(unit) = lint.at(schema).and_then(|at| at.text("x-unit")) else { return };
    let (fitting, wanted): (&[&str], _) = match unit {
        "major" => (&["number", "string"], "a number or text"),
        "minor" => (&["integer"], "an integer"),
        _ => return,
    };
    let misfit = lint.alternatives(schema).into_iter().find_map(|it| match lint.kind(&it.pointer) {
        Some(kind) if fitting.contains(&kind) => None,
        kind => Some(kind.unwrap_or("a schema without type")),
    });
    if let Some(kind) = misfit {
        let message = format!("x-unit: {unit} on {kind}");
        lint.refuse("unit-type", &join(schema, "x-unit"), message, format!("write it on {wanted}"));
    }
}

/// Exact numbers are written as text where a property says so; a body that is nothing else has none.
fn whole_body(lint: &Lint<'_>, schema: &str) {
    let mut seen = HashSet::new();
    let mut open = vec![schema.to_owned()];
    while let Some(schema) = open.pop() {
        if !seen.insert(schema.clone()) {
            continue;
        }
        let is_exact =
            |it: &At<'_>| it.text("x-unit").is_some_and(|unit| unit != "none") || it.text("format") == Some("decimal");
        let parts = lint.parts(&schema);
        if lint.kind(&schema) == Some("string")
            && let Some(part) = parts.iter().find(|part| is_exact(part))
        {
            let message = "a whole body, or a list or map that is one, of exact numbers as text";
            let hint = "put the text into a property of an object; for a single text drop x-unit and the format";
            lint.refuse("unit-type", &part.pointer, message, hint);
        }
        if parts.iter().all(|part| own_properties(part).is_empty()) {
            let below =
                parts.iter().flat_map(|part| ["items", "additionalProperties"].map(|key| join(&part.pointer, key)));
            open.extend(below.filter_map(|it| lint.follow(&it)).map(|it| it.pointer));
        }
    }
}

pub(super) fn speaks_of_secrets(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| SECRET.contains(&word.as_str()))
        || words.windows(2).any(|pair| SECRET_PAIRS.iter().any(|it| pair == it))
}

fn sensitive_unmarked(lint: &Lint<'_>, named: &Named<'_>) {
    let marked =
        |it: &str| lint.said(it, "x-sensitive").is_some() || lint.said(it, "format").is_some_and(|it| it == "password");
    let parameter = named.parameter.as_ref().and_then(|it| lint.at(it));
    let is_parameter_marked = parameter.is_some_and(|it| it.object.contains_key("x-sensitive"));
    if !speaks_of_secrets(named.name) || marked(&named.schema) || is_parameter_marked {
        return;
    }
    // Words of a list and dates are no secrets, whatever they are about.
    let plain = |it: &String| lint.said(it, "enum").is_some() || lint.said(it, "format").is_some_and(is_date);
    let bare = |it: &String| match lint.kind(it) {
        Some("string") => !plain(it) && !marked(it),
        // A number of that very name is the secret itself; `otp_length` is not.
        Some("integer") => SECRET.contains(&named.name.to_lowercase().as_str()) && !marked(it),
        _ => false,
    };
    if values(lint, &named.schema, speaks_of_secrets).iter().any(bare) {
        let message = format!("`{}` has the name of a secret and is not marked", named.name);
        lint.refuse_key(
            "sensitive-unmarked",
            &named.at,
            message,
            "write x-sensitive: true, or false if it is not sensitive",
        );
    }
}

fn is_marked(object: &Map<String, Value>) -> bool {
    object.get("x-sensitive") == Some(&Value::Bool(true))
}

/// A value that is never printed is one value, a list of such, or free-form: what has parts of its own hides them one by one.
fn sensitive_parts(lint: &Lint<'_>, marked: &str, schema: &str) {
    let is_typed = |values: &Value| *values != Value::Bool(true) && values.as_object().is_none_or(|it| !it.is_empty());
    let mut seen = HashSet::new();
    let mut schema = schema.to_owned();
    while seen.insert(schema.clone()) {
        let parts = lint.parts(&schema);
        let what = if parts.iter().any(|part| !members(part, "oneOf").is_empty()) {
            "a oneOf"
        } else if parts.iter().any(|part| !own_properties(part).is_empty()) {
            "an object with members"
        } else if parts.iter().any(|part| part.object.get("additionalProperties").is_some_and(is_typed)) {
            "a map of described values"
        } else {
            let items = parts.iter().find(|part| part.object.contains_key("items"));
            let Some(items) = items.and_then(|part| lint.follow(&join(&part.pointer, "items"))) else { return };
            schema = items.pointer;
            continue;
        };
        let message = format!("x-sensitive on {what}");
        let hint = "write x-sensitive: true on each part that is a secret";
        return lint.refuse("sensitive-parts", &join(marked, "x-sensitive"), message, hint);
    }
}

fn is_date(format: &Value) -> bool {
    format.as_str().is_some_and(|it| it.contains("date"))
}
