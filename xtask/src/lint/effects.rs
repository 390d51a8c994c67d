//! Rules on what an operation does: its effect, and what every money operation must say.

use serde_json::Value;

use super::context::Lint;
use super::kinds::Kind;
use crate::document::pointer::join;
use crate::vocabulary::{self, Effect, Fact as _, Limit, Limits};

pub(super) fn check(lint: &Lint<'_>) {
    let Limits(tiers) = vocabulary::get(&lint.document.value).unwrap_or(Limits(Default::default()));
    for (at, operation) in lint.operations() {
        if let Some(tier) = operation.get(Limit::KEY).and_then(Value::as_str).filter(|it| !tiers.contains_key(*it)) {
            let message = format!("the rate tier `{tier}` was not found");
            lint.refuse("limit-missing", &join(&at.pointer, Limit::KEY), message, "add it to x-limits at the root");
        }
        let id = operation.get("operationId").and_then(Value::as_str).unwrap_or("the operation");
        let Some(stated) = operation.get("x-effect") else {
            let message = format!("{id} does not declare its effect");
            lint.refuse_key("effect-missing", &at.pointer, message, "write x-effect: read, write or money");
            continue;
        };
        let wrapped = serde_json::json!({ "x-effect": stated });
        match vocabulary::get::<Effect>(&wrapped) {
            Some(Effect::Money) => {
                for (rule, key, way_out) in [
                    ("idempotency-missing", "x-idempotency", "{in: none}"),
                    ("money-missing", "x-money", "none"),
                    ("settled-missing", "x-settled", "none"),
                ] {
                    if !operation.contains_key(key) {
                        let message = format!("{id} moves money and has no `{key}`");
                        let hint = format!("add {key}, or `{key}: {way_out}` if the provider documents nothing");
                        lint.refuse_key(rule, &at.pointer, message, hint);
                    }
                }
            }
            Some(Effect::Read) => {
                for key in ["x-idempotency", "x-money"] {
                    if operation.contains_key(key) {
                        let message = format!("`{key}` on {id}, which only reads");
                        let hint = "remove it, or correct x-effect";
                        lint.refuse_key("unknown-extension", &join(&at.pointer, key), message, hint);
                    }
                }
            }
            _ => {}
        }
    }
    for node in lint.written(Kind::Parameter) {
        if node.object.contains_key("x-fill") && node.object.get("in").is_none_or(|it| it != "header") {
            let message = "`x-fill` on a parameter that is not a header";
            lint.refuse_key(
                "unknown-extension",
                &join(&node.pointer, "x-fill"),
                message,
                "remove it: only headers are filled",
            );
        }
    }
}
