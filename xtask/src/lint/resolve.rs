//! Looking through `$ref`, `allOf` and `oneOf`; cycles end the search instead of the program.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::context::Lint;
use crate::document::pointer::join;

/// An object of the document and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct At<'d> {
    pub(crate) pointer: String,
    pub(crate) object: &'d Map<String, Value>,
}

impl<'d> At<'d> {
    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.object.get(key)?.as_str()
    }

    fn refers(&self) -> Option<&'d str> {
        self.text("$ref")
    }
}

/// Sets of JSON kinds.
pub(crate) const STRING: u8 = 1;
pub(crate) const NUMBER: u8 = 2;
pub(crate) const BOOLEAN: u8 = 4;
pub(crate) const ARRAY: u8 = 8;
pub(crate) const OBJECT: u8 = 16;
pub(crate) const ANY: u8 = 31;

impl<'d> Lint<'d> {
    /// The object at a pointer, as it is written.
    pub(super) fn at(&self, pointer: &str) -> Option<At<'d>> {
        crate::document::work::step();
        let object = self.get(pointer)?.as_object()?;
        Some(At { pointer: pointer.to_owned(), object })
    }

    /// The object at a pointer, or the one that it refers to.
    pub(super) fn follow(&self, pointer: &str) -> Option<At<'d>> {
        let mut seen = HashSet::new();
        let mut at = self.at(pointer)?;
        while let Some(target) = at.refers() {
            if !seen.insert(target) {
                return None;
            }
            at = self.at(target.strip_prefix('#')?)?;
        }
        Some(at)
    }

    /// The schema and all parts of its `allOf`, references followed.
    pub(super) fn parts(&self, pointer: &str) -> Vec<At<'d>> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut open = vec![pointer.to_owned()];
        while let Some(pointer) = open.pop() {
            let Some(part) = self.follow(&pointer) else { continue };
            if !seen.insert(part.pointer.clone()) {
                continue;
            }
            open.extend(members(&part, "allOf").into_iter().rev());
            found.push(part);
        }
        found
    }

    /// The schemas that a value may follow: the schema itself, or the branches of its `oneOf` and `anyOf`.
    pub(super) fn alternatives(&self, pointer: &str) -> Vec<At<'d>> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut open = vec![pointer.to_owned()];
        while let Some(pointer) = open.pop() {
            let Some(schema) = self.follow(&pointer) else { continue };
            if !seen.insert(schema.pointer.clone()) {
                continue;
            }
            let parts = self.parts(&schema.pointer);
            let branches: Vec<String> =
                parts.iter().flat_map(|part| [members(part, "oneOf"), members(part, "anyOf")]).flatten().collect();
            if branches.is_empty() {
                found.push(schema);
            } else {
                open.extend(branches.into_iter().rev());
            }
        }
        found
    }

    /// `type` of a schema that is no union, stated or plain from its other keywords.
    pub(super) fn kind(&self, pointer: &str) -> Option<&'d str> {
        let parts = self.parts(pointer);
        let implied = |part: &At<'d>| {
            let has = |key| part.object.contains_key(key);
            if has("properties") || has("additionalProperties") {
                Some("object")
            } else if has("items") {
                Some("array")
            } else {
                part.object.get("enum")?.as_array()?.iter().all(Value::is_string).then_some("string")
            }
        };
        parts.iter().find_map(|part| part.text("type")).or_else(|| parts.iter().find_map(implied))
    }

    /// The JSON kinds that a value of the schema may have.
    pub(super) fn kinds(&self, pointer: &str) -> u8 {
        let alternatives = self.alternatives(pointer);
        alternatives.iter().fold(0, |set, schema| {
            set | match self.kind(&schema.pointer) {
                Some("string") => STRING,
                Some("number" | "integer") => NUMBER,
                Some("boolean") => BOOLEAN,
                Some("array") => ARRAY,
                Some("object") => OBJECT,
                _ => ANY,
            }
        })
    }

    /// A keyword or fact of a schema: its own, or that of what it refers to or consists of.
    pub(super) fn said(&self, pointer: &str, key: &str) -> Option<&'d Value> {
        let own = self.at(pointer)?.object.get(key);
        own.or_else(|| self.parts(pointer).iter().find_map(|part| part.object.get(key)))
    }

    /// Names and pointers of all properties, those of the parts included.
    pub(super) fn properties(&self, pointer: &str) -> Vec<(&'d str, String)> {
        self.parts(pointer).iter().flat_map(own_properties).collect()
    }

    /// Names of all required properties, those of the parts included.
    pub(super) fn required(&self, pointer: &str) -> Vec<&'d str> {
        let parts = self.parts(pointer);
        let lists = parts.iter().filter_map(|part| part.object.get("required")?.as_array());
        lists.flatten().filter_map(Value::as_str).collect()
    }

    /// Schemas of what a JSON pointer selects in a value of the schema.
    pub(super) fn select(&self, schema: &str, pointer: &str) -> Vec<At<'d>> {
        let mut found: Vec<At<'d>> = self.follow(schema).into_iter().collect();
        for key in crate::document::pointer::keys(pointer) {
            found = found.iter().flat_map(|at| self.step(&at.pointer, &key)).collect();
            // A document cannot be made to multiply its branches without end.
            found.truncate(64);
        }
        found
    }

    fn step(&self, schema: &str, key: &str) -> Vec<At<'d>> {
        let mut found = Vec::new();
        for alternative in self.alternatives(schema) {
            let parts = self.parts(&alternative.pointer);
            let named = parts.iter().flat_map(own_properties).find(|(name, _)| *name == key);
            let below = parts.iter().find_map(|part| match part.object.get("additionalProperties") {
                Some(Value::Object(_)) => Some(join(&part.pointer, "additionalProperties")),
                _ if is_item(key) && part.object.contains_key("items") => Some(join(&part.pointer, "items")),
                _ => None,
            });
            let child = named.map(|(_, pointer)| pointer).or(below);
            found.extend(child.and_then(|pointer| self.follow(&pointer)));
            // A free-form value may hold anything.
            if parts.iter().all(is_free) {
                found.push(alternative);
            }
        }
        found
    }

    /// The schemas of the JSON bodies of an object with `content`: a request body or a response.
    pub(super) fn bodies(&self, pointer: &str) -> Vec<String> {
        let Some(holder) = self.follow(pointer) else { return Vec::new() };
        let content = holder.object.get("content").and_then(Value::as_object);
        let content_at = join(&holder.pointer, "content");
        let typed = content.into_iter().flatten().filter(|(_, media)| media.get("schema").is_some());
        typed.map(|(media, _)| join(&join(&content_at, media), "schema")).collect()
    }

    /// Schemas of an operation's request body.
    pub(super) fn request_schemas(&self, operation: &str) -> Vec<String> {
        self.bodies(&join(operation, "requestBody"))
    }

    /// Schemas of an operation's successful answers.
    pub(super) fn answer_schemas(&self, operation: &str) -> Vec<String> {
        let at = join(operation, "responses");
        let responses = self.get(&at).and_then(Value::as_object);
        let successes = responses.into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
        successes.flat_map(|(status, _)| self.bodies(&join(&at, status))).collect()
    }

    /// The parameters that apply to an operation: its own, then those of its path that it does not replace.
    pub(super) fn parameters(&self, operation: &str) -> Vec<At<'d>> {
        let path = operation.rsplit_once('/').map_or("", |(path, _)| path);
        let own = self.parameter_list(operation);
        let mut all = own.clone();
        for shared in self.parameter_list(path) {
            let replaced = own.iter().any(|it| ["name", "in"].iter().all(|key| it.text(key) == shared.text(key)));
            if !replaced {
                all.push(shared);
            }
        }
        all
    }

    fn parameter_list(&self, holder: &str) -> Vec<At<'d>> {
        let at = join(holder, "parameters");
        let count = self.get(&at).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).filter_map(|index| self.follow(&join(&at, &index.to_string()))).collect()
    }
}

/// Pointers of the schemas listed under a key.
pub(crate) fn members(schema: &At<'_>, key: &str) -> Vec<String> {
    let count = schema.object.get(key).and_then(Value::as_array).map_or(0, Vec::len);
    let at = join(&schema.pointer, key);
    (0..count).map(|index| join(&at, &index.to_string())).collect()
}

/// Names and pointers of the properties that a schema lists itself.
pub(crate) fn own_properties<'d>(schema: &At<'d>) -> Vec<(&'d str, String)> {
    let at = join(&schema.pointer, "properties");
    let properties = schema.object.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, _)| (name.as_str(), join(&at, name))).collect()
}

fn is_item(key: &str) -> bool {
    key == "*" || (!key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()))
}

/// Says nothing about what is inside.
fn is_free(schema: &At<'_>) -> bool {
    let has = |key: &str| schema.object.contains_key(key);
    !has("properties")
        && !has("items")
        && !has("enum")
        && schema.text("type").is_none_or(|kind| kind == "object")
        && schema.object.get("additionalProperties").is_none_or(|it| it == &Value::Bool(true))
}

/// Words of a name: `totalAmount` and `total_amounts` are both `total amount`.
pub(crate) fn words(name: &str) -> Vec<String> {
    use heck::ToSnakeCase;
    let snake = name.to_snake_case();
    let words = snake.split('_').filter(|word| !word.is_empty());
    words.map(|word| word.strip_suffix('s').filter(|it| it.len() > 1).unwrap_or(word).to_owned()).collect()
}
