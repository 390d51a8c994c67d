//! What the provider sends is read leniently: nothing is required in a schema that an answer reaches.

use serde_json::{Value, json};

use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, component};

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    state.plan.answers = schemas::answered(&state.document.value);
    // What no operation sends or answers is what the provider sends by itself: events, and all that they hold.
    let called = schemas::reached(&state.document.value, &schemas::operation_roots(&state.document.value));
    let roots = schemas::component_roots(&state.document.value);
    let is_event = |root: &&String| root.rsplit('/').next().is_some_and(|name| !called.contains(name));
    let events: Vec<String> = roots.iter().filter(is_event).cloned().collect();
    state.plan.answers.extend(schemas::reached(&state.document.value, &events));
    state.plan.answers.extend(events.iter().filter_map(|root| root.rsplit('/').next()).map(str::to_owned));
    for root in roots {
        let name = root.rsplit('/').next().unwrap_or_default().to_owned();
        let answered = state.plan.answers.contains(&name);
        let answer_only = answer_only(&state.document.value, &root);
        let Some(schema) = object_mut(&mut state.document.value, &root) else { continue };
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let names: Vec<String> = required.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let sent: Vec<String> = names.iter().filter(|name| !answer_only.contains(name)).cloned().collect();
        if !answered && sent.len() < names.len() {
            schema.insert("required".to_owned(), json!(sent));
            state.note(&component(&name), format!("{name}: {} is not required in a request", answer_only.join(", ")));
        } else if answered {
            let dropped = schema.shift_remove("required").is_some();
            // Unknown fields stay in the raw body, so no type pays for a map of them.
            if schema.get("additionalProperties").is_some_and(Value::is_boolean) {
                schema.shift_remove("additionalProperties");
            }
            if dropped {
                state.note(&component(&name), format!("{}: nothing is required in an answer", name));
            }
        }
        if !sent.is_empty() {
            state.plan.sent.insert(name.clone(), sent);
        }
        if !names.is_empty() {
            state.plan.required.insert(name, names);
        }
    }
    Ok(())
}

/// The properties of a schema that only answers hold: `readOnly`, on the property or on what it refers to.
fn answer_only(document: &Value, root: &str) -> Vec<String> {
    let properties = schemas::object_at(document, &format!("{root}/properties"));
    let read_only = |property: &&Value| schemas::is_read_only(document, property);
    let found = properties.into_iter().flatten().filter(|(_, property)| read_only(property));
    found.map(|(name, _)| name.clone()).collect()
}
