//! Values that must not be printed, and the search for them.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt::Debug;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use bursar_runtime::Options;
use bursar_runtime::dispatch::{Arguments, Failed};

use super::document::{fill, format, is_enum, least, schemas_at, sensitive};
use super::provider::Api;
use super::trace::{Recording, panicked};
use super::tree::{Tree, escaped};

/// Every marked text holds this, every marked number the digits.
pub(crate) const MARK: &str = "LEAK7Q";
pub(crate) const DIGITS: &str = "1717171717";
/// Every marked date is this one.
const DATE: &str = "1717-01-17";

/// Asserts that a text shows nothing that was marked, plainly or in Base64, as HTTP Basic has it.
pub(crate) fn hides(what: &str, text: &str) {
    let plain = [MARK, DIGITS, DATE].into_iter().map(str::to_owned);
    let mut marks = plain.chain((0..3).map(in_base64));
    assert!(marks.all(|mark| !text.contains(&mark)), "{what} shows a secret: {text}");
}

/// What a mark looks like in Base64, so many bytes behind a group of three.
fn in_base64(offset: usize) -> String {
    let bytes = [&[0; 3][..offset], MARK.as_bytes()].concat();
    // Letters that neighbours share in are left out.
    let (first, last) = ((offset * 8).div_ceil(6), bytes.len() * 8 / 6);
    BASE64_STANDARD_NO_PAD.encode(bytes)[first..last].to_owned()
}

/// `Debug` in both forms.
pub(crate) fn debugged(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// Everything that an error prints, with its sources.
pub(crate) fn printed(error: &(impl StdError + 'static)) -> String {
    let mut text = format!("{error}\n{}", debugged(error));
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!("\n{error}\n{error:?}\n{error:#?}"));
        source = error.source();
    }
    text
}

/// A marked text that a schema takes; `None` if it takes none that could be marked.
fn marked_text(schema: &'static Tree, pointer: &str) -> Option<String> {
    match format(schema) {
        Some("date") => Some(DATE.to_owned()),
        Some("date-time") => Some(format!("{DATE}T17:17:17.000Z")),
        Some("decimal") => Some(format!("{DIGITS}.17")),
        Some("partial-date" | "uuid") => None,
        _ => (!is_enum(schema)).then(|| format!("{MARK}{pointer}")),
    }
}

/// A marked value for a place that the document calls sensitive.
fn mark(schema: &'static Tree, pointer: &str) -> Tree {
    let text = || Tree::Text(marked_text(schema, pointer).expect("a sensitive value of which there are many"));
    match least(schema) {
        Tree::Text(_) => text(),
        Tree::Number(_) => Tree::Number(DIGITS.to_owned()),
        // What is sensitive as a whole may be an object.
        Tree::Object(_) => Tree::Object(BTreeMap::from([("text".to_owned(), text())])),
        other => panic!("a sensitive value like {other}: teach the tests"),
    }
}

/// A value whose sensitive fields are marked, those that the example leaves out included.
pub(crate) fn marked(example: &Tree, schema: &'static Tree) -> Tree {
    let mut value = example.clone();
    for pointer in sensitive(schema) {
        fill(&mut value, schema, &pointer, &|schema| mark(schema, &pointer));
    }
    value
}

/// A value of which every scalar is marked that the schema leaves free.
fn all_marked(value: &Tree, schema: &'static Tree, pointer: &str) -> Tree {
    let below = |key: &str, value: &Tree| all_marked(value, schema, &format!("{pointer}/{}", escaped(key)));
    let free = |schemas: &[&'static Tree]| match schemas {
        [] => Some(format!("{MARK}{pointer}")),
        _ => schemas
            .iter()
            .map(|schema| marked_text(schema, pointer))
            .collect::<Option<Vec<_>>>()
            .map(|mut all| all.remove(0)),
    };
    match value {
        Tree::Text(text) => Tree::Text(free(&schemas_at(schema, pointer)).unwrap_or_else(|| text.clone())),
        Tree::Number(digits) if digits.contains('.') => Tree::Number(format!("{DIGITS}.17")),
        Tree::Number(_) => Tree::Number(DIGITS.to_owned()),
        Tree::List(items) => {
            Tree::List(items.iter().enumerate().map(|(at, item)| below(&at.to_string(), item)).collect())
        }
        Tree::Object(members) => {
            Tree::Object(members.iter().map(|(key, value)| (key.clone(), below(key, value))).collect())
        }
        Tree::Null | Tree::Bool(_) => value.clone(),
    }
}

/// The document's example, with every value marked that may be another.
pub(crate) fn marked_through(example: &Tree, schema: &'static Tree) -> Tree {
    all_marked(&marked(example, schema), schema, "")
}

/// Searches what a call has shown: its tracing output, its result in every form, the sources of its error, and a panic over it.
fn searched<T: Debug, E: StdError + 'static>(what: &str, traced: &str, result: &Result<T, E>) {
    hides(what, traced);
    hides(what, &debugged(result));
    let unwrapped = panicked(|| match result {
        Ok(_) => drop(result.as_ref().expect_err("an error")),
        Err(_) => drop(result.as_ref().expect("a value")),
    });
    hides(what, &unwrapped);
    if let Err(error) = result {
        hides(what, &printed(error));
    }
}

/// Waits for a call, and searches whatever prints.
pub(crate) async fn watched<T: Debug, E: StdError + 'static>(
    what: &str,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let recording = Recording::start();
    let result = call.await;
    let traced = recording.stop();
    searched(what, &traced, &result);
    result
}

/// Calls an operation and searches whatever prints, the tracing output at TRACE and the log records included.
pub(crate) async fn search(what: &str, api: &Api, id: &str, arguments: &Arguments) {
    hides(what, &debugged(arguments));
    // Marks are no IBAN and no telephone number, and yet they have to reach the wire.
    let api = &api.with(Options::new().check_requests(false));
    let recording = Recording::start();
    let result = api.call(id, arguments).await;
    let traced = recording.stop();
    assert!(traced.contains(id), "{what}: the span was not recorded: {traced}");
    searched(what, &traced, &result);
    hides(what, &debugged(api));
    match result {
        Ok(answer) => {
            let value = answer.map(|echo| serde_json::from_str::<serde_json::Value>(&echo.json).expect("JSON"));
            hides(what, &debugged(&value.drift()));
        }
        Err(Failed::Call { error, body }) => {
            hides(what, &printed(&error));
            hides(what, &debugged(&body));
            hides(what, &debugged(&error.reply()));
            hides(what, &printed(&Failed::Call { error, body: None }));
        }
        Err(other) => panic!("{what}: {other}"),
    }
}

#[test]
fn a_mark_is_found_in_base64() {
    for before in ["", "a", "ab", "abc", "users:"] {
        let pair = BASE64_STANDARD_NO_PAD.encode(format!("{before}{MARK}-key"));
        assert!(std::panic::catch_unwind(|| hides("a pair", &pair)).is_err(), "{pair}");
    }
}
