//! Rules on `allOf`: its parts are open objects that agree, and no schema consists of itself.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::Kind;
use super::resolve::{At, members, own_properties};
use crate::document::pointer::join;
use crate::document::schemas::is_words;

pub(super) fn check(lint: &Lint<'_>) {
    for node in lint.written(Kind::Schema).filter(|node| node.object.contains_key("allOf")) {
        let at = At { pointer: node.pointer.clone(), object: node.object };
        agreement(lint, &at);
    }
    cycles(lint);
}

const RULE: &str = "all-of-conflict";

fn agreement(lint: &Lint<'_>, schema: &At<'_>) {
    let mut parts = members(schema, "allOf");
    // What is only said of the value decides nothing.
    parts.retain(|part| !lint.get(part).is_some_and(is_words));
    let own = ["properties", "additionalProperties", "items", "enum", "format"];
    let adds = own.iter().any(|key| schema.object.contains_key(*key));
    // One part with words beside it, its own type among them, is the usual way to describe a reference.
    if parts.len() > 1 || adds {
        for part in &parts {
            objecthood(lint, part);
        }
    }
    if let Some(kind) = schema.text("type") {
        let other = parts.iter().find(|part| lint.kind(part).is_some_and(|its| its != kind));
        if other.is_some() || (kind != "object" && parts.len() > 1) {
            let message = format!("`type: {kind}` beside allOf, whose parts are of another type");
            lint.refuse(RULE, &join(&schema.pointer, "type"), message, "remove it: the parts determine the type");
        }
    }
    let mut known: HashMap<&str, String> = HashMap::new();
    let places = parts.iter().map(|part| (part.as_str(), lint.properties(part)));
    let beside = (schema.pointer.as_str(), own_properties(schema));
    for (part, properties) in places.chain(std::iter::once(beside)) {
        for (name, pointer) in properties {
            match known.get(name) {
                Some(first) if !same(lint, first, &pointer) => {
                    let message = format!("the property `{name}` has different types in the parts of allOf");
                    let at =
                        if pointer.starts_with(&format!("{}/", schema.pointer)) { pointer } else { part.to_owned() };
                    lint.refuse_key(RULE, &at, message, "declare it with one type in one part");
                }
                Some(_) => {}
                None => {
                    known.insert(name, pointer);
                }
            }
        }
    }
}

/// A part that is merged with others is an open object.
fn objecthood(lint: &Lint<'_>, part: &str) {
    if lint.follow(part).is_none() {
        return;
    }
    let hint = "make every part an object with properties, or move the part to a separate property";
    let alternatives = lint.alternatives(part);
    let states_nothing = |at: &At<'_>| lint.kind(&at.pointer).is_none();
    if lint.parts(part).iter().any(|it| it.object.contains_key("oneOf") || it.object.contains_key("anyOf")) {
        lint.refuse(RULE, part, "a part of allOf that is a union", hint);
    } else if alternatives.iter().any(|at| lint.kind(&at.pointer) != Some("object") && !states_nothing(at)) {
        lint.refuse(RULE, part, "a part of allOf that is not an object", hint);
    }
    for closed in lint.parts(part) {
        if closed.object.get("additionalProperties") == Some(&Value::Bool(false)) {
            let own = closed.pointer == part || closed.pointer.starts_with(&format!("{part}/"));
            let at = if own { join(&closed.pointer, "additionalProperties") } else { part.to_owned() };
            let message = "a part of allOf that forbids the properties of the others (additionalProperties: false)";
            lint.refuse_key(RULE, &at, message, "remove additionalProperties");
        }
    }
}

/// Whether two properties are of one type, whatever is said of them in words.
fn same(lint: &Lint<'_>, one: &str, other: &str) -> bool {
    let essence = |pointer: &str| lint.follow(pointer).map(|at| essence(at.object));
    one == other || essence(one) == essence(other)
}

/// A schema without what is only said in words, limits included: they decide no type.
fn essence(schema: &Map<String, Value>) -> Map<String, Value> {
    let decides = |key: &str| {
        matches!(key, "$ref" | "type" | "format" | "enum" | "nullable" | "items" | "properties" | "required")
            || matches!(key, "additionalProperties" | "allOf" | "oneOf" | "anyOf" | "discriminator")
            || matches!(key, "x-unit" | "x-sensitive" | "x-patch")
    };
    schema.iter().filter(|(key, _)| decides(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// How a component consists of another one.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Alias,
    Branch,
    Part,
}

/// The other component's pointer, where it is written, and how it is meant.
struct Edge {
    to: String,
    at: String,
    by: By,
}

/// Components that consist of each other: by `allOf` all the way, by `oneOf` one way and `allOf` back, or by `oneOf` alone.
fn cycles(lint: &Lint<'_>) {
    let components = lint.get("/components/schemas").and_then(Value::as_object);
    let roots = components.into_iter().flatten().map(|(name, _)| join("/components/schemas", name));
    let graph: HashMap<String, Vec<Edge>> = roots.map(|root| (root.clone(), edges(lint, root))).collect();
    let mut found = BTreeSet::new();
    for (from, edges) in &graph {
        for edge in edges {
            let circular = match edge.by {
                By::Part => leads_back(&graph, &edge.to, from, By::Part),
                // With a part in the circle, the part is refused.
                By::Branch => leads_back(&graph, &edge.to, from, By::Branch),
                By::Alias => false,
            };
            if circular {
                found.insert((&edge.at, &edge.to));
            }
        }
    }
    for (at, to) in found {
        let message = format!("`#{to}` is a part or branch of this schema, and this schema is one of it");
        let hint = "write the union without properties, and its branches without allOf of the union";
        lint.refuse("all-of-cycle", at, message, hint);
    }
}

fn edges(lint: &Lint<'_>, root: String) -> Vec<Edge> {
    let mut found = Vec::new();
    let mut open = vec![(root, By::Alias)];
    while let Some((pointer, by)) = open.pop() {
        let Some(schema) = lint.at(&pointer) else { continue };
        if let Some(target) = schema.text("$ref").and_then(|it| it.strip_prefix('#')) {
            found.push(Edge { to: target.to_owned(), at: pointer, by });
            continue;
        }
        for (key, next) in [("allOf", By::Part), ("oneOf", By::Branch), ("anyOf", By::Branch)] {
            let next = if by == By::Part { By::Part } else { next };
            open.extend(members(&schema, key).into_iter().map(|it| (it, next)));
        }
    }
    found
}

/// Whether `to` is reached from `from`; parts count only if they are allowed.
fn leads_back(graph: &HashMap<String, Vec<Edge>>, from: &str, to: &str, allowed: By) -> bool {
    let mut seen = HashSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            let edges = graph.get(at).into_iter().flatten();
            open.extend(edges.filter(|edge| allowed == By::Part || edge.by != By::Part).map(|edge| edge.to.as_str()));
        }
    }
    false
}
