//! The enum of a `oneOf`: read from its own text, so that amounts in it stay exact; what fits no branch of an answer is kept.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::rust::written;
use crate::rewrite::plan::{Branch, Kind, Union};

/// The enum with its readers and writers; lenient where an answer reaches it, strict where only requests do.
pub(crate) fn item(union: &Union, lenient: bool) -> TokenStream {
    let name = format_ident!("{}", union.name);
    let text = if union.text.is_empty() {
        format!(" A union of {} types.", union.branches.len())
    } else {
        format!(" {}", union.text)
    };
    let variants = union.branches.iter().map(|branch| {
        let (ident, ty) = (format_ident!("{}", branch.name), content(branch));
        quote!(#ident(#ty))
    });
    let conversions = union.branches.iter().filter(|branch| single(union, branch)).map(|branch| {
        let (ident, rust) = (format_ident!("{}", branch.name), rust(branch));
        let value = if boxed(branch) { quote!(Box::new(value)) } else { quote!(value) };
        quote! {
            impl ::std::convert::From<#rust> for #name {
                fn from(value: #rust) -> Self {
                    Self::#ident(#value)
                }
            }
        }
    });
    let reader = match &union.tag {
        _ if !lenient => strict(union),
        Some(tag) => tagged(union, tag),
        None => shaped(union),
    };
    let other = lenient.then(|| {
        quote!(
            /// What the document does not describe, as it came.
            Other(::bursar_runtime::Odd),
        )
    });
    quote! {
        #[doc = #text]
        #[derive(::serde::Serialize, Clone, Debug, PartialEq)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #other
        }

        #(#conversions)*

        #reader
    }
}

/// Objects are boxed: a union may hold what holds the union, and no branch makes the others large.
fn boxed(branch: &Branch) -> bool {
    branch.kind == Kind::Object && !branch.rust.starts_with("::")
}

fn rust(branch: &Branch) -> TokenStream {
    written(&branch.rust).0
}

fn content(branch: &Branch) -> TokenStream {
    let (rust, attribute) = written(&branch.rust);
    if boxed(branch) { quote!(::std::boxed::Box<#rust>) } else { quote!(#attribute #rust) }
}

/// Whether no other branch holds the same type, so that a conversion is clear.
fn single(union: &Union, branch: &Branch) -> bool {
    union.branches.iter().filter(|other| other.rust == branch.rust).count() == 1
}

/// By the value of the tag.
fn tagged(union: &Union, tag: &str) -> TokenStream {
    let name = format_ident!("{}", union.name);
    let arms = union.branches.iter().flat_map(|branch| {
        let ident = format_ident!("{}", branch.name);
        branch.tags.iter().map(move |tag| quote!(#tag => #ident))
    });
    quote!(rt::lenient_union!(#name by #tag { #(#arms,)* _ => Other });)
}

/// By JSON kind, then by the properties that only one branch requires; a branch without such comes last.
fn shaped(union: &Union) -> TokenStream {
    let name = format_ident!("{}", union.name);
    let branches = ordered(union).into_iter().map(|branch| {
        let (ident, needs) = (format_ident!("{}", branch.name), &branch.needs);
        quote!(#ident [#(#needs),*])
    });
    quote!(rt::lenient_union!(#name { #(#branches,)* _ => Other });)
}

/// The branches in the order in which they are tried.
fn ordered(union: &Union) -> Vec<&Branch> {
    let mut order: Vec<&Branch> = union.branches.iter().collect();
    order.sort_by_key(|branch| (branch.kind == Kind::Any, branch.needs.is_empty()));
    order
}

/// As the document says and not otherwise: nothing is coerced, and what fits no branch does not read.
fn strict(union: &Union) -> TokenStream {
    let name = format_ident!("{}", union.name);
    let attempts = ordered(union).into_iter().map(|branch| {
        let (ident, needs, tags) = (format_ident!("{}", branch.name), &branch.needs, &branch.tags);
        let fits = match (&union.tag, branch.kind) {
            (Some(tag), _) => quote!(matches!(json.get(#tag).and_then(rt::Json::string).as_deref(), Some(#(#tags)|*))),
            (None, Kind::Text) => quote!(json.kind() == rt::JsonKind::String),
            (None, Kind::Number) => quote!(json.kind() == rt::JsonKind::Number),
            (None, Kind::Bool) => quote!(json.kind() == rt::JsonKind::Bool),
            (None, Kind::List) => quote!(json.kind() == rt::JsonKind::Array),
            (None, Kind::Object) => quote!(json.kind() == rt::JsonKind::Object #(&& json.get(#needs).is_some())*),
            (None, Kind::Any) => quote!(true),
        };
        quote!(.or_else(|| if #fits { json.decode().map(Self::#ident) } else { None }))
    });
    quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                rt::read_text(deserializer, "one of the documented types", |json| None #(#attempts)*)
            }
        }
    }
}
