//! `types.rs`: progenitor's types, with lenient readers for what answers hold, lists that remember, and less of what nobody calls.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Fields, GenericArgument, Item, ItemEnum, ItemStruct, Meta, Path, PathArguments, Token, Type,
    punctuated::Punctuated,
};

use super::rust::Unions;
use super::unions;
use crate::rewrite::plan::{Body, Operation, Plan};

/// A struct of the file.
pub(crate) struct Struct {
    pub(crate) name: String,
    /// Whether it is a newtype.
    pub(crate) tuple: bool,
    pub(crate) fields: Vec<Field>,
}

/// A field of a struct.
pub(crate) struct Field {
    pub(crate) ident: syn::Ident,
    /// Name on the wire.
    pub(crate) key: String,
    pub(crate) ty: Type,
    pub(crate) docs: Vec<Attribute>,
    /// Whether it holds the properties without a field of their own.
    pub(crate) flatten: bool,
}

/// The file `types.rs`, and its structs.
pub(crate) fn file(plan: &Plan, items: Vec<Item>) -> (TokenStream, Vec<Struct>) {
    let is_form = |row: &Operation| match &row.body {
        Body::Multipart { form } => Some(form.clone()),
        _ => None,
    };
    let forms: HashSet<String> = plan.operations.iter().filter_map(is_form).collect();
    let mut structs = Vec::new();
    let mut out = Vec::new();
    for mut item in items {
        Unions("").visit_item_mut(&mut item);
        match item {
            Item::Struct(item) => {
                let (code, description) = structure(plan, &forms, item);
                out.push(code);
                structs.push(description);
            }
            Item::Enum(item) => out.push(words(plan, item)),
            // Conversions that nobody calls, their error, and what `words!` does for all enums alike.
            Item::Impl(_) | Item::Mod(_) => {}
            other => out.push(quote!(#other)),
        }
    }
    let unions = plan.unions.iter().map(|union| unions::item(union, plan.answers.contains(&union.name)));
    let code = quote! {
        #[allow(unused_imports)]
        use bursar_runtime::generated as rt;

        #(#out)*
        #(#unions)*
    };
    (code, structs)
}

/// An enum of words: one table in place of derived readers and writers.
fn words(plan: &Plan, mut item: ItemEnum) -> TokenStream {
    let name = &item.ident;
    let named = plan.words.get(&name.to_string()).map(Vec::as_slice).unwrap_or_default();
    for (variant, (ident, _)) in item.variants.iter_mut().zip(named) {
        variant.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
        variant.ident = format_ident!("{ident}");
    }
    let pairs = named.iter().map(|(ident, word)| {
        let ident = format_ident!("{ident}");
        quote!(#word => #ident)
    });
    let table = quote!(rt::words!(#name { #(#pairs),* }););
    item.attrs.retain(|attribute| attribute.path().is_ident("doc"));
    quote! {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #item
        #table
    }
}

/// The name on the wire, where serde is told another one.
fn rename(attributes: &[Attribute]) -> Option<String> {
    let words = serde_words(attributes);
    let name = words.iter().find_map(|word| word.strip_prefix("rename = "))?;
    syn::parse_str::<syn::LitStr>(name).ok().map(|name| name.value())
}

fn structure(plan: &Plan, forms: &HashSet<String>, mut item: ItemStruct) -> (TokenStream, Struct) {
    let name = item.ident.to_string();
    let lenient = plan.answers.contains(&name) && matches!(item.fields, Fields::Named(_));
    let is_form = forms.contains(&name);
    let mut description = Struct { name, tuple: !matches!(item.fields, Fields::Named(_)), fields: Vec::new() };
    if lenient {
        derive_default_for_deserialize(&mut item);
    }
    if let Fields::Named(fields) = &mut item.fields {
        for field in &mut fields.named {
            let Some(ident) = field.ident.clone() else { continue };
            let serde = serde_words(&field.attrs);
            let key = rename(&field.attrs).unwrap_or_else(|| ident.to_string().trim_start_matches("r#").to_owned());
            let flatten = serde.iter().any(|word| word == "flatten");
            retype(field, lenient);
            description.fields.push(Field {
                ident,
                key,
                ty: field.ty.clone(),
                docs: field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect(),
                flatten,
            });
        }
        item.attrs.push(syn::parse_quote!(#[non_exhaustive]));
    }
    let reader = lenient.then(|| reader(&description));
    let form = is_form.then(|| form(&description));
    (quote!(#item #reader #form), description)
}

/// Words of the `serde` attributes, each as text.
fn serde_words(attributes: &[Attribute]) -> Vec<String> {
    let serde = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
    serde
        .filter_map(|attribute| attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok())
        .flatten()
        .map(|meta| quote!(#meta).to_string())
        .collect()
}

/// A lenient struct reads itself, starting from its default: every field of it may be absent.
fn derive_default_for_deserialize(item: &mut ItemStruct) {
    for attribute in item.attrs.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let Ok(derived) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else { continue };
        let others = |path: &Path| {
            path.segments.last().is_none_or(|last| last.ident != "Deserialize" && last.ident != "Default")
        };
        let kept = derived.into_iter().filter(others);
        *attribute = syn::parse_quote!(#[derive(#(#kept,)* Default)]);
    }
}

/// `Option<Vec<T>>` -> `List<T>`, `MajorText` -> `Major` written as text; serde's words follow the type.
fn retype(field: &mut syn::Field, lenient: bool) {
    let mut words: Vec<TokenStream> = Vec::new();
    for word in serde_words(&field.attrs) {
        // Reading is ours in a lenient struct; only the words for writing stay.
        let reading = ["default", "deserialize_with"].iter().any(|start| word.starts_with(start));
        if !(lenient && reading) {
            words.push(word.parse().unwrap_or_default());
        }
    }
    if let Some(item) = optional_list(&field.ty) {
        field.ty = syn::parse_quote!(::bursar_runtime::List<#item>);
        words.retain(|word| !word.to_string().starts_with("skip_serializing_if"));
        words.push(quote!(skip_serializing_if = "::bursar_runtime::List::is_absent"));
        if !lenient {
            words.push(quote!(default));
        }
    }
    // serde by itself reads null as absent.
    if !lenient && argument(&field.ty, "Option").is_some_and(|inner| argument(&inner, "Nullable").is_some()) {
        words.push(quote!(default));
        words.push(quote!(deserialize_with = "::bursar_runtime::nullable"));
    }
    let mut text = Text(None);
    text.visit_type_mut(&mut field.ty);
    if let Some(kind) = text.0 {
        let path = format!("::bursar_runtime::text::{kind}");
        words.push(quote!(serialize_with = #path));
    }
    field.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
    if !words.is_empty() {
        field.attrs.push(syn::parse_quote!(#[serde(#(#words),*)]));
    }
}

/// Finds `MajorText` and `NumberText`, which stand for their type written as text.
struct Text(Option<&'static str>);

impl VisitMut for Text {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if let Some(last) = path.segments.last_mut() {
            if last.ident == "MajorText" {
                self.0 = Some("major");
                last.ident = format_ident!("Major");
            } else if last.ident == "NumberText" {
                self.0 = Some("number");
                last.ident = format_ident!("Number");
            }
        }
        visit_mut::visit_path_mut(self, path);
    }
}

fn outer(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

fn argument(ty: &Type, name: &str) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner.clone()),
        _ => None,
    })
}

fn optional_list(ty: &Type) -> Option<Type> {
    argument(&argument(ty, "Option")?, "Vec")
}

/// The lenient reader of an answer's struct.
fn reader(item: &Struct) -> TokenStream {
    let name = format_ident!("{}", item.name);
    let fields = item.fields.iter().filter(|field| !field.flatten).map(|field| {
        let (ident, key) = (&field.ident, &field.key);
        quote!(#key => #ident)
    });
    let extra = item.fields.iter().find(|field| field.flatten).map(|field| &field.ident);
    quote!(rt::lenient_object!(#name { #(#fields),* } #extra);)
}

fn is_file(ty: &Type) -> bool {
    quote!(#ty).to_string().ends_with(":: FilePart")
        || ["Option", "List", "Vec"].iter().any(|name| argument(ty, name).is_some_and(|inner| is_file(&inner)))
}

/// How the parts of a multipart form are written.
fn form(item: &Struct) -> TokenStream {
    let name = format_ident!("{}", item.name);
    let parts = item.fields.iter().map(|field| {
        let (ident, key) = (&field.ident, &field.key);
        match (is_file(&field.ty), outer(&field.ty).as_deref()) {
            (true, Some("FilePart")) => quote!(form.files(#key, [&self.#ident]);),
            (true, _) => quote!(form.files(#key, self.#ident.iter());),
            (false, _) => quote!(form.value(#key, &self.#ident)?;),
        }
    });
    quote! {
        impl rt::Form for #name {
            fn parts(&self, form: &mut rt::Multipart) -> Result<(), rt::CallError> {
                #(#parts)*
                Ok(())
            }
        }
    }
}
