//! Rule on answers: no schema that a response reaches is closed, so that a new field never loses an answer.

use std::collections::HashSet;

use serde_json::Value;

use super::context::Lint;
use super::kinds::Kind;
use super::resolve::{members, own_properties};
use crate::document::pointer::join;

pub(super) fn check(lint: &Lint<'_>) {
    let mut seen = HashSet::new();
    let mut open: Vec<String> = lint.written(Kind::Response).flat_map(|node| lint.bodies(&node.pointer)).collect();
    while let Some(pointer) = open.pop() {
        let Some(schema) = lint.follow(&pointer) else { continue };
        if !seen.insert(schema.pointer.clone()) {
            continue;
        }
        let at = join(&schema.pointer, "additionalProperties");
        if schema.object.get("additionalProperties") == Some(&Value::Bool(false)) {
            let message = "additionalProperties: false in a schema that an answer reaches";
            lint.refuse_key("closed-answer", &at, message, "remove it: the provider may add fields at any time");
        }
        open.extend(own_properties(&schema).into_iter().map(|(_, property)| property));
        open.extend(["allOf", "oneOf", "anyOf"].iter().flat_map(|key| members(&schema, key)));
        open.extend([at, join(&schema.pointer, "items")]);
    }
}
