//! What progenitor made, taken apart: the items of its `types` module and the signatures of its methods.

use std::collections::BTreeMap;

use anyhow::Context as _;
use syn::{ImplItem, Item, Signature};

/// The two parts of progenitor's output that are used.
pub(crate) struct Typed {
    /// Items of `mod types`.
    pub(crate) types: Vec<Item>,
    /// Signature and documentation of each operation's method, by operation id.
    pub(crate) methods: BTreeMap<String, Method>,
}

/// One operation's method.
pub(crate) struct Method {
    /// Name, parameters and return type.
    pub(crate) signature: Signature,
    /// Documentation.
    pub(crate) docs: Vec<syn::Attribute>,
}

/// Takes progenitor's file apart.
pub(crate) fn read(file: syn::File) -> anyhow::Result<Typed> {
    let mut types = None;
    let mut methods = BTreeMap::new();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => types = module.content.map(|(_, items)| items),
            Item::Impl(block) if block.trait_.is_none() => {
                for item in block.items {
                    if let ImplItem::Fn(method) = item
                        && method.sig.asyncness.is_some()
                    {
                        let docs =
                            method.attrs.into_iter().filter(|attribute| attribute.path().is_ident("doc")).collect();
                        methods.insert(method.sig.ident.to_string(), Method { signature: method.sig, docs });
                    }
                }
            }
            _ => {}
        }
    }
    Ok(Typed { types: types.context("progenitor's output has no types")?, methods })
}
