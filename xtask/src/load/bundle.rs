//! Components of other files move into the document, so that every `$ref` is local.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::read::load;
use crate::document::Document;
use crate::document::pointer::{join, keys};
use crate::document::refusal::Refusal;

/// Imports what the document refers to in files of its folder, transitively, under the same names.
///
/// `path` is where the document was read. Returns the other files that were read, seen from its folder. What cannot be
/// imported becomes a fault of the document, which lint lists with all others.
///
/// # Errors
/// One of the files is no YAML mapping.
pub(crate) fn bundle(document: &mut Document, path: &Path) -> Result<Vec<PathBuf>, Vec<Refusal>> {
    let main = path.file_name().map(PathBuf::from).unwrap_or_default();
    let mut bundle = Bundle {
        folder: path.parent().unwrap_or(Path::new("")),
        main: main.clone(),
        files: BTreeMap::new(),
        unreadable: Vec::new(),
        origins: BTreeMap::new(),
        open: vec![(String::new(), main)],
    };
    while let Some((pointer, file)) = bundle.open.pop() {
        let Some(node) = document.get(&pointer) else { continue };
        let mut found = Vec::new();
        references(node, &pointer, Inside::Object, &mut found);
        for reference in found {
            bundle.reference(document, reference, &file);
        }
    }
    if bundle.unreadable.is_empty() {
        return Ok(bundle.files.into_iter().filter_map(|(path, loaded)| loaded.map(|_| path)).collect());
    }
    Err(bundle.unreadable)
}

/// A text that names a component: of a `$ref`, or of a discriminator's mapping.
struct Reference {
    pointer: String,
    target: String,
}

struct Bundle<'a> {
    folder: &'a Path,
    main: PathBuf,
    /// Files by path in the folder; `None` for one that cannot be read.
    files: BTreeMap<PathBuf, Option<Document>>,
    /// Faults of those that are there and are no YAML mapping.
    unreadable: Vec<Refusal>,
    /// The file that each imported component came from.
    origins: BTreeMap<String, PathBuf>,
    /// Nodes of the document still to be searched, and the file that their references are relative to.
    open: Vec<(String, PathBuf)>,
}

impl Bundle<'_> {
    fn reference(&mut self, document: &mut Document, Reference { pointer, target }: Reference, file: &Path) {
        // Paths are never imported: lint refuses the `$ref` of a path.
        if pointer.starts_with("/paths/") && keys(&pointer).count() == 3 {
            return;
        }
        let Some((path, component)) = target.split_once('#') else {
            let hint = "write <file>#/components/<section>/<name>";
            return refuse(document, "ref-deep", &pointer, format!("the $ref `{target}` is not a component"), hint);
        };
        let source = match path {
            "" => file.to_owned(),
            path => match within(file.parent().unwrap_or(Path::new("")), path) {
                Some(source) => source,
                None => {
                    let message = format!("the $ref `{target}` points outside the document's folder");
                    let hint = "refer to a component of this document, or of a file in the same folder";
                    return refuse(document, "ref-external", &pointer, message, hint);
                }
            },
        };
        if source == self.main {
            if !path.is_empty() {
                self.write(document, &pointer, component);
            }
            return;
        }
        if !matches!(keys(component).collect::<Vec<_>>().as_slice(), [first, _, _] if first == "components") {
            let hint = "write <file>#/components/<section>/<name>";
            return refuse(document, "ref-deep", &pointer, format!("the $ref `{target}` is not a component"), hint);
        }
        if self.import(document, &pointer, &source, component) {
            self.write(document, &pointer, component);
        }
    }

    fn write(&self, document: &mut Document, pointer: &str, component: &str) {
        if let Some(node) = document.value.pointer_mut(pointer) {
            *node = Value::String(format!("#{component}"));
        }
    }

    /// Copies a component into the document, unless it is there already; `false` if it cannot be had.
    fn import(&mut self, document: &mut Document, at: &str, source: &Path, component: &str) -> bool {
        if self.origins.get(component).is_some_and(|origin| origin == source) {
            return true;
        }
        let shown = source.display();
        let Some(loaded) = self.load(document, source) else {
            let hint = "write the file, or correct its name";
            refuse(document, "ref-missing", at, format!("the file `{shown}` cannot be read"), hint);
            return false;
        };
        let Some(value) = loaded.get(component).cloned() else {
            let hint = "add it there, or correct the name";
            refuse(document, "ref-missing", at, format!("`{shown}` has no `#{component}`"), hint);
            return false;
        };
        if let Some(known) = document.get(component) {
            if *known == value {
                return true;
            }
            let message = format!("`#{component}` of `{shown}` has the name of another component");
            refuse(document, "name-collision", at, message, "rename one of them");
            return false;
        }
        if !insert(document, component, value) {
            return false;
        }
        if let Some(Some(loaded)) = self.files.get(source) {
            document.adopted(loaded, component, component);
        }
        self.origins.insert(component.to_owned(), source.to_owned());
        self.open.push((component.to_owned(), source.to_owned()));
        true
    }

    fn load(&mut self, document: &mut Document, source: &Path) -> Option<&Document> {
        if !self.files.contains_key(source) {
            let path = self.folder.join(source);
            // A file is shown beside the document.
            let shown = Path::new(document.file()).with_file_name(source);
            let loaded = path.is_file().then(|| load(&path, &shown.to_string_lossy()));
            let loaded = match loaded {
                Some(Ok(loaded)) => Some(loaded),
                Some(Err(faults)) => {
                    self.unreadable.extend(faults);
                    None
                }
                None => None,
            };
            self.files.insert(source.to_owned(), loaded);
        }
        self.files.get(source)?.as_ref()
    }
}

fn refuse(document: &mut Document, rule: &'static str, pointer: &str, message: String, hint: &str) {
    let place = document.place(pointer);
    document.refuse(Refusal::new(rule, place, message, hint));
}

/// Puts a component into its section, which may be new.
fn insert(document: &mut Document, component: &str, value: Value) -> bool {
    let mut node = &mut document.value;
    for key in keys(component) {
        let Some(object) = node.as_object_mut() else { return false };
        node = object.entry(key).or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    *node = value;
    true
}

/// The path, seen from the document's folder, of a file named in one of `base`; `None` if it is a URL or lies outside.
fn within(base: &Path, named: &str) -> Option<PathBuf> {
    if named.contains([':', '\\']) {
        return None;
    }
    let mut path = base.to_owned();
    for component in Path::new(named).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir if path.pop() => {}
            _ => return None,
        }
    }
    Some(path)
}

/// What the keys of a mapping are.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    /// Keywords.
    Object,
    /// Names of the author's choice, each of an object.
    Names,
    /// Tags, each of a reference.
    Mapping,
}

/// Finds references, but not in data that only looks like one.
fn references(node: &Value, pointer: &str, inside: Inside, found: &mut Vec<Reference>) {
    match node {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                references(item, &join(pointer, &index.to_string()), Inside::Object, found);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                let at = join(pointer, key);
                let next = match (inside, key.as_str(), value) {
                    (Inside::Object, "$ref", Value::String(target)) => {
                        found.push(Reference { pointer: at, target: target.clone() });
                        continue;
                    }
                    (Inside::Mapping, _, Value::String(target)) if target.contains('#') => {
                        found.push(Reference { pointer: at, target: target.clone() });
                        continue;
                    }
                    (Inside::Object, "example" | "examples" | "default" | "enum", _) => continue,
                    (Inside::Object, key, _) if key.starts_with("x-") => continue,
                    (Inside::Object, "mapping", _) => Inside::Mapping,
                    (Inside::Object, "properties" | "schemas" | "responses" | "parameters" | "headers", _) => {
                        Inside::Names
                    }
                    (Inside::Object, "requestBodies" | "securitySchemes" | "content" | "paths", _) => Inside::Names,
                    _ => Inside::Object,
                };
                references(value, &at, next, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::parse;
    use super::*;

    fn fixtures() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/load")
    }

    fn read(name: &str) -> Document {
        load(&fixtures().join(name), &format!("specs/{name}")).unwrap()
    }

    #[test]
    fn components_of_other_files_move_in() {
        let mut document = read("before.yaml");
        let files = bundle(&mut document, &fixtures().join("before.yaml")).unwrap();
        assert_eq!(document.faults(), []);
        assert_eq!(document.value, read("after.yaml").value);
        assert_eq!(files, [Path::new("common.yaml"), Path::new("parts/targets.yaml")]);
        let at = document.place("/components/schemas/Money/x-unit").to_string();
        assert_eq!(at, "specs/common.yaml:31:15");
        let at = document.place("/components/schemas/Card/properties/kind/type").to_string();
        assert_eq!(at, "specs/parts/targets.yaml:9:22");
        assert_eq!(document.place("/components/schemas/Status/type").to_string(), "specs/before.yaml:20:13");
    }

    #[test]
    fn a_file_that_is_no_yaml_is_refused_by_its_own_place() {
        let text = "a: {$ref: 'broken.yaml#/components/schemas/A'}";
        let mut document = parse(text, "specs/main.yaml").unwrap();
        let found = bundle(&mut document, &fixtures().join("main.yaml")).unwrap_err();
        assert_eq!((found[0].rule, found[0].place.to_string().as_str()), ("yaml-syntax", "specs/broken.yaml:1:1"));
    }

    #[test]
    fn what_cannot_be_imported_is_refused_once() {
        let cases = [
            ("https://example.com/x.yaml#/components/schemas/A", "ref-external"),
            ("../common.yaml#/components/schemas/Money", "ref-external"),
            ("/common.yaml#/components/schemas/Money", "ref-external"),
            ("nothing.yaml#/components/schemas/Money", "ref-missing"),
            ("common.yaml#/components/schemas/Nothing", "ref-missing"),
            ("common.yaml", "ref-deep"),
            ("common.yaml#/components/schemas/Payment/properties/amount", "ref-deep"),
            ("common.yaml#/components/schemas/Unused", "name-collision"),
        ];
        for (target, rule) in cases {
            let text = format!(
                "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n    Unused: {{type: integer}}\n    It:\n      $ref: {target}\n"
            );
            let mut document = parse(&text, "specs/main.yaml").unwrap();
            bundle(&mut document, &fixtures().join("main.yaml")).unwrap();
            let found: Vec<_> = document.faults().iter().map(|it| (it.rule, it.place.to_string())).collect();
            assert_eq!(found, [(rule, "specs/main.yaml:8:13".to_owned())], "{target}");
        }
    }
}
