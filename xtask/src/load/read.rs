//! Reads a document, YAML or JSON, with the place of every node.

use std::path::Path;

use super::{json, yaml};
use crate::document::{Document, Place, Refusal};

/// Reads a file; `shown` is its name in messages.
///
/// # Errors
/// The file cannot be read, or it is no YAML mapping. Lesser faults of the YAML (doubled keys, anchors, bare words)
/// stay with the document, so that lint lists them together with all others.
pub(crate) fn load(path: &Path, shown: &str) -> Result<Document, Vec<Refusal>> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, shown),
        Err(error) => {
            let place = Place { file: shown.into(), line: 0, column: 0 };
            let hint = "write the document as UTF-8 text at this path";
            let message = format!("the file cannot be read: {error}");
            Err(vec![Refusal::new("yaml-syntax", place, message, hint)])
        }
    }
}

/// Reads the text of a document, YAML or JSON; `shown` is the file's name in messages.
///
/// # Errors
/// As [`load`].
pub(crate) fn parse(text: &str, shown: &str) -> Result<Document, Vec<Refusal>> {
    let read = if json::is_json(text, shown) { json::read(text, shown)? } else { yaml::read(text, shown)? };
    Ok(Document::new(read.value, read.source, read.faults))
}
