use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::load;
use crate::load::bundle::bundle;
use crate::load::versions::split;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint")
}

/// Name and text of every fixture.
fn fixtures() -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(&path).unwrap())
    };
    files.filter(|path| path.is_file()).map(read).collect()
}

/// Everything that is said of a document, from reading to lint.
fn faults(text: &str, name: &str) -> Vec<Refusal> {
    match load::parse(text, name) {
        Ok(mut document) => match bundle(&mut document, &folder().join(name)) {
            Ok(_) => {
                split(&mut document);
                lint(&document)
            }
            Err(found) => found,
        },
        Err(found) => found,
    }
}

#[test]
fn each_fixture_is_refused_by_its_rule_at_the_marked_lines() {
    let mut wrong = Vec::new();
    for (name, text) in fixtures().iter().filter(|(name, _)| name != "clean.yaml") {
        let rule = name.split('.').next().unwrap();
        let marked = text.lines().enumerate().filter(|(_, line)| line.ends_with("# <- here"));
        let expected: BTreeSet<(&str, usize)> = marked.map(|(index, _)| (rule, index + 1)).collect();
        let refusals = faults(text, name);
        let found: BTreeSet<(&str, usize)> = refusals.iter().map(|it| (it.rule, it.place.line)).collect();
        if found != expected || found.len() != refusals.len() || expected.is_empty() {
            let said: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            wrong.push(format!("{name}: wanted {expected:?}, found\n  {}", said.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_fixture_and_every_fixture_a_rule() {
    let names: BTreeSet<String> =
        fixtures().iter().map(|(name, _)| name.split('.').next().unwrap().to_owned()).collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.name.to_owned()).chain(["clean".to_owned()]).collect();
    assert_eq!(names, rules);
    assert!(RULES.iter().all(|rule| !rule.meaning.is_empty() && !rule.meaning.ends_with('.')));
}

#[test]
fn a_clean_document_has_no_fault() {
    let text = std::fs::read_to_string(folder().join("clean.yaml")).unwrap();
    let said: Vec<String> = faults(&text, "clean.yaml").iter().map(ToString::to_string).collect();
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn refusals_are_one_line_each_and_in_order() {
    for (name, text) in fixtures() {
        let found = faults(&text, &name);
        for refusal in &found {
            let line = refusal.to_string();
            assert!(line.starts_with(&format!("error[{}] {name}:", refusal.rule)), "{line}");
            assert_eq!(line.lines().count(), 1, "{line}");
            assert!(
                !refusal.message.ends_with('.') && !refusal.hint.ends_with('.') && !refusal.hint.is_empty(),
                "{line}"
            );
        }
        assert!(found.is_sorted_by(|a, b| a.place <= b.place), "{name}");
    }
}

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

/// Pointers of all nodes.
fn places(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, it)| places(it, crate::document::pointer::join(&pointer, key), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, it)| places(it, format!("{pointer}/{index}"), found));
        }
        _ => {}
    }
    found.push(pointer);
}

#[test]
fn no_mutation_of_a_document_makes_lint_panic() {
    let mut dice = Dice(7);
    let fixtures = fixtures();
    let documents: Vec<Document> = fixtures.iter().filter_map(|(name, text)| load::parse(text, name).ok()).collect();
    let clean = documents.iter().position(|it| it.file() == "clean.yaml").unwrap();
    for round in 0..600 {
        // Half of the rounds mutate the document that has everything in it.
        let chosen = if round % 2 == 0 { clean } else { dice.below(documents.len()) };
        let mut document = documents[chosen].clone();
        for _ in 0..=dice.below(4) {
            mutate(&mut document.value, &documents[dice.below(documents.len())].value, &mut dice);
        }
        if bundle(&mut document, &folder().join("clean.yaml")).is_ok() {
            lint(&document);
        }
    }
}

/// Drops a node, or puts another in its place: a foreign one, one of another kind, a reference to anywhere.
fn mutate(value: &mut Value, other: &Value, dice: &mut Dice) {
    let mut nodes = Vec::new();
    places(value, String::new(), &mut nodes);
    let pointer = nodes[dice.below(nodes.len())].clone();
    let mut foreign = Vec::new();
    places(other, String::new(), &mut foreign);
    let replacement = match dice.below(10) {
        0 => Value::Null,
        1 => Value::from("#/components/schemas/A"),
        2 => Value::from(-1),
        3 => Value::Bool(false),
        4 => serde_json::json!([{}, [], null]),
        5 => serde_json::json!({ "$ref": format!("#{}", nodes[dice.below(nodes.len())]) }),
        6 => serde_json::json!({ "allOf": [{ "$ref": format!("#{pointer}") }, {}], "oneOf": [{}] }),
        7 => value.pointer(&nodes[dice.below(nodes.len())]).cloned().unwrap_or_default(),
        _ => other.pointer(&foreign[dice.below(foreign.len())]).cloned().unwrap_or_default(),
    };
    let parent = pointer.rsplit_once('/').map(|(parent, key)| (parent, key.replace("~1", "/").replace("~0", "~")));
    match (dice.below(3), parent.and_then(|(parent, key)| Some((value.pointer_mut(parent)?, key)))) {
        (0, Some((Value::Object(members), key))) => {
            members.shift_remove(&key);
        }
        _ => {
            if let Some(node) = value.pointer_mut(&pointer) {
                *node = replacement;
            }
        }
    }
}

#[test]
fn no_mutation_of_a_text_makes_reading_panic() {
    let mut dice = Dice(11);
    let fixtures = fixtures();
    let signs =
        [":", "-", "[", "{", "'", "\"", "&", "*", "!", "|", ">", "\n", "  ", "\t", "?", "#", "%", "é", "}", "]", ","];
    for _ in 0..2000 {
        let (name, text) = &fixtures[dice.below(fixtures.len())];
        let mut text: Vec<char> = text.chars().collect();
        for _ in 0..=dice.below(3) {
            let at = dice.below(text.len());
            match dice.below(3) {
                0 => text.truncate(at),
                1 => drop(text.splice(at..at, signs[dice.below(signs.len())].chars())),
                _ => drop(text.splice(at..text.len().min(at + dice.below(20)), None)),
            }
        }
        faults(&text.into_iter().collect::<String>(), name);
    }
}
