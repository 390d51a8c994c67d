//! Walking the schemas of a document: where they are, what they refer to, which ones an answer reaches.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::work;

/// Methods of a path item, in the order of the specification.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Escapes one segment of a JSON pointer.
pub(crate) fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Appends a segment to a pointer.
pub(crate) fn join(pointer: &str, segment: &str) -> String {
    format!("{pointer}/{}", escape(segment))
}

/// Pointers of all operations, in document order.
pub(crate) fn operations(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (path, item) in object_at(document, "/paths").into_iter().flatten() {
        for (key, _) in item.as_object().into_iter().flatten() {
            if METHODS.contains(&key.as_str()) {
                found.push(format!("/paths/{}/{key}", escape(path)));
            }
        }
    }
    found
}

/// The object at a pointer.
pub(crate) fn object_at<'a>(document: &'a Value, pointer: &str) -> Option<&'a Map<String, Value>> {
    document.pointer(pointer).and_then(Value::as_object)
}

/// The component that a schema refers to: `Account` for `#/components/schemas/Account`.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

/// A schema that refers to a component.
pub(crate) fn refer(name: &str) -> Value {
    serde_json::json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The pointer of a component schema.
pub(crate) fn component(name: &str) -> String {
    join("/components/schemas", name)
}

/// The schema itself, or the component that it refers to.
pub(crate) fn resolve<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..64 {
        match reference(schema).and_then(|name| document.pointer(&component(name))) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

/// Pointers of the schemas directly below a schema, parameters of its Rust type included, relative to it.
pub(crate) fn children(schema: &Value) -> Vec<String> {
    work::step();
    let mut found = Vec::new();
    for (name, _) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        found.push(format!("/properties/{}", escape(name)));
    }
    for key in ["items", "additionalProperties"] {
        if schema.get(key).is_some_and(Value::is_object) {
            found.push(format!("/{key}"));
        }
    }
    for key in ["oneOf", "allOf", "anyOf"] {
        let count = schema.get(key).and_then(Value::as_array).map_or(0, Vec::len);
        found.extend((0..count).map(|index| format!("/{key}/{index}")));
    }
    let parameters = schema.pointer("/x-rust-type/parameters").and_then(Value::as_array).map_or(0, Vec::len);
    found.extend((0..parameters).map(|index| format!("/x-rust-type/parameters/{index}")));
    found
}

/// Pointers of a schema and all below it, parents first.
pub(crate) fn below(document: &Value, pointer: &str) -> Vec<String> {
    let mut found = vec![pointer.to_owned()];
    let mut next = 0;
    while next < found.len() {
        let pointer = found[next].clone();
        if let Some(schema) = document.pointer(&pointer) {
            found.extend(children(schema).iter().map(|child| format!("{pointer}{child}")));
        }
        next += 1;
    }
    found
}

/// Pointers of the schemas that a response of an operation holds (bodies and headers).
pub(crate) fn of_response(document: &Value, response: &str) -> Vec<String> {
    let mut found = content(document, response);
    for (name, header) in object_at(document, &format!("{response}/headers")).into_iter().flatten() {
        if header.get("schema").is_some() {
            found.push(format!("{response}/headers/{}/schema", escape(name)));
        }
    }
    found
}

/// Pointers of the schemas of a body's media types.
pub(crate) fn content(document: &Value, body: &str) -> Vec<String> {
    object_at(document, &format!("{body}/content"))
        .into_iter()
        .flatten()
        .filter(|(_, media)| media.get("schema").is_some())
        .map(|(name, _)| format!("{body}/content/{}/schema", escape(name)))
        .collect()
}

/// Pointers of an operation's responses.
pub(crate) fn responses(document: &Value, operation: &str) -> Vec<String> {
    object_at(document, &format!("{operation}/responses"))
        .into_iter()
        .flatten()
        .filter(|(status, _)| !status.starts_with("x-"))
        .map(|(status, _)| format!("{operation}/responses/{}", escape(status)))
        .collect()
}

/// Pointers of an operation's parameters.
pub(crate) fn parameters(document: &Value, operation: &str) -> Vec<String> {
    let count = document.pointer(&format!("{operation}/parameters")).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).map(|index| format!("{operation}/parameters/{index}")).collect()
}

/// Pointers of all schemas that stand directly in a component, parameter, body or response.
pub(crate) fn roots(document: &Value) -> Vec<String> {
    let mut found = component_roots(document);
    found.extend(operation_roots(document));
    found
}

/// Pointers of the component schemas.
pub(crate) fn component_roots(document: &Value) -> Vec<String> {
    let components = object_at(document, "/components/schemas");
    components.into_iter().flatten().map(|(name, _)| component(name)).collect()
}

/// Pointers of the schemas that operations hold.
pub(crate) fn operation_roots(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for operation in operations(document) {
        for parameter in parameters(document, &operation) {
            let schema = format!("{parameter}/schema");
            if document.pointer(&schema).is_some() {
                found.push(schema);
            }
        }
        found.extend(content(document, &format!("{operation}/requestBody")));
        for response in responses(document, &operation) {
            found.extend(of_response(document, &response));
        }
    }
    found
}

/// Pointers of every schema of the document, parents before children.
pub(crate) fn all(document: &Value) -> Vec<String> {
    roots(document).iter().flat_map(|root| below(document, root)).collect()
}

/// Names of the component schemas that the given schemas reach.
pub(crate) fn reached(document: &Value, from: &[String]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<String> = from.to_vec();
    while let Some(root) = open.pop() {
        for pointer in below(document, &root) {
            let Some(schema) = document.pointer(&pointer) else { continue };
            if let Some(name) = reference(schema)
                && names.insert(name.to_owned())
            {
                open.push(component(name));
            }
        }
    }
    names
}

/// Names of the component schemas that answers reach.
pub(crate) fn answered(document: &Value) -> BTreeSet<String> {
    let mut from = Vec::new();
    for operation in operations(document) {
        for response in responses(document, &operation) {
            from.extend(of_response(document, &response));
        }
    }
    reached(document, &from)
}

/// Whether a schema is an object with named properties.
pub(crate) fn is_object(schema: &Value) -> bool {
    schema.get("properties").is_some_and(|properties| properties.as_object().is_some_and(|p| !p.is_empty()))
}

/// Whether a schema lists the texts it may be.
pub(crate) fn is_text_enum(schema: &Value) -> bool {
    schema.get("enum").is_some() && schema.get("type").is_none_or(|kind| kind == "string")
}

/// Whether only answers hold a property: `readOnly`, on itself or on what it refers to.
pub(crate) fn is_read_only(document: &Value, schema: &Value) -> bool {
    let stated = |schema: &Value| schema.get("readOnly") == Some(&Value::Bool(true));
    stated(schema) || stated(resolve(document, schema))
}

/// Whether a schema is a union.
pub(crate) fn is_union(schema: &Value) -> bool {
    schema.get("oneOf").is_some()
}

/// What may be said of a reference without changing what it refers to.
const WORDS: [&str; 9] =
    ["description", "nullable", "title", "example", "externalDocs", "default", "readOnly", "writeOnly", "deprecated"];

/// Whether a part of `allOf` only says something about the value, and decides nothing of its type.
pub(crate) fn is_words(part: &Value) -> bool {
    part.as_object().is_some_and(|part| part.keys().all(|key| is_word(key)))
}

/// Whether a key only says something about the value.
pub(crate) fn is_word(key: &str) -> bool {
    key.starts_with("x-") || WORDS.contains(&key)
}
