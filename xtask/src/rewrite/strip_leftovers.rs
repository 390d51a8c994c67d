//! Last: what only we read leaves the document; a reference with words of its own becomes an `allOf` again.

use serde_json::{Map, Value, json};

use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for pointer in schemas::all(&state.document.value) {
        let Some(schema) = object_mut(&mut state.document.value, &pointer) else { continue };
        if schema.len() > 1
            && let Some(reference) = schema.shift_remove("$ref")
        {
            schema.retain(|key, _| key == "description" || key == "nullable");
            if !schema.is_empty() {
                schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
            } else {
                schema.insert("$ref".to_owned(), reference);
            }
        }
    }
    strip(&mut state.document.value);
    if let Some(root) = state.document.value.as_object_mut() {
        root.retain(|key, _| ["openapi", "info", "paths", "components"].contains(&key.as_str()));
        // The version goes into a header line of ours, not onto the wire.
        root.insert("info".to_owned(), json!({ "title": "", "version": "" }));
        if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
            components.retain(|section, _| section == "schemas");
        }
    }
    for operation in schemas::operations(&state.document.value) {
        if let Some(operation) = object_mut(&mut state.document.value, &operation) {
            for key in ["security", "servers", "tags", "externalDocs", "callbacks"] {
                operation.shift_remove(key);
            }
        }
    }
    Ok(())
}

fn strip(node: &mut Value) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Object(map) => {
            forget(map);
            map.values_mut().for_each(strip);
        }
        _ => {}
    }
}

/// Property names may look like extensions, so only string-keyed `x-` words of ours are dropped.
fn forget(map: &mut Map<String, Value>) {
    for key in [
        "x-component",
        "x-inferred",
        "x-source",
        "x-union",
        "x-unit",
        "x-sensitive",
        "x-patch",
        "x-fill",
        "x-outcome",
        "x-envelope",
    ] {
        map.shift_remove(key);
    }
}
