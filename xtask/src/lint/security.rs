//! Rule on credentials: schemes that exist and that we can send.

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::{Kind, describe};
use crate::document::pointer::join;

const RULE: &str = "security-scheme";

pub(super) fn check(lint: &Lint<'_>) {
    for node in lint.written(Kind::SecurityScheme) {
        scheme(lint, &node.pointer, node.object);
    }
    silence(lint);
    requirements(lint, "", lint.get(""));
    for (at, operation) in lint.operations() {
        requirements(lint, &at.pointer, operation.get("security").and(lint.get(&at.pointer)));
    }
}

/// A public operation says so: one that was forgotten looks the same.
fn silence(lint: &Lint<'_>) {
    const RULE: &str = "security-missing";
    const HINT: &str = "list the schemes, or write `security: []` for public operations";
    if lint.get("/security").is_some() {
        return;
    }
    let count = lint.operations().count();
    let silent: Vec<_> = lint.operations().filter(|(_, it)| !it.contains_key("security")).collect();
    if silent.len() == count && count > 1 {
        return lint.refuse_key(RULE, "/paths", "no operation declares its credentials", HINT);
    }
    for (at, _) in silent {
        let message = format!("{} {} does not declare its credentials", at.method.to_uppercase(), at.path);
        lint.refuse_key(RULE, &at.pointer, message, HINT);
    }
}

fn scheme(lint: &Lint<'_>, pointer: &str, scheme: &Map<String, Value>) {
    let text = |key: &str| scheme.get(key).and_then(Value::as_str);
    let refuse = |key: &str, message: String, hint: &str| lint.refuse(RULE, &join(pointer, key), message, hint);
    let has_flows = scheme.get("flows").and_then(Value::as_object).is_some_and(|it| !it.is_empty());
    let has_place = matches!(text("in"), Some("header" | "query" | "cookie"));
    match text("type") {
        Some("apiKey") if has_place && text("name").is_some_and(|it| !it.is_empty()) => {}
        Some("apiKey") => {
            let message = "an API key requires `name`, and `in` with header, query or cookie";
            lint.refuse_key(RULE, pointer, message, "add `name` and `in`");
        }
        Some("http") if text("scheme").is_some_and(|it| matches!(it.to_lowercase().as_str(), "bearer" | "basic")) => {}
        Some("http") => {
            let message = format!("the HTTP scheme `{}` is not supported", text("scheme").unwrap_or_default());
            refuse("scheme", message, "write bearer or basic, or an apiKey in a header");
        }
        Some("oauth2") if has_flows => {}
        Some("oauth2") => {
            let message = "an OAuth scheme without flows";
            lint.refuse_key(RULE, pointer, message, "add `flows` with the provider's flow");
        }
        Some(other) => {
            let message = format!("security schemes of type `{other}` are not supported");
            refuse("type", message, "write oauth2, http bearer or an apiKey");
        }
        None => {}
    }
}

fn requirements(lint: &Lint<'_>, carrier: &str, holder: Option<&Value>) {
    let Some(security) = holder.and_then(|it| it.get("security")) else { return };
    let at = join(carrier, "security");
    let Some(alternatives) = security.as_array() else {
        let message = format!("`security` must be a list, not {}", describe(security));
        return lint.refuse("shape", &at, message, "write a list of mappings; `security: []` for a public operation");
    };
    for (index, alternative) in alternatives.iter().enumerate() {
        let at = join(&at, &index.to_string());
        let Some(schemes) = alternative.as_object() else {
            let message = format!("an alternative of `security` must be a mapping, not {}", describe(alternative));
            lint.refuse("shape", &at, message, "write `- <scheme>: []`");
            continue;
        };
        for (name, scopes) in schemes {
            let at = join(&at, name);
            if lint.get(&join("/components/securitySchemes", name)).is_none() {
                let message = format!("the security scheme `{name}` was not found");
                lint.refuse_key(RULE, &at, message, "add it to components/securitySchemes, or correct the name");
            }
            if !scopes.as_array().is_some_and(|list| list.iter().all(Value::is_string)) {
                let message = format!("the scopes of `{name}` must be a list of texts");
                lint.refuse("shape", &at, message, "write `[]` or the scopes");
            }
        }
    }
}
