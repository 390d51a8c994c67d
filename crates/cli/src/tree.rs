//! A JSON tree that preserves the digits of numbers and the order of members.

use std::borrow::Cow;
use std::collections::HashSet;

use bursar_runtime::lenient::{Json, JsonKind};

use crate::work::steps;

/// Maximum nesting, as in serde_json.
const DEEPEST: u8 = 127;

/// Replacement of a sensitive value.
const MASK: &str = "\"***\"";

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    /// The text of a string, number, boolean or null, unchanged.
    Scalar(String),
    /// An array.
    List(Vec<Tree>),
    /// An object, with unescaped keys.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// Parses JSON text; the message states the position, never the content.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let json = Json::parse(bytes).map_err(|error| match error.line() {
            0 => "not JSON".to_owned(),
            line => format!("not JSON at line {line}, column {}", error.column()),
        })?;
        Self::read(json, DEEPEST).ok_or_else(|| "nested too deeply, or has a key that is not Unicode".to_owned())
    }

    fn read(json: Json<'_>, depth: u8) -> Option<Self> {
        steps(1);
        match json.kind() {
            JsonKind::Array => {
                let below = depth.checked_sub(1)?;
                Some(Self::List(json.items()?.map(|item| Self::read(item, below)).collect::<Option<_>>()?))
            }
            JsonKind::Object => {
                let below = depth.checked_sub(1)?;
                let member =
                    |(key, value): (Cow<'_, str>, Json<'_>)| Some((key.into_owned(), Self::read(value, below)?));
                Some(Self::Object(json.entries()?.map(member).collect::<Option<_>>()?))
            }
            _ => Some(Self::Scalar(json.text().to_owned())),
        }
    }

    /// Creates a JSON string.
    pub(crate) fn text(text: &str) -> Self {
        Self::Scalar(quoted(text))
    }

    /// The JSON `null`.
    pub(crate) fn null() -> Self {
        Self::Scalar("null".to_owned())
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(text) if text == "null")
    }

    /// The value at a JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Self> {
        let Some(rest) = pointer.strip_prefix('/') else { return pointer.is_empty().then_some(self) };
        let (step, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        match self {
            Self::List(items) => items.get(step.parse::<usize>().ok()?)?.at(below),
            Self::Object(members) => {
                steps(members.len());
                let name = step.replace("~1", "/").replace("~0", "~");
                members.iter().find(|(key, _)| *key == name)?.1.at(below)
            }
            Self::Scalar(_) => None,
        }
    }

    /// Returns the JSON pointers of all values.
    pub(crate) fn pointers(&self) -> HashSet<String> {
        let mut found = HashSet::new();
        self.point(&mut String::new(), &mut found);
        found
    }

    fn point(&self, place: &mut String, found: &mut HashSet<String>) {
        steps(1);
        found.insert(place.clone());
        let length = place.len();
        let mut below = |step: &str, value: &Self| {
            place.push('/');
            place.push_str(step);
            value.point(place, found);
            place.truncate(length);
        };
        match self {
            Self::Scalar(_) => {}
            Self::List(items) => items.iter().enumerate().for_each(|(index, item)| below(&index.to_string(), item)),
            Self::Object(members) => {
                members.iter().for_each(|(key, value)| below(&key.replace('~', "~0").replace('/', "~1"), value));
            }
        }
    }

    /// Formats the value on one line, without blanks.
    pub(crate) fn compact(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// Formats the value on several lines, indented by two blanks.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out
    }

    fn write(&self, out: &mut String, indent: Option<usize>) {
        steps(1);
        let (open, close, count) = match self {
            Self::Scalar(text) => return out.push_str(text),
            Self::List(items) => ('[', ']', items.len()),
            Self::Object(members) => ('{', '}', members.len()),
        };
        let below = indent.map(|indent| indent + 2);
        let line = |out: &mut String, indent: Option<usize>| {
            if let Some(indent) = indent.filter(|_| count > 0) {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
            }
        };
        out.push(open);
        for index in 0..count {
            if index > 0 {
                out.push(',');
            }
            line(out, below);
            match self {
                Self::List(items) => items[index].write(out, below),
                Self::Object(members) => {
                    let (key, value) = &members[index];
                    out.push_str(&quoted(key));
                    out.push_str(if indent.is_some() { ": " } else { ":" });
                    value.write(out, below);
                }
                Self::Scalar(_) => {}
            }
        }
        line(out, indent);
        out.push(close);
    }

    /// Masks the value at a JSON pointer, in which `*` is every item or key. Null is not masked.
    pub(crate) fn mask(&mut self, pointer: &str) {
        let Some(rest) = pointer.strip_prefix('/') else {
            if pointer.is_empty() && !self.is_null() {
                *self = Self::Scalar(MASK.to_owned());
            }
            return;
        };
        let end = rest.find('/').unwrap_or(rest.len());
        let (step, below) = rest.split_at(end);
        let name = step.replace("~1", "/").replace("~0", "~");
        match self {
            Self::List(items) => {
                let wanted = |index: &usize| step == "*" || step == index.to_string();
                items.iter_mut().enumerate().filter(|(index, _)| wanted(index)).for_each(|(_, item)| item.mask(below));
            }
            Self::Object(members) => {
                let wanted = |key: &str| step == "*" || key == name;
                members.iter_mut().filter(|(key, _)| wanted(key)).for_each(|(_, value)| value.mask(below));
            }
            Self::Scalar(_) => {}
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn digits_order_and_escapes_are_kept() {
        let text = r#"{"b":12345678901234567890.10,"a":["\u00e9\n",1E2,null,{}],"c":[]}"#;
        assert_eq!(tree(text).compact(), text);
        let pretty = "{\n  \"b\": 1.50,\n  \"a\": [\n    true,\n    {}\n  ],\n  \"c\": []\n}";
        assert_eq!(tree(r#"{"b":1.50,"a":[true,{}],"c":[]}"#).pretty(), pretty);
    }

    #[test]
    fn invalid_json_is_located_and_not_quoted() {
        assert_eq!(Tree::parse(b"{\n SECRET}").unwrap_err(), "not JSON at line 2, column 2");
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(Tree::parse(deep.as_bytes()).unwrap_err().starts_with("nested too deeply"));
    }

    #[test]
    fn masks_follow_pointers() {
        let masked = |text: &str, pointer: &str| {
            let mut tree = tree(text);
            tree.mask(pointer);
            tree.compact()
        };
        let cards = r#"{"cards":[{"pan":"4111"},{"pan":null},{"cvv":1}],"a/b":{"x":1}}"#;
        assert_eq!(masked(cards, "/cards/*/pan"), cards.replace("\"4111\"", "\"***\""));
        assert_eq!(masked(cards, "/cards/2"), cards.replace("{\"cvv\":1}", "\"***\""));
        assert_eq!(masked(cards, "/a~1b/*"), cards.replace("{\"x\":1}", "{\"x\":\"***\"}"));
        assert_eq!(masked(cards, "/nowhere/*/x"), cards);
        assert_eq!(masked("7", ""), "\"***\"");
    }
}
