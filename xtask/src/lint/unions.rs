//! Rules on unions: a value must tell by itself which branch it follows.

use serde_json::{Map, Value};

use super::context::Lint;
use super::kinds::Kind;
use super::resolve::{ANY, At, OBJECT, members};
use crate::document::pointer::join;

pub(super) fn check(lint: &Lint<'_>) {
    for node in lint.written(Kind::Schema) {
        if node.object.contains_key("anyOf") {
            let hint = "write oneOf with a discriminator, or an enum: unknown values are decoded too";
            lint.refuse_key("any-of", &join(&node.pointer, "anyOf"), "anyOf is not supported", hint);
        }
        let at = At { pointer: node.pointer.clone(), object: node.object };
        let branches = members(&at, "oneOf");
        match node.object.get("discriminator").and_then(Value::as_object) {
            Some(discriminator) => tagged(lint, &node.pointer, discriminator, &branches),
            None => untagged(lint, &branches),
        }
    }
}

/// Without a discriminator every two branches must differ.
fn untagged(lint: &Lint<'_>, branches: &[String]) {
    for (index, branch) in branches.iter().enumerate() {
        let twin = branches[..index].iter().position(|earlier| !differ(lint, earlier, branch));
        if let Some(twin) = twin {
            let message = format!("branch {} of oneOf cannot be distinguished from branch {}", index + 1, twin + 1);
            let hint = "give one of them a required property that the other does not have, or write a discriminator with a mapping";
            lint.refuse("union-ambiguous", branch, message, hint);
        }
    }
}

fn differ(lint: &Lint<'_>, one: &str, other: &str) -> bool {
    let shared = lint.kinds(one) & lint.kinds(other);
    if shared == 0 {
        return true;
    }
    // Objects may share their kind; anything else that two branches share stays undecided.
    shared == OBJECT && !free(lint, one) && !free(lint, other) && objects_differ(lint, one, other)
}

fn free(lint: &Lint<'_>, branch: &str) -> bool {
    lint.kinds(branch) == ANY
}

/// Every two objects differ in a property that one requires and the other does not have.
fn objects_differ(lint: &Lint<'_>, one: &str, other: &str) -> bool {
    let objects = |branch| {
        let all = lint.alternatives(branch).into_iter();
        all.filter(|at| lint.kind(&at.pointer) == Some("object")).map(|at| at.pointer).collect::<Vec<_>>()
    };
    let lacks = |object: &str, name: &str| !lint.properties(object).iter().any(|(it, _)| *it == name);
    let tells = |one: &str, other: &str| lint.required(one).iter().any(|name| lacks(other, name));
    let (ones, others) = (objects(one), objects(other));
    ones.iter().all(|one| others.iter().all(|other| tells(one, other) || tells(other, one)))
}

fn tagged(lint: &Lint<'_>, schema: &str, discriminator: &Map<String, Value>, branches: &[String]) {
    const RULE: &str = "discriminator-mapping";
    let at = join(schema, "discriminator");
    let refuse_key = |at: &str, message: String, hint: &str| lint.refuse_key(RULE, at, message, hint);
    if branches.is_empty() {
        let message = "a discriminator without oneOf".to_owned();
        return refuse_key(
            &at,
            message,
            "list the branches under oneOf, each an object component that does not refer back",
        );
    }
    for key in discriminator.keys().filter(|key| !matches!(key.as_str(), "propertyName" | "mapping")) {
        refuse_key(&join(&at, key), format!("`{key}` is not a key of a discriminator"), "use propertyName and mapping");
    }
    let property = discriminator.get("propertyName").and_then(Value::as_str);
    let mapping = discriminator.get("mapping").and_then(Value::as_object).filter(|it| !it.is_empty());
    let (Some(property), Some(mapping)) = (property, mapping) else {
        let message = "a discriminator without propertyName or without mapping".to_owned();
        return refuse_key(&at, message, "write both; the mapping lists every branch by $ref");
    };
    let mapping_at = join(&at, "mapping");
    let targets: Vec<&str> = branches.iter().map(|it| target(lint, it).unwrap_or_default()).collect();
    for (tag, mapped) in mapping {
        let at = join(&mapping_at, tag);
        if !mapped.as_str().is_some_and(|it| targets.contains(&it)) {
            let message = format!("the mapping of `{tag}` has the target {mapped}, which is not a branch of the oneOf");
            lint.refuse(RULE, &at, message, "write the branch's $ref: '#/components/schemas/<name>'");
        }
    }
    for (branch, target) in branches.iter().zip(&targets) {
        if target.is_empty() {
            let message = "a branch that is not a $ref".to_owned();
            lint.refuse(RULE, branch, message, "move it to components/schemas and refer to it");
            continue;
        }
        let tags: Vec<&str> =
            mapping.iter().filter(|(_, it)| it.as_str() == Some(target)).map(|(tag, _)| tag.as_str()).collect();
        if tags.is_empty() {
            let message = format!("the mapping does not list the branch `{target}`");
            lint.refuse(RULE, branch, message, "add it to the mapping");
        } else if lint.follow(branch).is_some() {
            tagged_branch(lint, branch, target, property, &tags);
        }
    }
}

/// A branch is an object whose tag, if it says what that is, may have the mapped values.
fn tagged_branch(lint: &Lint<'_>, branch: &str, target: &str, property: &str, tags: &[&str]) {
    const RULE: &str = "discriminator-mapping";
    let alternatives = lint.alternatives(branch).len();
    // One that consists of itself is refused as such.
    if alternatives == 0 {
        return;
    }
    if lint.kind(branch) != Some("object") || alternatives > 1 {
        let message = format!("the branch `{target}` is not an object");
        return lint.refuse(RULE, branch, message, "give it `type: object` and properties");
    }
    let Some((_, tag)) = lint.properties(branch).into_iter().find(|(name, _)| *name == property) else { return };
    if lint.kind(&tag) != Some("string") {
        let message = format!("the discriminator `{property}` of `{target}` is not a text");
        return lint.refuse(RULE, &tag, message, "give it `type: string`");
    }
    let values = lint.said(&tag, "enum").and_then(Value::as_array);
    if let Some(missing) = tags.iter().find(|it| values.is_some_and(|list| !list.iter().any(|value| value == **it))) {
        let message =
            format!("the mapping has the tag `{missing}`, which the enum of `{property}` in `{target}` does not list");
        lint.refuse(RULE, &tag, message, "list it, or correct the mapping");
    }
}

fn target<'d>(lint: &Lint<'d>, branch: &str) -> Option<&'d str> {
    lint.at(branch)?.text("$ref")
}
