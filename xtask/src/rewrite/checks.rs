//! What the document states of a request's values goes into the row, and is checked before sending.

use serde_json::{Map, Value};

use super::plan::Check;
use crate::document::schemas::{self, resolve};
use crate::vocabulary::{self, Decimals, Inferred};

/// Formats that can be checked, and the runtime's names for them.
const FORMATS: [(&str, &str); 5] = [
    ("currency", "Currency"),
    ("country", "Country"),
    ("country-alpha-3", "Country3"),
    ("iban", "Iban"),
    ("phone", "Phone"),
];

/// The checks of an operation's parameters and body, each with the parameter's name or the pointer into the body.
pub(crate) fn of(document: &Value, operation: &str) -> Vec<(String, Check)> {
    let mut found = Vec::new();
    for parameter in schemas::parameters(document, operation) {
        let Some(node) = document.pointer(&parameter) else { continue };
        let (Some(name), Some("path" | "query")) =
            (node.get("name").and_then(Value::as_str), node.get("in").and_then(Value::as_str))
        else {
            continue;
        };
        if let Some(schema) = node.get("schema").map(|schema| resolve(document, schema)).filter(|_| !is_inferred(node))
        {
            let item = schema.get("items").map_or(schema, |items| resolve(document, items));
            found.extend(own(item).into_iter().map(|check| (name.to_owned(), check)));
        }
    }
    let body = format!("{operation}/requestBody");
    let json = |media: &str| super::map_answer_media::is_json(media);
    for (media, _) in schemas::object_at(document, &format!("{body}/content")).into_iter().flatten() {
        let schema = document.pointer(&format!("{body}/content/{}/schema", schemas::escape(media)));
        if let Some(schema) = schema.filter(|_| json(media)) {
            walk(document, schema, String::new(), &mut Vec::new(), &mut found);
        }
    }
    found
}

/// More members than any body has; one whose parts hold each other in many ways is not followed to the end.
const FIELDS: usize = 2_000;

/// Pointers of all members that an operation's body may have, each once; `*` is every item or key.
pub(crate) fn fields(document: &Value, operation: &str) -> Vec<String> {
    let mut found = Vec::new();
    for schema in schemas::content(document, &format!("{operation}/requestBody")) {
        if let Some(schema) = document.pointer(&schema) {
            members(document, schema, String::new(), &mut Vec::new(), &mut found);
        }
    }
    let mut known = std::collections::HashSet::new();
    found.retain(|pointer| known.insert(pointer.clone()));
    found
}

fn members<'a>(
    document: &'a Value,
    schema: &'a Value,
    path: String,
    above: &mut Vec<&'a str>,
    found: &mut Vec<String>,
) {
    if found.len() >= FIELDS {
        return;
    }
    if let Some(name) = schemas::reference(schema) {
        if !above.contains(&name) {
            above.push(name);
            members(document, resolve(document, schema), path, above, found);
            above.pop();
        }
        return;
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let below = schemas::join(&path, name);
        found.push(below.clone());
        members(document, property, below, above, found);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(items) = schema.get(key).filter(|items| items.is_object()) {
            members(document, items, format!("{path}/*"), above, found);
        }
    }
    for branch in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
        members(document, branch, path.clone(), above, found);
    }
}

fn walk<'a>(
    document: &'a Value,
    schema: &'a Value,
    path: String,
    above: &mut Vec<&'a str>,
    found: &mut Vec<(String, Check)>,
) {
    // What is only inferred is no reason to refuse a call.
    if is_inferred(schema) {
        return;
    }
    if let Some(name) = schemas::reference(schema) {
        if above.contains(&name) {
            return;
        }
        above.push(name);
        if let Some(target) = document.pointer(&schemas::component(name)) {
            walk(document, target, path, above, found);
        }
        above.pop();
        return;
    }
    found.extend(own(schema).into_iter().map(|check| (path.clone(), check)).filter(|(path, _)| !path.is_empty()));
    if is_text_or_integer(document, schema) && !path.is_empty() {
        found.push((path.clone(), Check::Format("TextOrInteger")));
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, property) in properties.into_iter().flatten() {
        let below = schemas::join(&path, name);
        if required.contains(&name.as_str())
            && !is_inferred(resolve(document, property))
            && !is_nullable(document, property)
            && !schemas::is_read_only(document, property)
        {
            found.push((below.clone(), Check::Required));
        }
        walk(document, property, below, above, found);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(items) = schema.get(key).filter(|items| items.is_object()) {
            walk(document, items, format!("{path}/*"), above, found);
        }
    }
}

/// Whether a schema takes text or integers, and nothing else.
fn is_text_or_integer(document: &Value, schema: &Value) -> bool {
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    let mut types: Vec<&str> = branches
        .into_iter()
        .flatten()
        .map(|branch| resolve(document, branch).get("type").and_then(Value::as_str).unwrap_or_default())
        .collect();
    types.sort_unstable();
    types == ["integer", "string"]
}

fn is_inferred(node: &Value) -> bool {
    vocabulary::get::<Inferred>(node).is_some_and(|inferred| inferred.0)
}

fn is_nullable(document: &Value, schema: &Value) -> bool {
    resolve(document, schema).get("nullable") == Some(&Value::Bool(true))
}

/// What a schema says of its own value.
fn own(schema: &Value) -> Vec<Check> {
    let Some(node) = schema.as_object() else { return Vec::new() };
    let mut found = Vec::new();
    if let Some((least, most)) = limits(node, "minLength", "maxLength") {
        found.push(Check::Length { least, most });
    }
    if let Some((least, most)) = limits(node, "minItems", "maxItems") {
        found.push(Check::Count { least, most });
    }
    let number = |key: &str| node.get(key).map(Value::to_string).unwrap_or_default();
    let (least, most) = (number("minimum"), number("maximum"));
    let open = |key: &str| node.get(key) == Some(&Value::Bool(true));
    match (open("exclusiveMinimum"), open("exclusiveMaximum")) {
        _ if least.is_empty() && most.is_empty() => {}
        (above, under) if above == under || least.is_empty() || most.is_empty() => {
            found.push(Check::Range { least, most, open: above || under });
        }
        (above, _) => {
            found.push(Check::Range { least, most: String::new(), open: above });
            found.push(Check::Range { least: String::new(), most, open: !above });
        }
    }
    if let Some(Decimals { iso, other, currency }) = vocabulary::get(schema) {
        found.push(Check::Decimals { iso, other: other.unwrap_or(iso), currency });
    }
    let format = node.get("format").and_then(Value::as_str);
    found.extend(FORMATS.iter().filter(|(name, _)| Some(*name) == format).map(|(_, variant)| Check::Format(variant)));
    found
}

fn limits(node: &Map<String, Value>, least: &str, most: &str) -> Option<(u32, u32)> {
    let number =
        |key: &str| node.get(key).and_then(Value::as_u64).map(|number| u32::try_from(number).unwrap_or(u32::MAX));
    match (number(least), number(most)) {
        (None, None) => None,
        (least, most) => Some((least.unwrap_or(0), most.unwrap_or(u32::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_stated_is_checked_and_what_is_inferred_is_not() {
        let person = json!({"type": "object", "required": ["name", "phone"], "properties": {
            "name": {"type": "string", "minLength": 2},
            "phone": {"type": "string", "format": "phone"},
            "parent": {"$ref": "#/components/schemas/Person"},
            "guess": {"type": "string", "maxLength": 3, "x-inferred": true},
            "amount": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "x-decimals": {"iso": 2, "other": 8, "currency": "currency"}},
            "reference": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "tags": {"type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 9}},
        }});
        let document = json!({
            "paths": {"/a": {"post": {
                "parameters": [{"name": "country", "in": "query", "schema": {"type": "string", "format": "country"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}},
            }}},
            "components": {"schemas": {"Person": person}},
        });
        let found = of(&document, "/paths/~1a/post");
        let expected = [
            ("country", Check::Format("Country")),
            ("/name", Check::Required),
            ("/name", Check::Length { least: 2, most: u32::MAX }),
            ("/phone", Check::Required),
            ("/phone", Check::Format("Phone")),
            ("/amount", Check::Range { least: "0".into(), most: String::new(), open: true }),
            ("/amount", Check::Decimals { iso: 2, other: 8, currency: "currency".into() }),
            ("/reference", Check::Format("TextOrInteger")),
            ("/tags", Check::Count { least: 0, most: 3 }),
            ("/tags/*", Check::Length { least: 0, most: 9 }),
        ];
        assert_eq!(found, expected.map(|(place, check)| (place.to_owned(), check)));
    }
}
