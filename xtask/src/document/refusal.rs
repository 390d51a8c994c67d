//! What the generator says when it refuses a document: rule, place, fault and fix.

use std::fmt;
use std::rc::Rc;

/// A position in a document, as an editor counts: lines and columns from 1. Line 0 stands for the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// File as shown to users, relative to the workspace.
    pub(crate) file: Rc<str>,
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}:{}", self.file, self.column),
        }
    }
}

/// One fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Rule name, one of [`crate::lint::RULES`].
    pub(crate) rule: &'static str,
    /// Where it is.
    pub(crate) place: Place,
    /// What is wrong, in the document's words, without a full stop.
    pub(crate) message: String,
    /// What to write instead, without a full stop.
    pub(crate) hint: String,
}

impl Refusal {
    /// A refusal; message and hint are each one clause without a full stop.
    pub(crate) fn new(rule: &'static str, place: Place, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { rule, place, message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, place, message, hint } = self;
        write!(f, "error[{rule}] {place}: {}. {}", one_line(message), one_line(hint))
    }
}

/// Document text may hold line breaks and control characters; a refusal is one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
