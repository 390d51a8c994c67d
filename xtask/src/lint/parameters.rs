//! Rules on parameters: places, names, styles.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::context::Lint;
use super::kinds::Kind;
use super::resolve::{ARRAY, At, OBJECT};
use crate::document::names::snake;
use crate::document::pointer::join;

pub(super) fn check(lint: &Lint<'_>) {
    for node in lint.written(Kind::Parameter) {
        let parameter = At { pointer: node.pointer.clone(), object: node.object };
        place(lint, &parameter);
        style(lint, &parameter);
        if node.object.contains_key("content") {
            let hint = "write `schema`; for JSON in a parameter write `type: string` and describe it";
            lint.refuse_key("parameter-content", &join(&node.pointer, "content"), "a parameter with `content`", hint);
        }
    }
    for (at, _) in lint.operations() {
        let parameters = lint.parameters(&at.pointer);
        template(lint, &at.path, &at.pointer, &parameters);
        collisions(lint, &parameters);
    }
}

fn place(lint: &Lint<'_>, parameter: &At<'_>) {
    let name = parameter.text("name").unwrap_or_default();
    let name_at = join(&parameter.pointer, "name");
    match parameter.text("in") {
        Some("path" | "query" | "cookie") | None => {}
        Some("header") => {
            let taken = ["accept", "content-type", "authorization"];
            if taken.contains(&name.to_lowercase().as_str()) {
                let message = format!("the header `{name}` is not a parameter");
                let hint = "Accept and Content-Type follow from the media types, Authorization from a security scheme";
                lint.refuse("parameter-header", &name_at, message, hint);
            }
        }
        Some(other) => {
            let message = format!("a parameter in `{other}`");
            lint.refuse("shape", &join(&parameter.pointer, "in"), message, "write path, query, header or cookie");
        }
    }
}

fn style(lint: &Lint<'_>, parameter: &At<'_>) {
    let refuse = |key: &str, message: String, hint: &str| {
        lint.refuse("parameter-style", &join(&parameter.pointer, key), message, hint);
    };
    let place = parameter.text("in").unwrap_or_default();
    let usual = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
    let style = parameter.text("style").unwrap_or(usual);
    if style != usual && (style, place) != ("deepObject", "query") {
        let hint = "write form or deepObject in a query, form in a cookie, simple in a path or header";
        return refuse("style", format!("style {style} of a {place} parameter"), hint);
    }
    if parameter.object.get("allowReserved") == Some(&Value::Bool(true)) {
        return refuse(
            "allowReserved",
            "allowReserved is not supported".to_owned(),
            "remove it: reserved characters are escaped",
        );
    }
    let schema = join(&parameter.pointer, "schema");
    let nested = |it: &str| lint.kinds(it) & (ARRAY | OBJECT) != 0;
    let flat = "use single values or lists of them";
    for value in lint.alternatives(&schema) {
        match lint.kind(&value.pointer) {
            Some("object") if place == "query" => {
                if let Some((name, _)) = lint.properties(&value.pointer).into_iter().find(|(_, it)| nested(it)) {
                    refuse("schema", format!("the field `{name}` of a query object is a list or an object"), flat);
                }
            }
            Some("array" | "object") if place == "cookie" => {
                refuse("schema", "a cookie that is a list or an object".to_owned(), flat);
            }
            Some("object") if place == "header" => refuse("schema", "a header that is an object".to_owned(), flat),
            Some("array") if place != "path" => {
                let items = lint.parts(&value.pointer).into_iter().find(|it| it.object.contains_key("items"));
                if items.is_some_and(|it| nested(&join(&it.pointer, "items"))) {
                    refuse("schema", "a list of lists or objects in a parameter".to_owned(), flat);
                }
                if style == "deepObject" {
                    refuse("style", "deepObject on a list".to_owned(), "write style: form");
                }
            }
            Some("string" | "number" | "integer" | "boolean") if style == "deepObject" => {
                refuse("style", "deepObject on a single value".to_owned(), "remove style");
            }
            _ => {}
        }
    }
}

fn template(lint: &Lint<'_>, path: &str, operation: &str, parameters: &[At<'_>]) {
    const RULE: &str = "parameter-path";
    // A version of an operation stands at the path with its id behind a `#`.
    let id = lint.at(operation).and_then(|it| it.text("operationId")).unwrap_or_default();
    let path = path.strip_suffix(id).and_then(|path| path.strip_suffix('#')).unwrap_or(path);
    let Some(names) = placeholders(path) else {
        let message =
            format!("the path `{path}` is not a valid template: unmatched braces, a duplicate name, or ? or #");
        let at = operation.rsplit_once('/').map_or("", |(path, _)| path);
        return lint.refuse_key(RULE, at, message, "write each {name} once; queries are parameters");
    };
    let declared: Vec<&At<'_>> = parameters.iter().filter(|it| it.text("in") == Some("path")).collect();
    for name in &names {
        if !declared.iter().any(|it| it.text("name") == Some(name)) {
            let message = format!("`{{{name}}}` of the path is not among the parameters");
            lint.refuse_key(RULE, operation, message, format!("declare `{name}` with in: path"));
        }
    }
    for parameter in declared {
        let name = parameter.text("name").unwrap_or_default();
        if !names.contains(&name) {
            let message = format!("the path `{path}` has no `{{{name}}}`");
            lint.refuse(RULE, &parameter.pointer, message, "remove the parameter, or correct the path");
        }
        if parameter.object.get("required") != Some(&Value::Bool(true)) {
            let message = format!("the path parameter `{name}` is not required");
            lint.refuse(RULE, &parameter.pointer, message, "write `required: true`");
        }
        let schema = join(&parameter.pointer, "schema");
        if lint.alternatives(&schema).iter().any(|it| matches!(lint.kind(&it.pointer), Some("array" | "object"))) {
            let message = format!("the path parameter `{name}` is a list or an object");
            lint.refuse(RULE, &schema, message, "make it a single value");
        }
    }
}

/// Names in braces; `None` if the path is no template.
fn placeholders(path: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        let sound = !name.is_empty() && !name.contains(['{', '/']) && !names.contains(&name);
        if !sound || before.contains(['}', '?', '#']) {
            return None;
        }
        names.push(name);
        rest = tail;
    }
    (!rest.contains(['}', '?', '#'])).then_some(names)
}

fn collisions(lint: &Lint<'_>, parameters: &[At<'_>]) {
    let mut known: HashMap<String, &At<'_>> = HashMap::new();
    let mut seen = HashSet::new();
    for parameter in parameters {
        let Some(name) = parameter.text("name") else { continue };
        let field = snake(name);
        if field == "body" && seen.insert(&parameter.pointer) {
            let message = "a parameter with the name `body`, which is reserved for the request body";
            let hint = "use another name that the provider accepts, otherwise remove it and describe it in text";
            lint.refuse("parameter-collision", &join(&parameter.pointer, "name"), message, hint);
        }
        match known.get(&field) {
            Some(other) => {
                let other = (other.text("name").unwrap_or_default(), other.text("in").unwrap_or_default());
                let message = format!(
                    "the parameters `{}` ({}) and `{name}` ({}) would both have the name `{field}`",
                    other.0,
                    other.1,
                    parameter.text("in").unwrap_or_default()
                );
                lint.refuse("parameter-collision", &join(&parameter.pointer, "name"), message, "keep one of them");
            }
            None => {
                known.insert(field, parameter);
            }
        }
    }
}
