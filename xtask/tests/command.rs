//! What a user of `cargo xtask` sees: exit codes, messages, and that nothing is half-written.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn xtask(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).current_dir(root()).args(words).output().expect("the xtask runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Files of a folder with this ending, sorted.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> = paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no {ending}");
    found
}

#[test]
fn what_is_not_supported_is_refused_by_rule_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for path in files("tests/shapes/refused", ".yaml") {
        let rule = path.file_stem().expect("named <rule>.yaml").to_string_lossy().into_owned();
        let documents = std::fs::read_to_string(&path).expect("documents");
        for (number, document) in documents.split("---\n").enumerate() {
            let path = folder.path().join(format!("{rule}-{number}.yaml"));
            std::fs::write(&path, document).expect("written");
            let shown = path.display().to_string();
            let output = xtask(&["lint", &shown]);
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{rule}, document {number}: {said}");
            let named = said.lines().any(|line| {
                let rest = line.strip_prefix(&format!("error[{rule}] {shown}:"));
                rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            });
            assert!(named, "document {number} is not refused by {rule}: {said}");
            assert!(!said.contains("panicked"), "{rule}, document {number}: {said}");
        }
    }
}

#[test]
fn what_is_supported_passes_the_lint() {
    let shapes = files("tests/shapes/specs", ".yaml");
    let shapes: Vec<&str> = shapes.iter().filter_map(|path| path.to_str()).collect();
    let output = xtask(&[&["lint"], shapes.as_slice()].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn the_checked_in_code_is_what_the_documents_say() {
    let output = xtask(&["generate", "--check"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn wrong_words_end_with_2_and_a_hint() {
    for (words, hint) in [
        (&["generate", "--provider", "nobody"][..], "the document `nobody` was not found"),
        (&["generate", "--everything"][..], "unexpected argument"),
        (&["lint", "no/such/file.yaml"][..], "cannot be read"),
        (&["bench", "nothing"][..], "invalid value"),
    ] {
        let output = xtask(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(text(&output.stderr).contains(hint), "{words:?}: {}", text(&output.stderr));
    }
}

/// A workspace of its own with one provider, so that files can be broken.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Self {
        let scratch = Self(tempfile::tempdir().expect("a folder"));
        for folder in ["specs", "crates/kasisto/src", "crates/sandbox/src", "xtask"] {
            std::fs::create_dir_all(scratch.0.path().join(folder)).expect("a folder");
        }
        std::fs::copy(root().join("specs/kasisto.yaml"), scratch.spec()).expect("the document");
        scratch
    }

    fn spec(&self) -> PathBuf {
        self.0.path().join("specs/kasisto.yaml")
    }

    fn generate(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(self.0.path()).env("CARGO_MANIFEST_DIR", self.0.path().join("xtask"));
        command.arg("generate").args(words).output().expect("the xtask runs")
    }

    /// All generated files with their bytes.
    fn generated(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        for folder in ["crates/kasisto/src/generated", "crates/sandbox/src/generated"] {
            let Ok(entries) = std::fs::read_dir(self.0.path().join(folder)) else { continue };
            for entry in entries {
                let path = entry.expect("an entry").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                found.push((name, std::fs::read(&path).expect("the file")));
            }
        }
        found.sort();
        found
    }
}

#[test]
fn output_is_the_same_on_every_run_and_unchanged_documents_are_left_alone() {
    let scratch = Scratch::new();
    assert_eq!(scratch.generate(&[]).status.code(), Some(0));
    let first = scratch.generated();
    assert!(first.len() >= 8, "{} files", first.len());
    let again = scratch.generate(&[]);
    assert!(text(&again.stdout).contains("up to date"), "{}", text(&again.stdout));
    // Without the stamp everything is made anew, byte for byte.
    std::fs::remove_dir_all(scratch.0.path().join("target")).expect("the stamps");
    let anew = scratch.generate(&[]);
    assert!(text(&anew.stdout).contains("0 files written"), "{}", text(&anew.stdout));
    assert_eq!(scratch.generated(), first);
}

#[test]
fn a_hand_edited_file_is_drift_that_check_shows_and_generate_mends() {
    let scratch = Scratch::new();
    scratch.generate(&[]);
    let path = scratch.0.path().join("crates/kasisto/src/generated/client.rs");
    let made = std::fs::read_to_string(&path).expect("client.rs");
    std::fs::write(&path, made.replace("pub async fn create_transfer", "pub async fn send_money")).expect("edited");
    let check = scratch.generate(&["--check"]);
    assert_eq!(check.status.code(), Some(1));
    let diff = text(&check.stdout);
    assert!(
        diff.contains("-    pub async fn send_money") && diff.contains("+    pub async fn create_transfer"),
        "{diff}"
    );
    assert_eq!(
        std::fs::read_to_string(&path).expect("client.rs"),
        made.replace("create_transfer(", "send_money("),
        "--check writes nothing"
    );
    scratch.generate(&[]);
    assert_eq!(std::fs::read_to_string(&path).expect("client.rs"), made);
}

#[test]
fn a_refused_document_leaves_every_file_as_it_was() {
    let scratch = Scratch::new();
    scratch.generate(&[]);
    let before = scratch.generated();
    let document = std::fs::read_to_string(scratch.spec()).expect("the document");
    std::fs::write(scratch.spec(), document.replacen("x-effect: money", "x-effect: maney", 1)).expect("edited");
    let output = scratch.generate(&[]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("error[bad-extension] specs/kasisto.yaml:"), "{said}");
    assert_eq!(scratch.generated(), before);
}

#[test]
fn explain_says_which_rule_rewrote_what_and_where() {
    let scratch = Scratch::new();
    let output = scratch.generate(&["--explain"]);
    let said = text(&output.stdout);
    let rewritten = |line: &&str| line.starts_with("specs/kasisto.yaml:") && line.contains(" open-enums: enum ");
    assert!(said.lines().any(|line| rewritten(&line)), "{said}");
}
