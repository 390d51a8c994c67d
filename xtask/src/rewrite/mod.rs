//! What progenitor cannot digest is rewritten here, one named rule per file, in the order of [`RULES`].

mod aliases;
pub(crate) mod all_of;
mod answers;
mod arrays;
mod bodies;
pub(crate) mod bundle;
mod checks;
mod constraints;
mod enums;
mod envelope;
mod finish;
pub(crate) mod hoist;
mod lookups;
mod media;
pub(crate) mod names;
mod operations;
mod parameters;
mod patch;
pub(crate) mod plan;
mod resolve;
mod response_headers;
mod responses;
mod rust_type;
pub(crate) mod schemas;
pub(crate) mod text;
mod unions;
mod values;
pub(crate) mod versions;

#[cfg(test)]
mod tests;

use crate::document::{Document, Place};
use crate::refusal::Refusal;
pub(crate) use plan::Plan;

/// A document on its way through the rules, and what they took out of it.
pub(crate) struct State {
    /// The document as it stands.
    pub(crate) document: Document,
    /// What the later stages need to know and the document no longer says.
    pub(crate) plan: Plan,
    /// What was rewritten.
    pub(crate) log: Log,
}

/// What was rewritten, in order.
#[derive(Default)]
pub(crate) struct Log {
    rule: &'static str,
    entries: Vec<Entry>,
}

/// One rewriting.
pub(crate) struct Entry {
    /// Name of the rule.
    pub(crate) rule: &'static str,
    /// Where the rewritten node stands in the source.
    pub(crate) place: Place,
    /// What was done.
    pub(crate) text: String,
}

impl Log {
    /// Notes what the current rule did.
    pub(crate) fn note(&mut self, place: Place, text: impl Into<String>) {
        self.entries.push(Entry { rule: self.rule, place, text: text.into() });
    }

    /// All rewritings.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Names of the rules that rewrote something, in order of first use.
    pub(crate) fn rules(&self) -> Vec<&'static str> {
        let used = |rule: &&Rule| self.entries.iter().any(|entry| entry.rule == rule.name);
        RULES.iter().filter(used).map(|rule| rule.name).collect()
    }
}

impl State {
    /// Notes what the current rule did to the node at a pointer.
    pub(crate) fn note(&mut self, pointer: &str, text: impl Into<String>) {
        let place = self.document.place(pointer);
        self.log.note(place, text);
    }

    /// A refusal of the node at a pointer.
    pub(crate) fn refuse(&self, rule: &'static str, pointer: &str, message: String, hint: &str) -> Vec<Refusal> {
        vec![Refusal { rule, place: self.document.place(pointer), message, hint: hint.to_owned() }]
    }
}

/// A rewriting rule.
pub(crate) struct Rule {
    /// Its name, as `--explain` and the provenance header show it.
    pub(crate) name: &'static str,
    /// What it does to a document.
    pub(crate) apply: fn(&mut State) -> Result<(), Vec<Refusal>>,
}

/// The rules in the order in which they run; T1 (bundling) runs before the lint.
pub(crate) const RULES: &[Rule] = &[
    Rule { name: "T1-resolve", apply: resolve::apply },
    Rule { name: "T2-all-of", apply: all_of::apply },
    Rule { name: "T17-envelope", apply: envelope::apply },
    Rule { name: "T2-hoist", apply: hoist::apply },
    Rule { name: "T2-aliases", apply: aliases::apply },
    Rule { name: "T13-operations", apply: operations::apply },
    Rule { name: "T11-bodies", apply: bodies::apply },
    Rule { name: "T16-media", apply: media::apply },
    Rule { name: "T14-response-headers", apply: response_headers::apply },
    Rule { name: "T10-parameters", apply: parameters::apply },
    Rule { name: "T15-answers", apply: answers::apply },
    Rule { name: "T8-arrays", apply: arrays::apply },
    Rule { name: "T6-constraints", apply: constraints::apply },
    Rule { name: "T5-values", apply: values::apply },
    Rule { name: "T4-enums", apply: enums::apply },
    Rule { name: "T7-unions", apply: unions::apply },
    Rule { name: "T9-patch", apply: patch::apply },
    Rule { name: "T12-text", apply: text::apply },
    Rule { name: "T3-responses", apply: responses::apply },
    Rule { name: "T0-finish", apply: finish::apply },
];

/// Runs all rules over a document that passed the lint.
pub(crate) fn run(document: Document, provider: &str) -> Result<State, Vec<Refusal>> {
    let mut state = State { document, plan: Plan::new(provider), log: Log::default() };
    for rule in RULES {
        state.log.rule = rule.name;
        (rule.apply)(&mut state)?;
    }
    Ok(state)
}

/// The document with shared parameters, bodies and responses where they are used, and schemas as written.
pub(crate) fn resolved(document: Document) -> Result<serde_json::Value, Vec<Refusal>> {
    let mut state = State { document, plan: Plan::new(""), log: Log::default() };
    resolve::apply(&mut state)?;
    Ok(state.document.value)
}
