//! Rules on operation ids: there, usable as a method's name, and different from each other as such.

use std::collections::HashMap;

use serde_json::Value;

use super::context::Lint;
use crate::document::names::snake;
use crate::document::pointer::join;

/// Methods and fields that the generated client has, or will have, besides its operations; `all` is the table of operations.
#[rustfmt::skip]
const RESERVED: [&str; 24] = [
    "all", "api_version", "baseurl", "builder", "client", "clone", "core", "environment", "exec", "from_core", "give_up",
    "inner", "items", "journal", "new", "new_with_client", "pages", "post", "pre", "reconcile", "recover", "session",
    "wait_for", "with",
];

pub(super) fn check(lint: &Lint<'_>) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for (at, operation) in lint.operations() {
        let id_at = join(&at.pointer, "operationId");
        let called = format!("{} {}", at.method.to_uppercase(), at.path);
        let Some(id) = operation.get("operationId").and_then(Value::as_str).filter(|it| !it.is_empty()) else {
            let message = format!("{called} has no operationId");
            lint.refuse_key("operation-id-missing", &at.pointer, message, "write a snake_case name, verb first");
            continue;
        };
        let name = snake(id);
        if RESERVED.contains(&name.as_str()) {
            let message = format!("`{name}` is a method of the client");
            lint.refuse(
                "operation-id-reserved",
                &id_at,
                message,
                "choose a longer name, verb first, and list this one in x-aliases",
            );
        }
        match known.get(&name) {
            Some(other) => {
                let message = format!("the operation ids `{other}` and `{id}` both become `{name}`");
                lint.refuse("operation-id-duplicate", &id_at, message, "rename one of them");
            }
            None => {
                known.insert(name, id);
            }
        }
    }
}
