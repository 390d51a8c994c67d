//! Rule on type names: components, and the types that operations and inline schemas turn into, differ.

use std::collections::HashMap;

use serde_json::Value;

use super::context::Lint;
use super::resolve::{At, members, own_properties};
use crate::document::names::pascal;
use crate::document::pointer::{join, keys};
use crate::document::schemas::is_words;
use crate::document::statuses::status_name;

const RULE: &str = "name-collision";
/// Inline schemas nest no deeper than documents do, unless they contain themselves through allOf.
const DEPTH: usize = 24;
/// More inline schemas than any document has; one that multiplies them through allOf is not followed to the end.
const STEPS: usize = 50_000;

pub(super) fn check(lint: &Lint<'_>) {
    sections(lint);
    let mut types = Types { lint, known: HashMap::new(), steps: 0 };
    types.components();
    types.operations();
    types.inline();
}

/// Components of one section become types or variants side by side.
fn sections(lint: &Lint<'_>) {
    for section in ["parameters", "requestBodies", "responses"] {
        let at = join("/components", section);
        let mut known: HashMap<String, &str> = HashMap::new();
        for (name, _) in lint.get(&at).and_then(Value::as_object).into_iter().flatten() {
            let called = pascal(name);
            if section == "responses" && called == "Other" {
                let message = format!(
                    "the response `{name}` would have the name `Other`, like the variant for statuses that are not listed"
                );
                lint.refuse_key(RULE, &join(&at, name), message, "rename it");
            }
            if let Some(other) = known.insert(called.to_lowercase(), name) {
                let message = format!("`{other}` and `{name}` in {section} would both have the name `{called}`");
                lint.refuse_key(RULE, &join(&at, name), message, "rename one of them");
            }
        }
    }
}

/// The type names given so far: lower-case name to what has it.
struct Types<'l, 'd> {
    lint: &'l Lint<'d>,
    known: HashMap<String, Owner>,
    steps: usize,
}

#[derive(Clone)]
struct Owner {
    pointer: String,
    what: String,
}

impl<'d> Types<'_, 'd> {
    fn components(&mut self) {
        let schemas = self.lint.get("/components/schemas").and_then(Value::as_object);
        for (name, _) in schemas.into_iter().flatten() {
            let pointer = join("/components/schemas", name);
            self.give(&pascal(name), pointer, format!("the schema `{name}`"));
        }
    }

    /// The names that each operation gives to its body, answer and errors.
    fn operations(&mut self) {
        let lint = self.lint;
        for (at, operation) in lint.operations() {
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else { continue };
            let responses = operation.get("responses").and_then(Value::as_object);
            let successes = responses.into_iter().flatten().filter(|(status, _)| status.starts_with('2')).count();
            // Several successes fold into an enum of that name.
            let answer = if successes == 1 { lint.answer_schemas(&at.pointer) } else { Vec::new() };
            let roles = [
                ("", "request body", lint.request_schemas(&at.pointer)),
                ("Answer", "answer", answer),
                ("Error", "errors", Vec::new()),
            ];
            for (suffix, role, own) in roles {
                let name = format!("{}{suffix}", pascal(id));
                let what = format!("the {role} of operation `{id}`");
                let Some(owner) = self.known.get(&name.to_lowercase()).cloned() else {
                    self.known.insert(name.to_lowercase(), Owner { pointer: at.pointer.clone(), what });
                    continue;
                };
                let is_own = own.iter().any(|schema| self.mentions(schema, &owner.pointer));
                if owner.pointer.starts_with("/components/") && !is_own {
                    let message = format!("{} has the name `{name}`, which is reserved for {what}", owner.what);
                    lint.refuse_key(RULE, &owner.pointer, message, "rename the schema");
                }
            }
        }
    }

    /// Whether a body is the component, or a list of it.
    fn mentions(&self, schema: &str, component: &str) -> bool {
        let items = join(schema, "items");
        [schema, &items].iter().any(|it| {
            let parts = self.lint.at(it).map(|at| members(&at, "allOf")).unwrap_or_default();
            let places = std::iter::once((*it).to_owned()).chain(parts);
            places.into_iter().any(|place| {
                let target = self.lint.at(&place).and_then(|at| at.text("$ref"));
                target.and_then(|it| it.strip_prefix('#')) == Some(component)
            })
        })
    }

    /// The names of inline schemas, made of where they stand.
    fn inline(&mut self) {
        let lint = self.lint;
        for section in ["schemas", "parameters", "requestBodies", "responses"] {
            let at = join("/components", section);
            for (name, _) in lint.get(&at).and_then(Value::as_object).into_iter().flatten() {
                let component = join(&at, name);
                if section == "schemas" {
                    self.children(&component, &pascal(name), DEPTH);
                    continue;
                }
                // A shared body that is a list of inline objects is named after each operation instead.
                let own = lint.bodies(&component).into_iter().chain([join(&component, "schema")]);
                for schema in own {
                    if self.needs_name(&schema) {
                        self.walk(&schema, &pascal(name), DEPTH);
                    }
                }
            }
        }
        for (at, operation) in lint.operations() {
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else { continue };
            let base = pascal(id);
            for parameter in lint.parameters(&at.pointer) {
                let name = format!("{base}{}", pascal(parameter.text("name").unwrap_or_default()));
                self.of_operation(&join(&parameter.pointer, "schema"), &name);
            }
            for schema in lint.request_schemas(&at.pointer) {
                self.of_operation(&schema, &base);
            }
            let responses = operation.get("responses").and_then(Value::as_object);
            let single = responses.into_iter().flatten().filter(|(status, _)| status.starts_with('2')).count() == 1;
            for (status, _) in responses.into_iter().flatten() {
                let response = join(&join(&at.pointer, "responses"), status);
                let suffix = match lint.at(&response).and_then(|it| it.text("$ref")) {
                    _ if single && status.starts_with('2') => "Answer".to_owned(),
                    Some(target) => keys(target).last().map(|it| pascal(&it)).unwrap_or_default(),
                    None => status_name(status),
                };
                for schema in lint.bodies(&response) {
                    self.of_operation(&schema, &format!("{base}{suffix}"));
                }
            }
        }
    }

    /// An inline schema of an operation; what stands in a shared component has its name from there.
    fn of_operation(&mut self, schema: &str, name: &str) {
        if !(schema.starts_with("/components/") && self.needs_name(schema)) {
            self.walk(schema, name, DEPTH);
        }
    }

    fn walk(&mut self, schema: &str, name: &str, depth: usize) {
        self.steps += 1;
        if self.steps > STEPS || depth == 0 || self.is_reference(schema) {
            return;
        }
        if self.needs_name(schema) {
            self.give(name, schema.to_owned(), "an inline schema".to_owned());
        }
        self.children(schema, name, depth - 1);
    }

    fn children(&mut self, schema: &str, name: &str, depth: usize) {
        if self.is_reference(schema) {
            return;
        }
        for part in self.lint.parts(schema) {
            for (property, pointer) in own_properties(&part) {
                self.walk(&pointer, &format!("{name}{}", pascal(property)), depth);
            }
            for (key, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
                self.walk(&join(&part.pointer, key), &format!("{name}{suffix}"), depth);
            }
            for (index, branch) in members(&part, "oneOf").iter().enumerate() {
                self.walk(branch, &format!("{name}Option{}", index + 1), depth);
            }
        }
    }

    /// `$ref`, bare or in an `allOf` of its own.
    fn is_reference(&self, schema: &str) -> bool {
        let Some(at) = self.lint.at(schema) else { return true };
        let mut parts = members(&at, "allOf");
        parts.retain(|part| !self.lint.get(part).is_some_and(is_words));
        let wraps = parts.len() == 1
            && !at.object.contains_key("properties")
            && self.lint.at(&parts[0]).is_some_and(|part| part.object.contains_key("$ref"));
        wraps || at.object.contains_key("$ref")
    }

    fn needs_name(&self, schema: &str) -> bool {
        let has_members = |it: &At<'d>| !own_properties(it).is_empty() || it.object.contains_key("oneOf");
        let lists_texts =
            |it: &At<'d>| it.object.contains_key("enum") && it.text("type").is_none_or(|kind| kind == "string");
        !self.is_reference(schema) && self.lint.parts(schema).iter().any(|it| has_members(it) || lists_texts(it))
    }

    fn give(&mut self, name: &str, pointer: String, what: String) {
        let key = name.to_lowercase();
        match self.known.get(&key) {
            Some(owner)
                if owner.pointer == pointer
                    || pointer.starts_with(&format!("{}/", owner.pointer)) && owner.pointer.starts_with("/paths/") => {}
            Some(owner) => {
                let message = format!("{what} would have the name `{name}`, like {}", owner.what);
                let hint = "rename one of them, or move the inline schema to components with another name";
                self.lint.refuse_key(RULE, &pointer, message, hint);
            }
            None => {
                self.known.insert(key, Owner { pointer, what });
            }
        }
    }
}
