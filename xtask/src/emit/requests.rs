//! `requests.rs`: builders for request bodies and their parts, and structs for calls of many parameters. All faults are named at once.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, PathArguments, Type};

use super::calls::{Call, link};
use super::rust::has_lifetime;
use super::types::Struct;
use crate::rewrite::plan::Plan;
use crate::vocabulary::Correlation;

/// The file `requests.rs`.
pub(crate) fn file(plan: &Plan, structs: &[Struct], calls: &[Call]) -> TokenStream {
    let mut hidden: HashSet<String> = structs.iter().map(|item| format!("{}Builder", item.name)).collect();
    for call in calls.iter().filter(|call| call.bundled()) {
        hidden.extend([call.bundle().to_string(), format!("{}Builder", call.bundle())]);
    }
    // What answers reach has a default and public fields; everything else can only be built here, parts of bodies included.
    let is_sent = |item: &&Struct| plan.bodies.contains(&item.name) || !plan.answers.contains(&item.name);
    let bodies = structs.iter().filter(|item| !item.tuple).filter(is_sent);
    let bodies = bodies.map(|item| {
        let required = plan.sent.get(&item.name);
        let fields = item.fields.iter().map(|field| {
            let stated = required.is_some_and(|required| required.contains(&field.key));
            let filled = plan.references.get(&item.name) == Some(&field.key);
            let mut ty = field.ty.clone();
            Hidden(&hidden).visit_type_mut(&mut ty);
            let is_reference = plan.keys.get(&item.name) == Some(&field.key);
            Field { filled, is_reference, ..Field::new(&field.ident, &field.key, &ty, &field.docs, stated, true) }
        });
        let target = format_ident!("{}", item.name);
        let correlation = plan.correlations.get(&item.name);
        builder(&target, &quote!(types::#target), &quote!(), &fields.collect::<Vec<_>>(), &item.name, correlation)
    });
    let bundles = calls.iter().filter(|call| call.bundled()).map(bundle);
    quote! {
        #[allow(unused_imports)]
        use bursar_runtime::generated as rt;
        #[allow(unused_imports)]
        use super::types;
        #[allow(unused_imports)]
        use super::types::*;

        #(#bodies)*
        #(#bundles)*
    }
}

/// Types whose names a builder or a bundle of this file has too are named by their module.
struct Hidden<'h>(&'h HashSet<String>);

impl VisitMut for Hidden<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        if path.leading_colon.is_none()
            && let Some(name) = path.get_ident().map(ToString::to_string).filter(|name| self.0.contains(name))
        {
            let name = format_ident!("{name}");
            *path = syn::parse_quote!(types::#name);
        }
    }
}

/// One field of what is built.
struct Field {
    ident: syn::Ident,
    /// Name on the wire, for messages.
    key: String,
    /// The field's type in the struct.
    ty: Type,
    /// What the setter takes.
    value: Type,
    docs: Vec<syn::Attribute>,
    required: bool,
    shape: Shape,
    /// Whether the setter converts.
    into: bool,
    /// Whether `build()` makes a reference up where the caller sets none.
    filled: bool,
    /// Whether it is the caller's reference, which must not be blank.
    is_reference: bool,
}

/// How a field holds its value.
#[derive(PartialEq)]
enum Shape {
    /// As it is.
    Plain,
    /// In an `Option`.
    Option,
    /// In a type with a default of its own (`List`, or the map of members without a name).
    Default,
}

impl Field {
    fn new(ident: &syn::Ident, key: &str, ty: &Type, docs: &[syn::Attribute], stated: bool, into: bool) -> Self {
        let (shape, value) = match wrapped(ty) {
            Some(("Option", inner)) => (Shape::Option, inner),
            Some(("List", _)) => (Shape::Default, ty.clone()),
            // Members without a name of their own; lint keeps that name free for them.
            _ if ident == "extra" && !stated => (Shape::Default, ty.clone()),
            _ => (Shape::Plain, ty.clone()),
        };
        let required = stated || shape == Shape::Plain;
        Self {
            ident: ident.clone(),
            key: key.to_owned(),
            ty: ty.clone(),
            value,
            docs: docs.to_vec(),
            required,
            shape,
            into,
            filled: false,
            is_reference: false,
        }
    }
}

/// The last segment of a generic type and its first argument.
fn wrapped(ty: &Type) -> Option<(&'static str, Type)> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let name = ["Option", "List"].into_iter().find(|name| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some((name, inner.clone())),
        _ => None,
    })
}

fn builder(
    target: &syn::Ident,
    path: &TokenStream,
    lifetime: &TokenStream,
    fields: &[Field],
    shown: &str,
    correlation: Option<&Correlation>,
) -> TokenStream {
    let name = format_ident!("{target}Builder");
    let text = format!(" Builds a [`{shown}`].");
    let start = format!(" Returns a builder of [`{shown}`]; `build()` reports every missing field.");
    let correlated =
        correlation.and_then(|it| Some((it, fields.iter().find(|field| format!("/{}", field.key) == it.field.0)?)));
    let off = correlated.map(|_| quote!(without_correlation: bool,));
    let on = correlated.map(|_| quote!(without_correlation: false,));
    let fill = correlated.map(|(correlation, field)| fill(correlation, field));
    let of_correlation = correlated.map(|(correlation, field)| of_correlation(correlation, &field.key));
    let switch = correlated.map(|(_, Field { key, .. })| {
        let text = format!(" Does not fill `{key}`: the call cannot be identified in the provider's list without it.");
        quote! {
            #[doc = #text]
            pub fn without_correlation(mut self) -> Self {
                self.without_correlation = true;
                self
            }
        }
    });
    let this = if correlated.is_some() { quote!(mut self) } else { quote!(self) };
    let slots = fields.iter().map(|Field { ident, value, shape, .. }| match shape {
        Shape::Default => quote!(#ident: #value),
        Shape::Plain | Shape::Option => quote!(#ident: Option<#value>),
    });
    let initial = fields.iter().map(|Field { ident, .. }| quote!(#ident: Default::default()));
    let setters = fields.iter().map(|Field { ident, value, docs, shape, into, .. }| {
        let taken = if *into { quote!(impl Into<#value>) } else { quote!(#value) };
        let converted = if *into { quote!(#ident.into()) } else { quote!(#ident) };
        // `build` is what finishes the builder.
        let setter = if ident == "build" { format_ident!("set_build") } else { ident.clone() };
        let stored = if *shape == Shape::Default { converted } else { quote!(Some(#converted)) };
        quote! {
            #(#docs)*
            pub fn #setter(mut self, #ident: #taken) -> Self {
                self.#ident = #stored;
                self
            }
        }
    });
    // What is sent is known before it is sent: the reference stands in the value that `build()` returns.
    let slot = |field: &Field| {
        let ident = &field.ident;
        let made = field.filled.then(|| quote!(.or_else(|| Some(rt::reference().into()))));
        quote!(self.#ident #made)
    };
    let required: Vec<&Field> = fields.iter().filter(|field| field.required && field.shape != Shape::Default).collect();
    let names: Vec<_> = required.iter().map(|field| &field.ident).collect();
    let keys = required.iter().map(|field| &field.key);
    let filled = required.iter().map(|field| slot(field));
    let references: Vec<_> = fields.iter().filter(|field| field.is_reference).collect();
    let blanks =
        references.iter().map(|Field { ident, key, .. }| quote!(faults.reference(#key, self.#ident.as_ref());));
    let checks = if required.is_empty() && references.is_empty() {
        quote!()
    } else {
        let complete = match (required.is_empty(), references.is_empty()) {
            (true, _) => quote!(if !faults.is_empty() {
                return Err(faults.finish());
            }),
            (false, true) => quote!(let (#(Some(#names),)*) = (#(#names,)*) else { return Err(faults.finish()) };),
            (false, false) => quote! {
                let (true, #(Some(#names),)*) = (faults.is_empty(), #(#names,)*) else { return Err(faults.finish()) };
            },
        };
        quote! {
            let mut faults = rt::Faults::new(#shown);
            #(#blanks)*
            #(let #names = faults.required(#keys, #filled);)*
            #complete
        }
    };
    let of_reference = references.iter().find(|field| field.filled).map(|Field { key, .. }| {
        let text = format!(
            " `{key}` is filled if it is not set, so a job that builds its request again after a crash sends a new call: store \
             the finished value, or set `{key}` from data of your own."
        );
        quote! {
            #[doc = ""]
            #[doc = #text]
        }
    });
    let values = fields.iter().map(|field| {
        let Field { ident, shape, required, .. } = field;
        match (shape, required) {
            (Shape::Plain, _) => quote!(#ident),
            (Shape::Option, true) => quote!(#ident: Some(#ident)),
            (Shape::Option | Shape::Default, _) => {
                let slot = slot(field);
                quote!(#ident: #slot)
            }
        }
    });
    let generics = if lifetime.is_empty() { quote!() } else { quote!(<#lifetime>) };
    quote! {
        #[doc = #text]
        #[derive(Clone, Debug)]
        #[must_use = "call `build()` to get the value"]
        pub struct #name #generics { #(#slots,)* #off }

        impl #generics #path #generics {
            #[doc = #start]
            pub fn builder() -> #name #generics {
                #name { #(#initial,)* #on }
            }
        }

        impl #generics #name #generics {
            #(#setters)*
            #switch

            /// The finished value.
            #of_reference
            #of_correlation
            ///
            /// # Errors
            /// One error names every field that is missing.
            pub fn build(#this) -> Result<#path #generics, rt::BuildError> {
                #fill
                #checks
                Ok(#path { #(#values,)* })
            }
        }
    }
}

/// Fills the field that tells a call from others.
fn fill(correlation: &Correlation, Field { ident, shape, .. }: &Field) -> TokenStream {
    let filled = match (&correlation.pair, shape) {
        (Some(pair), Shape::Default) => quote!(rt::correlated_pair(&mut self.#ident, #pair);),
        (Some(pair), _) => quote!(rt::correlated_pair(self.#ident.get_or_insert_default(), #pair);),
        (None, _) if correlation.append => {
            let most = correlation.max_length.unwrap_or(u32::MAX);
            quote!(self.#ident = self.#ident.map(|text| rt::correlated(text, #most));)
        }
        (None, _) => quote!(self.#ident = self.#ident.or_else(|| Some(rt::correlation().into()));),
    };
    quote! {
        if !self.without_correlation {
            #filled
        }
    }
}

fn of_correlation(correlation: &Correlation, key: &str) -> TokenStream {
    let what = match (&correlation.pair, correlation.append) {
        (Some(pair), _) => format!("Adds a pair `{pair}` with a new token to `{key}`, unless there is one"),
        (None, true) => format!("Appends a new token to the text of `{key}`, if it has room and contains none"),
        (None, false) => format!("Fills `{key}` with a new token if it is not set"),
    };
    let text = format!(
        " {what}: `reconcile` finds the call by it in the provider's list. A value of your own does so only if it holds a UUID. \
         `without_correlation()` switches it off."
    );
    quote! {
        #[doc = ""]
        #[doc = #text]
    }
}

fn bundle(call: &Call) -> TokenStream {
    let name = call.bundle();
    let text = format!(" Parameters of {}.", link(call.row));
    let fields: Vec<Field> = call
        .parameters
        .iter()
        .map(|parameter| {
            let line = format!(" {}", parameter.text.replace('\n', " "));
            let docs: Vec<syn::Attribute> =
                if parameter.text.is_empty() { vec![] } else { vec![syn::parse_quote!(#[doc = #line])] };
            Field::new(&parameter.ident, &parameter.ident.to_string(), &parameter.ty, &docs, false, false)
        })
        .collect();
    let borrows = fields.iter().any(|field| has_lifetime(&field.ty));
    let lifetime = if borrows { quote!('a) } else { quote!() };
    let generics = if borrows { quote!(<'a>) } else { quote!() };
    let members = fields.iter().map(|Field { ident, ty, docs, .. }| quote!(#(#docs)* pub #ident: #ty));
    let builder = builder(&name, &quote!(#name), &lifetime, &fields, &name.to_string(), None);
    quote! {
        #[doc = #text]
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct #name #generics { #(#members,)* }
        #builder
    }
}
