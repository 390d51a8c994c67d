//! The enum of a `oneOf`: read from its own text, so that amounts in it stay exact; what fits no branch is kept.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::responses::written;
use crate::transform::plan::{Branch, Kind, Union};

/// The enum with its readers and writers.
pub(crate) fn item(union: &Union) -> TokenStream {
    let name = format_ident!("{}", union.name);
    let text = if union.text.is_empty() {
        format!(" One of {} shapes.", union.branches.len())
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
        Some(tag) => tagged(union, tag),
        None => shaped(union),
    };
    quote! {
        #[doc = #text]
        #[derive(::serde::Serialize, Clone, Debug, PartialEq)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// What the document does not describe, as it came.
            Other(::bursar_runtime::Odd),
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
    let mut order: Vec<&Branch> = union.branches.iter().collect();
    order.sort_by_key(|branch| (branch.kind == Kind::Any, branch.needs.is_empty()));
    let branches = order.iter().map(|branch| {
        let (ident, needs) = (format_ident!("{}", branch.name), &branch.needs);
        quote!(#ident [#(#needs),*])
    });
    quote!(rt::lenient_union!(#name { #(#branches,)* _ => Other });)
}
