//! An OpenAPI document in memory: a JSON value that remembers the file, line and column of every node.

pub(crate) mod edit;
pub(crate) mod names;
pub(crate) mod origins;
pub(crate) mod pointer;
pub(crate) mod refusal;
pub(crate) mod schemas;
pub(crate) mod statuses;
pub(crate) mod synthetic;
pub(crate) mod work;

use serde_json::Value;

use origins::{Origins, Source};
pub(crate) use refusal::{Place, Refusal};

/// The methods of a path item, in the order in which OpenAPI lists them.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A document under way from the file to the generator.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The document as JSON; rules rewrite it in place.
    pub(crate) value: Value,
    origins: Origins,
    faults: Vec<Refusal>,
}

/// Where an operation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationAt {
    /// Path template: `/accounts/{id}`.
    pub(crate) path: String,
    /// Method in lower case.
    pub(crate) method: String,
    /// Pointer to the operation.
    pub(crate) pointer: String,
}

impl Document {
    /// A document that was read, with the places of its nodes and the faults that left it readable.
    pub(crate) fn new(value: Value, source: Source, faults: Vec<Refusal>) -> Self {
        Self { value, origins: Origins::new(source), faults }
    }

    /// The file as shown to users.
    pub(crate) fn file(&self) -> &str {
        self.origins.file()
    }

    /// Faults found so far that still left a readable document: of the YAML itself, and of bundling.
    pub(crate) fn faults(&self) -> &[Refusal] {
        &self.faults
    }

    /// Adds a fault that was found before lint, which lists it with all others.
    pub(crate) fn refuse(&mut self, fault: Refusal) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Position of a node, or of its nearest written ancestor; a moved or bundled node says where it was written.
    pub(crate) fn place(&self, pointer: &str) -> Place {
        self.origins.place(pointer)
    }

    /// Position of a node's key (of the item itself in a list).
    pub(crate) fn key_place(&self, pointer: &str) -> Place {
        self.origins.key_place(pointer)
    }

    /// Says that a rule moved or copied a node: `to` and all below it originates at `from`.
    pub(crate) fn moved(&mut self, from: &str, to: &str) {
        self.origins.moved(from, to);
    }

    /// Says that the node at `to` was copied from `from` of another document, whose faults are ours from now on.
    pub(crate) fn adopted(&mut self, other: &Document, from: &str, to: &str) {
        self.origins.adopt(&other.origins, from, to);
        other.faults.iter().for_each(|fault| self.refuse(fault.clone()));
    }

    /// The node at a JSON pointer.
    pub(crate) fn get(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    /// All operations, in document order.
    pub(crate) fn operations(&self) -> Vec<OperationAt> {
        let Some(paths) = self.value.get("paths").and_then(Value::as_object) else {
            return Vec::new();
        };
        let items = paths.iter().filter_map(|(path, item)| Some((path, item.as_object()?)));
        items
            .flat_map(|(path, item)| {
                let methods = item.iter().filter(|(key, it)| METHODS.contains(&key.as_str()) && it.is_object());
                methods.map(move |(method, _)| OperationAt {
                    path: path.clone(),
                    method: method.clone(),
                    pointer: pointer::of(["paths", path, method]),
                })
            })
            .collect()
    }
}
