//! Generated code as a reviewer wants to read it: names and signatures, one line each, without texts and paths.

use std::collections::BTreeMap;
use std::fmt::Write;

use quote::ToTokens;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprMatch, Fields, FnArg, ImplItem, Item, ItemImpl, Path, ReturnType, Visibility};

use super::workspace;

/// The items of a generated file.
pub(crate) fn items(provider: &str, module: &str) -> Vec<Item> {
    let path = format!("crates/{provider}/src/generated/{module}.rs");
    let file = syn::parse_file(&workspace::read(&path));
    file.unwrap_or_else(|error| panic!("{path}: {error}")).items
}

/// A field of a struct.
pub(crate) struct Field {
    pub(crate) name: String,
    /// Its name on the wire.
    pub(crate) wire: String,
    pub(crate) kind: String,
}

/// The structs of a file with their fields, by name.
pub(crate) fn structs(items: &[Item]) -> BTreeMap<String, Vec<Field>> {
    let structs = items.iter().filter_map(|item| match item {
        Item::Struct(found) => Some((found.ident.to_string(), fields(&found.fields))),
        _ => None,
    });
    structs.collect()
}

/// The enums of a file with the branches of each, by name.
pub(crate) fn unions(items: &[Item]) -> BTreeMap<String, Vec<String>> {
    let unions = items.iter().filter_map(|item| match item {
        Item::Enum(found) => Some((found.ident.to_string(), found.variants.iter().map(payload).collect())),
        _ => None,
    });
    unions.collect()
}

fn fields(fields: &Fields) -> Vec<Field> {
    let field = |(index, field): (usize, &syn::Field)| {
        let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
        let wire = renamed(&field.attrs).unwrap_or_else(|| name.trim_start_matches("r#").to_owned());
        Field { name, wire, kind: tidy(&field.ty) }
    };
    fields.iter().enumerate().map(field).collect()
}

/// The name that serde is told.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        attribute
            .parse_nested_meta(|meta| {
                if meta.input.peek(syn::Token![=]) {
                    let value: syn::LitStr = meta.value()?.parse()?;
                    if meta.path.is_ident("rename") {
                        found = Some(value.value());
                    }
                }
                Ok(())
            })
            .expect("a serde attribute");
    }
    found
}

/// The client's public methods with their signatures.
pub(crate) fn client(items: &[Item]) -> String {
    let mut out = String::new();
    for method in methods(items, "Client") {
        let arguments: Vec<String> = method.sig.inputs.iter().map(argument).collect();
        let (is_async, name) = (if method.sig.asyncness.is_some() { "async " } else { "" }, &method.sig.ident);
        let result = match &method.sig.output {
            ReturnType::Default => String::new(),
            ReturnType::Type(_, result) => format!("\n    -> {}", tidy(result)),
        };
        writeln!(out, "{is_async}{name}({}){result}", arguments.join(", ")).expect("a text");
    }
    out
}

fn argument(argument: &FnArg) -> String {
    match argument {
        FnArg::Receiver(_) => "&self".to_owned(),
        FnArg::Typed(typed) => format!("{}: {}", tidy(&typed.pat), tidy(&typed.ty)),
    }
}

/// The public methods of the inherent impls of a type.
fn methods<'a>(items: &'a [Item], of: &str) -> Vec<&'a syn::ImplItemFn> {
    let impls = items.iter().filter_map(|item| match item {
        Item::Impl(found) if found.trait_.is_none() && tidy(&found.self_ty) == of => Some(found),
        _ => None,
    });
    let methods = impls.flat_map(|found| &found.items).filter_map(|item| match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(method),
        _ => None,
    });
    methods.collect()
}

/// Types: structs with their fields, enums with their words or branches, and how each is read and written.
pub(crate) fn types(items: &[Item]) -> String {
    let mut traits: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut words: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        match item {
            Item::Impl(ItemImpl { trait_: Some((name, _)), self_ty, .. }) => {
                traits.entry(tidy(self_ty)).or_default().push(tidy(name));
            }
            Item::Macro(found) => {
                let text = tidy(&found.mac.tokens);
                let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let by = found.mac.path.segments.last().expect("a macro has a name").ident.to_string();
                if by != "lenient_object" {
                    words.insert(name.clone(), text[name.len()..].trim().to_owned());
                }
                traits.entry(name).or_default().push(format!("{by}!"));
            }
            _ => {}
        }
    }
    let mut out = String::new();
    for item in items {
        let (name, attributes) = match item {
            Item::Struct(found) => (&found.ident, &found.attrs),
            Item::Enum(found) => (&found.ident, &found.attrs),
            Item::Type(found) => {
                writeln!(out, "{} = {}", found.ident, tidy(&found.ty)).expect("a text");
                continue;
            }
            _ => continue,
        };
        let mut has = derived(attributes);
        has.extend(traits.remove(&name.to_string()).unwrap_or_default());
        has.sort();
        writeln!(out, "{name}: {}", has.join(" ")).expect("a text");
        match item {
            Item::Struct(found) => {
                for Field { name, wire, kind } in fields(&found.fields) {
                    let wire = if name == wire { String::new() } else { format!(" ({wire:?})") };
                    writeln!(out, "    {name}{wire}: {kind}").expect("a text");
                }
            }
            Item::Enum(found) => {
                for variant in &found.variants {
                    writeln!(out, "    {}", payload(variant)).expect("a text");
                }
            }
            _ => {}
        }
        if let Some(words) = words.remove(&name.to_string()) {
            writeln!(out, "    {words}").expect("a text");
        }
    }
    out
}

/// `Known(Open<Status>)`.
fn payload(variant: &syn::Variant) -> String {
    let kinds: Vec<String> = fields(&variant.fields).into_iter().map(|field| field.kind).collect();
    if kinds.is_empty() { variant.ident.to_string() } else { format!("{}({})", variant.ident, kinds.join(", ")) }
}

fn derived(attributes: &[Attribute]) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let collect = |meta: syn::meta::ParseNestedMeta| {
            found.push(tidy(&meta.path));
            Ok(())
        };
        attribute.parse_nested_meta(collect).expect("derives");
    }
    found
}

/// Answers and errors by status.
pub(crate) fn responses(items: &[Item]) -> String {
    let mut variants: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut out = String::new();
    for item in items {
        match item {
            Item::Enum(found) => {
                for variant in &found.variants {
                    variants.insert((found.ident.to_string(), variant.ident.to_string()), payload(variant));
                }
            }
            Item::Type(found) => writeln!(out, "{} = {}", found.ident, tidy(&found.ty)).expect("a text"),
            Item::Impl(found) if found.trait_.is_some() => {
                let name = tidy(&found.self_ty);
                let by = tidy(&found.trait_.as_ref().expect("just asked").0);
                writeln!(out, "{name}: {by}").expect("a text");
                let mut arms = Arms::default();
                arms.visit_item_impl(found);
                for (status, body) in arms.0 {
                    let variant = body.strip_prefix("Self::").unwrap_or(&body);
                    let variant: String = variant.chars().take_while(|c| c.is_alphanumeric()).collect();
                    let shown = variants.get(&(name.clone(), variant)).unwrap_or(&body);
                    writeln!(out, "    {status}: {shown}").expect("a text");
                }
            }
            _ => {}
        }
    }
    out
}

/// The arms of all matches, as pattern and body.
#[derive(Default)]
struct Arms(Vec<(String, String)>);

impl<'a> Visit<'a> for Arms {
    fn visit_expr_match(&mut self, found: &'a ExprMatch) {
        for arm in &found.arms {
            let body = match &*arm.body {
                Expr::Block(_) => "{ .. }".to_owned(),
                body => tidy(body),
            };
            self.0.push((tidy(&arm.pat).replace("u16", ""), body));
        }
        syn::visit::visit_expr_match(self, found);
    }
}

/// Builders with their setters, and what `build()` insists on.
pub(crate) fn builders(items: &[Item]) -> String {
    let mut out = String::new();
    for name in structs(items).keys().filter(|name| name.ends_with("Builder")) {
        writeln!(out, "{name}").expect("a text");
        for method in methods(items, name) {
            if method.sig.ident == "build" {
                let ReturnType::Type(_, result) = &method.sig.output else { panic!("build() has a result") };
                let mut required = Required::default();
                required.visit_impl_item_fn(method);
                writeln!(out, "    build() -> {}; required: {:?}", tidy(result), required.0).expect("a text");
                continue;
            }
            let arguments: Vec<String> = method.sig.inputs.iter().skip(1).map(argument).collect();
            writeln!(out, "    {}", arguments.join(", ")).expect("a text");
        }
    }
    out
}

/// The names that `required("name", ..)` is called with.
#[derive(Default)]
struct Required(Vec<String>);

impl<'a> Visit<'a> for Required {
    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        if let (true, Some(Expr::Lit(name))) = (call.method == "required", call.args.first()) {
            self.0.push(tidy(name).trim_matches('"').to_owned());
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

/// Source text with the last segment of every path, and without needless blanks.
pub(crate) fn tidy<T: ToTokens>(code: &T) -> String {
    let tokens = code.to_token_stream();
    let text = match syn::parse2::<syn::Type>(tokens.clone()) {
        Ok(mut kind) => {
            LastSegment.visit_type_mut(&mut kind);
            kind.to_token_stream().to_string()
        }
        Err(_) => tokens.to_string(),
    };
    let mut text = text.replace(" :: ", "::").replace(":: ", "::");
    let blanks = [" <", "< ", " ,", ", >", " >", "& ", " (", "( ", " )", " . "];
    for (long, short) in blanks.into_iter().zip(["<", "<", ",", ">", ">", "&", "(", "(", ")", "."]) {
        text = text.replace(long, short);
    }
    text.trim_start_matches("::").to_owned()
}

struct LastSegment;

impl VisitMut for LastSegment {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if let Some(last) = path.segments.pop() {
            *path = last.into();
        }
        syn::visit_mut::visit_path_mut(self, path);
    }
}

/// The members of each `lenient_object!`: key on the wire and field.
pub(crate) fn lenient_members(items: &[Item]) -> BTreeMap<String, Vec<(String, String)>> {
    let mut found = BTreeMap::new();
    for item in items {
        let Item::Macro(item) = item else { continue };
        if item.mac.path.segments.last().is_none_or(|name| name.ident != "lenient_object") {
            continue;
        }
        let text = tidy(&item.mac.tokens);
        let (name, members) = text.split_once('{').expect("members in braces");
        let members = members.split_once('}').expect("members in braces").0.split(',');
        let member = |member: &str| {
            let (key, field) = member.split_once("=>").expect("a key and a field");
            (key.trim().trim_matches('"').to_owned(), field.trim().to_owned())
        };
        let members = members.filter(|member| !member.trim().is_empty()).map(member).collect();
        found.insert(name.trim().to_owned(), members);
    }
    found
}
