//! A document under way through the rules, what they took out of it, and what they did.

use super::plan::Plan;
use crate::document::refusal::Refusal;
use crate::document::{Document, Place};

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
    started: Vec<&'static str>,
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

    /// Starts to note what a rule does.
    pub(crate) fn start(&mut self, rule: &'static str) {
        self.rule = rule;
        self.started.push(rule);
    }

    /// Names of the rules that rewrote something, in the order in which they ran.
    pub(crate) fn rules(&self) -> Vec<&'static str> {
        let used = |rule: &&&'static str| self.entries.iter().any(|entry| entry.rule == **rule);
        self.started.iter().filter(used).copied().collect()
    }
}

impl State {
    /// A document before the first rule.
    pub(crate) fn new(document: Document, provider: &str) -> Self {
        Self { document, plan: Plan::new(provider), log: Log::default() }
    }

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
