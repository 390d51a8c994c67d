//! `client.rs`: one method per operation, with progenitor's types and a body of ours.

use anyhow::Context as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit_mut::VisitMut as _;
use syn::{FnArg, GenericArgument, Pat, PathArguments, ReturnType, Type};

use super::typed::Method;
use super::types::Unions;
use crate::transform::names;
use crate::transform::plan::{Answer, Argument, Body, Operation, Plan};
use crate::transform::schemas;

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
    position: usize,
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

/// Whether any method names a type of `responses.rs`.
pub(crate) fn names_responses(plan: &Plan) -> bool {
    plan.operations.iter().any(|row| !row.errors.is_empty() || matches!(row.answer, Answer::Variants(_)))
}

/// The name of an operation's error type.
pub(crate) fn error_type(row: &Operation) -> TokenStream {
    if row.errors.is_empty() {
        return quote!(::bursar_runtime::Empty);
    }
    let name = format_ident!("{}Error", names::pascal(&row.id));
    quote!(responses::#name)
}

/// The file `client.rs`.
pub(crate) fn file(plan: &Plan, calls: &[Call]) -> TokenStream {
    let methods = calls.iter().map(method);
    let title = format!(" Client of {}.", plan.title);
    let version = format!(" Version of the provider's document: {}.", plan.version);
    let responses = names_responses(plan).then(|| {
        quote!(
            use super::responses;
        )
    });
    let requests = calls.iter().any(Call::bundled).then(|| {
        quote!(
            use super::requests;
        )
    });
    quote! {
        use bursar_runtime::generated as rt;
        use bursar_runtime::{AnyError, Core, Error, Journal, Options, Pending, Reconciled, Recovery, Response};

        use super::operations;
        #requests
        #responses
        use super::types;

        #[doc = #title]
        #[doc = ""]
        #[doc = #version]
        #[doc = " Cloning is cheap; clones share connections and credentials."]
        #[derive(Clone, Debug)]
        pub struct Client {
            core: Core,
        }

        impl Client {
            /// A client over a configured core.
            pub(crate) fn from_core(core: Core) -> Self {
                Self { core }
            }

            /// What all calls of this client share.
            pub fn core(&self) -> &Core {
                &self.core
            }

            /// The same client with other options for its calls.
            pub fn with(&self, options: Options) -> Self {
                Self { core: self.core.with(options) }
            }

            /// Finds out what became of a call whose outcome is unknown.
            pub async fn reconcile(&self, pending: &Pending) -> Result<Reconciled, AnyError> {
                self.core.reconcile(pending).await
            }

            /// Looks up every open call of this account in a journal.
            pub async fn recover(&self, journal: &dyn Journal) -> Result<Recovery, AnyError> {
                self.core.recover(journal).await
            }

            /// Follows a call no further: closes its entry in the journal.
            pub async fn give_up(&self, pending: &Pending) -> Result<(), AnyError> {
                self.core.give_up(pending).await
            }

            #(#methods)*
        }
    }
}

fn method(call: &Call) -> TokenStream {
    let name = format_ident!("{}", call.row.id);
    let constant = format_ident!("{}", names::shouty(&call.row.id));
    let (answer, error) = (&call.answer, error_type(call.row));
    let docs = docs(call);
    let from = call.bundled().then(|| quote!(parameters.));
    // In the document's order, whatever progenitor makes of it.
    let mut written: Vec<&Parameter> = call.parameters.iter().collect();
    written.sort_by_key(|parameter| parameter.position);
    let steps = written.into_iter().map(|parameter| step(call.row, parameter, from.as_ref()));
    let inputs = if call.bundled() {
        let bundle = call.bundle();
        let borrows = call.parameters.iter().any(|parameter| super::requests::has_lifetime(&parameter.ty));
        let generics = borrows.then(|| quote!(<'_>));
        quote!(parameters: &requests::#bundle #generics)
    } else {
        let inputs = call.parameters.iter().map(|parameter| {
            let (ident, ty) = (&parameter.ident, without_lifetime(&parameter.ty));
            match parameter.place {
                // A body reads the same at the call whether it may be left out or not.
                ParameterPlace::Body if call.row.body_optional => quote!(#ident: impl Into<#ty>),
                _ => quote!(#ident: #ty),
            }
        });
        quote!(#(#inputs),*)
    };
    // A parameter may have any name, so ours has one that no document gives.
    let binding = if call.parameters.is_empty() { quote!(let __call) } else { quote!(let mut __call) };
    quote! {
        #(#docs)*
        pub async fn #name(&self, #inputs) -> Result<Response<#answer>, Error<#error>> {
            #binding = rt::Call::new(&self.core, &operations::#constant);
            #(#steps)*
            __call.send().await
        }
    }
}

/// `&'a str` -> `&str`: an `async fn` elides the lifetimes.
fn without_lifetime(ty: &Type) -> Type {
    struct Drop;
    impl syn::visit_mut::VisitMut for Drop {
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime = None;
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Drop, &mut ty);
    ty
}

fn step(row: &Operation, parameter: &Parameter, from: Option<&TokenStream>) -> TokenStream {
    let ident = &parameter.ident;
    let value = quote!(#from #ident);
    match &parameter.place {
        ParameterPlace::Path(name) => quote!(__call.path(#name, &#value);),
        ParameterPlace::Query(name) => quote!(__call.query(#name, &#value);),
        ParameterPlace::Header(name) => quote!(__call.header(#name, &#value);),
        ParameterPlace::Cookie(name) => quote!(__call.cookie(#name, &#value);),
        ParameterPlace::Body if row.body_optional => {
            let ty = without_lifetime(&parameter.ty);
            let converted = from.is_none().then(|| quote!(let #ident: #ty = #ident.into();));
            let given = if owns(&row.body) { quote!(&#value) } else { value };
            let sent = send_body(row, &quote!(__body));
            quote!(#converted if let Some(__body) = #given { #sent })
        }
        ParameterPlace::Body => send_body(row, &value),
    }
}

/// Whether the body is passed by value.
fn owns(body: &Body) -> bool {
    matches!(body, Body::Bytes { .. } | Body::Text { .. })
}

fn send_body(row: &Operation, value: &TokenStream) -> TokenStream {
    match &row.body {
        Body::None | Body::Json { content_type: None } => quote!(__call.json(#value);),
        Body::Json { content_type: Some(media) } => quote!(__call.json_as(#media, #value);),
        Body::Form => quote!(__call.form(#value);),
        Body::Multipart { .. } => quote!(__call.multipart(#value);),
        Body::Bytes { content_type } | Body::Text { content_type } => {
            quote!(__call.body(#content_type, #value.clone());)
        }
    }
}

/// progenitor's words, then what a caller must know about repeating the call.
fn docs(call: &Call) -> Vec<TokenStream> {
    let mut docs: Vec<TokenStream> = call.docs.iter().map(|doc| quote!(#doc)).collect();
    let mut lines = Vec::new();
    match call.row.effect {
        Some(crate::vocabulary::Effect::Money) => {
            lines.push("Moves money: it is sent again only where a repeat cannot pay twice.")
        }
        Some(crate::vocabulary::Effect::Write) => lines.push("Changes something, but moves no money."),
        _ => {}
    }
    if call.row.body_optional {
        lines.push("The body may be left out: `None`.");
    }
    if call.row.inferred {
        lines.push("Inferred: the provider does not document this operation.");
    }
    for line in lines {
        let line = format!(" {line}");
        docs.push(quote!(#[doc = ""] #[doc = #line]));
    }
    if !call.row.answer_headers.is_empty() {
        docs.push(quote!(#[doc = ""] #[doc = " Answer headers:"]));
        for (name, text) in &call.row.answer_headers {
            let line = format!(" - `{name}`: {}", text.replace('\n', " "));
            docs.push(quote!(#[doc = #line]));
        }
    }
    if call.row.deprecated {
        docs.push(quote!(#[deprecated = "the provider calls this operation deprecated"]));
    }
    docs
}
