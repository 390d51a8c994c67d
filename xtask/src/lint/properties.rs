//! Rules on the properties of an object, those of its `allOf` parts included.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::context::Lint;
use super::kinds::Kind;
use super::resolve::{At, members};
use crate::document::names::snake;
use crate::document::pointer::join;

pub(super) fn check(lint: &Lint<'_>) {
    let inner = inline_parts(lint);
    for node in lint.written(Kind::Schema) {
        collisions(lint, &node.pointer);
        extra(lint, &node.pointer);
        // An inline part of allOf may require what a sibling has: it is looked at from its parent.
        if !inner.contains(&node.pointer) {
            required(lint, &node.pointer);
        }
    }
}

/// Pointers of the schemas that stand inside an `allOf`.
fn inline_parts(lint: &Lint<'_>) -> HashSet<String> {
    let all = lint.written(Kind::Schema);
    all.flat_map(|node| members(&At { pointer: node.pointer.clone(), object: node.object }, "allOf")).collect()
}

fn collisions(lint: &Lint<'_>, schema: &str) {
    let mut known: HashMap<String, (&str, String)> = HashMap::new();
    for (name, pointer) in lint.properties(schema) {
        let field = snake(name);
        match known.get(&field) {
            Some((other, _)) if *other == name => {}
            // Two properties of a part are refused where the part stands.
            Some((_, first)) if parent(first) == parent(&pointer) && !is_own(schema, &pointer) => {}
            Some((other, _)) => {
                let message = format!("the properties `{other}` and `{name}` would both have the name `{field}`");
                let hint = "keep one of them; if the provider sends both, describe the object as free-form (additionalProperties: true)";
                let at = if is_own(schema, &pointer) { pointer } else { join(schema, "allOf") };
                lint.refuse_key("property-collision", &at, message, hint);
            }
            None => {
                known.insert(field, (name, pointer));
            }
        }
    }
}

fn extra(lint: &Lint<'_>, schema: &str) {
    let parts = lint.parts(schema);
    let is_map = |part: &At<'_>| part.object.get("additionalProperties").is_some_and(Value::is_object);
    let Some(map) = parts.iter().find(|part| is_map(part)) else { return };
    let extra = lint.properties(schema).into_iter().find(|(name, _)| snake(name) == "extra");
    // Parts by $ref that are at odds by themselves are refused where they are written.
    if let Some((name, pointer)) = extra
        && (is_own(schema, &pointer) || map.pointer == schema || parent(parent(&pointer)) != map.pointer)
    {
        let at = if is_own(schema, &pointer) { pointer } else { schema.to_owned() };
        let message = format!("the property `{name}` conflicts with the field `extra` for typed additionalProperties");
        lint.refuse_key("extra-collision", &at, message, "write `additionalProperties: true`, or remove it");
    }
}

fn required(lint: &Lint<'_>, schema: &str) {
    let known: HashSet<&str> = lint.properties(schema).into_iter().map(|(name, _)| name).collect();
    for part in lint.parts(schema) {
        if part.pointer != schema && !part.pointer.starts_with(&format!("{schema}/")) {
            continue;
        }
        let names = part.object.get("required").and_then(Value::as_array);
        for (index, name) in names.into_iter().flatten().enumerate() {
            if let Some(name) = name.as_str().filter(|it| !known.contains(it)) {
                let at = join(&join(&part.pointer, "required"), &index.to_string());
                let message = format!("the required property `{name}` is not among the properties");
                lint.refuse(
                    "required-unknown",
                    &at,
                    message,
                    format!("add `{name}` to properties, or remove it from required"),
                );
            }
        }
    }
}

fn is_own(schema: &str, property: &str) -> bool {
    parent(parent(property)) == schema
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}
