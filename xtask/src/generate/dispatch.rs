//! `dispatch.rs`: typed calls and codecs by operation id, for the command line and for tests; behind the feature `dispatch`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{GenericArgument, PathArguments, Type};

use super::client::{self, Call, Parameter, ParameterPlace};
use crate::transform::names;
use crate::transform::plan::{Body, Plan};

/// The file `dispatch.rs`.
pub(crate) fn file(plan: &Plan, calls: &[Call]) -> TokenStream {
    let entries = calls.iter().map(entry);
    let functions = calls.iter().map(function);
    let requests = calls.iter().any(Call::bundled).then(|| {
        quote!(
            use super::requests;
        )
    });
    let responses = client::names_responses(plan).then(|| {
        quote!(
            use super::responses;
        )
    });
    quote! {
        use bursar_runtime::dispatch as rt;
        use super::client::Client;
        use super::operations;
        #requests
        #responses
        #[allow(unused_imports)]
        use super::types;

        /// All operations, in the order of the document.
        pub static ENTRIES: &[rt::Entry<Client>] = &[#(#entries),*];

        #(#functions)*
    }
}

fn entry(call: &Call) -> TokenStream {
    let constant = format_ident!("{}", names::shouty(&call.row.id));
    let name = format_ident!("{}", call.row.id);
    let (answer, error) = (&call.answer, client::error_type(call.row));
    let body = call.parameters.iter().find(|parameter| matches!(parameter.place, ParameterPlace::Body));
    let recode = match (&call.row.body, body) {
        (Body::Json { .. } | Body::Form, Some(body)) => {
            let ty = owned(&body.ty).0;
            quote!(Some(rt::recode::<#ty>))
        }
        _ => quote!(None),
    };
    quote! {
        rt::Entry {
            operation: &operations::#constant,
            decode: rt::decode::<#answer, #error>,
            recode: #recode,
            call: #name,
        }
    }
}

fn function(call: &Call) -> TokenStream {
    let name = format_ident!("{}", call.row.id);
    let takes = call.parameters.iter().map(|parameter| take(call, parameter));
    let arguments = if call.parameters.is_empty() { quote!(_) } else { quote!(__arguments) };
    let passed = call.parameters.iter().map(|parameter| {
        let ident = &parameter.ident;
        match owned(&parameter.ty).1 {
            Pass::Value => quote!(#ident),
            Pass::Reference => quote!(&#ident),
            Pass::Option => quote!(#ident.as_ref()),
            Pass::OptionText => quote!(#ident.as_deref()),
        }
    });
    let made = if call.bundled() {
        let (bundle, fields) = (call.bundle(), call.parameters.iter().map(|parameter| &parameter.ident));
        quote!(__client.#name(&requests::#bundle { #(#fields: #passed),* }))
    } else {
        quote!(__client.#name(#(#passed),*))
    };
    let deprecated = call.row.deprecated.then(|| quote!(#[allow(deprecated)]));
    quote! {
        #deprecated
        fn #name<'a>(__client: &'a Client, #arguments: &'a rt::Arguments) -> rt::Dispatched<'a> {
            Box::pin(async move {
                #(#takes)*
                rt::echo(#made.await)
            })
        }
    }
}

/// Reads one argument into a variable of the parameter's owned type.
fn take(call: &Call, parameter: &Parameter) -> TokenStream {
    let ident = &parameter.ident;
    let ty = owned(&parameter.ty).0;
    match (&parameter.place, &call.row.body) {
        (ParameterPlace::Body, Body::Bytes { .. } | Body::Text { .. }) => {
            quote!(let #ident: #ty = __arguments.raw("body")?.into();)
        }
        (ParameterPlace::Body, _) => quote!(let #ident: #ty = __arguments.get("body")?;),
        (
            ParameterPlace::Path(name)
            | ParameterPlace::Query(name)
            | ParameterPlace::Header(name)
            | ParameterPlace::Cookie(name),
            _,
        ) => quote!(let #ident: #ty = __arguments.get(#name)?;),
    }
}

/// How an owned value is passed.
enum Pass {
    Value,
    Reference,
    Option,
    OptionText,
}

/// The owned form of a parameter's type.
fn owned(ty: &Type) -> (TokenStream, Pass) {
    match ty {
        Type::Reference(reference) => (owned_target(&reference.elem).0, Pass::Reference),
        Type::Path(path) => {
            let last = path.path.segments.last();
            let inner = last.filter(|last| last.ident == "Option").and_then(|last| match &last.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.first(),
                _ => None,
            });
            match inner {
                Some(GenericArgument::Type(Type::Reference(reference))) => {
                    let (inner, text) = owned_target(&reference.elem);
                    (quote!(Option<#inner>), if text { Pass::OptionText } else { Pass::Option })
                }
                _ => (quote!(#ty), Pass::Value),
            }
        }
        _ => (quote!(#ty), Pass::Value),
    }
}

/// `str` is owned as `String`, all else as itself.
fn owned_target(ty: &Type) -> (TokenStream, bool) {
    match ty {
        Type::Path(path) if path.path.is_ident("str") => (quote!(String), true),
        _ => (quote!(#ty), false),
    }
}
