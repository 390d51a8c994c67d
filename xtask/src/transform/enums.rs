//! T4: an enum that an answer reaches is open: values that the document does not list are kept.

use super::State;
use super::resolve::object_mut;
use super::schemas::{self, refer};
use super::values::runtime_type;
use crate::refusal::Refusal;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
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
