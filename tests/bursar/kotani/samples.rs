//! Do all samples of the provider, captures included, and all examples of the document, decode and re-encode with nothing lost?
//!
//! Equal is: the same JSON tree inside the envelope, decimals digit by digit; in answers an optional null may become absent, and a known
//! field may come in another casing. What cannot survive stands in a table below, with its reason, and an entry that is not needed any
//! more fails the test as well.
//!
//! Samples are named `<page>[-variant]__<request or response-status>.json`. Not here, because the crate has no types for them: the 28
//! webhooks, and the callback that asks the integrator for a Lightning invoice.

use std::collections::{BTreeMap, BTreeSet};

use bursar::kotani::Client;
use bursar_runtime::dispatch::{Decoded, Entry};
use bursar_runtime::http::{HeaderMap, StatusCode};
use bursar_runtime::{Bytes, Reply};

use super::{ENTRIES, entry, operation};
use crate::support::document::{Documented, schemas_at};
use crate::support::tree::{Tree, escaped};
use crate::support::workspace;

/// Why a value of a sample does not survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The sample shows text for a number or a number for text; the same digits are written the documented way.
    Coerced,
    /// The sample shows a word such as `<string>` where a number belongs.
    WordForValue,
    /// The document does not know the field; in an answer it stays in the raw body.
    Unknown,
}

use Why::{Coerced, Unknown, WordForValue};

/// Places in a sample by JSON pointer, below the envelope, and why they do not survive.
type Misfits = &'static [(&'static str, Why)];

/// What does not survive, by sample.
const MISFITS: &[(&str, Misfits)] = &[
    ("cross-border__get-invoice__response-200", &[("/amount", WordForValue)]),
    ("cross-border__pay-invoice-status__response-200", &[("/invoice/amount", Coerced)]),
    ("cross-border__pay-invoice__response-200", &[("/invoice/amount", Coerced)]),
    ("deposits__deposit-on-chain-status-page__response-200", &[("/onchain/crypto_amount", Coerced)]),
    ("deposits__deposit-on-chain-status-v202603__response-200", &[("/onchain/crypto_amount", WordForValue)]),
    ("deposits__deposit-on-chain-status__response-200", &[("/onchain/crypto_amount", WordForValue)]),
    ("deposits__flow-card-declined__response-unstated", &[("/error", Unknown)]),
    ("deposits__flow-invalid-customer__response-unstated", &[("/error", Unknown)]),
    (
        "offramp__create__request",
        &[
            ("/refundAmount", Unknown),
            ("/refundInitiated", Unknown),
            ("/refundStatus", Unknown),
            ("/refundTransactionHash", Unknown),
        ],
    ),
    ("offramp__flow-refund-pending__response-unstated", &[("/message", Unknown), ("/refund", Unknown)]),
    ("onramp__flow-crypto-failed__response-unstated", &[("/message", Unknown), ("/refund", Unknown)]),
    (
        "rates__fiat-to-fiat-v202608__response-200",
        &[
            ("/depositAmount", Coerced),
            ("/depositFee", Coerced),
            ("/depositTransactionAmount", Coerced),
            ("/withdrawalAmount", Coerced),
            ("/withdrawalFee", Coerced),
            ("/withdrawalTransactionAmount", Coerced),
        ],
    ),
    ("rates__fiat-to-fiat__request", &[("/amount", Coerced)]),
    (
        "rates__fiat-to-fiat__response-200",
        &[
            ("/depositAmount", Coerced),
            ("/depositFee", Coerced),
            ("/depositTransactionAmount", Coerced),
            ("/withdrawalAmount", Coerced),
            ("/withdrawalFee", Coerced),
            ("/withdrawalTransactionAmount", Coerced),
        ],
    ),
    (
        "rates__offramp-rate-v202608__response-200",
        &[
            ("/cryptoAmount", Coerced),
            ("/fee", Coerced),
            ("/fiatAmount", Coerced),
            ("/transactionAmount", Coerced),
            ("/walletDebitAmount", Coerced),
        ],
    ),
    ("rates__offramp-rate__request", &[("/cryptoAmount", Coerced)]),
    (
        "rates__offramp-rate__response-200",
        &[("/cryptoAmount", Coerced), ("/fee", Coerced), ("/fiatAmount", Coerced), ("/transactionAmount", Coerced)],
    ),
    (
        "rates__onramp-rate-v202608__response-200",
        &[
            ("/cryptoAmount", Coerced),
            ("/fee", Coerced),
            ("/fiatAmount", Coerced),
            ("/transactionAmount", Coerced),
            ("/walletDebitAmount", Coerced),
        ],
    ),
    ("rates__onramp-rate__request", &[("/fiatAmount", Coerced)]),
    (
        "rates__onramp-rate__response-200",
        &[("/cryptoAmount", Coerced), ("/fee", Coerced), ("/fiatAmount", Coerced), ("/transactionAmount", Coerced)],
    ),
    ("withdrawals__flow-expired__response-unstated", &[("/error", Unknown), ("/note", Unknown)]),
    ("withdrawals__flow-invalid-recipient__response-unstated", &[("/error", Unknown)]),
];

/// Which operations a sample is an answer of that is named after no page: by the beginning of its name.
const SHARED: &[(&str, Of)] = &[
    ("errors", Of::All),
    // It stands for any payload.
    ("essentials__success", Of::One("send_magic_link")),
    ("essentials", Of::All),
    ("payment-links__flow", Of::All),
    ("deposits__flow-card", Of::One("get_card_deposit_status")),
    ("deposits__flow-invalid", Of::One("get_deposit_status")),
    ("deposits__flow", Of::Pages("deposits__")),
    ("offramp__flow-refund", Of::One("get_offramp_status")),
    ("offramp__flow", Of::Pages("offramp__")),
    ("onramp__flow-crypto", Of::One("get_crypto_send_status")),
    ("onramp__flow", Of::Pages("onramp__")),
    ("withdrawals__flow-expired", Of::One("get_withdrawal_status")),
    ("withdrawals__flow-invalid", Of::One("get_withdrawal_status")),
    ("withdrawals__flow", Of::Pages("withdrawals__")),
];

#[derive(Clone, Copy)]
enum Of {
    All,
    One(&'static str),
    Pages(&'static str),
}

/// All samples by file name without its ending.
fn samples() -> Vec<(String, Tree)> {
    let files = workspace::files().into_iter().filter(|path| path.starts_with("tests/samples/kotani"));
    let sample = |path: std::path::PathBuf| {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a readable name").to_owned();
        (name, Tree::parse(&workspace::read(&path)))
    };
    files.map(sample).collect()
}

/// The operations that a sample's name stands for.
fn operations_of(name: &str) -> Vec<&'static Entry<Client>> {
    let starts_with =
        |alias: &str| name.strip_prefix(alias).is_some_and(|variant| variant.is_empty() || variant.starts_with('-'));
    let longest = |entry: &'static Entry<Client>| {
        let aliases = entry.operation.aliases.iter().filter(|alias| alias.contains("__") && starts_with(alias));
        aliases.map(|alias| (alias.len(), entry)).max_by_key(|(length, _)| *length)
    };
    if let Some((_, entry)) = ENTRIES.iter().filter_map(longest).max_by_key(|(length, _)| *length) {
        return vec![entry];
    }
    let shared = SHARED.iter().find(|(start, _)| name.starts_with(start));
    let has_page =
        |entry: &&Entry<Client>, page: &str| entry.operation.aliases.iter().any(|alias| alias.starts_with(page));
    match shared.unwrap_or_else(|| panic!("the sample name {name} stands for no operation")).1 {
        Of::All => ENTRIES.iter().collect(),
        Of::One(id) => vec![entry(id)],
        Of::Pages(page) => ENTRIES.iter().filter(|entry| has_page(entry, page)).collect(),
    }
}

fn reply(status: u16, body: &Tree) -> Reply {
    let status = StatusCode::from_u16(status).expect("a status");
    Reply::new(status, HeaderMap::new(), Bytes::from(body.to_string()))
}

/// The part of a sample that the caller sees: what stands below `data`, unless that is the items of a page.
fn payload(body: &Tree) -> &Tree {
    body.get("data").filter(|_| body.get("meta").is_none()).unwrap_or(body)
}

/// Whether two names are one field's, in two casings.
fn is_same_name(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.replace('_', "").to_lowercase();
    letters(one) == letters(other)
}

/// What became of a value: pointers to what is not the same, and whether the same value is written another way.
fn compare(sample: &Tree, echo: &Tree, path: &str, found: &mut Vec<(String, bool)>) {
    match (sample, echo) {
        (Tree::Object(_), Tree::Object(theirs)) => {
            let mut met = BTreeSet::new();
            for (key, value) in sample.entries() {
                let path = format!("{path}/{}", escaped(key));
                let name = if theirs.contains_key(key) {
                    Some(key)
                } else {
                    theirs.keys().map(String::as_str).find(|name| is_same_name(name, key))
                };
                match name {
                    Some(name) => {
                        met.insert(name);
                        compare(value, &theirs[name], &path, found);
                    }
                    None if *value == Tree::Null => {}
                    None => found.push((path, false)),
                }
            }
            let invented = theirs.iter().filter(|(key, _)| !met.contains(key.as_str()));
            found.extend(invented.map(|(key, _)| (format!("{path}/{}", escaped(key)), false)));
        }
        (Tree::List(ours), Tree::List(theirs)) if ours.len() == theirs.len() => {
            for (index, (value, other)) in ours.iter().zip(theirs).enumerate() {
                compare(value, other, &format!("{path}/{index}"), found);
            }
        }
        (Tree::Text(text), Tree::Number(digits)) | (Tree::Number(digits), Tree::Text(text)) if text == digits => {
            found.push((path.to_owned(), true));
        }
        _ if sample == echo => {}
        _ => found.push((path.to_owned(), false)),
    }
}

/// What of an answer is lost, beyond what is listed. `None` if the operation does not document the status.
fn answer_faults(
    entry: &Entry<Client>,
    documented: &Documented,
    status: u16,
    body: &Tree,
    misfits: Misfits,
) -> Option<Vec<String>> {
    let answers = documented.answers();
    let answer = answers.iter().find(|answer| answer.status == status)?;
    let failed = body.get("success") == Some(&Tree::Bool(false));
    let (at, expected, echo) = match (entry.decode)(entry.operation, &reply(status, body)) {
        Decoded::Answer(echo) if status < 300 && !failed => {
            // The document describes every success in its envelope.
            ("/data", payload(body), echo)
        }
        Decoded::Error(echo) if echo.variant == answer.component && status >= 300 => ("", body, echo),
        Decoded::Error(echo) if echo.variant == "Failed" && failed => ("", body, echo),
        other => return Some(vec![format!("{status} is read as {other:?}")]),
    };
    let mut lost = Vec::new();
    compare(expected, &Tree::parse(&echo.json), "", &mut lost);
    let schema = if failed && status < 300 { failure() } else { answer.schema.expect("the document has a body here") };
    Some(judge(schema, at, &lost, misfits))
}

/// The schema of refusals, which a 200 that says `success: false` has too.
fn failure() -> &'static Tree {
    operation("get_customer")
        .answers()
        .iter()
        .find(|answer| answer.status == 400)
        .and_then(|answer| answer.schema)
        .expect("a schema")
}

/// What of a request is lost, beyond what is listed. Requests are strict: one misfit and nothing is read.
fn request_faults(entry: &Entry<Client>, documented: &Documented, body: &Tree, misfits: Misfits) -> Vec<String> {
    let recode = entry.recode.expect("the operation has a body");
    let schema = documented.request_schema().expect("the document has a body here");
    let echo = match recode(body.to_string().as_bytes()) {
        Ok(echo) => Tree::parse(&echo.json),
        Err(fault) => return vec![format!("unreadable at `{}`", fault.path())],
    };
    let is_same = |pointer: &str| match (body.at(pointer), echo.at(pointer)) {
        (Some(Tree::Text(text)), Some(Tree::Number(digits))) => text == digits,
        _ => false,
    };
    let lost: Vec<(String, bool)> =
        body.differences(&echo).into_iter().map(|pointer| (pointer.clone(), is_same(&pointer))).collect();
    judge(schema, "", &lost, misfits)
}

/// What is lost and not listed, listed and not lost, or listed for a wrong reason.
fn judge(schema: &'static Tree, at: &str, lost: &[(String, bool)], misfits: Misfits) -> Vec<String> {
    let listed = |pointer: &str| misfits.iter().find(|(listed, _)| *listed == pointer).map(|(_, why)| *why);
    let unlisted = lost.iter().filter_map(|(pointer, coerced)| match listed(pointer) {
        None => Some(format!("{pointer} is {}", if *coerced { "coerced" } else { "lost" })),
        Some(why) => ((why == Why::Coerced) != *coerced).then(|| format!("{pointer} is listed as {why:?}")),
    });
    let unneeded = misfits.iter().filter(|(listed, _)| !lost.iter().any(|(pointer, _)| pointer == listed));
    unlisted
        .chain(unneeded.map(|(pointer, _)| format!("{pointer} is listed, and survives")))
        .chain(wrong_reasons(schema, at, misfits))
        .collect()
}

/// A field has to be listed as unknown exactly if the document does not know it.
fn wrong_reasons(schema: &'static Tree, at: &str, misfits: Misfits) -> Vec<String> {
    let wrong = misfits.iter().filter_map(|(pointer, why)| {
        let known = !schemas_at(schema, &format!("{at}{pointer}")).is_empty();
        (known == (*why == Why::Unknown))
            .then(|| format!("{pointer} is listed as {why:?}; known to the document: {known}"))
    });
    wrong.collect()
}

#[test]
fn samples_survive() {
    let mut left: BTreeMap<&str, Misfits> = MISFITS.iter().copied().collect();
    assert_eq!(left.len(), MISFITS.len(), "a sample is listed twice");
    let mut faults = Vec::new();
    let mut count = 0;
    for (file, sample) in samples() {
        let (name, kind) = file.rsplit_once("__").expect("a sample is named after its kind");
        let misfits = left.remove(file.as_str()).unwrap_or_default();
        let mut read = 0;
        for entry in operations_of(name) {
            let documented = operation(entry.operation.id);
            let found = match kind.strip_prefix("response-") {
                None => Some(request_faults(entry, &documented, &sample, misfits)),
                // Nobody says with which status these came; all report a state, and so are answers.
                Some("unstated") if name == "essentials__error-handling-seed" => {
                    answer_faults(entry, &documented, 400, &sample, misfits)
                }
                Some("unstated") => answer_faults(entry, &documented, 200, &sample, misfits),
                Some(status) => {
                    let status = status.parse().unwrap_or_else(|_| panic!("teach the test the kind {kind}"));
                    answer_faults(entry, &documented, status, &sample, misfits)
                }
            };
            read += usize::from(found.is_some());
            faults
                .extend(found.into_iter().flatten().map(|fault| format!("{file} as {}: {fault}", entry.operation.id)));
        }
        if read == 0 {
            faults.push(format!("{file}: no operation documents the status"));
        }
        count += 1;
    }
    faults.extend(left.keys().map(|file| format!("there is no sample {file}")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(count, 237);
}

#[test]
fn examples_of_the_document_survive() {
    let mut faults = Vec::new();
    let mut count = 0;
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        if let Some(("application/json", example)) = super::body(&documented) {
            faults.extend(request_faults(entry, &documented, example, &[]));
            count += 1;
        }
        for answer in documented.answers() {
            let example = answer.example.expect("the document shows every answer");
            let found = answer_faults(entry, &documented, answer.status, example, &[]).expect("a documented status");
            faults.extend(found.into_iter().map(|fault| format!("{} {}: {fault}", documented.id, answer.status)));
            count += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 600, "only {count} examples");
}

/// Names in the other casing: `reference_id` for `referenceId`, and the other way round.
fn recased(value: &Tree) -> Tree {
    let other = |name: &str| {
        let mut text = String::new();
        for letter in name.chars() {
            match (letter, text.ends_with('_') && name.contains('_')) {
                ('A'..='Z', _) if !name.contains('_') => text.extend(['_', letter.to_ascii_lowercase()]),
                (_, true) => {
                    text.pop();
                    text.push(letter.to_ascii_uppercase());
                }
                _ => text.push(letter),
            }
        }
        text
    };
    match value {
        Tree::Object(members) => {
            Tree::Object(members.iter().map(|(key, value)| (other(key), recased(value))).collect())
        }
        Tree::List(items) => Tree::List(items.iter().map(recased).collect()),
        _ => value.clone(),
    }
}

/// The same answer in every form that was seen: in its envelope and bare, with 200 and 201, in either casing.
#[test]
fn every_answer_is_read_in_every_form() {
    assert_eq!(recased(&Tree::parse(r#"{"a_b":[{"cD":1}]}"#)).to_string(), r#"{"aB":[{"c_d":1}]}"#);
    let mut faults = Vec::new();
    for entry in ENTRIES {
        let documented = operation(entry.operation.id);
        let example = documented.success().example.expect("the document shows every answer");
        let payload = payload(example);
        let forms = [("wrapped", example.clone()), ("bare", payload.clone()), ("recased", recased(example))];
        for (form, status) in forms.iter().flat_map(|form| [200, 201, 202, 299].map(|status| (form, status))) {
            let mut lost = Vec::new();
            match (entry.decode)(entry.operation, &reply(status, &form.1)) {
                Decoded::Answer(echo) => compare(payload, &Tree::parse(&echo.json), "", &mut lost),
                other => lost.push((format!("{other:?}"), false)),
            }
            faults.extend(lost.iter().map(|(lost, _)| format!("{} {} {status}: {lost}", documented.id, form.0)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Errors come in four shapes, with codes of two types; a 200 may be one of them.
#[test]
fn every_error_is_read_in_every_shape() {
    let shapes = [
        r#"{"success":false,"message":"No","error_code":400,"data":{"errors":["amount"]}}"#,
        r#"{"success":false,"message":"No","data":{}}"#,
        r#"{"statusCode":400,"message":"No","error":"Bad Request","data":{"retryAfter":60}}"#,
        r#"{"statusCode":400,"message":"No","errors":["Row 12"],"details":{"rateId":"r","status":"PENDING"}}"#,
        r#"{"status":"error","message":"No","error_code":"INVALID_API_KEY","timestamp":"2024-01-15T10:30:00Z"}"#,
        r#"{"status":"error","message":"No","error_code":"RATE_LIMITED","retry_after":60}"#,
    ];
    let mut faults = Vec::new();
    // The health of the service has no refusals, only a state.
    let entries = ENTRIES.iter().filter(|entry| entry.operation.id != "check_health");
    for (entry, shape) in entries.flat_map(|entry| shapes.map(|shape| (entry, Tree::parse(shape)))) {
        let documented = operation(entry.operation.id);
        let refusals = documented.answers().into_iter().filter(|answer| answer.status >= 400);
        let mut expected: Vec<(u16, &str)> = refusals.map(|answer| (answer.status, answer.component)).collect();
        // One envelope has its verdict in `status`.
        if shape.get("success").is_some() && documented.id != "list_supported_chains" {
            expected.extend([(200, "Failed"), (201, "Failed")]);
        }
        for (status, variant) in expected {
            let mut lost = Vec::new();
            match (entry.decode)(entry.operation, &reply(status, &shape)) {
                Decoded::Error(echo) if echo.variant == variant => {
                    compare(&shape, &Tree::parse(&echo.json), "", &mut lost)
                }
                other => lost.push((format!("{other:?}"), false)),
            }
            faults.extend(lost.iter().map(|(lost, _)| format!("{} {status}: {lost} of {shape}", documented.id)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_sample_is_about_a_real_person() {
    // Made up, all of them: telephones that nobody has, the test card, chain addresses and ids out of examples.
    let made_up = [
        "+254700000000",
        "+254700000001",
        "+254700000002",
        "0700000001",
        "0700000002",
        "700000002",
        "+27700000001",
        "+254711000000",
        "123456789",
        "1234567890",
        "0123456789",
        "4111111111111111",
        "0x1234567890",
    ];
    for (file, sample) in samples() {
        for text in sample.texts() {
            let mail = text.split(' ').all(|word| !word.contains('@') || word.ends_with("@example.com"));
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            // Dates have a dash after the year.
            let is_date = text.as_bytes().get(4) == Some(&b'-');
            let is_number =
                digits >= 7 && !is_date && text.bytes().all(|byte| b"+- ()".contains(&byte) || byte.is_ascii_digit());
            assert!(mail && (!is_number || made_up.contains(&text)), "{file}: {text}");
        }
    }
}
