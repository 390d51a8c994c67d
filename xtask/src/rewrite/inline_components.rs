//! Parameters, bodies, responses and headers move to where they are used; only schemas stay components.

use serde_json::Value;

use super::state::State;
use crate::document::edit::{insert_schema, object_mut, set};
use crate::document::names;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, component, escape, join, refer};

/// Key under which an inlined response remembers the name of its component.
pub(crate) const COMPONENT: &str = "x-component";

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for section in ["parameters", "requestBodies", "responses"] {
        name_schemas(state, section);
    }
    for operation in schemas::operations(&state.document.value) {
        share_parameters(state, &operation);
        inline(state, &format!("{operation}/requestBody"));
        for parameter in schemas::parameters(&state.document.value, &operation) {
            inline(state, &parameter);
        }
        for response in schemas::responses(&state.document.value, &operation) {
            inline(state, &response);
            let headers = schemas::object_at(&state.document.value, &format!("{response}/headers"));
            let headers: Vec<String> =
                headers.into_iter().flatten().map(|(name, _)| format!("{response}/headers/{}", escape(name))).collect();
            for header in headers {
                inline(state, &header);
            }
        }
    }
    let paths = state.document.value.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()).filter_map(Value::as_object_mut) {
        item.shift_remove("parameters");
    }
    if let Some(components) = state.document.value.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|section, _| section == "schemas" || section == "securitySchemes");
    }
    Ok(())
}

/// Gives the inline object or enum of a shared component a name, so that its users share one type.
fn name_schemas(state: &mut State, section: &str) {
    let components = schemas::object_at(&state.document.value, &format!("/components/{section}"));
    let shared: Vec<String> = components.into_iter().flatten().map(|(name, _)| name.clone()).collect();
    for name in shared {
        let at = join(&format!("/components/{section}"), &name);
        let mut found = schemas::content(&state.document.value, &at);
        found.push(format!("{at}/schema"));
        for pointer in found {
            let Some(schema) = state.document.value.pointer(&pointer) else { continue };
            let is_merged = schema.get("allOf").is_some();
            let named =
                is_merged || schemas::is_object(schema) || schemas::is_text_enum(schema) || schemas::is_union(schema);
            let target = names::type_name(&name);
            if !named || state.document.value.pointer(&component(&target)).is_some() {
                continue;
            }
            let schema = schema.clone();
            set(&mut state.document.value, &pointer, refer(&target));
            insert_schema(&mut state.document.value, &target, schema);
            state.document.moved(&pointer, &component(&target));
            state.note(&component(&target), format!("inline schema of {section}/{name} named {target}"));
        }
    }
}

/// Copies the parameters of a path into its operation, unless the operation declares the same one.
fn share_parameters(state: &mut State, operation: &str) {
    let path = operation.rsplit_once('/').map_or("", |(path, _)| path);
    let shared = state.document.value.pointer(&format!("{path}/parameters")).and_then(Value::as_array).cloned();
    for (index, parameter) in shared.into_iter().flatten().enumerate() {
        let key = identity(&state.document.value, &parameter);
        let own = state.document.value.pointer(&format!("{operation}/parameters")).and_then(Value::as_array);
        if own.into_iter().flatten().any(|own| identity(&state.document.value, own) == key) {
            continue;
        }
        let list = object_mut(&mut state.document.value, operation)
            .map(|operation| operation.entry("parameters").or_insert_with(|| Value::Array(Vec::new())));
        if let Some(Value::Array(list)) = list {
            list.push(parameter);
            let to = format!("{operation}/parameters/{}", list.len() - 1);
            state.document.moved(&format!("{path}/parameters/{index}"), &to);
        }
    }
}

fn identity(document: &Value, parameter: &Value) -> (Option<Value>, Option<Value>) {
    let target = local(parameter).and_then(|pointer| document.pointer(&pointer)).unwrap_or(parameter);
    (target.get("name").cloned(), target.get("in").cloned())
}

fn local(node: &Value) -> Option<String> {
    node.get("$ref")?.as_str()?.strip_prefix('#').map(str::to_owned)
}

/// Replaces a `$ref` to a shared component by the component.
fn inline(state: &mut State, pointer: &str) {
    let mut name = None;
    for _ in 0..64 {
        let Some(from) = state.document.value.pointer(pointer).and_then(local) else { break };
        let Some(target) = state.document.value.pointer(&from).cloned() else { break };
        name = from.rsplit('/').next().map(str::to_owned);
        set(&mut state.document.value, pointer, target);
        state.document.moved(&from, pointer);
    }
    let is_response = pointer.rsplit('/').nth(1) == Some("responses");
    if let (Some(name), true) = (name, is_response)
        && let Some(response) = object_mut(&mut state.document.value, pointer)
    {
        response.insert(COMPONENT.to_owned(), Value::String(name));
    }
}
