//! T15: what the provider sends is read leniently: nothing is required in a schema that an answer reaches.

use serde_json::Value;

use super::State;
use super::resolve::object_mut;
use super::schemas::{self, component};
use crate::refusal::Refusal;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    state.plan.answers = schemas::answered(&state.document.value);
    // What no operation sends or answers is what the provider sends by itself: events.
    let called = schemas::reached(&state.document.value, &schemas::operation_roots(&state.document.value));
    let roots = schemas::component_roots(&state.document.value);
    let names = roots.iter().filter_map(|root| root.rsplit('/').next()).map(str::to_owned);
    state.plan.answers.extend(names.filter(|name| !called.contains(name)));
    for root in schemas::component_roots(&state.document.value) {
        let name = root.rsplit('/').next().unwrap_or_default().to_owned();
        let answered = state.plan.answers.contains(&name);
        let Some(schema) = object_mut(&mut state.document.value, &root) else { continue };
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let names: Vec<String> = required.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if answered {
            let dropped = schema.shift_remove("required").is_some();
            // Unknown fields stay in the raw body, so no type pays for a map of them.
            if schema.get("additionalProperties").is_some_and(Value::is_boolean) {
                schema.shift_remove("additionalProperties");
            }
            if dropped {
                state.note(&component(&name), format!("{}: nothing is required in an answer", name));
            }
        }
        if !names.is_empty() {
            state.plan.required.insert(name, names);
        }
    }
    Ok(())
}
