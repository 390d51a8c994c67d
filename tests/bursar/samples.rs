//! Do all documented samples, and all examples of the document, decode and re-encode with nothing lost?
//!
//! Equal is: the same JSON tree, decimals digit by digit; in answers an optional null may become absent. What cannot survive stands in
//! a table below, with its reason, and an entry that is not needed any more fails the test as well.

use std::collections::{BTreeMap, BTreeSet};

use bursar_runtime::dispatch::{Decoded, Entry};
use bursar_runtime::http::{HeaderMap, StatusCode};
use bursar_runtime::{Bytes, Reply};

use crate::support::client::{ENTRIES, entry};
use crate::support::document::{Documented, operation, schemas_at};
use crate::support::tree::Tree;
use crate::support::workspace;

type Client = bursar::kasisto::Client;

/// Why a value of a sample does not survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The sample shows the schema of the items, `[{"type": "string"}]`, where items belong.
    SchemaForItems,
    /// The sample shows a word such as `string` where an object, a list or another scalar belongs.
    WordForValue,
    /// The sample shows all words of an enum where one belongs, in a request, which is strict.
    WholeEnum,
    /// The sample shows an integer where the document has text; it is read as its digits.
    OtherScalar,
    /// The sample shows a form of its own time, which the document does not describe.
    OtherForm,
    /// The document does not know the field; in an answer it stays in the raw body.
    Unknown,
}

use Why::{OtherForm, OtherScalar, SchemaForItems, Unknown, WholeEnum, WordForValue};

/// Places in a sample by JSON pointer, and why they do not survive.
type Misfits = &'static [(&'static str, Why)];

/// What does not survive, by sample.
const MISFITS: &[(&str, Misfits)] = &[
    ("bank_locations__request__1", &[("/coordinates", WordForValue)]),
    ("bank_locations__request__2", &[("/location", WordForValue)]),
    (
        "bank_locations__response-200__3",
        &[
            ("/0/atm_deposit_cutoff/0/$ref", Unknown),
            ("/0/bank_deposit_cutoff/0/$ref", Unknown),
            ("/0/holiday_hours/0/$ref", Unknown),
            ("/0/lobby_hours/0/$ref", Unknown),
            ("/0/atm_languages", SchemaForItems),
            ("/0/atm_services", SchemaForItems),
            ("/0/bank_services", SchemaForItems),
            ("/0/teller_languages", SchemaForItems),
            ("/0/atm_hours", WordForValue),
            ("/0/location", WordForValue),
        ],
    ),
    (
        "bank_locations__response-200__4",
        &[
            ("/0/atm_deposit_cutoff/0/$ref", Unknown),
            ("/0/bank_deposit_cutoff/0/$ref", Unknown),
            ("/0/holiday_hours/0/$ref", Unknown),
            ("/0/lobby_hours/0/$ref", Unknown),
            ("/0/atm_languages", SchemaForItems),
            ("/0/atm_services", SchemaForItems),
            ("/0/bank_services", SchemaForItems),
            ("/0/teller_languages", SchemaForItems),
            ("/0/atm_hours", WordForValue),
            ("/0/location", WordForValue),
        ],
    ),
    ("categories__response-200__1", &[("/0/alias", SchemaForItems)]),
    ("categories__response-200__2", &[("/0/alias", SchemaForItems)]),
    ("merchants__response-200__1", &[("/0/alias", SchemaForItems)]),
    ("merchants__response-200__2", &[("/0/alias", SchemaForItems)]),
    ("payees__response-200__1", &[("/0/alias", SchemaForItems)]),
    ("payees__response-200__2", &[("/0/alias", SchemaForItems)]),
    (
        "interaction__request__1",
        &[
            ("/application", WordForValue),
            ("/device", WordForValue),
            ("/interaction_type", WordForValue),
            ("/platform", WordForValue),
            ("/user", WordForValue),
            ("/segment_names", SchemaForItems),
        ],
    ),
    ("interaction__request__2", &[("/interaction_type", WordForValue), ("/response", OtherForm)]),
    (
        "interaction__request__4",
        &[
            ("/interaction_type", WordForValue),
            ("/response/quick_replies/0/type", WordForValue),
            ("/response/alternative_questions", OtherForm),
        ],
    ),
    (
        "interaction__request__5",
        &[
            ("/interaction_type", WholeEnum),
            ("/response/quick_replies/0/type", WholeEnum),
            ("/response/alternative_questions", OtherForm),
        ],
    ),
    ("interaction__request__6", &[("/interaction_type", WholeEnum), ("/response/quick_replies/0/type", WholeEnum)]),
    (
        "interaction__request__8",
        &[("/interaction_type", WordForValue), ("/response/quick_replies/0/type", WordForValue)],
    ),
    ("offers__response-200__7", &[("/0/offer_type", OtherScalar)]),
    ("requests__request__2", &[("/registered", WordForValue), ("/segment_names", SchemaForItems)]),
    ("revoke_token__response-200__1", &[("/response", WordForValue)]),
    ("transactions__request__1", &[("/account_ids", SchemaForItems), ("/limit", WordForValue)]),
    ("transactions__request__2", &[("/account_ids", SchemaForItems)]),
    (
        "transactions__request__3",
        &[
            ("/account_ids", SchemaForItems),
            ("/categories", SchemaForItems),
            ("/merchants", SchemaForItems),
            ("/payees", SchemaForItems),
        ],
    ),
    ("transactions__response-200__3", &[("/0/categories", SchemaForItems)]),
    ("transactions__response-200__5", &[("/0/location", WordForValue)]),
];

/// Names of samples that are no operation's alias: bodies that several operations share.
const SHARED: &[(&str, &[&str])] = &[("guided_error", &["start_conversation", "send_user_input"])];

#[test]
fn samples_survive() {
    let mut left: BTreeMap<&str, Misfits> = MISFITS.iter().copied().collect();
    assert_eq!(left.len(), MISFITS.len(), "a sample is listed twice");
    let mut faults = Vec::new();
    let mut count = 0;
    for (file, sample) in samples() {
        let (name, rest) = file.split_once("__").expect("a sample is named after its operation");
        let (kind, _) = rest.split_once("__").expect("a sample is named after its kind");
        let stem = file.trim_end_matches(".json");
        let misfits = left.remove(stem).unwrap_or_default();
        for entry in operations_of(name) {
            let documented = operation(entry.operation.id);
            let found = match kind {
                "request" => request_faults(entry, &documented, &sample, misfits),
                _ => statuses(&documented, kind)
                    .into_iter()
                    .flat_map(|status| answer_faults(entry, &documented, status, &sample, misfits))
                    .collect(),
            };
            faults.extend(found.into_iter().map(|fault| format!("{file} as {}: {fault}", entry.operation.id)));
        }
        count += 1;
    }
    faults.extend(left.keys().map(|file| format!("there is no sample {file}")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(count, 89);
}

#[test]
fn every_operation_of_the_seed_has_samples() {
    let named: BTreeSet<&str> = samples()
        .iter()
        .filter_map(|(file, _)| file.split_once("__"))
        .filter(|(name, _)| *name != "error")
        .flat_map(|(name, _)| operations_of(name))
        .map(|entry| entry.operation.id)
        .collect();
    let missing = ENTRIES.iter().map(|entry| entry.operation.id).filter(|id| !named.contains(id));
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn examples_of_the_document_survive() {
    let mut faults = Vec::new();
    let mut count = 0;
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        if let Some(example) = documented.request_example() {
            faults.extend(request_faults(entry, &documented, example, &[]));
            count += 1;
        }
        for answer in documented.answers() {
            if let Some(example) = answer.example {
                faults.extend(answer_faults(entry, &documented, answer.status, example, &[]));
                count += 1;
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 100, "only {count} examples");
}

#[test]
fn an_error_without_a_body_keeps_its_status() {
    for entry in ENTRIES {
        for answer in operation(entry.operation.id).answers().iter().filter(|answer| answer.status >= 400) {
            for body in ["", "<html>"] {
                let Decoded::Error(echo) = (entry.decode)(entry.operation, &reply(answer.status, body)) else {
                    panic!("{} {}: no error", entry.operation.id, answer.status);
                };
                assert_eq!((echo.variant.as_str(), echo.json.as_str()), (answer.component, "null"));
            }
        }
        let Decoded::Error(echo) = (entry.decode)(entry.operation, &reply(418, "{}")) else {
            panic!("418 is an error")
        };
        assert_eq!(echo.variant, "Other");
    }
}

#[test]
fn no_sample_is_about_a_real_person() {
    for (file, sample) in samples() {
        for text in sample.texts() {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            // Dates have a digit first and a dash after the year.
            let is_date = text.as_bytes().get(4) == Some(&b'-');
            assert!(!text.contains('@') && (digits == 0 || is_date), "{file}: {text}");
        }
    }
}

/// All samples by file name.
fn samples() -> Vec<(String, Tree)> {
    let folder = "tests/samples/kasisto";
    let files = workspace::files().into_iter().filter(|path| path.starts_with(folder));
    let sample = |path: std::path::PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a readable name").to_owned();
        (name, Tree::parse(&workspace::read(&path)))
    };
    files.map(sample).collect()
}

/// The operations that a sample's name stands for.
fn operations_of(name: &str) -> Vec<&'static Entry<Client>> {
    if name == "error" {
        return ENTRIES.iter().collect();
    }
    if let Some((_, ids)) = SHARED.iter().find(|(shared, _)| *shared == name) {
        return ids.iter().map(|id| entry(id)).collect();
    }
    let is_named = |entry: &&Entry<Client>| entry.operation.id == name || entry.operation.aliases.contains(&name);
    let found: Vec<_> = ENTRIES.iter().filter(is_named).collect();
    assert_eq!(found.len(), 1, "the sample name {name} stands for {} operations", found.len());
    found
}

/// The statuses of a sample's kind: `response-200`, `response-4xx-5xx`.
fn statuses(documented: &Documented, kind: &str) -> Vec<u16> {
    match kind.strip_prefix("response-") {
        Some("4xx-5xx") => {
            documented.answers().iter().map(|answer| answer.status).filter(|status| *status >= 400).collect()
        }
        Some(status) => vec![status.parse().unwrap_or_else(|_| panic!("no status: {status}"))],
        None => panic!("teach the test the kind {kind}"),
    }
}

fn reply(status: u16, body: &str) -> Reply {
    let status = StatusCode::from_u16(status).expect("a status");
    Reply::new(status, HeaderMap::new(), Bytes::from(body.to_owned()))
}

/// What of an answer is lost, beyond what is listed.
fn answer_faults(
    entry: &Entry<Client>,
    documented: &Documented,
    status: u16,
    body: &Tree,
    misfits: Misfits,
) -> Vec<String> {
    let documented = documented.answers().into_iter().find(|answer| answer.status == status);
    let documented = documented.unwrap_or_else(|| panic!("{} documents no {status}", entry.operation.id));
    let schema = documented.schema.expect("the document has a body here");
    let echo = match (entry.decode)(entry.operation, &reply(status, &body.to_string())) {
        Decoded::Answer(echo) if status < 300 => echo,
        Decoded::Error(echo) if echo.variant == documented.component => echo,
        other => return vec![format!("{status} is read as {other:?}")],
    };
    let lost = body.differences_but_nulls(&Tree::parse(&echo.json));
    compare(schema, &lost, misfits)
}

/// What of a request is lost, beyond what is listed. Requests are strict: one misfit and nothing is read.
fn request_faults(entry: &Entry<Client>, documented: &Documented, body: &Tree, misfits: Misfits) -> Vec<String> {
    let recode = entry.recode.expect("the operation has a body");
    let schema = documented.request_schema().expect("the document has a body here");
    let lost = |body: &Tree| match recode(body.to_string().as_bytes()) {
        Ok(echo) => body.differences(&Tree::parse(&echo.json)),
        Err(fault) => vec![format!("unreadable at `{}`", fault.path())],
    };
    let without = |spared: Option<&str>| {
        let mut rest = body.clone();
        for (pointer, _) in misfits.iter().filter(|(pointer, _)| spared != Some(*pointer)) {
            rest.remove(pointer).unwrap_or_else(|| panic!("there is no {pointer}"));
        }
        lost(&rest)
    };
    let mut faults = compare(schema, &without(None), &[]);
    faults.extend(wrong_reasons(schema, misfits));
    let unneeded = misfits.iter().filter(|(pointer, _)| without(Some(pointer)).is_empty());
    faults.extend(unneeded.map(|(pointer, _)| format!("{pointer} is listed, and survives")));
    faults
}

/// What is lost and not listed, or listed and not lost.
fn compare(schema: &'static Tree, lost: &[String], misfits: Misfits) -> Vec<String> {
    let unlisted = lost.iter().filter(|lost| !misfits.iter().any(|(pointer, _)| pointer == lost));
    let unneeded = misfits.iter().filter(|(pointer, _)| !lost.iter().any(|lost| lost == pointer));
    unlisted
        .map(|pointer| format!("{pointer} is lost"))
        .chain(unneeded.map(|(pointer, _)| format!("{pointer} is listed, and survives")))
        .chain(wrong_reasons(schema, misfits))
        .collect()
}

/// A field has to be listed as unknown exactly if the document does not know it.
fn wrong_reasons(schema: &'static Tree, misfits: Misfits) -> impl Iterator<Item = String> {
    misfits.iter().filter_map(move |(pointer, why)| {
        let known = !schemas_at(schema, pointer).is_empty();
        (known == (*why == Unknown)).then(|| format!("{pointer} is listed as {why:?}; known to the document: {known}"))
    })
}
