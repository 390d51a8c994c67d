//! Money, dates, secrets and numbers get the runtime's types.

use serde_json::{Value, json};

use super::collect_operations::is_sensitive;
use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;

/// Formats of text and the runtime's type for each.
const DATES: [(&str, &str); 6] = [
    ("date", "Date"),
    ("date-time", "DateTime"),
    ("kasisto-date", "Date"),
    ("kasisto-date-time", "BasicDateTime"),
    ("uk-date-time", "SlashDateTime"),
    ("partial-date", "PartialDate"),
];

/// The `x-rust-type` of a type of the runtime.
pub(crate) fn runtime_type(name: &str, parameters: &[Value]) -> Value {
    json!({ "crate": "bursar-runtime", "version": "*", "path": format!("bursar_runtime::{name}"), "parameters": parameters })
}

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    let mut pointers = schemas::all(&state.document.value);
    // Children first: a secret wraps what its content has become.
    pointers.reverse();
    for pointer in pointers {
        let Some(schema) = state.document.value.pointer(&pointer) else { continue };
        let secret = is_sensitive(schema);
        let is_list = schema.get("type").is_some_and(|kind| kind == "array");
        // File parts keep their type; a list that is sent as one value may still be a secret.
        if schema.get("x-rust-type").is_some() && !(secret && is_list) {
            continue;
        }
        let value = value_type(schema);
        let Some(schema) = object_mut(&mut state.document.value, &pointer) else { continue };
        schema.shift_remove("x-unit");
        if schema.get("type").is_some_and(|kind| kind == "string") {
            schema
                .shift_remove("format")
                .filter(|format| format == "binary")
                .map(|format| schema.insert("format".to_owned(), format));
        }
        if let Some(name) = value {
            schema.insert("x-rust-type".to_owned(), runtime_type(name, &[]));
        }
        if secret {
            schema.shift_remove("x-sensitive");
            let kept: Vec<_> = ["description", "nullable", "x-patch", "x-inferred", "x-source"]
                .iter()
                .filter_map(|key| Some(((*key).to_owned(), schema.shift_remove(*key)?)))
                .collect();
            let inner = Value::Object(std::mem::take(schema));
            schema.extend(kept);
            schema.insert("x-rust-type".to_owned(), runtime_type("Secret", &[inner]));
        }
        match (value, secret) {
            (_, true) => state.note(&pointer, "never printed: Secret"),
            (Some(name), _) => state.note(&pointer, format!("typed {name}")),
            _ => {}
        }
    }
    Ok(())
}

/// The runtime's type for a scalar, if it has one of its own.
fn value_type(schema: &Value) -> Option<&'static str> {
    let word = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    match (word("type"), word("x-unit"), word("format")) {
        ("string", "major", _) => Some("MajorText"),
        ("string", _, "decimal") => Some("NumberText"),
        ("string", _, format) => DATES.iter().find(|(name, _)| *name == format).map(|(_, rust)| *rust),
        (_, "minor", _) => Some("Minor"),
        ("number" | "integer", "major", _) => Some("Major"),
        ("number", _, _) => Some("Number"),
        _ => None,
    }
}
