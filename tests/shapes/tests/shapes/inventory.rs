//! The lists that belong together do: documents, modules, rows, payloads, refused files and the README's table.

use std::collections::BTreeSet;
use std::fs;

use bursar_shapes::ROWS;

use crate::SECTIONS;
use crate::cases::{self, home};

/// File names of a folder that end so, without the ending.
fn stems(folder: &str, ending: &str) -> BTreeSet<String> {
    entries(folder).into_iter().filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
}

/// File names of a folder.
fn entries(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(home().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Names and endings of the documents.
fn documents() -> BTreeSet<(String, &'static str)> {
    let of = |ending: &'static str| {
        let names = entries("specs").into_iter().filter_map(move |name| Some(name.strip_suffix(ending)?.to_owned()));
        names.map(move |name| (name, ending))
    };
    of(".yaml").chain(of(".json")).collect()
}

fn rows() -> BTreeSet<String> {
    ROWS.iter().map(|row| row.name.to_owned()).collect()
}

#[test]
fn every_document_is_a_row() {
    assert_eq!(documents().into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>(), {
        let mut with_folder = rows();
        assert_eq!(with_folder.len(), ROWS.len(), "a row stands twice in src/lib.rs");
        with_folder.retain(|name| name != "parts");
        with_folder
    });
    let mut modules = stems("src", "");
    modules.remove("lib.rs");
    assert_eq!(modules, rows(), "every module is a row");
}

#[test]
fn every_row_has_cases_and_a_section() {
    assert_eq!(stems("payloads", ".json"), rows());
    for row in ROWS {
        assert!(!cases::of(row).is_empty(), "{} has no case", row.name);
        let sections = SECTIONS.iter().filter(|prefix| row.name.starts_with(**prefix)).count();
        assert_eq!(sections, 1, "{} runs in {sections} sections of main.rs", row.name);
    }
}

#[test]
fn the_readme_lists_every_row_and_every_refusal() {
    let readme = fs::read_to_string(home().join("README.md")).expect("the README");
    let table = readme.split_once("## Rows").expect("a table").1;
    let mut listed = BTreeSet::new();
    for line in table.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, document, _, fate] = cells[..] else { panic!("four cells are due: {line}") };
        assert!(listed.insert(document.to_owned()), "{document} stands twice");
        match document.strip_prefix("refused/").and_then(|file| file.split_once("__")) {
            Some((rule, _)) => {
                assert!(fate.starts_with("refused") && fate.contains(&format!("`{rule}`")), "{document}: {fate}");
            }
            None => assert_eq!(fate, "carried", "{document}"),
        }
    }
    let specs = documents().into_iter().map(|(name, ending)| format!("specs/{name}{ending}"));
    let refused = stems("refused", "").into_iter().map(|name| format!("refused/{name}"));
    let present: BTreeSet<String> = specs.chain(refused).collect();
    let differing: Vec<_> = listed.symmetric_difference(&present).collect();
    assert!(differing.is_empty(), "only in the table, or only in a folder: {differing:#?}");
}
