//! T9: a field that may be absent or null, with different meanings, is `Nullable`.

use serde_json::Value;

use super::State;
use super::resolve::object_mut;
use super::schemas;
use super::values::runtime_type;
use crate::refusal::Refusal;

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
        state.note(&pointer, "absent and null are told apart");
    }
    Ok(())
}
