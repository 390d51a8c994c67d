//! `responses.rs`: what each operation answers by status; operations that fail alike share one enum.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::calls::link;
use super::errors::{self, Shared};
use super::rust::written;
use crate::document::names;
use crate::rewrite::plan::{Answer, Operation, Payload, Plan, Variant};

/// The file `responses.rs`.
pub(crate) fn file(plan: &Plan) -> TokenStream {
    let answers = plan.operations.iter().filter_map(|row| match &row.answer {
        Answer::Variants(variants) => Some(answer(row, variants)),
        _ => None,
    });
    let shared = errors::shared(plan);
    let enums = shared.iter().map(error);
    let aliases = shared.iter().flat_map(|shared| {
        let others = shared.operations.iter().filter(|row| errors::name_of(row) != shared.name);
        others.map(|row| alias(row, shared))
    });
    quote! {
        #[allow(unused_imports)]
        use bursar_runtime::generated as rt;
        #[allow(unused_imports)]
        use super::types::*;

        #(#answers)*
        #(#enums)*
        #(#aliases)*
    }
}

/// The arms of a match over statuses, listed statuses before ranges; and what `default` reads, if there is one.
fn arms(variants: &[Variant], read: impl Fn(&Variant) -> TokenStream) -> (Vec<TokenStream>, Option<TokenStream>) {
    let of = |ranges: bool| {
        let read = &read;
        variants.iter().filter_map(move |variant| {
            let statuses = variant.statuses.iter().filter(|status| status.ends_with("XX") == ranges);
            let patterns: Vec<TokenStream> = statuses.filter_map(|status| pattern(status)).collect();
            let read = read(variant);
            (!patterns.is_empty()).then(|| quote!(#(#patterns)|* => #read,))
        })
    };
    let default = variants.iter().find(|variant| variant.statuses.iter().any(|status| status == "default"));
    (of(false).chain(of(true)).collect(), default.map(read))
}

/// The pattern of a status; `None` for `default`.
fn pattern(status: &str) -> Option<TokenStream> {
    if let Some(class) = status.strip_suffix("XX") {
        let class: u16 = class.parse().ok()?;
        let (low, high) = (class * 100, class * 100 + 99);
        return Some(quote!(#low..=#high));
    }
    let status: u16 = status.parse().ok()?;
    Some(quote!(#status))
}

fn doc(variant: &Variant) -> String {
    let statuses = variant.statuses.join(", ");
    let text = variant.text.trim();
    if text.is_empty() { format!(" {statuses}.") } else { format!(" {statuses}: {text}") }
}

/// The name of an operation's error, where it shares its enum.
fn alias(row: &Operation, shared: &Shared) -> TokenStream {
    let (name, target) = (format_ident!("{}", errors::name_of(row)), format_ident!("{}", shared.name));
    let text = format!(" How {} fails, by status.", link(row));
    quote!(#[doc = #text] pub type #name = #target;)
}

fn error(shared: &Shared) -> TokenStream {
    let name = format_ident!("{}", shared.name);
    let (text, operations) = match &shared.operations[..] {
        [row] => (format!(" How {} fails, by status.", link(row)), Vec::new()),
        rows => (
            " How the operations listed here fail, by status.".to_owned(),
            rows.iter().map(|row| format!(" * {}", link(row))).collect(),
        ),
    };
    let operations = (!operations.is_empty()).then(|| quote!(#[doc = ""] #(#[doc = #operations])*));
    let variants = shared.variants.iter().map(|variant| {
        let (ident, doc) = (format_ident!("{}", variant.name), doc(variant));
        match &variant.payload {
            Payload::Json(rust) => {
                let (rust, _) = written(rust);
                quote!(#[doc = #doc] #ident(Option<#rust>))
            }
            Payload::Empty | Payload::Bytes => quote!(#[doc = #doc] #ident),
        }
    });
    let read = |variant: &Variant| {
        let ident = format_ident!("{}", variant.name);
        match variant.payload {
            Payload::Json(_) => quote!(Self::#ident(reply.error_json())),
            Payload::Empty | Payload::Bytes => quote!(Self::#ident),
        }
    };
    let (arms, default) = arms(&shared.variants, read);
    let (other, rest) = match default {
        Some(read) => (None, read),
        None => (
            Some(quote!(
                #[doc = " An undocumented status."]
                Other
            )),
            quote!(Self::Other),
        ),
    };
    quote! {
        #[doc = #text]
        ///
        /// The body is `None` where there was none, or none of the documented shape.
        #operations
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "dispatch", derive(::serde::Serialize), serde(untagged))]
        #[non_exhaustive]
        pub enum #name { #(#variants,)* #other }

        impl rt::ErrorBody for #name {
            fn read(reply: &rt::Reply) -> Self {
                match reply.status().as_u16() {
                    #(#arms)*
                    _ => #rest,
                }
            }
        }
    }
}

fn answer(row: &Operation, variants: &[Variant]) -> TokenStream {
    let name = format_ident!("{}Answer", names::pascal(&row.id));
    let text = format!(" Answers of {}, by status.", link(row));
    let items = variants.iter().map(|variant| {
        let (ident, doc) = (format_ident!("{}", variant.name), doc(variant));
        match &variant.payload {
            Payload::Json(rust) => {
                let (rust, attribute) = written(rust);
                quote!(#[doc = #doc] #ident(#attribute #rust))
            }
            Payload::Bytes => quote!(#[doc = #doc] #ident(rt::Download)),
            Payload::Empty => quote!(#[doc = #doc] #ident),
        }
    });
    let (arms, default) = arms(variants, |variant| {
        let ident = format_ident!("{}", variant.name);
        match &variant.payload {
            Payload::Json(_) | Payload::Bytes => quote!(rt::Answer::read(reply).map(Self::#ident)),
            Payload::Empty => quote!(Ok(Self::#ident)),
        }
    });
    let rest = default.unwrap_or_else(|| quote!(rt::unlisted(reply, Self::Other)));
    quote! {
        #[doc = #text]
        #[derive(::serde::Serialize, Clone, Debug, PartialEq)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum #name {
            #(#items,)*
            /// A success that the document does not list; the raw body is on the response.
            Other,
        }

        impl rt::Answer for #name {
            fn read(reply: &rt::Reply) -> Result<Self, rt::Undecodable> {
                match reply.status().as_u16() {
                    #(#arms)*
                    _ => #rest,
                }
            }
        }
    }
}

/// Whether any method names a type of `responses.rs`.
pub(crate) fn names_responses(plan: &Plan) -> bool {
    plan.operations.iter().any(|row| !row.errors.is_empty() || matches!(row.answer, Answer::Variants(_)))
}

/// The name of an operation's error type.
pub(crate) fn error_type(row: &Operation) -> TokenStream {
    if row.errors.is_empty() {
        return quote!(::bursar_runtime::Empty);
    }
    let name = format_ident!("{}", errors::name_of(row));
    quote!(responses::#name)
}
