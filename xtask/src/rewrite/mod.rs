//! What progenitor cannot digest is rewritten here, one named rule per file, in the order of [`RULES`].

mod allow_null_lists;
mod build_unions;
mod checks;
mod collect_answer_headers;
mod collect_operations;
mod describe_limits;
mod exact_values;
mod fold_responses;
mod inline_aliases;
mod inline_components;
mod lookups;
mod map_answer_media;
mod map_body_media;
mod map_parameter_styles;
mod merge_all_of;
mod name_inline_schemas;
mod open_enums;
pub(crate) mod plan;
mod relax_answers;
mod rust_type;
pub(crate) mod rustdoc_text;
mod separate_null;
mod state;
mod strip_leftovers;
mod unwrap_envelopes;

#[cfg(test)]
mod tests;

use crate::document::Document;
use crate::document::refusal::Refusal;
pub(crate) use state::{Log, State};

/// A rewriting rule.
pub(crate) struct Rule {
    /// Its name, as `--explain` and the provenance header show it.
    pub(crate) name: &'static str,
    /// What it does to a document.
    pub(crate) apply: fn(&mut State) -> Result<(), Vec<Refusal>>,
}

/// The rules in the order in which they run.
pub(crate) const RULES: &[Rule] = &[
    Rule { name: "inline-components", apply: inline_components::apply },
    Rule { name: "merge-all-of", apply: merge_all_of::apply },
    Rule { name: "unwrap-envelopes", apply: unwrap_envelopes::apply },
    Rule { name: "name-inline-schemas", apply: name_inline_schemas::apply },
    Rule { name: "inline-aliases", apply: inline_aliases::apply },
    Rule { name: "collect-operations", apply: collect_operations::apply },
    Rule { name: "map-body-media", apply: map_body_media::apply },
    Rule { name: "map-answer-media", apply: map_answer_media::apply },
    Rule { name: "collect-answer-headers", apply: collect_answer_headers::apply },
    Rule { name: "map-parameter-styles", apply: map_parameter_styles::apply },
    Rule { name: "relax-answers", apply: relax_answers::apply },
    Rule { name: "allow-null-lists", apply: allow_null_lists::apply },
    Rule { name: "describe-limits", apply: describe_limits::apply },
    Rule { name: "exact-values", apply: exact_values::apply },
    Rule { name: "open-enums", apply: open_enums::apply },
    Rule { name: "build-unions", apply: build_unions::apply },
    Rule { name: "separate-null", apply: separate_null::apply },
    Rule { name: "rustdoc-text", apply: rustdoc_text::apply },
    Rule { name: "fold-responses", apply: fold_responses::apply },
    Rule { name: "strip-leftovers", apply: strip_leftovers::apply },
];

/// Runs all rules over a document that passed the lint.
pub(crate) fn run(document: Document, provider: &str) -> Result<State, Vec<Refusal>> {
    let mut state = State::new(document, provider);
    for rule in RULES {
        state.log.start(rule.name);
        (rule.apply)(&mut state)?;
    }
    Ok(state)
}

/// The document with shared parameters, bodies and responses where they are used, and schemas as written.
pub(crate) fn resolved(document: Document) -> Result<serde_json::Value, Vec<Refusal>> {
    let mut state = State::new(document, "");
    inline_components::apply(&mut state)?;
    Ok(state.document.value)
}
