//! What of a payload survives being read and written with the crates' types, and what may not survive for a stated reason.
//!
//! Equal is: the same JSON tree, decimals digit by digit; an optional null may become absent.

use std::collections::BTreeSet;

use bursar_runtime::dispatch::{Decoded, Recode};
use bursar_runtime::http::{HeaderMap, StatusCode};
use bursar_runtime::{Bytes, Reply};

use super::document::{Documented, schemas_at};
use super::provider::{Codec, Provider, payload};
use super::tree::{Tree, escaped};

/// Why a value of a sample does not survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The sample shows text for a number or a number for text; the same digits are written the documented way.
    Coerced,
    /// The sample shows a form of its own time, which the document does not describe.
    OtherForm,
    /// The sample shows the schema of the items, `[{"type": "string"}]`, where items belong.
    SchemaForItems,
    /// The document does not know the field; in an answer it stays in the raw body.
    Unknown,
    /// The sample shows all words of an enum where one belongs, in a request, which is strict.
    WholeEnum,
    /// The sample shows a word such as `<string>` where an object, a list or another scalar belongs.
    WordForValue,
}

impl Why {
    /// Whether a request with it is read all the same, and written in another way.
    fn is_read(self) -> bool {
        matches!(self, Self::Coerced | Self::Unknown)
    }
}

/// Places in a payload by JSON pointer, below the envelope, and why they do not survive.
pub(crate) type Misfits = &'static [(&'static str, Why)];

/// A place that did not survive, and whether the same digits stand there as another scalar.
pub(crate) type Lost = (String, bool);

/// A whole answer.
pub(crate) fn reply(status: u16, body: &str) -> Reply {
    let status = StatusCode::from_u16(status).expect("a status");
    Reply::new(status, HeaderMap::new(), Bytes::from(body.to_owned()))
}

/// What became of a value. A known field may have come in another casing if `recased`.
pub(crate) fn compare(sample: &Tree, echo: &Tree, recased: bool) -> Vec<Lost> {
    let mut found = Vec::new();
    collect(sample, echo, recased, "", &mut found);
    found
}

/// Whether two names are one field's, in two casings.
fn is_same_name(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.replace('_', "").to_lowercase();
    letters(one) == letters(other)
}

fn collect(sample: &Tree, echo: &Tree, recased: bool, path: &str, found: &mut Vec<Lost>) {
    match (sample, echo) {
        (Tree::Object(_), Tree::Object(theirs)) => {
            let mut met = BTreeSet::new();
            for (key, value) in sample.entries() {
                let path = format!("{path}/{}", escaped(key));
                let other = || theirs.keys().map(String::as_str).find(|name| recased && is_same_name(name, key));
                match if theirs.contains_key(key) { Some(key) } else { other() } {
                    Some(name) => {
                        met.insert(name);
                        collect(value, &theirs[name], recased, &path, found);
                    }
                    None if *value == Tree::Null => {}
                    None => found.push((path, false)),
                }
            }
            let invented = theirs.keys().filter(|key| !met.contains(key.as_str()));
            found.extend(invented.map(|key| (format!("{path}/{}", escaped(key)), false)));
        }
        (Tree::List(ours), Tree::List(theirs)) if ours.len() == theirs.len() => {
            for (index, (value, other)) in ours.iter().zip(theirs).enumerate() {
                collect(value, other, recased, &format!("{path}/{index}"), found);
            }
        }
        _ if sample == echo => {}
        _ => found.push((path.to_owned(), is_same_digits(sample, echo))),
    }
}

fn is_same_digits(one: &Tree, other: &Tree) -> bool {
    match (one, other) {
        (Tree::Text(text), Tree::Number(digits)) | (Tree::Number(digits), Tree::Text(text)) => text == digits,
        _ => false,
    }
}

/// Whether a 2xx reports a failure in its body.
pub(crate) fn reports_failure(codec: &Codec, body: &Tree) -> bool {
    let verdicts = codec.operation.envelope.as_ref().map_or(&[][..], |envelope| envelope.failed);
    verdicts.iter().any(|verdict| {
        let word = body.at(verdict.pointer).map(|word| word.text().map_or_else(|| word.to_string(), str::to_owned));
        word.is_some_and(|word| verdict.equals.contains(&word.as_str()))
    })
}

/// What of an answer is lost, beyond what is listed. `None` if the operation does not document the status.
pub(crate) fn answer_faults(
    provider: &Provider,
    codec: &Codec,
    documented: &Documented,
    status: u16,
    body: &Tree,
    misfits: Misfits,
) -> Option<Vec<String>> {
    let answers = documented.answers();
    let answer = answers.iter().find(|answer| answer.status == status)?;
    let failed = status < 300 && reports_failure(codec, body);
    let (at, expected, echo) = match codec.decode(&reply(status, &body.to_string())) {
        Decoded::Answer(echo) if status < 300 && !failed => {
            let (at, payload) = payload(codec.operation, body);
            (at, payload, echo)
        }
        Decoded::Error(echo) if echo.variant == answer.component && status >= 300 => ("", body, echo),
        Decoded::Error(echo) if failed && echo.variant == "Failed" => ("", body, echo),
        other => return Some(vec![format!("{status} is read as {other:?}")]),
    };
    let lost = compare(expected, &Tree::parse(&echo.json), provider.samples.recased);
    // A success that failed may have the shape of a refusal.
    let refusal = answers.iter().find(|answer| failed && answer.status == 400).and_then(|answer| answer.schema);
    let schemas: Vec<&'static Tree> = answer.schema.into_iter().chain(refusal).collect();
    if schemas.is_empty() {
        return Some(vec![format!("the document has no body for {status}")]);
    }
    Some(judge(&schemas, at, &lost, misfits))
}

/// What of a request is lost, beyond what is listed. Requests are strict: one misfit that is not read, and nothing is.
pub(crate) fn request_faults(codec: &Codec, documented: &Documented, body: &Tree, misfits: Misfits) -> Vec<String> {
    let recode = codec.recode.expect("the operation has a body");
    let schema = documented.request_schema().expect("the document has a body here");
    body_faults(recode, schema, body, misfits)
}

/// As [`request_faults`], of any body with a schema.
pub(crate) fn body_faults(recode: Recode, schema: &'static Tree, body: &Tree, misfits: Misfits) -> Vec<String> {
    let lost = |body: &Tree| -> Vec<Lost> {
        match recode(body.to_string().as_bytes()) {
            Ok(json) => {
                let echo = Tree::parse(&json.json);
                let is_same = |pointer: &str| match (body.at(pointer), echo.at(pointer)) {
                    (Some(ours), Some(theirs)) => is_same_digits(ours, theirs),
                    _ => false,
                };
                body.differences_but_nulls(&echo)
                    .into_iter()
                    .map(|pointer| (pointer.clone(), is_same(&pointer)))
                    .collect()
            }
            Err(fault) => vec![(format!("unreadable at `{}`", fault.path()), false)],
        }
    };
    let (read, unread): (Vec<_>, Vec<_>) = misfits.iter().copied().partition(|(_, why)| why.is_read());
    let without = |spared: Option<&str>| {
        let mut rest = body.clone();
        for (pointer, _) in unread.iter().filter(|(pointer, _)| spared != Some(*pointer)) {
            rest.remove(pointer).unwrap_or_else(|| panic!("there is no {pointer}"));
        }
        lost(&rest)
    };
    let mut faults = judge(&[schema], "", &without(None), &read);
    faults.extend(wrong_reasons(&[schema], "", &unread));
    let unneeded = unread.iter().filter(|(pointer, _)| without(Some(pointer)).len() == read.len());
    faults.extend(unneeded.map(|(pointer, _)| format!("{pointer} is listed, and survives")));
    faults
}

/// What is lost and not listed, listed and not lost, or listed for a wrong reason.
fn judge(schemas: &[&'static Tree], at: &str, lost: &[Lost], misfits: &[(&str, Why)]) -> Vec<String> {
    let listed = |pointer: &str| misfits.iter().find(|(listed, _)| *listed == pointer).map(|(_, why)| *why);
    let unlisted = lost.iter().filter_map(|(pointer, coerced)| match listed(pointer) {
        None => Some(format!("{pointer} is {}", if *coerced { "coerced" } else { "lost" })),
        Some(why) => ((why == Why::Coerced) != *coerced).then(|| format!("{pointer} is listed as {why:?}")),
    });
    let unneeded = misfits.iter().filter(|(listed, _)| !lost.iter().any(|(pointer, _)| pointer == listed));
    unlisted
        .chain(unneeded.map(|(pointer, _)| format!("{pointer} is listed, and survives")))
        .chain(wrong_reasons(schemas, at, misfits))
        .collect()
}

/// A field has to be listed as unknown exactly if the document does not know it.
fn wrong_reasons(schemas: &[&'static Tree], at: &str, misfits: &[(&str, Why)]) -> Vec<String> {
    let wrong = misfits.iter().filter_map(|(pointer, why)| {
        let known = schemas.iter().any(|schema| !schemas_at(schema, &format!("{at}{pointer}")).is_empty());
        (known == (*why == Why::Unknown))
            .then(|| format!("{pointer} is listed as {why:?}; known to the document: {known}"))
    });
    wrong.collect()
}
