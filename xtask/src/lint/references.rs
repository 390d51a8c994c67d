//! Rules on `$ref`: it names an existing component of the right section of this document.

use super::context::Lint;
use super::kinds::Node;
use crate::document::pointer::{join, keys};

pub(super) fn check(lint: &Lint<'_>) {
    for node in &lint.nodes {
        if let (Some(section), Some(target)) = (node.kind.section(), node.object.get("$ref")) {
            match target.as_str() {
                Some(target) => reference(lint, node, section, target),
                None => {
                    let message = "the $ref is no text";
                    lint.refuse("ref-deep", &join(&node.pointer, "$ref"), message, hint(section));
                }
            }
        }
    }
}

fn hint(section: &str) -> String {
    format!("write '#/components/{section}/<name>'")
}

fn reference(lint: &Lint<'_>, node: &Node<'_>, section: &str, target: &str) {
    let at = join(&node.pointer, "$ref");
    let Some(pointer) = target.strip_prefix('#') else {
        let message = format!("the $ref `{target}` points outside the document");
        let hint = "refer to a component of this document, or of a file in the same folder";
        return lint.refuse("ref-external", &at, message, hint);
    };
    let keys: Vec<String> = keys(pointer).collect();
    match keys.as_slice() {
        [components, named, name] if components == "components" && named == section => {
            if lint.get(pointer).is_none() {
                let message = format!("`{target}` does not exist");
                lint.refuse(
                    "ref-missing",
                    &at,
                    message,
                    format!("add `{name}` to components/{section}, or correct the name"),
                );
            } else if lint.follow(&node.pointer).is_none() && !broken_further_on(lint, target) {
                let message = format!("`{target}` refers back to itself");
                lint.refuse("ref-missing", &at, message, "replace the reference in one of the components by a schema");
            }
        }
        _ => {
            let message = format!("the $ref `{target}` does not point to a component of {section}");
            lint.refuse("ref-deep", &at, message, hint(section));
        }
    }
}

/// Whether the chain of references ends at another faulty `$ref`, which is refused by itself.
fn broken_further_on(lint: &Lint<'_>, target: &str) -> bool {
    let mut target = target;
    // As many steps as there are references: a chain that is longer runs in a circle.
    for _ in 0..lint.nodes.len() {
        let next = target.strip_prefix('#').and_then(|pointer| lint.at(pointer));
        match next.and_then(|at| at.text("$ref")) {
            Some(further) => target = further,
            None => return true,
        }
    }
    false
}
