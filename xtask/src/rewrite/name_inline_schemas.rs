//! Every inline object, enum and union gets a component of its own, named after where it stands.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::inline_components::COMPONENT;
use super::state::State;
use crate::document::edit::{insert_schema, object_mut, set};
use crate::document::names;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, component, refer};
use crate::document::statuses::{is_success, status_name};
use crate::document::work;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    rename_components(state)?;
    null_branches(state);
    let mut components = schemas::component_roots(&state.document.value);
    let made = &mut components;
    for operation in schemas::operations(&state.document.value) {
        let name = operation_name(&state.document.value, &operation);
        for parameter in schemas::parameters(&state.document.value, &operation) {
            let parameter_name = text(&state.document.value, &format!("{parameter}/name"));
            walk(state, &format!("{parameter}/schema"), &format!("{name}{}", names::pascal(&parameter_name)), made)?;
        }
        for schema in schemas::content(&state.document.value, &format!("{operation}/requestBody")) {
            walk(state, &schema, &name, made)?;
        }
        let responses = schemas::responses(&state.document.value, &operation);
        let successes = responses.iter().filter(|response| is_success(response)).count();
        for response in responses {
            let base = if is_success(&response) && successes == 1 {
                format!("{name}Answer")
            } else {
                format!("{name}{}", response_name(&state.document.value, &response))
            };
            // The types of headers are nobody's: `Response::header` gives their text.
            for schema in schemas::content(&state.document.value, &response) {
                walk(state, &schema, &base, made)?;
            }
        }
    }
    let mut done = 0;
    // What is hoisted is a component from then on, to be walked in its turn.
    while let Some(root) = components.get(done).cloned() {
        let name = root.rsplit('/').next().unwrap_or_default().to_owned();
        for child in children(&state.document.value, &root) {
            let path = format!("{name}{}", suffix(&child));
            walk(state, &format!("{root}{child}"), &path, &mut components)?;
        }
        done += 1;
    }
    lift(state);
    Ok(())
}

/// Null of a branch is null of the union: a branch is told by its kind, and null has none.
fn null_branches(state: &mut State) {
    for pointer in schemas::all(&state.document.value) {
        let document = &state.document.value;
        let branches = document.pointer(&pointer).and_then(|schema| schema.get("oneOf")).and_then(Value::as_array);
        let is_null = |branch: &Value| schemas::resolve(document, branch).get("nullable") == Some(&Value::Bool(true));
        if !branches.is_some_and(|branches| branches.iter().any(is_null)) {
            continue;
        }
        if let Some(schema) = object_mut(&mut state.document.value, &pointer) {
            schema.insert("nullable".to_owned(), Value::Bool(true));
            let branches = schema.get_mut("oneOf").and_then(Value::as_array_mut);
            for branch in branches.into_iter().flatten().filter_map(Value::as_object_mut) {
                branch.shift_remove("nullable");
            }
        }
        state.note(&pointer, "null of a branch applies to the union");
    }
}

/// What a component says of its use (null, secrecy) moves to where it is used: a type of its own cannot say it.
fn lift(state: &mut State) {
    let mut lifted: HashMap<String, Vec<(&str, Value)>> = HashMap::new();
    for root in schemas::component_roots(&state.document.value) {
        let name = root.rsplit('/').next().unwrap_or_default().to_owned();
        let Some(schema) = state.document.value.pointer(&root) else { continue };
        if !(schemas::is_object(schema) || schemas::is_text_enum(schema) || schemas::is_union(schema)) {
            continue;
        }
        for key in ["nullable", "x-sensitive"] {
            let schema = object_mut(&mut state.document.value, &root);
            let Some(value) = schema.and_then(|schema| schema.shift_remove(key)) else { continue };
            lifted.entry(name.clone()).or_default().push((key, value));
            state.note(&root, format!("{key} of {name} moved to its uses"));
        }
    }
    if lifted.is_empty() {
        return;
    }
    for pointer in schemas::all(&state.document.value) {
        let Some(user) = state.document.value.pointer_mut(&pointer) else { continue };
        let Some(said) = schemas::reference(user).and_then(|name| lifted.get(name)) else { continue };
        let Some(user) = user.as_object_mut() else { continue };
        for (key, value) in said {
            user.entry(*key).or_insert_with(|| value.clone());
        }
    }
}

/// Component names become Rust type names, so that the rest of the house knows them.
fn rename_components(state: &mut State) -> Result<(), Vec<Refusal>> {
    let components = schemas::object_at(&state.document.value, "/components/schemas");
    let all: Vec<String> = components.into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let (mut renamed, mut given) = (HashMap::new(), HashSet::new());
    let mut order = Vec::new();
    for old in all {
        let new = names::type_name(&old);
        if new == old {
            continue;
        }
        if state.document.value.pointer(&component(&new)).is_some() || !given.insert(new.clone()) {
            let message = format!("schemas `{old}` and `{new}` would both have the name `{new}`");
            return Err(state.refuse("name-collision", &component(&old), message, "rename one of them"));
        }
        state.document.moved(&component(&old), &component(&new));
        renamed.insert(format!("#/components/schemas/{old}"), format!("#/components/schemas/{new}"));
        order.push((old, new));
    }
    if order.is_empty() {
        return Ok(());
    }
    if let Some(section) = state.document.value.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        // Renamed ones come last, in their order.
        let (mut kept, mut last) = (Map::new(), HashMap::new());
        for (name, schema) in std::mem::take(section) {
            match given.contains(&names::type_name(&name)) && names::type_name(&name) != name {
                true => drop(last.insert(name, schema)),
                false => drop(kept.insert(name, schema)),
            }
        }
        for (old, new) in &order {
            last.remove(old).and_then(|schema| kept.insert(new.clone(), schema));
        }
        *section = kept;
    }
    replace_texts(&mut state.document.value, &renamed);
    for (old, new) in order {
        state.note(&component(&new), format!("schema {old} renamed {new}"));
    }
    Ok(())
}

fn replace_texts(node: &mut Value, renamed: &HashMap<String, String>) {
    work::step();
    match node {
        Value::String(text) => {
            if let Some(new) = renamed.get(text) {
                text.clone_from(new);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace_texts(item, renamed)),
        Value::Object(map) => map.values_mut().for_each(|item| replace_texts(item, renamed)),
        _ => {}
    }
}

/// Hoists the schema at a pointer if it needs a name, and whatever below it does; what becomes a component joins the list.
fn walk(state: &mut State, pointer: &str, name: &str, made: &mut Vec<String>) -> Result<(), Vec<Refusal>> {
    let Some(schema) = state.document.value.pointer(pointer) else { return Ok(()) };
    if schemas::reference(schema).is_some() {
        return Ok(());
    }
    if schemas::is_object(schema) || schemas::is_text_enum(schema) || schemas::is_union(schema) {
        return hoist(state, pointer, name, made);
    }
    for child in children(&state.document.value, pointer) {
        walk(state, &format!("{pointer}{child}"), &format!("{name}{}", suffix(&child)), made)?;
    }
    Ok(())
}

fn hoist(state: &mut State, pointer: &str, name: &str, made: &mut Vec<String>) -> Result<(), Vec<Refusal>> {
    let Some(mut schema) = state.document.value.pointer(pointer).cloned() else { return Ok(()) };
    let taken = |state: &State, name: &str| state.document.value.pointer(&component(name)).is_some();
    let target = names::type_name(name);
    if taken(state, &target) {
        let message = format!("the inline schema here would have the name `{target}` of another schema");
        return Err(state.refuse("name-collision", pointer, message, "move it to components with another name"));
    }
    // What is said of the use stays with the use: null, secrecy, and the words.
    let mut reference = refer(&target);
    for key in ["description", "nullable", "x-sensitive", "x-patch", "x-inferred", "default"] {
        if let Some(value) = schema.get(key).cloned() {
            reference[key] = value;
            if key != "description"
                && let Some(schema) = schema.as_object_mut()
            {
                schema.shift_remove(key);
            }
        }
    }
    set(&mut state.document.value, pointer, reference);
    insert_schema(&mut state.document.value, &target, schema);
    made.push(component(&target));
    state.document.moved(pointer, &component(&target));
    state.note(&component(&target), format!("inline schema named {target}"));
    Ok(())
}

fn children(document: &Value, pointer: &str) -> Vec<String> {
    document.pointer(pointer).map(schemas::children).unwrap_or_default()
}

/// What a child's place adds to its name.
fn suffix(child: &str) -> String {
    let mut segments = child.trim_start_matches('/').splitn(2, '/');
    let key = segments.next().unwrap_or_default();
    let rest = segments.next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    match key {
        "properties" => names::pascal(&rest),
        "items" => "Item".to_owned(),
        "additionalProperties" => "Value".to_owned(),
        _ => format!("Option{}", rest.parse::<usize>().map_or(rest.clone(), |index| (index + 1).to_string())),
    }
}

/// The PascalCase name of an operation.
pub(crate) fn operation_name(document: &Value, operation: &str) -> String {
    names::pascal(&text(document, &format!("{operation}/operationId")))
}

/// What a response is called: its component, else its status in words.
pub(crate) fn response_name(document: &Value, response: &str) -> String {
    let component = text(document, &format!("{response}/{COMPONENT}"));
    if component.is_empty() {
        status_name(response.rsplit('/').next().unwrap_or_default())
    } else {
        names::pascal(&component)
    }
}

fn text(document: &Value, pointer: &str) -> String {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use crate::rewrite::tests::refusal;

    #[test]
    fn names_that_are_taken_twice_are_refused() {
        let inner = "components:\n  schemas:\n    A: {type: object, properties: {b: {type: object, properties: {c: {}}}}}\n    AB: {type: string}\n    ABField: {type: string}\n";
        let wanted =
            "name-collision corner.yaml:3:39: the inline schema here would have the name `Ab` of another schema";
        assert_eq!(refusal("name-inline-schemas", inner), wanted);
        let components = "components:\n  schemas:\n    Ab: {type: string}\n    ab: {type: string}\n";
        let wanted = "name-collision corner.yaml:4:9: schemas `ab` and `Ab` would both have the name `Ab`";
        assert_eq!(refusal("name-inline-schemas", components), wanted);
    }
}
