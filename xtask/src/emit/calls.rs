//! The calls of a client: rows of the plan joined with the signatures that progenitor made.

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit_mut::VisitMut as _;
use syn::{FnArg, GenericArgument, Pat, PathArguments, ReturnType, Type};

use super::rust::Unions;
use crate::document::{names, schemas};
use crate::rewrite::plan::{Answer, Argument, Body, Operation, Plan};
use crate::typing::typed::Method;

/// The prefix under which a cookie passed through progenitor.
const COOKIE: &str = "x-bursar-cookie-";

/// More parameters than this go into one struct with named fields: two accounts cannot be swapped by position.
const POSITIONAL: usize = 2;

/// One parameter of a method.
pub(crate) struct Parameter {
    /// Rust name.
    pub(crate) ident: syn::Ident,
    /// Rust type, as progenitor gives it.
    pub(crate) ty: Type,
    /// How it travels.
    pub(crate) place: ParameterPlace,
    /// What the document calls it.
    pub(crate) argument: Argument,
    /// Where it stands in the document's list; the body comes last.
    pub(crate) position: usize,
    /// What it means.
    pub(crate) text: String,
}

/// How a parameter travels.
pub(crate) enum ParameterPlace {
    /// In the path, under the name of the template.
    Path(String),
    Query(String),
    Header(String),
    Cookie(String),
    Body,
}

/// One operation, ready to be written.
pub(crate) struct Call<'a> {
    pub(crate) row: &'a Operation,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) answer: TokenStream,
    pub(crate) docs: Vec<syn::Attribute>,
}

impl Call<'_> {
    /// Whether the parameters travel in one struct.
    pub(crate) fn bundled(&self) -> bool {
        self.parameters.len() > POSITIONAL
    }

    /// Name of the struct that bundles the parameters.
    pub(crate) fn bundle(&self) -> syn::Ident {
        format_ident!("{}", format!("{}Parameters", names::pascal(&self.row.id)))
    }
}

/// A link from another file of the module to an operation's method.
pub(crate) fn link(row: &Operation) -> String {
    let module = "client";
    format!("[`{0}`](super::{module}::Client::{0})", row.id)
}

/// Joins the rows of the plan with progenitor's signatures.
pub(crate) fn calls<'a>(
    plan: &'a Plan,
    document: &Value,
    methods: &mut std::collections::BTreeMap<String, Method>,
) -> anyhow::Result<Vec<Call<'a>>> {
    let pointers = schemas::operations(document);
    let calls = plan.operations.iter().zip(pointers).map(|(row, pointer)| {
        let method = methods.remove(&row.id).with_context(|| format!("progenitor made no method {}", row.id))?;
        let places = places(document, &pointer);
        let mut parameters = Vec::new();
        for input in method.signature.inputs {
            let FnArg::Typed(input) = input else { continue };
            let Pat::Ident(pat) = *input.pat else { continue };
            let name = pat.ident.to_string();
            let position = places.iter().position(|(ident, ..)| *ident == name);
            let (place, text) = match position.map(|position| &places[position]) {
                Some((_, place, text)) => (place.parameter_place(), text.clone()),
                None => (ParameterPlace::Body, String::new()),
            };
            let sent = place.name();
            let argument = row.arguments.get(sent).cloned();
            let argument = argument.unwrap_or_else(|| Argument { name: sent.to_owned(), member: None });
            let ident = match &place {
                ParameterPlace::Cookie(name)
                | ParameterPlace::Path(name)
                | ParameterPlace::Query(name)
                | ParameterPlace::Header(name) => format_ident!("{}", names::snake(name)),
                ParameterPlace::Body => pat.ident,
            };
            let mut ty = match (&place, &row.body) {
                (ParameterPlace::Body, Body::Bytes { .. }) => syn::parse_quote!(::bursar_runtime::Bytes),
                _ => *input.ty,
            };
            Unions("types::").visit_type_mut(&mut ty);
            if row.body_optional && matches!(place, ParameterPlace::Body) {
                ty = syn::parse_quote!(Option<#ty>);
            }
            let position = position.unwrap_or(usize::MAX);
            parameters.push(Parameter { ident, ty, place, argument, position, text });
        }
        let answer = answer(row, &method.signature.output)?;
        Ok(Call { row, parameters, answer, docs: method.docs })
    });
    calls.collect()
}

impl ParameterPlace {
    /// The name under which it travels; dispatch calls the body `body`.
    fn name(&self) -> &str {
        match self {
            Self::Path(name) | Self::Query(name) | Self::Header(name) | Self::Cookie(name) => name,
            Self::Body => "body",
        }
    }
}

struct Place {
    name: String,
    place: String,
}

impl Place {
    fn parameter_place(&self) -> ParameterPlace {
        match (self.place.as_str(), self.name.strip_prefix(COOKIE)) {
            ("path", _) => ParameterPlace::Path(self.name.clone()),
            ("query", _) => ParameterPlace::Query(self.name.clone()),
            (_, Some(cookie)) => ParameterPlace::Cookie(cookie.to_owned()),
            _ => ParameterPlace::Header(self.name.clone()),
        }
    }
}

/// The declared parameters by Rust name.
fn places(document: &Value, operation: &str) -> Vec<(String, Place, String)> {
    let list = document.pointer(&format!("{operation}/parameters")).and_then(Value::as_array);
    let word = |parameter: &Value, key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let named = list.into_iter().flatten().map(|parameter| {
        let (name, place) = (word(parameter, "name"), word(parameter, "in"));
        (names::argument(&name), Place { name, place }, word(parameter, "description"))
    });
    named.collect()
}

/// The type of a success.
fn answer(row: &Operation, output: &ReturnType) -> anyhow::Result<TokenStream> {
    Ok(match &row.answer {
        Answer::Empty => quote!(::bursar_runtime::Empty),
        Answer::Bytes => quote!(::bursar_runtime::Download),
        Answer::Variants(_) => {
            let name = format_ident!("{}Answer", names::pascal(&row.id));
            quote!(responses::#name)
        }
        Answer::Json => {
            let mut ty = first_argument(output).and_then(|value| argument(&value)).context("unexpected return type")?;
            Unions("types::").visit_type_mut(&mut ty);
            quote!(#ty)
        }
    })
}

fn first_argument(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    argument(ty)
}

/// `A` of `Name<A, ..>`.
fn argument(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    })
}
