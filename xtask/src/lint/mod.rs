//! Refuses every document that we would not carry truly, with rule, place and fix; all faults at once, never a panic.

mod all_of;
mod bodies;
mod closed;
mod context;
mod effects;
mod examples;
mod kinds;
mod lookups;
mod money;
mod names;
mod parameters;
mod pointers;
mod properties;
mod references;
mod resolve;
mod root;
mod rules;
mod schemas;
mod security;
mod settled;
mod shape;
mod types;
mod unions;

#[cfg(test)]
mod tests;

use crate::document::{Document, Refusal};
use context::Lint;
pub(crate) use rules::RULES;

/// All faults of a document, in the order of their places; none means that it may be generated from.
pub(crate) fn lint(document: &Document) -> Vec<Refusal> {
    let mut lint = Lint::new(document);
    lint.nodes = shape::walk(&lint);
    for theme in [
        root::check,
        references::check,
        names::check,
        types::check,
        schemas::check,
        properties::check,
        unions::check,
        all_of::check,
        closed::check,
        money::check,
        effects::check,
        pointers::check,
        settled::check,
        lookups::check,
        parameters::check,
        bodies::check,
        security::check,
        examples::check,
    ] {
        theme(&lint);
    }
    let mut found = lint.found.into_inner();
    // What could not be read or imported says nothing more about itself.
    found.retain(|fault| document.faults().iter().all(|earlier| earlier.place != fault.place));
    found.extend_from_slice(document.faults());
    found.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    found.dedup();
    found
}
