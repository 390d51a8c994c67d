//! `client.rs`: one method per operation, with progenitor's types and a body of ours.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::calls::{Call, Parameter, ParameterPlace};
use super::responses::{error_type, names_responses};
use super::rust::{has_lifetime, without_lifetime};
use crate::document::names;
use crate::rewrite::plan::{Body, Operation, Plan};
use crate::vocabulary::Effect;

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
        let borrows = call.parameters.iter().any(|parameter| has_lifetime(&parameter.ty));
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
            let given = if owns(&row.body) || !is_borrowed(parameter, true) { quote!(&#value) } else { value };
            let sent = send_body(row, &quote!(__body));
            quote!(#converted if let Some(__body) = #given { #sent })
        }
        ParameterPlace::Body if owns(&row.body) || is_borrowed(parameter, false) => send_body(row, &value),
        ParameterPlace::Body => send_body(row, &quote!(&#value)),
    }
}

/// Whether the body is passed by reference; numbers, booleans and what may be null are not. `Option` of an optional body is looked through.
fn is_borrowed(parameter: &Parameter, is_optional: bool) -> bool {
    let inner = match &parameter.ty {
        syn::Type::Path(path) if is_optional => path.path.segments.last().and_then(|last| match &last.arguments {
            syn::PathArguments::AngleBracketed(inner) if last.ident == "Option" => inner.args.first(),
            _ => None,
        }),
        _ => None,
    };
    match inner {
        Some(syn::GenericArgument::Type(inner)) => matches!(inner, syn::Type::Reference(_)),
        _ => matches!(parameter.ty, syn::Type::Reference(_)),
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
        Some(Effect::Money) => lines.push("Moves money: it is sent again only where a repeat cannot pay twice."),
        Some(Effect::Write) => lines.push("Changes something, but moves no money."),
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
