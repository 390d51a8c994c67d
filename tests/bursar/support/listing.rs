//! Generated code, parsed: structs with their fields, enums with their variants, types as one reads them.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Fields, Item, Path};

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

/// The fields of a struct or a variant.
pub(crate) fn fields(fields: &Fields) -> Vec<Field> {
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

/// `Known(Open<Status>)`.
pub(crate) fn payload(variant: &syn::Variant) -> String {
    let kinds: Vec<String> = fields(&variant.fields).into_iter().map(|field| field.kind).collect();
    if kinds.is_empty() { variant.ident.to_string() } else { format!("{}({})", variant.ident, kinds.join(", ")) }
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
