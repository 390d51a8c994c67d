//! Refuses every document that we would not carry truly, with rule, place and fix; all faults at once, never a panic.

mod all_of;
mod bodies;
mod closed;
mod effects;
mod examples;
mod lookups;
mod money;
mod names;
mod parameters;
mod pointers;
mod properties;
mod references;
mod resolve;
mod root;
mod rules;
mod schemas;
mod security;
mod settled;
mod shape;
mod types;
mod unions;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::document::pointer::join;
use crate::document::{Document, OperationAt};
use crate::refusal::Refusal;
pub(crate) use rules::RULES;
use shape::{Kind, Node};

/// All faults of a document, in the order of their places; none means that it may be generated from.
pub(crate) fn lint(document: &Document) -> Vec<Refusal> {
    let mut index = HashMap::new();
    list(&document.value, String::new(), &mut index);
    let mut lint = Lint { document, index, nodes: Vec::new(), found: RefCell::default() };
    lint.nodes = shape::walk(&lint);
    for theme in [
        root::check,
        references::check,
        names::check,
        types::check,
        schemas::check,
        properties::check,
        unions::check,
        all_of::check,
        closed::check,
        money::check,
        effects::check,
        pointers::check,
        settled::check,
        lookups::check,
        parameters::check,
        bodies::check,
        security::check,
        examples::check,
    ] {
        theme(&lint);
    }
    let mut found = lint.found.into_inner();
    // What could not be read or imported says nothing more about itself.
    found.retain(|fault| document.faults().iter().all(|earlier| earlier.place != fault.place));
    found.extend_from_slice(document.faults());
    found.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    found.dedup();
    found
}

/// Lists every node by its pointer: the rules look up far more often than a document has nodes.
fn list<'d>(value: &'d Value, pointer: String, index: &mut HashMap<String, &'d Value>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, it)| list(it, join(&pointer, key), index)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, it)| list(it, format!("{pointer}/{at}"), index)),
        _ => {}
    }
    index.insert(pointer, value);
}

/// A document under examination.
struct Lint<'d> {
    document: &'d Document,
    index: HashMap<String, &'d Value>,
    nodes: Vec<Node<'d>>,
    found: RefCell<Vec<Refusal>>,
}

impl<'d> Lint<'d> {
    /// Refuses the value at a pointer.
    fn refuse(&self, rule: &'static str, pointer: &str, message: impl Into<String>, hint: impl Into<String>) {
        let place = self.document.place(pointer);
        self.found.borrow_mut().push(Refusal::new(rule, place, message, hint));
    }

    /// Refuses a node, pointing at its key.
    fn refuse_key(&self, rule: &'static str, pointer: &str, message: impl Into<String>, hint: impl Into<String>) {
        let place = self.document.key_place(pointer);
        self.found.borrow_mut().push(Refusal::new(rule, place, message, hint));
    }

    /// All objects of a kind, in document order.
    fn nodes(&self, kind: Kind) -> impl Iterator<Item = &Node<'d>> {
        self.nodes.iter().filter(move |node| node.kind == kind)
    }

    /// All objects of a kind that are written out rather than referred to.
    fn written(&self, kind: Kind) -> impl Iterator<Item = &Node<'d>> {
        self.nodes(kind).filter(|node| !node.object.contains_key("$ref"))
    }

    /// All operations with their content.
    fn operations(&self) -> impl Iterator<Item = (OperationAt, &'d Map<String, Value>)> {
        self.document.operations().into_iter().filter_map(|at| {
            let operation = self.get(&at.pointer)?.as_object()?;
            Some((at, operation))
        })
    }

    fn get(&self, pointer: &str) -> Option<&'d Value> {
        self.index.get(pointer).copied()
    }
}
