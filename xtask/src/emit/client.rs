//! `client.rs`: one method per operation, with progenitor's types and a body that calls the runtime.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::calls::{Call, Parameter, ParameterPlace};
use super::responses::{error_type, names_responses};
use super::rust::{has_lifetime, without_lifetime};
use crate::document::names;
use crate::rewrite::plan::{Body, Operation, Plan};
use crate::vocabulary::Effect;

/// An answer header of more operations is documented once, on the client.
const REPEATED: usize = 10;

/// An answer header: its name and description.
type Header = (String, String);

/// The file `client.rs`.
pub(crate) fn file(plan: &Plan, calls: &[Call]) -> TokenStream {
    let common = common_headers(&plan.operations);
    let methods = calls.iter().map(|call| method(call, &common));
    let common = header_list(" Answer headers of most operations, see `Response::header`:", common.iter().copied());
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
        #(#common)*
        #[derive(Clone, Debug)]
        pub struct Client {
            core: Core,
        }

        impl Client {
            /// A client over a configured core.
            pub(crate) fn from_core(core: Core) -> Self {
                Self { core }
            }

            /// The core of the client, which its clones share.
            pub fn core(&self) -> &Core {
                &self.core
            }

            /// Returns the client with other options for its calls.
            pub fn with(&self, options: Options) -> Self {
                Self { core: self.core.with(options) }
            }

            /// Looks up the outcome of a call with an unknown outcome.
            pub async fn reconcile(&self, pending: &Pending) -> Result<Reconciled, AnyError> {
                self.core.reconcile(pending).await
            }

            /// Looks up every open call of the account in a journal.
            pub async fn recover(&self, journal: &dyn Journal) -> Result<Recovery, AnyError> {
                self.core.recover(journal).await
            }

            /// Closes the journal entry of a call without a final outcome.
            pub async fn give_up(&self, pending: &Pending) -> Result<(), AnyError> {
                self.core.give_up(pending).await
            }

            #(#methods)*
        }
    }
}

fn method(call: &Call, common: &BTreeSet<&Header>) -> TokenStream {
    let name = format_ident!("{}", call.row.id);
    let constant = format_ident!("{}", names::shouty(&call.row.id));
    let (answer, error) = (&call.answer, error_type(call.row));
    let docs = docs(call, common);
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

/// The answer headers that more than [`REPEATED`] operations document.
fn common_headers(operations: &[Operation]) -> BTreeSet<&Header> {
    let mut counts: BTreeMap<&Header, usize> = BTreeMap::new();
    for header in operations.iter().flat_map(|row| &row.answer_headers) {
        *counts.entry(header).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > REPEATED).map(|(header, _)| header).collect()
}

/// A list of answer headers as documentation; nothing without headers.
fn header_list<'a>(title: &str, headers: impl Iterator<Item = &'a Header>) -> Vec<TokenStream> {
    let lines: Vec<String> = headers.map(|(name, text)| format!(" - `{name}`: {}", text.replace('\n', " "))).collect();
    let title = (!lines.is_empty()).then(|| quote!(#[doc = ""] #[doc = #title]));
    title.into_iter().chain(lines.iter().map(|line| quote!(#[doc = #line]))).collect()
}

/// progenitor's documentation, then the facts about retries, the body and the answer's headers.
fn docs(call: &Call, common: &BTreeSet<&Header>) -> Vec<TokenStream> {
    let mut docs: Vec<TokenStream> = call.docs.iter().map(|doc| quote!(#doc)).collect();
    let mut lines = Vec::new();
    match call.row.effect {
        Some(Effect::Money) => lines.push("Moves money: it is retried only where a duplicate cannot pay twice."),
        Some(Effect::Write) => lines.push("Changes data, but moves no money."),
        _ => {}
    }
    if call.row.body_optional {
        lines.push("The body is optional: pass `None` to omit it.");
    }
    if call.row.inferred {
        lines.push("Inferred: the provider does not document this operation.");
    }
    for line in lines {
        let line = format!(" {line}");
        docs.push(quote!(#[doc = ""] #[doc = #line]));
    }
    let own = call.row.answer_headers.iter().filter(|header| !common.contains(header));
    docs.extend(header_list(" Answer headers:", own));
    if call.row.deprecated {
        docs.push(quote!(#[deprecated = "the provider deprecated the operation"]));
    }
    docs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations(count: usize) -> Vec<Operation> {
        let header = |name: &str| (name.to_owned(), "Seconds to wait.".to_owned());
        let row = |index| {
            let own = header(&format!("x-own-{index}"));
            Operation { answer_headers: vec![header("retry-after"), own], ..Operation::default() }
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn a_header_of_many_operations_is_documented_once() {
        let many = operations(REPEATED + 1);
        let names: Vec<&str> = common_headers(&many).into_iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["retry-after"]);
        assert!(common_headers(&operations(REPEATED)).is_empty());
    }
}
