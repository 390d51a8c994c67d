//! An answer in several media types is several operations, each of which asks for one of them.
//!
//! OpenAPI knows a path once, so the further operations stand at the path with their id behind a `#`, until their rows are made.

use serde_json::{Map, Value};

use crate::document::Document;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, escape, join};
use crate::vocabulary::{self, Fact as _, Versions};

/// Splits every operation that has versions. What cannot be split becomes a fault of the document, which lint lists with all others.
pub(crate) fn split(document: &mut Document) {
    let mut shared = Vec::new();
    for at in document.operations() {
        let Some(Versions(versions)) = document.get(&at.pointer).and_then(vocabulary::get) else { continue };
        let whole = own_answers(document, &at.pointer, &mut shared);
        for (id, version) in versions.iter().rev() {
            let stated_at = format!("{}/{}", join(&at.pointer, Versions::KEY), escape(id));
            let path = format!("{}#{id}", at.path);
            let to = format!("/paths/{}/{}", escape(&path), at.method);
            let mut operation = whole.clone();
            if !keep(&mut operation, &version.media) {
                let place = document.place(&join(&stated_at, "media"));
                let message = format!("no success of the operation has the media type `{}`", version.media);
                document.refuse(Refusal::new("bad-extension", place, message, "use a media type of the answer"));
                continue;
            }
            operation.insert("operationId".to_owned(), Value::String(id.clone()));
            operation.shift_remove(Versions::KEY);
            for (key, value) in &version.differs {
                match value {
                    Value::Null => operation.shift_remove(key),
                    value => operation.insert(key.clone(), value.clone()),
                };
            }
            insert_after(document, &at.path, &path, &at.method, Value::Object(operation));
            document.moved(&at.pointer, &to);
            document.moved(&stated_at, &join(&to, "operationId"));
            for key in version.differs.keys() {
                document.moved(&join(&stated_at, key), &join(&to, key));
            }
        }
        if let Some(operation) = object_mut(&mut document.value, &at.pointer) {
            operation.shift_remove(Versions::KEY);
            drop_media(operation, &versions.iter().map(|(_, version)| version.media.as_str()).collect::<Vec<_>>());
        }
    }
    forget(document, &shared);
}

/// An operation with answers of its own: those it shares are written out, because its versions each keep a part of them.
fn own_answers(document: &mut Document, operation: &str, shared: &mut Vec<String>) -> Map<String, Value> {
    for response in schemas::responses(&document.value, operation) {
        let target =
            document.get(&response).and_then(|it| it.get("$ref")?.as_str()?.strip_prefix('#').map(str::to_owned));
        let Some(target) = target else { continue };
        let many =
            schemas::object_at(&document.value, &format!("{target}/content")).is_some_and(|types| types.len() > 1);
        if let (Some(answer), true) = (document.get(&target).cloned(), many) {
            crate::document::edit::set(&mut document.value, &response, answer);
            document.moved(&target, &response);
            shared.push(target);
        }
    }
    schemas::object_at(&document.value, operation).cloned().unwrap_or_default()
}

/// The media types of each success, the first of which is the operation's own.
fn contents(operation: &mut Map<String, Value>) -> impl Iterator<Item = &mut Map<String, Value>> {
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    let successes = responses.into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
    successes.filter_map(|(_, response)| response.get_mut("content")?.as_object_mut())
}

/// Leaves a version the one media type that it asks for; `false` if no answer has it besides another.
fn keep(operation: &mut Map<String, Value>, media: &str) -> bool {
    let mut found = false;
    for content in contents(operation).filter(|content| content.keys().skip(1).any(|it| it == media)) {
        content.retain(|it, _| it == media);
        found = true;
    }
    found
}

/// Takes the versions' media types away from the operation itself.
fn drop_media(operation: &mut Map<String, Value>, versions: &[&str]) {
    for content in contents(operation) {
        let own = content.keys().next().cloned();
        content.retain(|media, _| Some(media) == own.as_ref() || !versions.contains(&media.as_str()));
    }
}

fn insert_after(document: &mut Document, path: &str, new: &str, method: &str, operation: Value) {
    let shared = document.get(&format!("{}/parameters", join("/paths", path))).cloned();
    let Some(paths) = object_mut(&mut document.value, "/paths") else { return };
    let index = paths.keys().position(|it| it == path).map_or(paths.len(), |index| index + 1);
    let mut item = Map::new();
    item.extend(shared.map(|parameters| ("parameters".to_owned(), parameters)));
    item.insert(method.to_owned(), operation);
    paths.shift_insert(index, new.to_owned(), Value::Object(item));
}

/// Removes the shared answers that nobody refers to any more.
fn forget(document: &mut Document, shared: &[String]) {
    for target in shared {
        let reference = format!("#{target}");
        let used = document.operations().iter().any(|at| {
            schemas::responses(&document.value, &at.pointer)
                .iter()
                .any(|it| document.get(&join(it, "$ref")).is_some_and(|it| *it == reference.as_str()))
        });
        let Some((section, name)) = target.rsplit_once('/').filter(|_| !used) else { continue };
        if let Some(section) = object_mut(&mut document.value, section) {
            section.shift_remove(name);
        }
    }
}
