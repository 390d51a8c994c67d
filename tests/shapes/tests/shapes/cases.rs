//! The cases of the payload files, as the README defines them.

use std::fs;
use std::path::PathBuf;

use bursar_runtime::Operation;
use bursar_shapes::{SHAPES, Shape};

use crate::tree::Tree;
use crate::{answers, requests, wire};

const MEMBERS: [&str; 14] = [
    "operation",
    "direction",
    "status",
    "content_type",
    "headers",
    "body",
    "arguments",
    "credentials",
    "options",
    "base_path",
    "hidden",
    "progress",
    "exact",
    "note",
];

/// One case of a document.
pub(crate) struct Case {
    pub(crate) shape: &'static Shape,
    tree: Tree,
}

impl Case {
    pub(crate) fn operation(&self) -> &str {
        self.word("operation").unwrap_or_default()
    }

    /// The operation in the generated table.
    pub(crate) fn described(&self) -> Result<&'static Operation, String> {
        let found = self.shape.operations.iter().find(|operation| operation.id == self.operation());
        found.copied().ok_or_else(|| "the document has no such operation".to_owned())
    }

    pub(crate) fn direction(&self) -> &str {
        self.word("direction").unwrap_or_default()
    }

    pub(crate) fn expect(&self) -> &Tree {
        self.get("expect").unwrap_or(&Tree::Null)
    }

    pub(crate) fn get(&self, member: &str) -> Option<&Tree> {
        self.tree.get(member)
    }

    pub(crate) fn word(&self, member: &str) -> Option<&str> {
        self.get(member)?.text()
    }

    /// The names and texts of an object of texts.
    pub(crate) fn pairs(&self, member: &str) -> impl Iterator<Item = (&str, &str)> {
        let members = self.get(member).map(Tree::members).unwrap_or_default();
        members.iter().map(|(name, value)| (name.as_str(), value.text().unwrap_or_default()))
    }

    /// What must not show.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = &str> {
        self.get("hidden").map(Tree::items).unwrap_or_default().iter().filter_map(Tree::text)
    }

    /// Whether a null member differs from an absent one.
    pub(crate) fn exact(&self) -> bool {
        self.get("exact") == Some(&Tree::Bool(true)) || self.direction() != "answer"
    }

    async fn check(&self) -> Result<(), String> {
        let known = |name: &&String| MEMBERS.contains(&name.as_str()) || *name == "expect";
        if let Some(name) = self.tree.members().iter().map(|(name, _)| name).find(|name| !known(name)) {
            return Err(format!("a case has no member `{name}`"));
        }
        self.described()?;
        match self.direction() {
            "answer" => answers::check(self).await,
            "request" => requests::check(self),
            "wire" => wire::check(self).await,
            other => Err(format!("there is no direction `{other}`")),
        }
    }
}

/// The folder of this package.
pub(crate) fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All cases of a document.
pub(crate) fn of(shape: &'static Shape) -> Vec<Case> {
    let path = home().join("payloads").join(format!("{}.json", shape.name));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let tree = Tree::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    tree.items().iter().map(|tree| Case { shape, tree: tree.clone() }).collect()
}

/// Runs the cases of a document and shows every failure.
pub(crate) async fn run(name: &str) {
    let shape = SHAPES.iter().find(|shape| shape.name == name).expect("a module of that name");
    let cases = of(shape);
    let mut faults = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        if let Err(fault) = case.check().await {
            faults.push(format!(
                "case {}, {} {}: {}\n  expected {}\n  {fault}",
                index + 1,
                case.direction(),
                case.operation(),
                case.word("note").unwrap_or("-"),
                case.expect(),
            ));
        }
    }
    let count = cases.len();
    assert!(
        faults.is_empty(),
        "payloads/{name}.json: {} of {count} cases failed\n\n{}\n",
        faults.len(),
        faults.join("\n\n")
    );
}
