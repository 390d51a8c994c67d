//! Rust types as progenitor and the rules write them, made fit for generated code.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Path, Type};

/// A payload's type; amounts that travel as text are marked by their name, and written by the attribute.
pub(crate) fn written(rust: &str) -> (TokenStream, Option<TokenStream>) {
    let mut attribute = None;
    let mut rust = rust.to_owned();
    for (marker, name, text) in [("MajorText", "Major", "major"), ("NumberText", "Number", "number")] {
        if rust.contains(marker) {
            rust = rust.replace(marker, name);
            let path = format!("::bursar_runtime::text::{text}");
            attribute = Some(quote!(#[serde(serialize_with = #path)]));
        }
    }
    // Ours, from `rust_type`: always a path.
    (rust.parse().unwrap_or_default(), attribute)
}

/// Unions passed through progenitor as types of a crate that does not exist; this gives them their own name, after a prefix.
pub(crate) struct Unions(pub(crate) &'static str);

impl VisitMut for Unions {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.segments.first().is_some_and(|first| first.ident == "bursar_union")
            && let Some(last) = path.segments.last()
        {
            let name = format!("{}{}", self.0, last.ident);
            *path = syn::parse_str(&name).unwrap_or_else(|_| path.clone());
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// `&'a str` -> `&str`: an `async fn` elides the lifetimes.
pub(crate) fn without_lifetime(ty: &Type) -> Type {
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
