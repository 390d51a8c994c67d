//! A field that may be absent or null, with different meanings, is `Nullable`.

use serde_json::Value;

use super::exact_values::runtime_type;
use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for pointer in schemas::all(&state.document.value) {
        let Some(schema) = object_mut(&mut state.document.value, &pointer) else { continue };
        if schema.shift_remove("x-patch") != Some(Value::Bool(true)) {
            continue;
        }
        schema.shift_remove("nullable");
        let kept = ["description", "x-inferred", "x-source"];
        let kept: Vec<_> =
            kept.iter().filter_map(|key| Some(((*key).to_owned(), schema.shift_remove(*key)?))).collect();
        let inner = Value::Object(std::mem::take(schema));
        schema.insert("x-rust-type".to_owned(), runtime_type("Nullable", &[inner]));
        schema.extend(kept);
        state.note(&pointer, "absent and null are distinguished");
    }
    Ok(())
}
