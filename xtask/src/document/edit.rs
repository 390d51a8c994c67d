//! Changes to a document, by pointer.

use serde_json::Value;

/// Puts a value at a pointer that exists.
pub(crate) fn set(document: &mut Value, pointer: &str, value: Value) {
    if let Some(node) = document.pointer_mut(pointer) {
        *node = value;
    }
}

/// The object at a pointer, to change it.
pub(crate) fn object_mut<'a>(document: &'a mut Value, pointer: &str) -> Option<&'a mut serde_json::Map<String, Value>> {
    document.pointer_mut(pointer).and_then(Value::as_object_mut)
}

/// Adds a component schema.
pub(crate) fn insert_schema(document: &mut Value, name: &str, schema: Value) {
    let Some(root) = document.as_object_mut() else { return };
    let components = root.entry("components").or_insert_with(|| serde_json::json!({}));
    let Some(components) = components.as_object_mut() else { return };
    let section = components.entry("schemas").or_insert_with(|| serde_json::json!({}));
    if let Some(section) = section.as_object_mut() {
        section.insert(name.to_owned(), schema);
    }
}
