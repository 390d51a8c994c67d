//! A `oneOf` becomes an enum of ours, told apart by its discriminator, JSON kind or required properties.

use serde_json::{Value, json};

use super::plan::{Branch, Kind, Union};
use super::rust_type::rust_type;
use super::rustdoc_text::origin;
use super::state::State;
use crate::document::edit::set;
use crate::document::names;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, component, reference, resolve};

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    let mut unions = Vec::new();
    for root in schemas::component_roots(&state.document.value) {
        let name = root.rsplit('/').next().unwrap_or_default().to_owned();
        if state.document.value.pointer(&root).is_some_and(schemas::is_union) {
            unions.push(name);
        }
    }
    // References first, so that a union inside a union is named, not looked through.
    for pointer in schemas::all(&state.document.value) {
        point(state, &pointer, &unions);
    }
    for name in &unions {
        let union = read(&state.document.value, name, &state.plan.required);
        state.note(&component(name), format!("oneOf {name} is an enum of {} branches", union.branches.len()));
        state.plan.unions.push(union);
    }
    if let Some(section) = state.document.value.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        section.retain(|name, _| !unions.contains(name));
    }
    Ok(())
}

/// Replaces a reference to a union by the enum's path.
fn point(state: &mut State, pointer: &str, unions: &[String]) {
    let Some(schema) = state.document.value.pointer(pointer) else { return };
    let Some(name) = reference(schema).filter(|name| unions.iter().any(|union| union == name)) else { return };
    let mut pointed = schema.clone();
    let rust = json!({ "crate": "bursar-union", "version": "*", "path": format!("bursar_union::{name}") });
    pointed["x-union"] = json!(name);
    pointed["x-rust-type"] = rust;
    if let Some(pointed) = pointed.as_object_mut() {
        pointed.shift_remove("$ref");
    }
    set(&mut state.document.value, pointer, pointed);
}

fn read(document: &Value, name: &str, required: &std::collections::BTreeMap<String, Vec<String>>) -> Union {
    let mut schema = document.pointer(&component(name)).cloned().unwrap_or(Value::Null);
    if let Some(schema) = schema.as_object_mut() {
        origin(schema);
    }
    let tag = schema.pointer("/discriminator/propertyName").and_then(Value::as_str).map(str::to_owned);
    let mapping = schema.pointer("/discriminator/mapping").and_then(Value::as_object).cloned().unwrap_or_default();
    let options = schema.get("oneOf").and_then(Value::as_array).cloned().unwrap_or_default();
    let needs = |option: &Value| named(option).and_then(|name| required.get(name)).cloned().unwrap_or_default();
    let mut branches: Vec<Branch> = Vec::new();
    for (index, option) in options.iter().enumerate() {
        let target = named(option).map(component).unwrap_or_default();
        let tags = mapping.iter().filter(|(_, to)| to.as_str().and_then(|to| to.strip_prefix('#')) == Some(&target));
        let tags: Vec<String> = tags.map(|(tag, _)| tag.clone()).collect();
        let others = options.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, option)| option);
        let theirs: Vec<String> = others.flat_map(&needs).collect();
        let kind = kind(document, option);
        let variant = match (named(option), tags.as_slice()) {
            (_, [tag]) => names::pascal(tag),
            (Some(name), _) => name.to_owned(),
            (None, _) => format!("{kind:?}"),
        };
        let clash = branches.iter().any(|branch| branch.name == variant) || variant == "Other";
        branches.push(Branch {
            name: if clash { format!("{variant}{}", index + 1) } else { variant },
            rust: rust_type(option),
            tags,
            kind,
            needs: needs(option).into_iter().filter(|need| !theirs.contains(need)).collect(),
        });
    }
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    Union { name: name.to_owned(), text, tag, branches }
}

/// The component of a branch, also of one that is never printed or a union itself.
fn named(option: &Value) -> Option<&str> {
    if let Some(union) = option.get("x-union").and_then(Value::as_str) {
        return Some(union);
    }
    let path = option.pointer("/x-rust-type/path").and_then(Value::as_str).unwrap_or_default();
    let inner = option.pointer("/x-rust-type/parameters/0").filter(|_| path.ends_with("::Secret"));
    reference(inner.unwrap_or(option))
}

fn kind(document: &Value, schema: &Value) -> Kind {
    let schema = resolve(document, schema);
    // The type that stood there before a rule gave it one of the runtime's.
    let inner = schema.pointer("/x-rust-type/parameters/0").filter(|_| schema.get("type").is_none());
    match schema.get("type").and_then(Value::as_str).unwrap_or_default() {
        "string" => Kind::Text,
        "integer" | "number" => Kind::Number,
        "boolean" => Kind::Bool,
        "array" => Kind::List,
        "object" => Kind::Object,
        _ if schemas::is_object(schema) => Kind::Object,
        _ if schema.get("enum").is_some() => Kind::Text,
        _ => inner.map_or(Kind::Any, |inner| kind(document, inner)),
    }
}
