//! Which file of a crate imports which: read from the syntax, macros and inline paths included, tests left out.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, UseTree, Visibility};

/// A module that has a file, by its path below the crate; the root has none.
pub(crate) type Module = Vec<String>;

/// A name that a `use` brings into a module: the path, and what the name is there (`*` for all that a module has).
struct Import {
    path: Vec<String>,
    name: String,
    is_passed_on: bool,
}

/// What one file defines and names, without its tests.
#[derive(Default)]
struct Source {
    defined: BTreeSet<String>,
    exported_macros: BTreeSet<String>,
    imports: Vec<Import>,
    /// Paths in the code, and all its identifiers.
    paths: Vec<Vec<String>>,
    identifiers: BTreeSet<String>,
    /// Child modules, and those of them that are for tests.
    children: BTreeSet<String>,
    tests: Vec<String>,
}

/// The files of one crate.
pub(crate) struct Crate(BTreeMap<Module, Source>);

impl Crate {
    /// Reads the files of a crate: path below its `src`, and text.
    pub(crate) fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files: Vec<(&str, &str)> = files.into_iter().collect();
        let is_library = files.iter().any(|(path, _)| *path == "lib.rs");
        let read = |(path, text): &(&str, &str)| {
            let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            let mut source = Source::default();
            source.read(file.items, 0);
            (module_of(path, is_library), source)
        };
        let mut sources: BTreeMap<Module, Source> = files.iter().map(read).collect();
        let of_module = |(module, source): (&Module, &Source)| -> Vec<Module> {
            source.tests.iter().map(|child| [&module[..], std::slice::from_ref(child)].concat()).collect()
        };
        let tests: Vec<Module> = sources.iter().flat_map(of_module).collect();
        sources.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        Self(sources)
    }

    /// The files that each file imports.
    pub(crate) fn arrows(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let of_file = |(module, source): (&Module, &Source)| {
            // What is only passed on is imported by whoever names it.
            let used = source.imports.iter().filter(|it| !it.is_passed_on || source.identifiers.contains(&it.name));
            let named = used.map(|import| &import.path).chain(&source.paths);
            let found = named.filter_map(|path| self.resolve(module, path, 0)).filter(|found| found != module);
            (module.clone(), found.collect())
        };
        self.0.iter().map(of_file).collect()
    }

    /// The file that defines what a path names in a module; `None` if that is in another crate.
    fn resolve(&self, module: &[String], path: &[String], depth: usize) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Vec::new(),
            "super" => module.split_last()?.1.to_vec(),
            "self" => module.to_vec(),
            child => self.child(module, child)?,
        };
        for (index, name) in rest.iter().enumerate() {
            if name == "super" {
                at.pop();
            } else if let Some(child) = self.child(&at, name) {
                at = child;
            } else {
                let source = self.0.get(&at)?;
                if source.defined.contains(name) || depth > 8 {
                    break;
                }
                let (named, all): (Vec<_>, Vec<_>) = source
                    .imports
                    .iter()
                    .filter(|it| it.name == *name || it.name == "*")
                    .partition(|it| it.name != "*");
                let through = |import: &Import, from: usize| {
                    let whole = [&import.path[..], &rest[from..]].concat();
                    self.resolve(&at, &whole, depth + 1)
                };
                // A child without a file here, and what is passed on from elsewhere, are not of this crate.
                if source.children.contains(name) {
                    return None;
                }
                if !named.is_empty() {
                    return named.iter().find_map(|import| through(import, index + 1));
                }
                let mut globs = all.iter().filter_map(|import| through(import, index));
                let found = globs.find(|found| self.0[found].defined.contains(name));
                let exported = || {
                    let by = |source: &Source| at.is_empty() && source.exported_macros.contains(name);
                    self.0.iter().find(|(_, source)| by(source)).map(|(module, _)| module.clone())
                };
                return found.or_else(exported).or(Some(at));
            }
        }
        Some(at)
    }

    fn child(&self, module: &[String], name: &str) -> Option<Module> {
        let child = [module, &[name.to_owned()]].concat();
        self.0.contains_key(&child).then_some(child)
    }
}

impl Source {
    /// Reads items; `inside` says how many modules of this file they are in.
    fn read(&mut self, items: Vec<Item>, inside: usize) {
        for item in items {
            let (attributes, name) = described(&item);
            let is_test = attributes.iter().any(is_for_tests);
            match item {
                Item::Mod(module) if module.content.is_none() => {
                    self.children.insert(module.ident.to_string());
                    self.tests.extend(is_test.then(|| module.ident.to_string()));
                }
                _ if is_test => {}
                Item::Use(item) => {
                    let is_passed_on = !matches!(item.vis, Visibility::Inherited);
                    self.import(&item.tree, &mut Vec::new(), is_passed_on, inside);
                }
                item => {
                    self.exported_macros.extend(name.clone().filter(|_| attributes.iter().any(exports)));
                    self.defined.extend(name);
                    match item {
                        Item::Mod(module) => {
                            self.read(module.content.map(|(_, items)| items).unwrap_or_default(), inside + 1)
                        }
                        item => self.name(without_tests(item).into_token_stream(), inside),
                    }
                }
            }
        }
    }

    fn import(&mut self, tree: &UseTree, path: &mut Vec<String>, is_passed_on: bool, inside: usize) {
        let (last, name) = match tree {
            UseTree::Path(part) => {
                path.push(part.ident.to_string());
                self.import(&part.tree, path, is_passed_on, inside);
                path.pop();
                return;
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, path, is_passed_on, inside));
                return;
            }
            UseTree::Name(part) => (Some(part.ident.to_string()), part.ident.to_string()),
            UseTree::Rename(part) => (Some(part.ident.to_string()), part.rename.to_string()),
            _ => (None, "*".to_owned()),
        };
        let own_name = path.last().cloned().filter(|_| name == "self");
        let mut path = path.clone();
        path.extend(last.filter(|last| last != "self"));
        self.imports.push(Import { path: outside(path, inside), name: own_name.unwrap_or(name), is_passed_on });
    }

    /// Notes the paths and identifiers of code.
    fn name(&mut self, code: TokenStream, inside: usize) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in code {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path, inside);
                    }
                    self.identifiers.insert(ident.to_string());
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                other => {
                    self.end(&mut path, inside);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.name(group.stream(), inside);
                    }
                }
            }
        }
        self.end(&mut path, inside);
    }

    fn end(&mut self, path: &mut Vec<String>, inside: usize) {
        if path.len() > 1 {
            self.paths.push(outside(std::mem::take(path), inside));
        }
        path.clear();
    }
}

/// A path as it reads from outside the file's own modules.
fn outside(mut path: Vec<String>, inside: usize) -> Vec<String> {
    let up = path.iter().take_while(|name| *name == "super").count().min(inside);
    if up > 0 {
        path.splice(..up, ["self".to_owned()]);
    }
    path
}

/// `wire/reply.rs` and `wire/reply/mod.rs` are both `wire::reply`. Beside a library, `main.rs` is another crate, which nothing imports.
fn module_of(path: &str, is_library: bool) -> Module {
    let path = path.trim_end_matches(".rs");
    let mut parts: Module = path.split('/').map(str::to_owned).collect();
    let is_folder =
        parts.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib") || last == "main" && !is_library);
    if is_folder {
        parts.pop();
    }
    parts
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let is_cfg = attribute.path().is_ident("cfg");
    let text = attribute.meta.to_token_stream().to_string();
    attribute.path().is_ident("test") || is_cfg && ["test", "doctest"].iter().any(|it| text == format!("cfg ({it})"))
}

fn exports(attribute: &Attribute) -> bool {
    attribute.path().is_ident("macro_export")
}

/// The item without its functions for tests.
fn without_tests(mut item: Item) -> Item {
    if let Item::Impl(block) = &mut item {
        block.items.retain(|item| match item {
            syn::ImplItem::Fn(function) => !function.attrs.iter().any(is_for_tests),
            _ => true,
        });
    }
    item
}

/// Attributes and name of an item.
fn described(item: &Item) -> (Vec<Attribute>, Option<String>) {
    let (attributes, name) = match item {
        Item::Const(item) => (&item.attrs, Some(&item.ident)),
        Item::Enum(item) => (&item.attrs, Some(&item.ident)),
        Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
        Item::Impl(item) => (&item.attrs, None),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
        Item::Mod(item) => (&item.attrs, Some(&item.ident)),
        Item::Static(item) => (&item.attrs, Some(&item.ident)),
        Item::Struct(item) => (&item.attrs, Some(&item.ident)),
        Item::Trait(item) => (&item.attrs, Some(&item.ident)),
        Item::Type(item) => (&item.attrs, Some(&item.ident)),
        Item::Union(item) => (&item.attrs, Some(&item.ident)),
        Item::Use(item) => (&item.attrs, None),
        _ => return (Vec::new(), None),
    };
    (attributes.clone(), name.map(ToString::to_string))
}

/// The files that import each other, directly or through others: each circle sorted.
pub(crate) fn circles(arrows: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<BTreeSet<Module>> {
    let reach = |from: &Module| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(next) = open.pop() {
            for to in arrows.get(next).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&Module, BTreeSet<Module>> = arrows.keys().map(|module| (module, reach(module))).collect();
    let mut found: Vec<BTreeSet<Module>> = Vec::new();
    for (module, seen) in &reached {
        let circle: BTreeSet<Module> = seen
            .iter()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(*module)))
            .cloned()
            .collect();
        if circle.len() > 1 && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}
