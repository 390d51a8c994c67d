//! What a compiler would say first, without one: every name that generated code uses is there, once, and reads as its place asks.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Fields, File, Item};

/// What the compiler would refuse; `files` are the modules by name.
pub(crate) fn faults(files: &BTreeMap<String, File>) -> Vec<String> {
    let modules: BTreeMap<&str, BTreeSet<String>> =
        files.iter().map(|(name, file)| (name.as_str(), file.items.iter().filter_map(item_name).collect())).collect();
    let empty = BTreeSet::new();
    let of = |name: &str| modules.get(name).unwrap_or(&empty);
    let mut found = Vec::new();
    for (name, file) in files {
        let mut names = Names {
            known: of(name)
                .union(if name == "client" { &empty } else { of("types") })
                .cloned()
                .chain(used(file))
                .collect(),
            modules: &modules,
            generics: Vec::new(),
            found: Vec::new(),
        };
        names.visit_file(file);
        found.extend(names.found.into_iter().map(|fault| format!("{name}.rs: {fault}")));
        found.extend(doubled(file).into_iter().map(|fault| format!("{name}.rs: {fault}")));
    }
    if let Some(types) = files.get("types") {
        found.extend(strict_inside_lenient(types));
    }
    found
}

fn item_name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Struct(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Const(item) => item.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        _ => return None,
    })
}

/// Names that the `use` lines of a file bring.
fn used(file: &File) -> Vec<String> {
    fn leaves(tree: &syn::UseTree, found: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => leaves(&path.tree, found),
            syn::UseTree::Name(name) => found.push(name.ident.to_string()),
            syn::UseTree::Rename(rename) => found.push(rename.rename.to_string()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, found)),
            syn::UseTree::Glob(_) => {}
        }
    }
    let mut found = Vec::new();
    for item in &file.items {
        if let Item::Use(item) = item {
            leaves(&item.tree, &mut found);
        }
    }
    found
}

/// Names that stand twice where they may stand once.
fn doubled(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let mut once = |what: &str, names: Vec<String>| {
        let mut seen = BTreeSet::new();
        found.extend(
            names.into_iter().filter(|name| !seen.insert(name.clone())).map(|name| format!("{what}: `{name}` twice")),
        );
    };
    once("the file", file.items.iter().filter_map(item_name).collect());
    for item in &file.items {
        match item {
            Item::Enum(item) => {
                once(&item.ident.to_string(), item.variants.iter().map(|variant| variant.ident.to_string()).collect());
            }
            Item::Struct(item) => {
                let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
                once(&item.ident.to_string(), fields.map(ToString::to_string).collect());
            }
            Item::Impl(item) => {
                let functions = item.items.iter().filter_map(|item| match item {
                    syn::ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                    _ => None,
                });
                once("an impl", functions.collect());
                for item in &item.items {
                    let syn::ImplItem::Fn(function) = item else { continue };
                    let inputs = function.sig.inputs.iter().filter_map(|input| match input {
                        syn::FnArg::Typed(typed) => Some(quote::ToTokens::to_token_stream(&typed.pat).to_string()),
                        syn::FnArg::Receiver(_) => None,
                    });
                    once(&function.sig.ident.to_string(), inputs.collect());
                }
            }
            _ => {}
        }
    }
    found
}

/// Visits the paths of types.
struct Names<'m> {
    known: BTreeSet<String>,
    modules: &'m BTreeMap<&'m str, BTreeSet<String>>,
    generics: Vec<String>,
    found: Vec<String>,
}

/// What every file has.
const GIVEN: [&str; 11] = ["Self", "Option", "Result", "Vec", "Box", "String", "bool", "i32", "i64", "str", "D"];

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_generics(&mut self, generics: &'ast syn::Generics) {
        self.generics.extend(generics.type_params().map(|parameter| parameter.ident.to_string()));
        visit::visit_generics(self, generics);
    }

    fn visit_type_path(&mut self, ty: &'ast syn::TypePath) {
        let segments: Vec<String> = ty.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<&str> = segments.iter().map(String::as_str).collect();
        match names[..] {
            _ if ty.path.leading_colon.is_some() || ty.qself.is_some() => {}
            [name]
                if self.known.contains(name) || GIVEN.contains(&name) || self.generics.iter().any(|it| it == name) => {}
            [name] => self.found.push(format!("unknown type `{name}`")),
            [module @ ("types" | "requests" | "responses"), name]
                if !self.modules.get(module).is_some_and(|names| names.contains(name)) =>
            {
                self.found.push(format!("unknown type `{module}::{name}`"));
            }
            _ => {}
        }
        visit::visit_type_path(self, ty);
    }
}

/// Structs that are read leniently hold only what can be: everything but the runtime's own types must be lenient too.
fn strict_inside_lenient(types: &File) -> Vec<String> {
    let mut lenient = BTreeSet::new();
    for item in &types.items {
        let Item::Macro(item) = item else { continue };
        let Some(name) = item.mac.tokens.clone().into_iter().next() else { continue };
        let called = item.mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if ["lenient_object", "lenient_union", "words"].contains(&called.as_str()) {
            lenient.insert(name.to_string());
        }
    }
    let local: BTreeSet<String> = types.items.iter().filter_map(item_name).collect();
    let mut found = Vec::new();
    for item in &types.items {
        let (name, fields): (String, Vec<&Fields>) = match item {
            Item::Struct(item) => (item.ident.to_string(), vec![&item.fields]),
            Item::Enum(item) => (item.ident.to_string(), item.variants.iter().map(|variant| &variant.fields).collect()),
            _ => continue,
        };
        if !lenient.contains(&name) {
            continue;
        }
        for field in fields.into_iter().flatten() {
            let mut held = Held(Vec::new());
            held.visit_type(&field.ty);
            let strict = held.0.into_iter().filter(|held| local.contains(held) && !lenient.contains(held));
            found.extend(
                strict.map(|held| format!("types.rs: `{name}` is lenient and contains `{held}`, which is not")),
            );
        }
    }
    found
}

struct Held(Vec<String>);

impl<'ast> Visit<'ast> for Held {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.extend(path.get_ident().map(ToString::to_string));
        visit::visit_path(self, path);
    }
}
