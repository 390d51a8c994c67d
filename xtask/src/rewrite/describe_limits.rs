//! Limits move into the text: enforced while reading they would lose whole answers.

use serde_json::{Map, Value};

use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for pointer in schemas::all(&state.document.value) {
        let Some(schema) = object_mut(&mut state.document.value, &pointer) else { continue };
        let mut said = Vec::new();
        for key in ["minLength", "maxLength"] {
            take(schema, key, &mut said, |v| {
                format!("{} length {v}", if key == "minLength" { "Minimum" } else { "Maximum" })
            });
        }
        for key in ["minItems", "maxItems", "minProperties", "maxProperties"] {
            take(schema, key, &mut said, |v| {
                format!("{} count {v}", if key.starts_with("min") { "Minimum" } else { "Maximum" })
            });
        }
        let open = |schema: &mut Map<String, Value>, key: &str| schema.shift_remove(key) == Some(Value::Bool(true));
        let (above, under) = (open(schema, "exclusiveMinimum"), open(schema, "exclusiveMaximum"));
        take(
            schema,
            "minimum",
            &mut said,
            |v| if above { format!("Greater than {v}") } else { format!("At least {v}") },
        );
        take(schema, "maximum", &mut said, |v| if under { format!("Less than {v}") } else { format!("At most {v}") });
        take(schema, "multipleOf", &mut said, |v| format!("A multiple of {v}"));
        take(schema, "pattern", &mut said, |v| format!("Pattern {}", code(v.as_str().unwrap_or_default())));
        take(schema, "uniqueItems", &mut said, |v| {
            if *v == Value::Bool(true) { "Items are unique".to_owned() } else { String::new() }
        });
        take(schema, "default", &mut said, |v| format!("Default {}", code(&v.to_string())));
        if !schemas::is_text_enum(&Value::Object(schema.clone())) {
            take(schema, "enum", &mut said, |v| format!("Documented values: `{v}`"));
        }
        for key in ["title", "example", "examples", "readOnly", "writeOnly", "externalDocs"] {
            schema.shift_remove(key);
        }
        if schema.shift_remove("deprecated") == Some(Value::Bool(true)) {
            said.push("Deprecated by the provider".to_owned());
        }
        said.retain(|sentence| !sentence.is_empty());
        if said.is_empty() {
            continue;
        }
        let text = said.join(". ") + ".";
        describe(schema, &text);
        state.note(&pointer, format!("moved to the text: {text}"));
    }
    Ok(())
}

fn take(schema: &mut Map<String, Value>, key: &str, said: &mut Vec<String>, sentence: impl Fn(&Value) -> String) {
    if let Some(value) = schema.shift_remove(key) {
        said.push(sentence(&value));
    }
}

/// Text as a code span, whatever backticks it holds.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// Adds a sentence to a description.
pub(crate) fn describe(node: &mut Map<String, Value>, sentence: &str) {
    let old = node.get("description").and_then(Value::as_str).unwrap_or_default().trim_end().to_owned();
    let new = match old.as_str() {
        "" => sentence.to_owned(),
        _ if old.ends_with(['.', '!', '?', ':', '`']) => format!("{old}\n\n{sentence}"),
        _ => format!("{old}.\n\n{sentence}"),
    };
    node.insert("description".to_owned(), Value::String(new));
}
