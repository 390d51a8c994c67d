//! `dispatch.rs`: typed calls and codecs by operation id, for the command line and for tests; behind the feature `dispatch`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{GenericArgument, PathArguments, Type};

use super::calls::{Call, Parameter, ParameterPlace};
use super::responses::{error_type, names_responses};
use crate::document::names;
use crate::rewrite::plan::{Body, Plan};

/// The file `dispatch.rs`.
pub(crate) fn file(plan: &Plan, calls: &[Call]) -> TokenStream {
    let entries = calls.iter().map(entry);
    let functions = calls.iter().map(function);
    let requests = calls.iter().any(Call::bundled).then(|| {
        quote!(
            use super::requests;
        )
    });
    let responses = names_responses(plan).then(|| {
        quote!(
            use super::responses;
        )
    });
    let members =
        calls.iter().flat_map(|call| &call.parameters).any(|parameter| parameter.argument.member.is_some()).then(
            || {
                quote! {
                    /// The members of an argument that is an object.
                    fn members(arguments: &rt::Arguments, name: &str) -> Result<rt::Arguments, rt::Failed> {
                        let object: Option<Box<::serde_json::value::RawValue>> = arguments.get(name)?;
                        rt::Arguments::parse(object.as_ref().map_or("{}", |object| object.get()))
                    }
                }
            },
        );
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

        #members
    }
}

fn entry(call: &Call) -> TokenStream {
    let constant = format_ident!("{}", names::shouty(&call.row.id));
    let name = format_ident!("{}", call.row.id);
    let (answer, error) = (&call.answer, error_type(call.row));
    let body = call.parameters.iter().find(|parameter| matches!(parameter.place, ParameterPlace::Body));
    let recode = match (&call.row.body, body) {
        (Body::Json { .. } | Body::Form, Some(body)) => {
            let ty = if call.row.body_optional { inner(&body.ty) } else { None };
            let ty = owned(ty.unwrap_or(&body.ty)).0;
            quote!(Some(rt::recode::<#ty>))
        }
        _ => quote!(None),
    };
    let kind = format_ident!("{}", kind(&call.row.body));
    let parameters = parameters(call);
    let fields = &call.row.fields;
    quote! {
        rt::Entry {
            operation: &operations::#constant,
            parameters: &[#(#parameters),*],
            body: rt::Body::#kind,
            fields: &[#(#fields),*],
            decode: rt::decode::<#answer, #error>,
            recode: #recode,
            call: #name,
        }
    }
}

/// Name of the runtime's word for how a body travels.
fn kind(body: &Body) -> &'static str {
    match body {
        Body::None => "None",
        Body::Json { .. } => "Json",
        Body::Form => "Form",
        Body::Multipart { .. } => "Multipart",
        Body::Bytes { .. } => "Bytes",
        Body::Text { .. } => "Text",
    }
}

/// The named arguments besides the body; members of one object are one argument.
fn parameters(call: &Call) -> Vec<TokenStream> {
    let mut named: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for parameter in &call.parameters {
        let place = match parameter.place {
            ParameterPlace::Path(_) => "path",
            ParameterPlace::Query(_) => "query",
            ParameterPlace::Header(_) => "header",
            ParameterPlace::Cookie(_) => "cookie",
            ParameterPlace::Body => continue,
        };
        let name = parameter.argument.name.as_str();
        if named.contains(&name) {
            continue;
        }
        named.push(name);
        let same = || call.parameters.iter().filter(|other| other.argument.name == name);
        let required = same().any(|other| inner(&other.ty).is_none());
        let sensitive = same().any(|other| is_secret(&other.ty));
        rows.push(quote! {
            rt::Parameter { name: #name, place: #place, required: #required, sensitive: #sensitive }
        });
    }
    rows
}

/// Whether a type holds a secret somewhere.
fn is_secret(ty: &Type) -> bool {
    struct Search(bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
            self.0 |= segment.ident == "Secret";
            syn::visit::visit_path_segment(self, segment);
        }
    }
    let mut search = Search(false);
    syn::visit::Visit::visit_type(&mut search, ty);
    search.0
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
        (ParameterPlace::Body, Body::Bytes { .. } | Body::Text { .. }) if call.row.body_optional => quote! {
            let #ident: #ty = match __arguments.get::<Option<::std::collections::BTreeMap<String, String>>>("body")? {
                Some(_) => Some(__arguments.raw("body")?.into()),
                None => None,
            };
        },
        (ParameterPlace::Body, Body::Bytes { .. } | Body::Text { .. }) => {
            quote!(let #ident: #ty = __arguments.raw("body")?.into();)
        }
        _ => {
            let name = &parameter.argument.name;
            let (given, name) = match &parameter.argument.member {
                Some(member) => (quote!(members(__arguments, #name)?), member),
                None => (quote!(__arguments), name),
            };
            // A list is a list, however it travels.
            match joined(&parameter.ty) {
                Some(Joined { items, optional: false }) => {
                    quote!(let #ident: #ty = #given.get::<Vec<#items>>(#name)?.into();)
                }
                Some(Joined { items, optional: true }) => {
                    quote!(let #ident: #ty = #given.get::<Option<Vec<#items>>>(#name)?.map(Into::into);)
                }
                None => quote!(let #ident: #ty = #given.get(#name)?;),
            }
        }
    }
}

/// A list that travels as one text.
struct Joined {
    items: Type,
    optional: bool,
}

fn joined(ty: &Type) -> Option<Joined> {
    let named = inner(ty);
    let list = match named.unwrap_or(ty) {
        Type::Reference(reference) => &*reference.elem,
        ty => ty,
    };
    let Type::Path(path) = list else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Csv")?;
    Some(Joined { items: argument(&last.arguments)?.clone(), optional: named.is_some() })
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
        ty => match inner(ty) {
            Some(Type::Reference(reference)) => {
                let (inner, text) = owned_target(&reference.elem);
                (quote!(Option<#inner>), if text { Pass::OptionText } else { Pass::Option })
            }
            _ => (quote!(#ty), Pass::Value),
        },
    }
}

/// `T` of `Option<T>`.
fn inner(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().filter(|last| last.ident == "Option").and_then(|last| argument(&last.arguments))
}

fn argument(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// `str` is owned as `String`, all else as itself.
fn owned_target(ty: &Type) -> (TokenStream, bool) {
    match ty {
        Type::Path(path) if path.path.is_ident("str") => (quote!(String), true),
        _ => (quote!(#ty), false),
    }
}
