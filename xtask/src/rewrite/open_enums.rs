//! The values of an enum get names; an enum that an answer reaches is open: values that the document does not list are kept.

use serde_json::{Value, json};

use super::exact_values::runtime_type;
use super::state::State;
use crate::document::edit::object_mut;
use crate::document::names;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, refer};

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    name_values(state);
    let roots: Vec<String> =
        schemas::roots(&state.document.value).into_iter().filter(|root| !root.contains("/parameters/")).collect();
    let pointers: Vec<String> = roots.iter().flat_map(|root| schemas::below(&state.document.value, root)).collect();
    for pointer in pointers {
        let Some(schema) = state.document.value.pointer(&pointer) else { continue };
        let Some(name) = schemas::reference(schema).map(str::to_owned) else { continue };
        let is_enum = schemas::is_text_enum(schemas::resolve(&state.document.value, schema));
        if !is_enum || !state.plan.answers.contains(&name) {
            continue;
        }
        if let Some(schema) = object_mut(&mut state.document.value, &pointer) {
            schema.shift_remove("$ref");
            schema.insert("x-rust-type".to_owned(), runtime_type("Open", &[refer(&name)]));
        }
        state.note(&pointer, format!("enum {name} is open here"));
    }
    Ok(())
}

/// Names the values of every text enum. The typing step sees placeholders in their place: it would name some of them alike.
fn name_values(state: &mut State) {
    for root in schemas::component_roots(&state.document.value) {
        let Some(schema) = object_mut(&mut state.document.value, &root) else { continue };
        let Some(values) = schema.get("enum").and_then(Value::as_array).cloned() else { continue };
        let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        let words = names::variants(&texts);
        let placeholders: Vec<Value> = (0..words.len()).map(|index| json!(format!("V{index}"))).collect();
        schema.insert("enum".to_owned(), Value::Array(placeholders));
        if words.len() < texts.len() {
            state.note(&root, format!("{} of {} values are duplicates", texts.len() - words.len(), texts.len()));
        }
        for (name, word) in words.iter().filter(|(name, word)| *name != names::plain_variant(word)) {
            state.note(&root, format!("the value `{word}` has the name {name}"));
        }
        let words = words.into_iter().map(|(name, word)| (name, word.to_owned())).collect();
        state.plan.words.insert(root.rsplit('/').next().unwrap_or_default().to_owned(), words);
    }
}
