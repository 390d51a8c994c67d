//! `requests.rs`: builders for request bodies and their parts, and structs for calls of many parameters. All faults are named at once.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, PathArguments, Type};

use super::client::Call;
use super::types::Struct;
use crate::transform::plan::Plan;

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
            Field { filled, ..Field::new(&field.ident, &field.key, &ty, &field.docs, stated, true) }
        });
        let target = format_ident!("{}", item.name);
        builder(&target, &quote!(types::#target), &quote!(), &fields.collect::<Vec<_>>(), &item.name)
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
) -> TokenStream {
    let name = format_ident!("{target}Builder");
    let text = format!(" Builds a [`{shown}`].");
    let start = format!(" Starts a [`{shown}`]; `build()` names everything that is missing.");
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
    let checks = if required.is_empty() {
        quote!()
    } else {
        quote! {
            let mut unset = rt::Faults::new(#shown);
            #(let #names = unset.required(#keys, #filled);)*
            let (#(Some(#names),)*) = (#(#names,)*) else { return Err(unset.finish()) };
        }
    };
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
        #[must_use = "nothing is built before `build()`"]
        pub struct #name #generics { #(#slots,)* }

        impl #generics #path #generics {
            #[doc = #start]
            pub fn builder() -> #name #generics {
                #name { #(#initial,)* }
            }
        }

        impl #generics #name #generics {
            #(#setters)*

            /// The finished value.
            ///
            /// # Errors
            /// One error names every field that is missing.
            pub fn build(self) -> Result<#path #generics, rt::BuildError> {
                #checks
                Ok(#path { #(#values,)* })
            }
        }
    }
}

fn bundle(call: &Call) -> TokenStream {
    let name = call.bundle();
    let text = format!(" Parameters of [`{0}`](super::client::Client::{0}).", call.row.id);
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
    let builder = builder(&name, &quote!(#name), &lifetime, &fields, &name.to_string());
    quote! {
        #[doc = #text]
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct #name #generics { #(#members,)* }
        #builder
    }
}

/// Whether a type borrows.
pub(crate) fn has_lifetime(ty: &Type) -> bool {
    struct Find(bool);
    impl<'ast> syn::visit::Visit<'ast> for Find {
        fn visit_lifetime(&mut self, _: &'ast syn::Lifetime) {
            self.0 = true;
        }
    }
    let mut find = Find(false);
    syn::visit::Visit::visit_type(&mut find, ty);
    find.0
}
