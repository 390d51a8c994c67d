//! The folders belong together: each document has cases, and each file name says what the file is about.

use std::collections::BTreeSet;
use std::fs;

use bursar_shapes::SHAPES;

use crate::cases::{self, home};

/// Names of the files in a folder.
fn files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(home().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let paths = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    paths.map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect()
}

/// Names of the files in a folder, without their extension.
fn stems(folder: &str) -> BTreeSet<String> {
    files(folder).iter().map(|name| name.rsplit_once('.').expect("an extension").0.to_owned()).collect()
}

#[test]
fn each_document_has_a_module_and_cases() {
    let modules: BTreeSet<String> = SHAPES.iter().map(|shape| shape.name.to_owned()).collect();
    assert_eq!(stems("specs"), modules);
    assert_eq!(stems("payloads"), modules);
    for shape in SHAPES {
        assert!(!cases::of(shape).is_empty(), "payloads/{}.json has no case", shape.name);
    }
}

/// A name is words; a letter-and-digit code such as `q04j2` needs a table to be understood.
#[test]
fn each_name_is_words() {
    let code = |word: &str| word.len() < 6 && word.contains(|c: char| c.is_ascii_digit());
    let names = stems("specs").into_iter().chain(stems("refused"));
    let codes: Vec<String> = names.filter(|name| name.split(['_', '-']).any(code)).collect();
    assert!(codes.is_empty(), "{codes:?}");
}
