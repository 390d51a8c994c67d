//! Whatever generate accepts compiles: mutated documents are refused, or their code names only what is there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::job::Job;
use super::resolved;
use crate::document::pointer::join;

/// Documents of many styles: the shapes, and those whose parts are all odd.
fn corpus() -> Vec<(String, Value)> {
    documents("../tests/shapes/specs").into_iter().chain(documents("fixtures/odd")).collect()
}

/// The documents of a folder, with their names.
fn documents(folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    let read = |path: &PathBuf| {
        let document = crate::load::load(path, &path.to_string_lossy()).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), document.value)
    };
    paths.iter().map(read).collect()
}

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}

/// Names and texts that somebody's document has.
const ODD: [&str; 20] = [
    "self",
    "Self",
    "type",
    "3ds",
    "m²",
    "größe",
    "名前",
    "Option",
    "String",
    "a-b",
    "a_b",
    "aB",
    "",
    "+",
    "r#x",
    "body",
    "extra",
    "Err",
    "a\r\u{202e}b",
    "very_long_name_of_something_that_nobody_reads_to_its_end",
];

/// Pointers of all schemas of a document, as they are written.
fn schemas(document: &Value) -> Vec<String> {
    let mut found = crate::document::schemas::all(document);
    found.retain(|pointer| document.pointer(pointer).is_some_and(Value::is_object));
    found
}

/// Changes something that vendors do differently.
fn mutate(document: &mut Value, other: &Value, dice: &mut Dice) {
    let all = schemas(document);
    if all.is_empty() {
        return;
    }
    let pointer = dice.of(&all).clone();
    let foreign = schemas(other);
    let names: Vec<String> =
        document["components"]["schemas"].as_object().map(|it| it.keys().cloned().collect()).unwrap_or_default();
    let schema = document.pointer(&pointer).cloned().unwrap_or_default();
    let odd = *dice.of(&ODD);
    let replacement = match dice.below(16) {
        0 => json!({"type": "array", "items": schema}),
        1 => json!({"type": "object", "additionalProperties": schema}),
        2 => json!({"allOf": [schema, {"description": odd}]}),
        3 => json!({"oneOf": [schema, {"type": "array", "items": {"type": "string"}}]}),
        4 => json!({"type": "string", "enum": ["+", "-", odd, "a", "A", odd]}),
        5 => {
            json!({"type": "object", "required": ["a"], "properties": {"a": schema, odd: {"type": "string", "nullable": true}}})
        }
        6 if !names.is_empty() => json!({"$ref": format!("#/components/schemas/{}", dice.of(&names))}),
        7 if !names.is_empty() => {
            json!({"allOf": [{"$ref": format!("#/components/schemas/{}", dice.of(&names))}, {"properties": {odd: {}}}]})
        }
        8 if !foreign.is_empty() => other.pointer(dice.of(foreign.as_slice()).as_str()).cloned().unwrap_or_default(),
        9 | 10 => {
            let mut schema = schema;
            if let Some(object) = schema.as_object_mut().filter(|object| !object.contains_key("$ref")) {
                let (key, value) = match dice.below(6) {
                    0 => ("description", json!(format!("{odd}\r\n{odd}"))),
                    1 => ("readOnly", json!(true)),
                    2 => ("nullable", json!(true)),
                    3 => ("x-sensitive", json!(true)),
                    4 => ("writeOnly", json!(true)),
                    _ => ("default", json!(null)),
                };
                object.insert(key.to_owned(), value);
            }
            schema
        }
        11 => json!({}),
        12 => json!({"type": "object"}),
        13 => {
            // Nobody refers to it any more, or somebody else does.
            let users: Vec<String> =
                all.iter().filter(|it| document.pointer(it).and_then(|it| it.get("$ref")).is_some()).cloned().collect();
            if let Some(user) = (!users.is_empty()).then(|| dice.of(&users).clone())
                && let Some(node) = document.pointer_mut(&user)
            {
                *node = json!({"type": "integer"});
            }
            return;
        }
        14 => {
            // Another name for a component, and for all that refer to it.
            if let Some(old) = (!names.is_empty()).then(|| dice.of(&names).clone()) {
                let new: String = odd.chars().filter(char::is_ascii_alphanumeric).chain("_Z".chars()).collect();
                let text = document
                    .to_string()
                    .replace(&format!("#/components/schemas/{old}\""), &format!("#/components/schemas/{new}\""));
                if let Ok(mut renamed) = serde_json::from_str::<Value>(&text)
                    && let Some(section) = renamed["components"]["schemas"].as_object_mut()
                    && !section.contains_key(&new)
                    && let Some(schema) = section.shift_remove(&old)
                {
                    section.insert(new, schema);
                    *document = renamed;
                }
            }
            return;
        }
        _ => {
            // Another name for a property.
            if let Some(object) = document.pointer_mut(&join(&pointer, "properties")).and_then(Value::as_object_mut) {
                let keys: Vec<String> = object.keys().cloned().collect();
                if let Some(key) = (!keys.is_empty()).then(|| dice.of(&keys).clone())
                    && let Some(property) = object.shift_remove(&key)
                {
                    object.insert(odd.to_owned(), property);
                }
            }
            return;
        }
    };
    if let Some(node) = document.pointer_mut(&pointer) {
        *node = replacement;
    }
}

/// What became of a document.
enum Fate {
    Refused(Vec<String>),
    Made(BTreeMap<String, syn::File>),
}

fn generate(document: &Value, name: &str) -> Fate {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{name}.json"));
    std::fs::write(&path, document.to_string()).unwrap();
    let made = Job::alone(&path).make().unwrap_or_else(|error| panic!("{name}: {error:#}\n{document}"));
    let made = match made {
        Ok(made) => made,
        Err(refusals) => return Fate::Refused(refusals.iter().map(ToString::to_string).collect()),
    };
    let read = |(path, text): (&PathBuf, &Option<String>)| {
        let text = text.as_deref().unwrap_or_default();
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}\n{document}"));
        (path.file_stem().unwrap().to_string_lossy().into_owned(), file)
    };
    Fate::Made(made.files.iter().map(read).collect())
}

/// Accepted mutants of the corpus, each with its files; all others were refused.
fn mutants(seed: u64, rounds: usize) -> Vec<(String, Value, BTreeMap<String, syn::File>)> {
    let corpus = corpus();
    let mut dice = Dice(seed);
    let mut accepted = Vec::new();
    for round in 0..rounds {
        let (name, mut document) = dice.of(&corpus).clone();
        let other = dice.of(&corpus).1.clone();
        for _ in 0..=dice.below(3) {
            mutate(&mut document, &other, &mut dice);
        }
        let name = format!("m{round}_{name}");
        if let Fate::Made(files) = generate(&document, &name) {
            accepted.push((name, document, files));
        }
    }
    accepted
}

#[test]
fn a_mutated_document_is_refused_or_its_code_names_only_what_is_there() {
    let accepted = mutants(3, 150);
    assert!(accepted.len() > 30, "only {} of 150 were accepted", accepted.len());
    for (name, document, files) in accepted {
        let faults = resolved::faults(&files);
        assert!(faults.is_empty(), "{name}: {faults:#?}\n{document}");
    }
}

#[test]
fn documents_as_they_are_name_only_what_is_there() {
    for (name, document) in corpus() {
        let Fate::Made(files) = generate(&document, &name) else { continue };
        assert_eq!(resolved::faults(&files), [""; 0], "{name}");
    }
}

/// Odd documents that are accepted, with their code.
fn odd() -> Vec<(String, BTreeMap<String, syn::File>)> {
    let made = documents("fixtures/odd").into_iter().map(|(name, document)| match generate(&document, &name) {
        Fate::Made(files) => (name, files),
        Fate::Refused(refusals) => panic!("{name}: {refusals:#?}"),
    });
    made.collect()
}

/// One crate with a module for each odd document and for some mutants, through the compiler itself. What the crate needs is what the
/// workspace's tests were built with, so that nothing but the crate is compiled.
#[test]
#[ignore = "needs the whole workspace compiled; CI runs it after the other tests"]
fn odd_and_mutated_documents_compile() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = root.join("target/xtask/mutants");
    let _ = std::fs::remove_dir_all(&folder);
    let mutated = mutants(11, 120).into_iter().map(|(name, _, files)| (name, files)).take(40);
    let mut modules = String::from("//! Odd and mutated documents.\n#![allow(warnings)]\n");
    for (name, files) in odd().into_iter().chain(mutated) {
        std::fs::create_dir_all(folder.join(&name)).unwrap();
        for (file, code) in &files {
            std::fs::write(folder.join(&name).join(format!("{file}.rs")), prettyplease::unparse(code)).unwrap();
        }
        modules.push_str(&format!("pub mod {name};\n"));
    }
    std::fs::write(folder.join("lib.rs"), modules).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--cfg", "feature=\"dispatch\""]);
    command.arg("--out-dir").arg(&folder).arg(folder.join("lib.rs"));
    for (name, library) in libraries(root, &["bursar_runtime", "serde", "serde_json"]) {
        command.arg("-L").arg(format!("dependency={}", library.parent().unwrap().display()));
        command.arg("--extern").arg(format!("{name}={}", library.display()));
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let errors: Vec<&str> = said.split("\n\n").filter(|block| block.starts_with("error")).take(8).collect();
    assert!(output.status.success(), "{}", errors.join("\n\n"));
}

/// The compiled libraries that the workspace's tests use, by name.
fn libraries(root: &Path, names: &[&str]) -> BTreeMap<String, PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let words = ["test", "--workspace", "--all-features", "--no-run", "--message-format=json"];
    let output = Command::new(cargo).args(words).current_dir(root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found = messages.filter_map(|message| {
        let name = message.pointer("/target/name")?.as_str()?.replace('-', "_");
        // Libraries of build scripts and procedural macros have no debug information.
        let is_wanted = message["reason"] == "compiler-artifact"
            && message["target"]["kind"] == json!(["lib"])
            && message["profile"]["test"] == false
            && message["profile"]["debuginfo"] != 0
            && names.contains(&name.as_str());
        let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let library = files.map(PathBuf::from).find(|path| path.extension().is_some_and(|it| it == "rlib"))?;
        is_wanted.then_some((name, library))
    });
    let found: BTreeMap<String, PathBuf> = found.collect();
    assert_eq!(found.len(), names.len(), "{found:?}");
    found
}
