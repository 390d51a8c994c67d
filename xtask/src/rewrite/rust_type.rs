//! The Rust type of a schema that all rules have passed over.

use serde_json::Value;

use crate::document::schemas::reference;

/// The type of a value that may be null where the schema says so.
pub(crate) fn use_type(schema: &Value) -> String {
    match schema.get("nullable") {
        Some(Value::Bool(true)) => format!("::std::option::Option<{}>", rust_type(schema)),
        _ => rust_type(schema),
    }
}

/// The type, named as from the `types` module: `Vec<Account>`, `::bursar_runtime::Major`.
pub(crate) fn rust_type(schema: &Value) -> String {
    if let Some(union) = schema.get("x-union").and_then(Value::as_str) {
        return union.to_owned();
    }
    if let Some(path) = schema.pointer("/x-rust-type/path").and_then(Value::as_str) {
        let parameters = schema.pointer("/x-rust-type/parameters").and_then(Value::as_array);
        let parameters: Vec<String> = parameters.into_iter().flatten().map(rust_type).collect();
        return match parameters.is_empty() {
            true => format!("::{path}"),
            false => format!("::{path}<{}>", parameters.join(", ")),
        };
    }
    if let Some(name) = reference(schema) {
        return name.to_owned();
    }
    let item = |key: &str| {
        let item = schema.get(key).filter(|item| item.is_object());
        item.map_or("::serde_json::Value".to_owned(), use_type)
    };
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    match (schema.get("type").and_then(Value::as_str).unwrap_or_default(), format) {
        ("string", _) => "::std::string::String".to_owned(),
        ("integer", "int32") => "i32".to_owned(),
        ("integer", _) => "i64".to_owned(),
        ("boolean", _) => "bool".to_owned(),
        ("array", _) => format!("::std::vec::Vec<{}>", item("items")),
        ("object", _) if schema.get("additionalProperties").is_some_and(Value::is_object) => {
            format!("::std::collections::BTreeMap<::std::string::String, {}>", item("additionalProperties"))
        }
        ("object", _) => "::serde_json::Map<::std::string::String, ::serde_json::Value>".to_owned(),
        _ => "::serde_json::Value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_those_that_progenitor_gives() {
        for (schema, rust) in [
            (json!({"type": "integer", "format": "int32"}), "i32"),
            (json!({"type": "integer", "format": "int64", "nullable": true}), "i64"),
            (json!({"type": "boolean"}), "bool"),
            (json!({"type": "string", "format": "binary"}), "::std::string::String"),
            (json!({}), "::serde_json::Value"),
            (json!({"type": "array", "items": {}}), "::std::vec::Vec<::serde_json::Value>"),
            (
                json!({"type": "array", "items": {"$ref": "#/components/schemas/A", "nullable": true}}),
                "::std::vec::Vec<::std::option::Option<A>>",
            ),
            (json!({"type": "object"}), "::serde_json::Map<::std::string::String, ::serde_json::Value>"),
            (
                json!({"type": "object", "additionalProperties": {"x-union": "U"}}),
                "::std::collections::BTreeMap<::std::string::String, U>",
            ),
            (
                json!({"x-rust-type": {"path": "a::Open", "parameters": [{"$ref": "#/components/schemas/A"}]}}),
                "::a::Open<A>",
            ),
            (json!({"type": "number", "x-rust-type": {"path": "a::Major", "parameters": []}}), "::a::Major"),
        ] {
            assert_eq!(rust_type(&schema), rust, "{schema}");
        }
    }
}
