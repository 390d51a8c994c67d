//! Explanations of answers and errors on stderr, with sensitive fields masked.

use std::error::Error as _;

use bursar_runtime::dispatch::{Echo, Failed};
use bursar_runtime::{Effect, Kind, Outcome, Response};

use crate::exit::{Ending, Failure};
use crate::find::shown;
use crate::output::complain;
use crate::provider::Row;
use crate::states;
use crate::tree::Tree;

/// An answer's JSON with the sensitive fields masked, inside the envelope and outside.
pub(crate) fn masked(row: &Row, json: &str, reveal: bool) -> Tree {
    // The text was encoded from a typed value, so it is JSON.
    let mut tree = Tree::parse(json.as_bytes()).unwrap_or_else(|_| Tree::null());
    if !reveal {
        for pointer in row.operation.sensitive_answer {
            tree.mask(pointer);
            let payload = row.operation.envelope.as_ref().map_or("", |envelope| envelope.payload);
            if let Some(inside) = pointer.strip_prefix(payload).filter(|rest| rest.is_empty() || rest.starts_with('/'))
            {
                tree.mask(inside);
            }
        }
    }
    tree
}

/// Prints the state of the money and differences from the document to stderr.
pub(crate) fn notes(row: &Row, answer: &Response<Echo>) -> Ending {
    let ending = states::report(row.operation, answer);
    if row.answers_a_file() {
        return ending;
    }
    let notes = [
        (answer.drift.unknown(), "undocumented"),
        (answer.drift.coerced(), "of another type than documented"),
        (answer.drift.lossy(), "could not be decoded"),
    ];
    for (pointers, what) in notes.into_iter().filter(|(pointers, _)| !pointers.is_empty()) {
        let pointers: Vec<&str> =
            pointers.iter().map(|pointer| if pointer.is_empty() { "(root)" } else { pointer }).collect();
        complain(&format!("note: {what}: {}", pointers.join(" ")));
    }
    ending
}

/// Prints to stderr why a call failed and whether it may have taken effect.
pub(crate) fn failed(row: &Row, failed: &Failed, reveal: bool) -> Result<Ending, Failure> {
    let (error, body) = match failed {
        Failed::Argument(fault) => return Err(Failure::usage(format!("{}: {fault}", row.operation.id))),
        Failed::Call { error, body } => (error, body),
        other => return Err(Failure::not_sent(other)),
    };
    let (ending, outcome) = match error.outcome() {
        // Invalid arguments are a usage error.
        Outcome::NotSent if matches!(error.kind(), Kind::Invalid { .. }) => (Ending::Usage, "not sent"),
        Outcome::NotSent => (Ending::NotSent, "not sent"),
        Outcome::Refused if row.operation.effect == Effect::Read => {
            (Ending::Refused, "nothing was changed: the call only reads")
        }
        Outcome::Refused => (Ending::Refused, "refused: the call had no effect"),
        _ => (Ending::Unknown, "unknown: the call may have taken effect, look it up before repeating it"),
    };
    complain(&format!("error: {error}"));
    complain(&format!("  kind     {}", error.kind().name()));
    complain(&format!("  outcome  {outcome}"));
    if let Kind::Invalid { fields } = error.kind() {
        fields.iter().for_each(|field| complain(&format!("  field    {}", shown(field))));
    }
    let is_secret = row.operation.sensitive_answer.iter().any(|pointer| pointer.ends_with("/message"));
    if let Some(words) = error.message().filter(|_| reveal || !is_secret) {
        complain(&format!("  message  {}", words.chars().take(500).collect::<String>().escape_debug()));
    }
    let mut cause = error.source();
    while let Some(fault) = cause {
        complain(&format!("  cause    {fault}"));
        cause = fault.source();
    }
    if let Some(body) = body {
        let answer = masked(row, &body.json, reveal);
        let shown = if answer.is_null() { String::new() } else { format!(" {}", answer.compact()) };
        complain(&format!("  answer   {}{shown}", body.variant));
    }
    Ok(ending)
}
