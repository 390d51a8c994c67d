//! Parameter styles that progenitor lacks (deepObject, unexploded and header lists, cookies) and headers that the client fills.

use serde_json::{Value, json};

use super::exact_values::runtime_type;
use super::plan::{Argument, FilledHeader};
use super::state::State;
use crate::document::edit::object_mut;
use crate::document::names;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, resolve};
use crate::vocabulary::{self, Fill};

/// How a cookie travels until the edit of the generated method: as a header of this prefix.
pub(crate) const COOKIE: &str = "x-bursar-cookie-";

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for (index, operation) in schemas::operations(&state.document.value).into_iter().enumerate() {
        let at = format!("{operation}/parameters");
        let list = state.document.value.pointer(&at).and_then(Value::as_array).cloned().unwrap_or_default();
        let mut kept = Vec::new();
        for (position, mut parameter) in list.into_iter().enumerate() {
            let pointer = format!("{at}/{position}");
            let word = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (name, place, style) = (word("name"), word("in"), word("style"));
            if let Some(fill) = vocabulary::get::<Fill>(&parameter) {
                state.plan.operations[index].headers.push(FilledHeader { name: name.to_ascii_lowercase(), fill });
                state.note(&pointer, format!("header {name} is filled by the client"));
                continue;
            }
            if parameter.get("x-sensitive") == Some(&Value::Bool(true)) {
                parameter["schema"]["x-sensitive"] = json!(true);
            }
            let joined = place == "header" || parameter.get("explode") == Some(&Value::Bool(false));
            let schema = resolve(&state.document.value, &parameter["schema"]);
            let is_list = schema.get("type").is_some_and(|kind| kind == "array");
            let is_object = schemas::is_object(schema) || schema.get("type").is_some_and(|kind| kind == "object");
            let is_open = schema.get("additionalProperties").is_some_and(|extra| *extra != json!(false));
            if style == "deepObject" && (is_open || !schemas::is_object(schema)) || is_object && joined {
                let message = format!("the object `{name}` cannot be sent in this style");
                let hint = "list its properties, without additionalProperties and without `explode: false`";
                return Err(state.refuse("parameter-style", &pointer, message, hint));
            }
            if style == "deepObject" {
                for (member, expanded) in expand(&state.document.value, &parameter, &name) {
                    let sent = expanded["name"].as_str().unwrap_or_default().to_owned();
                    let argument = Argument { name: name.clone(), member: Some(member) };
                    state.plan.operations[index].arguments.insert(sent, argument);
                    kept.push(expanded);
                }
                state.note(&pointer, format!("deepObject {name} expanded into its properties"));
                continue;
            }
            if is_list && joined {
                let items = parameter["schema"]["items"].clone();
                parameter["schema"]["x-rust-type"] = runtime_type("Csv", &[items]);
                state.note(&pointer, format!("list {name} sent as one comma-separated value"));
            }
            for key in ["style", "explode", "allowReserved", "allowEmptyValue", "example", "examples"] {
                if let Some(parameter) = parameter.as_object_mut() {
                    parameter.shift_remove(key);
                }
            }
            if place == "cookie" {
                parameter["in"] = json!("header");
                parameter["name"] = json!(format!("{COOKIE}{name}"));
                state.plan.operations[index].cookies.push(name.clone());
                state.note(&pointer, format!("cookie {name} sent in the Cookie header"));
            } else if place == "header" {
                let sent = name.to_ascii_lowercase();
                parameter["name"] = json!(sent);
                if sent != name {
                    state.plan.operations[index].arguments.insert(sent, Argument { name, member: None });
                }
            }
            kept.push(parameter);
        }
        let mut seen = std::collections::BTreeSet::new();
        for parameter in &kept {
            let name = names::snake(parameter["name"].as_str().unwrap_or_default());
            if !seen.insert(name.clone()) {
                let message = format!("two parameters would both have the name `{name}`");
                return Err(state.refuse("parameter-collision", &at, message, "rename one of them"));
            }
        }
        if let Some(operation) = object_mut(&mut state.document.value, &operation) {
            if kept.is_empty() {
                operation.shift_remove("parameters");
            } else {
                operation.insert("parameters".to_owned(), Value::Array(kept));
            }
        }
    }
    Ok(())
}

/// `filter` with properties `status` and `from` becomes `filter[status]` and `filter[from]`; each with its property.
fn expand(document: &Value, parameter: &Value, name: &str) -> Vec<(String, Value)> {
    let schema = resolve(document, &parameter["schema"]);
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let whole = parameter.get("required") == Some(&Value::Bool(true));
    let properties = schema.get("properties").and_then(Value::as_object);
    let expanded = properties.into_iter().flatten().map(|(key, schema)| {
        let expanded = json!({
            "name": format!("{name}[{key}]"),
            "in": "query",
            "required": whole && required.contains(&json!(key)),
            "description": schema.get("description").cloned().unwrap_or(json!("")),
            "schema": schema,
        });
        (key.clone(), expanded)
    });
    expanded.collect()
}

#[cfg(test)]
mod tests {
    use crate::rewrite::tests::{after, refusal};

    fn list(parameters: &str) -> String {
        format!("paths:\n  /a:\n    get:\n      parameters: [{parameters}]\n")
    }

    #[test]
    fn objects_that_would_be_lost_are_refused() {
        for parameter in [
            "{name: f, in: query, style: deepObject, schema: {type: object}}",
            "{name: f, in: query, style: deepObject, schema: {type: object, additionalProperties: {}, properties: {a: {}}}}",
            "{name: f, in: query, explode: false, schema: {type: object, properties: {a: {}}}}",
        ] {
            let said = "parameter-style corner.yaml:4:20: the object `f` cannot be sent in this style";
            assert_eq!(refusal("map-parameter-styles", &list(parameter)), said);
        }
    }

    #[test]
    fn expanded_names_may_collide_too() {
        let text = list(
            "{name: f_a, in: query, schema: {}}, {name: f, in: query, style: deepObject, schema: {properties: {a: {}}}}",
        );
        let said = "parameter-collision corner.yaml:4:19: two parameters would both have the name `f_a`";
        assert_eq!(refusal("map-parameter-styles", &text), said);
    }

    #[test]
    fn a_list_of_secrets_is_one_secret_of_finished_items() {
        let text = list(
            "{name: pans, in: query, explode: false, x-sensitive: true, schema: {type: array, items: {type: string, format: date, maxLength: 3}}}",
        );
        let state = after("exact-values", &text).unwrap();
        let schema = &state.document.value["paths"]["/a"]["get"]["parameters"][0]["schema"];
        assert_eq!(
            super::super::rust_type::rust_type(schema),
            "::bursar_runtime::Secret<::bursar_runtime::Csv<::bursar_runtime::Date>>"
        );
    }
}
