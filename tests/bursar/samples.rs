//! Do all samples of a provider, captures included, and all examples of its document, decode and re-encode with nothing lost?
//!
//! What cannot survive stands in the provider's tables, with its reason, and an entry that is not needed any more fails the test as well.
//!
//! Samples are named after an operation and a kind: `transfer__request__1`, `health__response-200`, `activate-card.response.200`; those of
//! webhooks after the event. Not here, because the crates have no types for it: what a provider asks of the caller's own server.

use std::collections::{BTreeMap, BTreeSet};

use bursar_runtime::Effect;
use bursar_runtime::dispatch::{Decoded, Recode};

use crate::providers::per_provider;
use crate::support::document::{Documented, UNLISTED, component, operation};
use crate::support::example::arguments;
use crate::support::provider::{Codec, Of, Provider, payload};
use crate::support::survival::{answer_faults, body_faults, compare, reply, reports_failure, request_faults};
use crate::support::tree::Tree;
use crate::support::workspace;
use crate::wire::{answering, pair};

per_provider!(
    async samples_survive,
    fn every_operation_has_samples,
    fn examples_of_the_document_survive,
    fn an_error_without_a_body_keeps_its_status,
    fn every_answer_is_read_in_every_form,
    fn every_error_is_read_in_every_shape,
    fn no_sample_is_about_a_real_person,
);

/// What a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Request,
    /// An answer with this status.
    Answer(u16),
    /// A refusal, with any status that the operation documents.
    Refusal,
}

struct Sample {
    /// The file's name without its ending.
    file: String,
    /// What it is named after.
    name: String,
    kind: Kind,
    body: Tree,
}

fn samples(provider: &Provider) -> Vec<Sample> {
    let folder = format!("tests/samples/{}", provider.name);
    let files = workspace::files().into_iter().filter(|path| path.starts_with(&folder));
    let sample = |path: std::path::PathBuf| {
        let file = path.file_stem().and_then(|name| name.to_str()).expect("a readable name").to_owned();
        let (name, kind) = named(provider, &file);
        Sample { name: name.to_owned(), kind, body: Tree::parse(&workspace::read(&path)), file }
    };
    files.map(sample).collect()
}

/// What a file's name says about its content.
fn named<'a>(provider: &Provider, file: &'a str) -> (&'a str, Kind) {
    if let Some((_, status)) = provider.samples.unstated.iter().find(|(stem, _)| *stem == file) {
        let name = file.rsplit_once("__").map_or(file, |(name, _)| name);
        return (name, if *status == 0 { Kind::Refusal } else { Kind::Answer(*status) });
    }
    let at =
        ["__request", ".request", "__response-", ".response.", "__webhook"].iter().find_map(|mark| file.find(mark));
    let at = at.unwrap_or_else(|| panic!("{file}: a sample is named after its kind"));
    let (name, rest) = file.split_at(at);
    let word = rest.trim_start_matches(['_', '.']).split(['.', '_']).find(|word| *word != "response");
    let kind = match word.expect("a kind").trim_start_matches("response-") {
        // A webhook is a request too, to the caller's own server.
        "request" | "webhook" => Kind::Request,
        "4xx-5xx" => Kind::Refusal,
        // Nobody says with which status these came; all report a state, and so are answers.
        "unstated" => Kind::Answer(200),
        status => Kind::Answer(status.parse().unwrap_or_else(|_| panic!("{file}: teach the test this kind"))),
    };
    (name, kind)
}

/// The operations that a sample's name stands for: the longest alias that it begins with, or those of the provider's table.
fn operations_of<'a>(provider: &Provider, codecs: &'a [Codec], name: &str) -> Vec<&'a Codec> {
    let starts = |alias: &str| {
        name.strip_prefix(alias)
            .is_some_and(|variant| variant.is_empty() || (provider.samples.variants && variant.starts_with('-')))
    };
    let longest = |codec: &'a Codec| {
        let names = codec.operation.aliases.iter().copied().chain([codec.operation.id]);
        names.filter(|name| starts(name)).map(|name| (name.len(), codec)).max_by_key(|(length, _)| *length)
    };
    let found: Vec<_> = codecs.iter().filter_map(longest).collect();
    let length = found.iter().map(|(length, _)| *length).max();
    let best: Vec<_> = found.into_iter().filter(|(len, _)| Some(*len) == length).map(|(_, codec)| codec).collect();
    if best.is_empty() {
        let shared = provider.samples.shared.iter().find(|(start, _)| name.starts_with(start));
        return chosen(codecs, shared.unwrap_or_else(|| panic!("the sample name {name} stands for no operation")).1);
    }
    assert_eq!(best.len(), 1, "the sample name {name} stands for {} operations", best.len());
    best
}

/// The schema and the reader of a webhook's sample; `None` for all other samples.
fn webhook(provider: &Provider, name: &str) -> Option<(&'static str, Recode)> {
    let found = provider.samples.webhooks.iter().find(|(start, ..)| name.starts_with(start));
    found.map(|(_, schema, recode)| (*schema, *recode))
}

/// What of a sample of parameters is not in the address that is called: it has no body, so the client does not read it as a whole.
async fn parameter_faults(provider: &Provider, documented: &Documented, sample: &Tree) -> Vec<String> {
    let server = answering(documented).await;
    let members: Vec<String> = sample.entries().map(|(name, value)| format!(r#""{name}":{value}"#)).collect();
    // The answer does not matter.
    let _ = provider.client(&server.url).call(documented.id, &arguments(&members)).await;
    let Some(sent) = server.exchanges().pop() else { return vec!["nothing is sent".to_owned()] };
    let query = sent.request.path().split_once('?').map_or("", |(_, query)| query);
    let found: BTreeSet<String> = query.split('&').map(str::to_owned).collect();
    let wanted: BTreeSet<String> = sample.entries().map(|(name, value)| pair(name, value)).collect();
    found.symmetric_difference(&wanted).map(|pair| format!("{pair} is lost or made up")).collect()
}

fn chosen(codecs: &[Codec], of: Of) -> Vec<&Codec> {
    let is_chosen = |codec: &&Codec| match of {
        Of::All => true,
        Of::These(ids) => ids.contains(&codec.operation.id),
        Of::Pages(page) => codec.operation.aliases.iter().any(|alias| alias.starts_with(page)),
    };
    codecs.iter().filter(is_chosen).collect()
}

async fn samples_survive(provider: &Provider) {
    let table = provider.samples.misfits;
    let mut left: BTreeMap<&str, _> = table.iter().copied().collect();
    assert_eq!(left.len(), table.len(), "a sample is listed twice");
    let codecs = (provider.codecs)();
    let mut unread: BTreeSet<&str> = provider.samples.unread.iter().map(|(file, _)| *file).collect();
    let (mut faults, mut count) = (Vec::new(), 0);
    for sample in samples(provider) {
        let misfits = left.remove(sample.file.as_str()).unwrap_or_default();
        count += 1;
        if unread.remove(sample.file.as_str()) {
            continue;
        }
        if let Some((schema, recode)) = webhook(provider, &sample.name) {
            let found = body_faults(recode, component(provider.name, schema), &sample.body, misfits);
            faults.extend(found.into_iter().map(|fault| format!("{} as {schema}: {fault}", sample.file)));
            continue;
        }
        let mut read = 0;
        for codec in operations_of(provider, &codecs, &sample.name) {
            let documented = operation(provider.name, codec.operation.id);
            let answered = |status| answer_faults(provider, codec, &documented, status, &sample.body, misfits);
            let found: Vec<Vec<String>> = match sample.kind {
                Kind::Request if codec.recode.is_none() => {
                    vec![parameter_faults(provider, &documented, &sample.body).await]
                }
                Kind::Request => vec![request_faults(codec, &documented, &sample.body, misfits)],
                Kind::Answer(status) => answered(status).into_iter().collect(),
                Kind::Refusal => {
                    let refusals = documented.answers().into_iter().filter(|answer| answer.status >= 400);
                    refusals.filter_map(|answer| answered(answer.status)).collect()
                }
            };
            read += found.len();
            let found = found.into_iter().flatten();
            faults.extend(found.map(|fault| format!("{} as {}: {fault}", sample.file, documented.id)));
        }
        if read == 0 {
            faults.push(format!("{}: no operation documents the status", sample.file));
        }
    }
    faults.extend(left.keys().chain(&unread).map(|file| format!("there is no sample {file}")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(count, provider.samples.count);
}

/// Samples that all operations share do not count.
fn every_operation_has_samples(provider: &Provider) {
    let codecs = (provider.codecs)();
    let named: BTreeSet<&str> = samples(provider)
        .iter()
        .filter(|sample| webhook(provider, &sample.name).is_none())
        .map(|sample| operations_of(provider, &codecs, &sample.name))
        .filter(|found| found.len() < codecs.len())
        .flatten()
        .map(|codec| codec.operation.id)
        .collect();
    let missing = provider.operations.iter().map(|row| row.id).filter(|id| !named.contains(id));
    assert_eq!(missing.collect::<Vec<_>>(), provider.samples.without);
}

fn examples_of_the_document_survive(provider: &Provider) {
    let (mut faults, mut count) = (Vec::new(), 0);
    for codec in (provider.codecs)() {
        let documented = operation(provider.name, codec.operation.id);
        if let Some(example) = documented.json_example() {
            faults.extend(request_faults(&codec, &documented, example, &[]));
            count += 1;
        }
        for answer in documented.answers() {
            assert_eq!(answer.example.is_some(), answer.schema.is_some(), "{}: an answer is not shown", documented.id);
            let Some(example) = answer.example else { continue };
            let found = answer_faults(provider, &codec, &documented, answer.status, example, &[]);
            let found = found.expect("a documented status");
            faults.extend(found.into_iter().map(|fault| format!("{} {}: {fault}", documented.id, answer.status)));
            count += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 3 * provider.operations.len(), "only {count} examples");
}

fn an_error_without_a_body_keeps_its_status(provider: &Provider) {
    for codec in (provider.codecs)() {
        let id = codec.operation.id;
        for answer in operation(provider.name, id).answers().iter().filter(|answer| answer.status >= 400) {
            for body in ["", "<html>"] {
                let Decoded::Error(echo) = codec.decode(&reply(answer.status, body)) else {
                    panic!("{id} {}: no error", answer.status);
                };
                assert_eq!((echo.variant.as_str(), echo.json.as_str()), (answer.component, "null"), "{id}");
            }
        }
        let unlisted = operation(provider.name, id).answers().into_iter().find(|answer| answer.status == UNLISTED);
        let Decoded::Error(echo) = codec.decode(&reply(UNLISTED, "{}")) else { panic!("418 is an error") };
        assert_eq!(echo.variant, unlisted.map_or("Other", |answer| answer.component), "{id}");
    }
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

/// Whether the document leaves open what the payload holds.
pub(crate) fn takes_anything(codec: &Codec) -> bool {
    let answer = codec.decode(&reply(200, r#"{"success":true,"data":{"any":1}}"#));
    matches!(answer, Decoded::Answer(echo) if echo.json == r#"{"any":1}"#)
}

/// The same answer in every form that was seen: in its envelope and bare, with 200 and 201, and in either casing where that happens.
fn every_answer_is_read_in_every_form(provider: &Provider) {
    assert_eq!(recased(&Tree::parse(r#"{"a_b":[{"cD":1}]}"#)).to_string(), r#"{"aB":[{"c_d":1}]}"#);
    let mut faults = Vec::new();
    for codec in (provider.codecs)() {
        let success = operation(provider.name, codec.operation.id).success();
        let Some(example) = success.example else { continue };
        let (_, payload) = payload(codec.operation, example);
        let mut forms = vec![("wrapped", example.clone())];
        if codec.operation.envelope.as_ref().is_some_and(|envelope| envelope.optional) {
            let bare = codec.decode(&reply(200, &payload.to_string()));
            // Without an envelope and documented members, nothing tells an acceptance from an error.
            let is_open = codec.operation.effect != Effect::Read && takes_anything(&codec);
            if !is_open || !matches!(bare, Decoded::Undecodable(_)) {
                forms.push(("bare", payload.clone()));
            }
        }
        if provider.samples.recased && !provider.samples.both_casings.contains(&codec.operation.id) {
            forms.push(("recased", recased(example)));
        }
        for (form, status) in forms.iter().flat_map(|form| [200, 201, 202, 299].map(|status| (form, status))) {
            let lost = match codec.decode(&reply(status, &form.1.to_string())) {
                Decoded::Answer(echo) => compare(payload, &Tree::parse(&echo.json), provider.samples.recased),
                other => vec![(format!("{other:?}"), false)],
            };
            let id = codec.operation.id;
            faults.extend(lost.iter().map(|(lost, _)| format!("{id} {} {status}: {lost}", form.0)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Refusals come in several shapes; where an envelope has a verdict, a 200 may be one of them.
fn every_error_is_read_in_every_shape(provider: &Provider) {
    let mut faults = Vec::new();
    let codecs = (provider.codecs)();
    let codecs = codecs.iter().filter(|codec| !provider.samples.own_refusals.contains(&codec.operation.id));
    let shapes = provider.samples.refusals.iter().map(|shape| Tree::parse(shape)).collect::<Vec<_>>();
    for (codec, shape) in codecs.flat_map(|codec| shapes.iter().map(move |shape| (codec, shape))) {
        let documented = operation(provider.name, codec.operation.id);
        let refusals = documented.answers().into_iter().filter(|answer| answer.status >= 400);
        let mut expected: Vec<(u16, &str)> = refusals.map(|answer| (answer.status, answer.component)).collect();
        if reports_failure(codec, shape) {
            expected.extend([(200, "Failed"), (201, "Failed")]);
        }
        for (status, variant) in expected {
            let lost = match codec.decode(&reply(status, &shape.to_string())) {
                Decoded::Error(echo) if echo.variant == variant => {
                    compare(shape, &Tree::parse(&echo.json), provider.samples.recased)
                }
                other => vec![(format!("{other:?}"), false)],
            };
            faults.extend(lost.iter().map(|(lost, _)| format!("{} {status}: {lost} of {shape}", documented.id)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Mail goes nowhere, and what looks like a number of somebody's telephone, card or account is listed as made up.
fn no_sample_is_about_a_real_person(provider: &Provider) {
    for sample in samples(provider) {
        for text in sample.body.texts() {
            let mail = text.split(' ').all(|word| !word.contains('@') || word.ends_with("@example.com"));
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            // Dates have a dash after the year.
            let is_date = text.as_bytes().get(4) == Some(&b'-');
            let is_number =
                digits >= 7 && !is_date && text.bytes().all(|byte| b"+- ()".contains(&byte) || byte.is_ascii_digit());
            let is_listed = !is_number || provider.samples.made_up.contains(&text);
            let is_bare = !provider.samples.no_digits || digits == 0 || is_date;
            assert!(mail && is_listed && is_bare, "{}: {text}", sample.file);
        }
    }
}
