//! The public surface of a provider crate as text: operations with signatures, types with fields, errors by status.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bursar_runtime::Operation;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{Expr, ExprMatch, FnArg, ImplItem, ImplItemFn, Item, ReturnType, Visibility};

use super::listing::{Field, fields, payload, tidy};

/// The items of the generated files that make up the surface.
pub(crate) struct Files {
    pub(crate) client: Vec<Item>,
    pub(crate) types: Vec<Item>,
    pub(crate) requests: Vec<Item>,
    pub(crate) responses: Vec<Item>,
}

/// One line for each operation, field, variant and status, so that one change of a document is a change of few lines.
pub(crate) fn text(files: &Files, operations: &[&'static Operation]) -> String {
    let mut out = String::from("# Operations\n\n");
    for method in methods(&files.client, "Client") {
        let name = method.sig.ident.to_string();
        let operation = operations.iter().find(|operation| operation.id == name.trim_start_matches("r#"));
        let route = operation.map(|it| format!("{} {} ({:?}): ", it.method, it.path, it.effect)).unwrap_or_default();
        line(&mut out, &format!("{route}{}", signature(method)));
    }
    let required = required(&files.requests);
    out.push_str("\n# Types\n\n");
    types(&mut out, &files.types, &required);
    out.push_str("\n# Requests\n\n");
    types(&mut out, &files.requests, &required);
    out.push_str("\n# Answers and errors by status\n\n");
    statuses(&mut out, &files.responses);
    out
}

fn line(out: &mut String, text: &str) {
    writeln!(out, "{text}").expect("a text");
}

/// The public methods of the inherent impls of a type.
fn methods<'a>(items: &'a [Item], of: &str) -> Vec<&'a ImplItemFn> {
    let impls = items.iter().filter_map(|item| match item {
        Item::Impl(found) if found.trait_.is_none() && tidy(&found.self_ty).split('<').next() == Some(of) => {
            Some(found)
        }
        _ => None,
    });
    let methods = impls.flat_map(|found| &found.items).filter_map(|item| match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(method),
        _ => None,
    });
    methods.collect()
}

fn signature(method: &ImplItemFn) -> String {
    let argument = |argument: &FnArg| match argument {
        FnArg::Receiver(_) => "&self".to_owned(),
        FnArg::Typed(typed) => format!("{}: {}", tidy(&typed.pat), tidy(&typed.ty)),
    };
    let arguments: Vec<String> = method.sig.inputs.iter().map(argument).collect();
    let result = match &method.sig.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, result) => format!(" -> {}", tidy(result)),
    };
    format!("{}({}){result}", method.sig.ident, arguments.join(", "))
}

/// The fields without which no builder builds, by type: what `required("name", ..)` is called with.
fn required(items: &[Item]) -> BTreeMap<String, Vec<String>> {
    let builders = items.iter().filter_map(|item| match item {
        Item::Struct(found) => found.ident.to_string().strip_suffix("Builder").map(str::to_owned),
        _ => None,
    });
    let of = |name: String| {
        let mut names = Required::default();
        methods(items, &format!("{name}Builder")).into_iter().for_each(|method| names.visit_impl_item_fn(method));
        (name, names.0)
    };
    builders.map(of).collect()
}

#[derive(Default)]
struct Required(Vec<String>);

impl<'a> Visit<'a> for Required {
    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        if let (true, Some(Expr::Lit(name))) = (call.method == "required", call.args.first()) {
            self.0.push(tidy(name).trim_matches('"').to_owned());
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

/// Structs with their fields and enums with their variants; a builder has no lines of its own.
fn types(out: &mut String, items: &[Item], required: &BTreeMap<String, Vec<String>>) {
    let values = values(items);
    for item in items {
        match item {
            Item::Type(found) => line(out, &format!("{} = {}", found.ident, tidy(&found.ty))),
            Item::Struct(found) if !found.ident.to_string().ends_with("Builder") => {
                let name = found.ident.to_string();
                let builder = if required.contains_key(&name) { " (builder)" } else { "" };
                line(out, &format!("{name}{builder}"));
                for Field { name: field, wire, kind } in fields(&found.fields) {
                    let must = required.get(&name).is_some_and(|names| names.contains(&wire));
                    let must = if must { ", required" } else { "" };
                    let wire = if field == wire { String::new() } else { format!(" {wire:?}") };
                    line(out, &format!("    {field}{wire}: {kind}{must}"));
                }
            }
            Item::Enum(found) => {
                line(out, &found.ident.to_string());
                for variant in &found.variants {
                    let value = values.get(&(found.ident.to_string(), variant.ident.to_string()));
                    let value = value.map(|value| format!(" {value}")).unwrap_or_default();
                    line(out, &format!("    {}{value}", payload(variant)));
                }
            }
            _ => {}
        }
    }
}

/// What stands for a variant in JSON, from macros such as `words!(Status { "done" => Done })`.
fn values(items: &[Item]) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for item in items {
        let Item::Macro(item) = item else { continue };
        let mut tokens = item.mac.tokens.clone().into_iter();
        let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(list))) = (tokens.next(), tokens.next()) else {
            continue;
        };
        if list.delimiter() != Delimiter::Brace {
            continue;
        }
        for member in members(list.stream()) {
            if let [TokenTree::Literal(value), TokenTree::Punct(_), TokenTree::Punct(_), TokenTree::Ident(variant)] =
                &member[..]
            {
                found.insert((name.to_string(), variant.to_string()), value.to_string());
            } else if let [TokenTree::Ident(variant), TokenTree::Group(tags)] = &member[..]
                && !tags.stream().is_empty()
            {
                found.insert((name.to_string(), variant.to_string()), tidy(&tags.to_token_stream()));
            }
        }
    }
    found
}

/// What stands between commas.
fn members(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut members = vec![Vec::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => members.push(Vec::new()),
            token => members.last_mut().expect("never empty").push(token),
        }
    }
    members
}

/// What each status is read as.
fn statuses(out: &mut String, items: &[Item]) {
    let mut variants: BTreeMap<(String, String), String> = BTreeMap::new();
    for item in items {
        match item {
            Item::Enum(found) => {
                for variant in &found.variants {
                    variants.insert((found.ident.to_string(), variant.ident.to_string()), payload(variant));
                }
            }
            Item::Type(found) => line(out, &format!("{} = {}", found.ident, tidy(&found.ty))),
            Item::Impl(found) if found.trait_.is_some() => {
                let mut arms = Arms::default();
                arms.visit_item_impl(found);
                if arms.0.is_empty() {
                    continue;
                }
                let name = tidy(&found.self_ty);
                line(out, &name);
                for (status, body) in arms.0 {
                    let variant = body.strip_prefix("Self::").unwrap_or(&body);
                    let variant: String = variant.chars().take_while(|c| c.is_alphanumeric()).collect();
                    let shown = variants.get(&(name.clone(), variant)).unwrap_or(&body);
                    line(out, &format!("    {status}: {shown}"));
                }
            }
            _ => {}
        }
    }
}

/// The arms of all matches, as pattern and body.
#[derive(Default)]
struct Arms(Vec<(String, String)>);

impl<'a> Visit<'a> for Arms {
    fn visit_expr_match(&mut self, found: &'a ExprMatch) {
        for arm in &found.arms {
            let body = match &*arm.body {
                Expr::Block(_) => "{ .. }".to_owned(),
                body => tidy(body),
            };
            self.0.push((tidy(&arm.pat).replace("u16", ""), body));
        }
        syn::visit::visit_expr_match(self, found);
    }
}
