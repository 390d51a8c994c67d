//! The document as the sandbox reads it: bundled JSON, with schemas as JSON Schema 2020-12.

use serde_json::{Value, json};

use crate::document::schemas;

/// Rewrites a resolved document: `nullable` becomes a type; texts for readers and OpenAPI's own keys leave the schemas.
pub(crate) fn document(mut document: Value) -> Value {
    if let Some(info) = document.pointer_mut("/info").and_then(Value::as_object_mut) {
        info.shift_remove("description");
    }
    let mut pointers = schemas::all(&document);
    // Children first: a nullable reference wraps what stands below it.
    pointers.reverse();
    for pointer in pointers {
        if let Some(schema) = document.pointer_mut(&pointer) {
            rewrite(schema);
        }
    }
    document
}

fn rewrite(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    for key in ["discriminator", "xml", "externalDocs", "example", "description", "x-source", "x-inferred"] {
        map.shift_remove(key);
    }
    for (open, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if map.shift_remove(open) == Some(Value::Bool(true))
            && let Some(limit) = map.shift_remove(bound)
        {
            map.insert(open.to_owned(), limit);
        }
    }
    if map.shift_remove("nullable") != Some(Value::Bool(true)) {
        return;
    }
    if let Some(Value::Array(values)) = map.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    match map.get_mut("type") {
        Some(kind) if kind.is_string() => *kind = json!([kind, "null"]),
        _ => {
            let inner = Value::Object(std::mem::take(map));
            *schema = json!({ "anyOf": [inner, { "type": "null" }] });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_a_type_of_its_own() {
        let before = json!({"paths": {}, "components": {"schemas": {
            "A": {"type": "object", "properties": {
                "b": {"type": "string", "nullable": true, "enum": ["x"]},
                "listed": {"type": "string", "nullable": true, "enum": ["x", null]},
                "c": {"nullable": true, "oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/A"}]},
                "d": {"type": "integer", "minimum": 0, "exclusiveMinimum": true},
            }},
        }}});
        let after = document(before);
        let properties = &after["components"]["schemas"]["A"]["properties"];
        assert_eq!(properties["b"], json!({"type": ["string", "null"], "enum": ["x", null]}));
        assert_eq!(properties["listed"], properties["b"]);
        assert_eq!(
            properties["c"],
            json!({"anyOf": [{"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/A"}]}, {"type": "null"}]})
        );
        assert_eq!(properties["d"], json!({"type": "integer", "exclusiveMinimum": 0}));
    }
}
