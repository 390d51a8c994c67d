//! A component that is only a text, a number, a list or a map is written out where it is used.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::state::State;
use crate::document::edit::set;
use crate::document::refusal::Refusal;
use crate::document::schemas;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    let mut users: HashMap<String, Vec<String>> = HashMap::new();
    note_users(&state.document.value, schemas::all(&state.document.value), &mut users);
    let mut written_out = HashSet::new();
    for root in schemas::component_roots(&state.document.value) {
        let name = root.rsplit('/').next().unwrap_or_default().to_owned();
        let Some(schema) = state.document.value.pointer(&root) else { continue };
        if schemas::is_object(schema) || schemas::is_text_enum(schema) || schemas::is_union(schema) {
            continue;
        }
        // A named object in between ends the writing out.
        let below = schemas::below(&state.document.value, &root);
        let mut below = below.iter().filter_map(|pointer| state.document.value.pointer(pointer));
        if below.any(|node| schemas::reference(node) == Some(name.as_str())) {
            let message = format!("`{name}` is a list or map that contains itself");
            let hint = "insert an object with a named property";
            return Err(state.refuse("alias-cycle", &root, message, hint));
        }
        let schema = schema.clone();
        for pointer in users.remove(&name).unwrap_or_default() {
            let Some(user) = state.document.value.pointer(&pointer) else { continue };
            if schemas::reference(user) != Some(name.as_str()) {
                continue;
            }
            let mut written = schema.clone();
            for (key, value) in user.as_object().into_iter().flatten().filter(|(key, _)| *key != "$ref") {
                written[key] = value.clone();
            }
            set(&mut state.document.value, &pointer, written);
            note_users(&state.document.value, schemas::below(&state.document.value, &pointer), &mut users);
        }
        state.note(&root, format!("{name} inlined"));
        written_out.insert(name);
    }
    if let Some(section) = state.document.value.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        section.retain(|name, _| !written_out.contains(name));
    }
    Ok(())
}

/// Which schemas refer to which component.
fn note_users(document: &Value, pointers: Vec<String>, users: &mut HashMap<String, Vec<String>>) {
    for pointer in pointers {
        if let Some(name) = document.pointer(&pointer).and_then(schemas::reference) {
            users.entry(name.to_owned()).or_default().push(pointer);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rewrite::tests::{after, refusal};

    #[test]
    fn an_object_ends_the_writing_out_and_a_list_does_not() {
        let tree = "components:\n  schemas:\n    Tree: {type: array, items: {$ref: '#/components/schemas/Branch'}}\n";
        let object = format!(
            "{tree}    Branch: {{type: object, properties: {{below: {{$ref: '#/components/schemas/Tree'}}}}}}\n"
        );
        let state = after("inline-aliases", &object).unwrap();
        let branch = r##"{"Branch":{"type":"object","properties":{"below":{"type":"array","items":{"$ref":"#/components/schemas/Branch"}}}}}"##;
        assert_eq!(state.document.value["components"]["schemas"].to_string(), branch);
        let list = format!(
            "{tree}    Branch: {{type: object, additionalProperties: {{$ref: '#/components/schemas/Tree'}}}}\n"
        );
        assert_eq!(
            refusal("inline-aliases", &list),
            "alias-cycle corner.yaml:4:13: `Branch` is a list or map that contains itself"
        );
    }
}
