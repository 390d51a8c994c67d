//! Rules on a schema by itself: keywords, formats, enums.

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::{Kind, describe};
use crate::document::pointer::join;

pub(super) fn check(lint: &Lint<'_>) {
    for node in lint.written(Kind::Schema) {
        keywords(lint, &node.pointer, node.object);
        conflicts(lint, &node.pointer, node.object);
        format(lint, &node.pointer, node.object);
        if let Some(values) = node.object.get("enum") {
            enumeration(lint, &node.pointer, node.object, values);
        }
    }
}

/// Whether the value has the kind that the keyword asks for, and the name of that kind; `None` for an unknown keyword.
fn fits(key: &str, value: &Value) -> Option<(bool, &'static str)> {
    Some(match key {
        "title" | "description" | "pattern" | "format" => (value.is_string(), "text"),
        "type" => (
            matches!(value.as_str(), Some("string" | "number" | "integer" | "boolean" | "array" | "object")),
            "one of string, number, integer, boolean, array, object",
        ),
        "multipleOf" | "maximum" | "minimum" => (value.is_number(), "a number"),
        "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties" | "minProperties" => {
            (value.is_u64(), "a whole number")
        }
        "exclusiveMaximum" | "exclusiveMinimum" | "uniqueItems" | "nullable" | "readOnly" | "writeOnly"
        | "deprecated" => (value.is_boolean(), "true or false"),
        "required" => {
            (value.as_array().is_some_and(|list| list.iter().all(Value::is_string)), "a list of property names")
        }
        "allOf" | "oneOf" => (value.as_array().is_some_and(|list| !list.is_empty()), "a list of at least one schema"),
        "anyOf" => (true, ""),
        "properties" | "discriminator" | "externalDocs" => (value.is_object(), "a mapping"),
        "additionalProperties" => (value.is_object() || value.is_boolean(), "a schema, true or false"),
        // What is below is refused where it stands, with its own fault.
        "items" | "enum" | "default" | "example" => (true, ""),
        _ => return None,
    })
}

/// What to write in place of a keyword that we do not carry.
fn instead(key: &str) -> &'static str {
    match key {
        "const" => "write an `enum` with one value",
        "examples" => "write one `example`",
        "$defs" | "definitions" | "$id" | "$schema" | "$anchor" => "write components/schemas",
        "prefixItems" | "contains" => "describe the list in text, and give `items` a schema that all items follow",
        "patternProperties" | "propertyNames" | "unevaluatedProperties" => "write `additionalProperties` with a schema",
        "if" | "then" | "else" | "not" | "dependentRequired" | "dependentSchemas" => {
            "move it to the description, or write `oneOf`"
        }
        "xml" => "describe the XML in text: such bodies are sent unchanged",
        "contentEncoding" | "contentMediaType" => "write `format: byte` or `format: binary`",
        _ => "remove it, or move it to the description",
    }
}

fn keywords(lint: &Lint<'_>, pointer: &str, schema: &Map<String, Value>) {
    for (key, value) in schema.iter().filter(|(key, _)| !key.starts_with("x-")) {
        let at = join(pointer, key);
        match (key.as_str(), fits(key, value)) {
            (_, Some((true, _))) => {}
            ("type", Some(_)) if value.is_array() || value == "null" => {
                let message = "`type` is a list or null, which OpenAPI 3.0 does not support";
                lint.refuse("schema-keyword", &at, message, "write one type, and `nullable: true` for null");
            }
            (_, Some((false, wanted))) => {
                let message = format!("`{key}` must be {wanted}, not {}", shown(value));
                lint.refuse("schema-keyword", &at, message, format!("write {wanted}"));
            }
            (_, None) => {
                let message = format!("the schema keyword `{key}` is not supported");
                lint.refuse_key("schema-keyword", &at, message, instead(key));
            }
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        other => describe(other).to_owned(),
    }
}

/// Keywords that are known one by one, but say nothing together.
fn conflicts(lint: &Lint<'_>, pointer: &str, schema: &Map<String, Value>) {
    let kind = schema.get("type").and_then(Value::as_str);
    for (key, home) in [("properties", "object"), ("additionalProperties", "object"), ("items", "array")] {
        if schema.contains_key(key) && kind.is_some_and(|kind| kind != home) {
            let message = format!("`{key}` on type {}", kind.unwrap_or_default());
            lint.refuse_key(
                "schema-keyword",
                &join(pointer, key),
                message,
                format!("remove it, or write `type: {home}`"),
            );
        }
    }
    if kind.is_none() && schema.get("nullable") == Some(&Value::Bool(true)) && !schema.contains_key("type") {
        let message = "`nullable: true` without `type` has no effect in OpenAPI 3.0";
        let hint =
            "add the type; for a reference or a oneOf write `nullable: true` with a type on the target or on a branch";
        lint.refuse_key("nullable-type", &join(pointer, "nullable"), message, hint);
    }
    if kind == Some("array") && !schema.contains_key("items") {
        let message = "a list without `items`";
        lint.refuse_key("schema-keyword", pointer, message, "add `items`; `items: {}` for any value");
    }
    if schema.contains_key("oneOf") {
        for key in ["properties", "required", "additionalProperties", "items", "enum", "allOf", "anyOf", "format"] {
            if schema.contains_key(key) {
                let message = format!("`{key}` beside oneOf");
                lint.refuse_key("schema-keyword", &join(pointer, key), message, "move it into each branch");
            }
        }
    }
}

fn format(lint: &Lint<'_>, pointer: &str, schema: &Map<String, Value>) {
    let Some(format) = schema.get("format").and_then(Value::as_str) else { return };
    let known: &[&str] = match lint.kind(pointer) {
        Some("string") => &[
            "date",
            "date-time",
            "password",
            "binary",
            "byte",
            "uuid",
            "email",
            "uri",
            "uri-reference",
            "hostname",
            "ipv4",
            "ipv6",
            "decimal",
            "kasisto-date-time",
            "kasisto-date",
            "uk-date-time",
            "partial-date",
            "currency",
            "country",
            "country-alpha-3",
            "iban",
            "phone",
        ],
        Some("integer") => &["int32", "int64"],
        Some("number") => &["float", "double", "decimal"],
        _ => &[],
    };
    if known.contains(&format) {
        return;
    }
    let kind = lint.kind(pointer).unwrap_or("a schema without type");
    let message = format!("the format `{format}` is unknown for {kind}");
    let hint = match known {
        [] => "remove it".to_owned(),
        known => format!("use one of {}, or move it to the description", known.join(", ")),
    };
    lint.refuse("format-unknown", &join(pointer, "format"), message, hint);
}

fn enumeration(lint: &Lint<'_>, pointer: &str, schema: &Map<String, Value>, values: &Value) {
    let at = join(pointer, "enum");
    let refuse = |at: &str, message: String, hint: &str| lint.refuse("enum-type", at, message, hint);
    let Some(values) = values.as_array().filter(|list| !list.is_empty()) else {
        let message = "the enum lists no values".to_owned();
        return lint.refuse_key("enum-type", &at, message, "list the values, or remove `enum`");
    };
    let text = match (schema.get("type").and_then(Value::as_str), &values[0]) {
        (Some("string"), _) | (None, Value::String(_)) => true,
        (Some("integer"), _) => false,
        (kind, _) => {
            let message = format!("an enum of {}", kind.unwrap_or("values without type"));
            let hint = "list texts under `type: string` or integers under `type: integer`, or move the values to the description";
            return lint.refuse_key("enum-type", &at, message, hint);
        }
    };
    for (index, value) in values.iter().enumerate() {
        let at = join(&at, &index.to_string());
        match value {
            Value::String(_) if text => {}
            Value::Number(number) if !text && (number.is_i64() || number.is_u64()) => {}
            Value::Null if schema.get("nullable") == Some(&Value::Bool(true)) => {}
            Value::Null => {
                refuse(&at, "an enum that is not nullable has the value null".to_owned(), "add `nullable: true`")
            }
            other => {
                let message = format!("`{other}` in an enum of {}", if text { "texts" } else { "integers" });
                refuse(&at, message, if text { "quote it" } else { "list integers only" });
            }
        }
    }
}
