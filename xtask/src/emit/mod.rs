//! From the plan and the types to the files of a client: one file of this folder per file that is written.

mod calls;
mod checks;
mod client;
mod dispatch;
mod errors;
mod operations;
mod requests;
mod responses;
mod rust;
pub(crate) mod sandbox;
mod types;
mod unions;
pub(crate) mod write;

use proc_macro2::TokenStream;

use crate::rewrite::plan::Plan;
use crate::typing::typed::Typed;
pub(crate) use checks::check;

/// Files of a generated module.
pub(crate) const MODULES: [&str; 6] = ["client", "dispatch", "operations", "requests", "responses", "types"];

/// The code of each file of a generated module, in the order of [`MODULES`].
pub(crate) fn modules(plan: &Plan, document: &serde_json::Value, typed: Typed) -> anyhow::Result<[TokenStream; 6]> {
    let Typed { types, mut methods } = typed;
    let (types, structs) = types::file(plan, types);
    let calls = calls::calls(plan, document, &mut methods)?;
    Ok([
        client::file(plan, &calls),
        dispatch::file(plan, &calls),
        operations::file(plan),
        requests::file(plan, &structs, &calls),
        responses::file(plan),
        types,
    ])
}
