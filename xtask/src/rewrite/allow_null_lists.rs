//! Optional lists and maps may be null, so that absent, null and empty are all read, and empty can be sent.

use serde_json::{Value, json};

use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for root in schemas::component_roots(&state.document.value) {
        let Some(schema) = object_mut(&mut state.document.value, &root) else { continue };
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut rewritten = Vec::new();
        for (name, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            let list = property.get("type").is_some_and(|kind| kind == "array");
            let map = property.get("type").is_some_and(|kind| kind == "object")
                || property.get("additionalProperties").is_some();
            let map = map && !schemas::is_object(property);
            if (list || map) && !required.contains(&json!(name)) && property.get("nullable") != Some(&json!(true)) {
                property["nullable"] = json!(true);
                rewritten.push(name.clone());
            }
        }
        for name in rewritten {
            state.note(&schemas::join(&format!("{root}/properties"), &name), format!("optional {name} may be null"));
        }
    }
    Ok(())
}
