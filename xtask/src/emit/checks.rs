//! Output that would be silently wrong is refused, whatever let it through.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Fields, File, Item};

/// What is wrong with a generated file; empty if nothing is.
pub(crate) fn check(name: &str, file: &File) -> Vec<String> {
    let mut checker = Checker { faults: Vec::new() };
    checker.visit_file(file);
    let mut seen = BTreeSet::new();
    for item in &file.items {
        let ident = match item {
            Item::Struct(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            Item::Static(item) => Some(&item.ident),
            _ => None,
        };
        if let Some(ident) = ident
            && !seen.insert(ident.to_string().to_lowercase())
        {
            checker.faults.push(format!("two items are called `{ident}` (without regard to case)"));
        }
    }
    checker.faults.into_iter().map(|fault| format!("{name}: {fault}")).collect()
}

struct Checker {
    faults: Vec<String>,
}

impl<'ast> Visit<'ast> for Checker {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        for segment in &path.segments {
            let ident = segment.ident.to_string();
            if ["f32", "f64"].contains(&ident.as_str()) {
                self.faults.push(format!("a float (`{ident}`) was generated"));
            }
            if ["chrono", "progenitor_client"].contains(&ident.as_str()) {
                self.faults.push(format!("the crate `{ident}` was generated"));
            }
        }
        visit::visit_path(self, path);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if item.variants.is_empty() {
            self.faults.push(format!("enum `{}` has no variants", item.ident));
        }
        visit::visit_item_enum(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if let Fields::Named(fields) = &item.fields {
            for field in &fields.named {
                let flat = field.attrs.iter().any(|attribute| {
                    attribute.path().is_ident("serde") && quote::quote!(#attribute).to_string().contains("flatten")
                });
                let ty = &field.ty;
                let ty = quote::quote!(#ty).to_string();
                if flat && !ty.contains("Map") {
                    self.faults.push(format!(
                        "`{}` is flattened and not a map",
                        field.ident.as_ref().map(ToString::to_string).unwrap_or_default()
                    ));
                }
            }
        }
        visit::visit_item_struct(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    fn faults(code: &str) -> String {
        check("types.rs", &syn::parse_str(code).unwrap()).join("\n")
    }

    #[test]
    fn silent_faults_are_named() {
        assert!(faults("pub struct A { a: Option<f64> }").contains("float"));
        assert!(faults("pub enum A {}").contains("no variant"));
        assert!(faults("pub struct A; pub enum a { B }").contains("two items"));
        assert!(faults("pub struct A { #[serde(flatten)] b: Option<B> }").contains("not a map"));
        assert!(faults("pub struct A { at: ::chrono::DateTime }").contains("chrono"));
        assert_eq!(faults("pub struct A { #[serde(flatten)] b: Map<String, Value> } pub enum B { C }"), "");
    }
}
