//! Is the generated code what it was when somebody last read it?
//!
//! Snapshots list names and signatures per module, so that a change of the generator shows as a short diff. After a change that is meant,
//! `INSTA_UPDATE=always cargo test -p bursar-tests generated` writes them anew.

use std::collections::BTreeSet;

use bursar_runtime::Operation;
use proc_macro2::{TokenStream, TokenTree};
use sha2::{Digest, Sha256};

use crate::support::listing;
use crate::support::workspace::{files, read};

const KASISTO: &str = "kasisto";
const KOTANI: &str = "kotani";

#[test]
fn kasisto_client() {
    insta::assert_snapshot!(listing::client(&listing::items(KASISTO, "client")));
}

#[test]
fn kasisto_types() {
    insta::assert_snapshot!(listing::types(&listing::items(KASISTO, "types")));
}

#[test]
fn kasisto_responses() {
    insta::assert_snapshot!(listing::responses(&listing::items(KASISTO, "responses")));
}

#[test]
fn kasisto_requests() {
    insta::assert_snapshot!(listing::builders(&listing::items(KASISTO, "requests")));
}

#[test]
fn kasisto_operations() {
    let rows: Vec<String> = bursar::kasisto::operations::ALL.iter().copied().map(row).collect();
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn kotani_client() {
    insta::assert_snapshot!(listing::client(&listing::items(KOTANI, "client")));
}

#[test]
fn kotani_types() {
    insta::assert_snapshot!(listing::types(&listing::items(KOTANI, "types")));
}

#[test]
fn kotani_responses() {
    insta::assert_snapshot!(listing::responses(&listing::items(KOTANI, "responses")));
}

#[test]
fn kotani_requests() {
    insta::assert_snapshot!(listing::builders(&listing::items(KOTANI, "requests")));
}

#[test]
fn kotani_operations() {
    let rows: Vec<String> = bursar::kotani::operations::ALL.iter().copied().map(row).collect();
    insta::assert_snapshot!(rows.join("\n"));
}

/// A row of the operations table, one line per field; what is empty or not so is left out.
fn row(row: &Operation) -> String {
    let text = format!("{row:?}");
    let fields = text.trim_start_matches("Operation { ").trim_end_matches(" }");
    let (mut lines, mut depth, mut quoted, mut start) = (Vec::new(), 0, false, 0);
    for (at, letter) in fields.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '[' | '{' | '(' if !quoted => depth += 1,
            ']' | '}' | ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                lines.push(fields[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    lines.push(fields[start..].trim());
    let says_something =
        |line: &&str| [": None", ": []", ": \"\"", ": false"].iter().all(|empty| !line.ends_with(empty));
    lines.retain(says_something);
    format!("{}\n", lines.join("\n    "))
}

/// Names of the providers with generated code.
fn providers() -> BTreeSet<String> {
    let generated =
        files().into_iter().filter(|path| path.starts_with("crates") && path.ends_with("src/generated/mod.rs"));
    let provider =
        |path: std::path::PathBuf| path.iter().nth(1).expect("a crate's name").to_string_lossy().into_owned();
    generated.map(provider).collect()
}

/// The generated files of a provider.
fn sources(provider: &str) -> Vec<std::path::PathBuf> {
    let folder = format!("crates/{provider}/src/generated");
    files().into_iter().filter(|path| path.starts_with(&folder)).collect()
}

fn identifiers(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => drop(found.insert(word.to_string())),
            TokenTree::Group(group) => identifiers(group.stream(), found),
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                found.extend(["f32", "f64"].into_iter().filter(|kind| text.ends_with(kind)).map(str::to_owned));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

#[test]
fn no_generated_code_knows_floats() {
    for provider in providers() {
        for path in sources(&provider) {
            let mut words = BTreeSet::new();
            identifiers(read(&path).parse().expect("Rust"), &mut words);
            let floats: Vec<&String> = words.iter().filter(|word| ["f32", "f64"].contains(&word.as_str())).collect();
            assert!(floats.is_empty(), "{}: {floats:?}", path.display());
        }
    }
}

#[test]
fn every_generated_file_names_the_document_that_it_comes_from() {
    assert_eq!(providers(), [KASISTO, KOTANI].map(str::to_owned).into());
    for provider in providers() {
        let document = read(format!("specs/{provider}.yaml"));
        let digest: String = Sha256::digest(document.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        for path in sources(&provider) {
            let text = read(&path);
            let head: Vec<&str> = text.lines().take(2).collect();
            let expected = [
                format!("// Generated by `cargo xtask generate` from specs/{provider}.yaml; do not edit."),
                format!("// document sha256 {digest}"),
            ];
            assert_eq!(head, expected, "{}", path.display());
        }
    }
    for (provider, provenance) in [(KASISTO, bursar::kasisto::PROVENANCE), (KOTANI, bursar::kotani::PROVENANCE)] {
        let document = read(format!("specs/{provider}.yaml"));
        let digest: String = Sha256::digest(document.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(provenance.contains(&format!("document sha256 {digest}")), "{provider}");
    }
}

/// Lenient readers take members by a list of their own: it has to name what serde writes.
#[test]
fn what_is_read_leniently_is_what_is_written() {
    for provider in providers() {
        let items = listing::items(&provider, "types");
        let structs = listing::structs(&items);
        for (name, members) in listing::lenient_members(&items) {
            let fields = structs.get(&name).unwrap_or_else(|| panic!("{provider}: there is no struct {name}"));
            let written: BTreeSet<(String, String)> =
                fields.iter().map(|field| (field.wire.clone(), field.name.clone())).collect();
            // What comes under any other key is kept in a map of its own.
            let written = written.into_iter().filter(|(wire, _)| wire != "extra").collect();
            assert_eq!(members.into_iter().collect::<BTreeSet<_>>(), written, "{provider}: {name}");
        }
    }
}

/// Whoever depends on a provider crate alone can name every type that its signatures hold.
#[test]
fn a_provider_crate_exports_what_its_signatures_name() {
    for provider in providers() {
        let exported = read(format!("crates/{provider}/src/lib.rs"));
        let mut words = BTreeSet::new();
        identifiers(exported.parse().expect("Rust"), &mut words);
        let mut missing = BTreeSet::new();
        for module in ["client", "types", "requests", "responses"] {
            let source = read(format!("crates/{provider}/src/generated/{module}.rs"));
            let named = source
                .split("bursar_runtime::")
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>());
            let is_type = |name: &String| name.starts_with(|c: char| c.is_ascii_uppercase());
            missing.extend(named.filter(|name| is_type(name) && !words.contains(name)));
        }
        assert!(missing.is_empty(), "{provider}: not exported: {missing:?}");
    }
}
