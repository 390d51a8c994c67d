//! `allOf` becomes one flat object; round one reference it becomes the reference with its own words.

use serde_json::{Map, Value};

use super::state::State;
use crate::document::edit::{object_mut, set};
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, component, is_word, is_words, reference, resolve};

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for pointer in schemas::all(&state.document.value) {
        // `nullable` says it.
        if let Some(Value::Array(values)) = state.document.value.pointer_mut(&format!("{pointer}/enum")) {
            values.retain(|value| !value.is_null());
        }
        unwrap(state, &pointer);
    }
    refuse_cycles(state)?;
    // A part brings properties with it, and those bring their allOf: again, until none is left.
    loop {
        let mut pointers = schemas::all(&state.document.value);
        pointers.retain(|pointer| {
            state.document.value.pointer(pointer).is_some_and(|schema| schema.get("allOf").is_some())
        });
        if pointers.is_empty() {
            return Ok(());
        }
        // Children first, so that a nested allOf is flat before its parent looks at it.
        for pointer in pointers.iter().rev() {
            let Some(schema) = state.document.value.pointer(pointer) else { continue };
            let flat = flatten(&state.document.value, schema, 0);
            set(&mut state.document.value, pointer, flat);
            state.note(pointer, "allOf merged into one object");
        }
    }
}

/// `allOf` of one reference, with nothing but words beside it or in further parts, becomes that reference.
fn unwrap(state: &mut State, pointer: &str) {
    let Some(schema) = state.document.value.pointer(pointer).and_then(Value::as_object) else { return };
    let Some(parts) = schema.get("allOf").and_then(Value::as_array) else { return };
    let mut bearing = parts.iter().filter(|part| !is_words(part));
    let (Some(part), None) = (bearing.next(), bearing.next()) else { return };
    let only_words = schema.keys().all(|key| ["allOf", "type"].contains(&key.as_str()) || is_word(key));
    let Some(target) = part.get("$ref").cloned().filter(|_| only_words) else { return };
    let said: Vec<_> = parts.iter().filter(|part| is_words(part)).filter_map(Value::as_object).cloned().collect();
    if let Some(schema) = object_mut(&mut state.document.value, pointer) {
        schema.shift_remove("allOf");
        schema.shift_remove("type");
        schema.insert("$ref".to_owned(), target);
        // What stands nearest wins.
        for (key, word) in said.into_iter().rev().flatten() {
            schema.entry(key).or_insert(word);
        }
    }
    state.note(pointer, "allOf of a single reference unwrapped");
}

/// Refuses components that would have to be written into themselves.
fn refuse_cycles(state: &State) -> Result<(), Vec<Refusal>> {
    let document = &state.document.value;
    for root in schemas::component_roots(document) {
        let mut seen = Vec::new();
        let mut open = parts_below(document, &root);
        while let Some((at, target)) = open.pop() {
            if target == root {
                let message = "this schema is merged into itself by allOf".to_owned();
                let hint = "move the inner allOf to components with another name";
                return Err(state.refuse("all-of-cycle", &at, message, hint));
            }
            if !seen.contains(&target) {
                open.extend(parts_below(document, &target));
                seen.push(target);
            }
        }
    }
    Ok(())
}

/// The parts of all `allOf` written below a component, each with the component that it comes down to.
fn parts_below(document: &Value, root: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for pointer in schemas::below(document, root) {
        let parts = document.pointer(&format!("{pointer}/allOf")).and_then(Value::as_array);
        for (index, mut part) in parts.into_iter().flatten().enumerate() {
            let mut target = None;
            // As far as a chain of references can go without running in a circle.
            for _ in 0..64 {
                let Some(name) = reference(part) else { break };
                target = Some(component(name));
                part = document.pointer(&component(name)).unwrap_or(&Value::Null);
            }
            found.extend(target.map(|target| (format!("{pointer}/allOf/{index}"), target)));
        }
    }
    found
}

/// One object with the properties of all parts; what stands nearest wins for descriptions and other words.
fn flatten(document: &Value, schema: &Value, depth: usize) -> Value {
    let Some(own) = schema.as_object() else { return schema.clone() };
    let Some(parts) = own.get("allOf").and_then(Value::as_array) else { return schema.clone() };
    let mut merged = Map::new();
    if depth < 64 {
        for part in parts {
            merge(&mut merged, &flatten(document, resolve(document, part), depth + 1), false);
        }
    }
    let mut rest = own.clone();
    rest.shift_remove("allOf");
    merge(&mut merged, &Value::Object(rest), true);
    if ["properties", "required", "additionalProperties"].iter().any(|key| merged.contains_key(*key)) {
        merged.entry("type").or_insert_with(|| Value::String("object".to_owned()));
    }
    Value::Object(merged)
}

fn merge(into: &mut Map<String, Value>, part: &Value, nearest: bool) {
    for (key, value) in part.as_object().into_iter().flatten() {
        match (key.as_str(), into.get_mut(key)) {
            ("properties", Some(Value::Object(properties))) => {
                for (name, property) in value.as_object().into_iter().flatten() {
                    properties.insert(name.clone(), property.clone());
                }
            }
            ("required", Some(Value::Array(required))) => {
                for name in value.as_array().into_iter().flatten() {
                    if !required.contains(name) {
                        required.push(name.clone());
                    }
                }
            }
            (_, Some(slot)) if nearest => *slot = value.clone(),
            (_, Some(_)) => {}
            (_, None) => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rewrite::tests::{after, refusal};

    #[test]
    fn words_beside_a_reference_to_a_scalar_go_with_the_reference() {
        let text = "components:\n  schemas:\n    A: {type: object, properties: {x: {nullable: true, allOf: [{$ref: '#/components/schemas/Id'}, {description: far}, {description: near}]}}}\n    B: {allOf: [{description: anything}]}\n    Id: {type: string}\n";
        let state = after("merge-all-of", text).unwrap();
        let schemas = &state.document.value["components"]["schemas"];
        let expected = r##"{"nullable":true,"$ref":"#/components/schemas/Id","description":"near"}"##;
        assert_eq!(schemas["A"]["properties"]["x"].to_string(), expected);
        assert_eq!(schemas["B"].to_string(), r#"{"description":"anything"}"#);
    }

    #[test]
    fn what_a_part_brings_is_flat_too_whichever_stands_first() {
        let one = "    A: {type: object, properties: {x: {allOf: [{$ref: '#/components/schemas/C'}, {properties: {y: {}}}]}}}\n";
        let two = "    B: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {z: {}}}]}\n";
        for order in [[one, two], [two, one]] {
            let text = format!(
                "components:\n  schemas:\n    C: {{type: object, properties: {{w: {{}}}}}}\n{}",
                order.concat()
            );
            let state = after("merge-all-of", &text).unwrap();
            let x = &state.document.value["components"]["schemas"]["B"]["properties"]["x"];
            assert_eq!(x.to_string(), r#"{"type":"object","properties":{"w":{},"y":{}}}"#);
        }
    }

    #[test]
    fn a_schema_that_would_be_written_into_itself_is_refused() {
        let text = "components:\n  schemas:\n    Node:\n      type: object\n      properties:\n        child:\n          allOf:\n            - $ref: '#/components/schemas/Same'\n            - properties: {depth: {}}\n    Same: {$ref: '#/components/schemas/Node'}\n";
        assert_eq!(
            refusal("merge-all-of", text),
            "all-of-cycle corner.yaml:8:15: this schema is merged into itself by allOf"
        );
    }
}
