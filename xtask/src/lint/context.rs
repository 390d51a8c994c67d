//! A document under examination: every node by its pointer, and the faults found so far.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Map, Value};

use super::kinds::{Kind, Node};
use crate::document::pointer::join;
use crate::document::refusal::Refusal;
use crate::document::{Document, OperationAt};

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
pub(super) struct Lint<'d> {
    pub(super) document: &'d Document,
    pub(super) index: HashMap<String, &'d Value>,
    pub(super) nodes: Vec<Node<'d>>,
    pub(super) found: RefCell<Vec<Refusal>>,
}

impl<'d> Lint<'d> {
    /// A document before it is walked.
    pub(super) fn new(document: &'d Document) -> Self {
        let mut index = HashMap::new();
        list(&document.value, String::new(), &mut index);
        Self { document, index, nodes: Vec::new(), found: RefCell::default() }
    }

    /// Refuses the value at a pointer.
    pub(super) fn refuse(
        &self,
        rule: &'static str,
        pointer: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let place = self.document.place(pointer);
        self.found.borrow_mut().push(Refusal::new(rule, place, message, hint));
    }

    /// Refuses a node, pointing at its key.
    pub(super) fn refuse_key(
        &self,
        rule: &'static str,
        pointer: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let place = self.document.key_place(pointer);
        self.found.borrow_mut().push(Refusal::new(rule, place, message, hint));
    }

    /// All objects of a kind, in document order.
    pub(super) fn nodes(&self, kind: Kind) -> impl Iterator<Item = &Node<'d>> {
        self.nodes.iter().filter(move |node| node.kind == kind)
    }

    /// All objects of a kind that are written out rather than referred to.
    pub(super) fn written(&self, kind: Kind) -> impl Iterator<Item = &Node<'d>> {
        self.nodes(kind).filter(|node| !node.object.contains_key("$ref"))
    }

    /// All operations with their content.
    pub(super) fn operations(&self) -> impl Iterator<Item = (OperationAt, &'d Map<String, Value>)> {
        self.document.operations().into_iter().filter_map(|at| {
            let operation = self.get(&at.pointer)?.as_object()?;
            Some((at, operation))
        })
    }

    pub(super) fn get(&self, pointer: &str) -> Option<&'d Value> {
        self.index.get(pointer).copied()
    }
}
