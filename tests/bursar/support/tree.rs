//! JSON as it was written: numbers keep their digits, so that `10.00` is not `10.0`.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Object(BTreeMap<String, Tree>),
}

impl Tree {
    /// Reads JSON text; an empty one is null.
    pub(crate) fn parse(text: &str) -> Self {
        let text = if text.is_empty() { "null" } else { text };
        Self::read(serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}")))
    }

    fn read(raw: &RawValue) -> Self {
        let text = raw.get();
        let valid = "a raw value is valid JSON";
        match text.as_bytes().first() {
            Some(b'{') => {
                let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).expect(valid);
                Self::Object(members.into_iter().map(|(key, value)| (key, Self::read(value))).collect())
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).expect(valid);
                Self::List(items.into_iter().map(Self::read).collect())
            }
            Some(b'"') => Self::Text(serde_json::from_str(text).expect(valid)),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(text.to_owned()),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(key),
            Self::List(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The value at a JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |node, step| node.get(&unescaped(step)))
    }

    /// Takes the value at a JSON pointer out.
    pub(crate) fn remove(&mut self, pointer: &str) -> Option<Self> {
        let (parent, key) = pointer.rsplit_once('/')?;
        let mut node = self;
        for step in parent.split('/').skip(1) {
            node = match node {
                Self::Object(members) => members.get_mut(&unescaped(step))?,
                Self::List(items) => items.get_mut(step.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        match node {
            Self::Object(members) => members.remove(&unescaped(key)),
            _ => None,
        }
    }

    /// Puts another value at a JSON pointer where there is one.
    pub(crate) fn put(&mut self, pointer: &str, value: Self) {
        let found = pointer.split('/').skip(1).try_fold(self, |node, step| match node {
            Self::Object(members) => members.get_mut(&unescaped(step)),
            Self::List(items) => items.get_mut(step.parse::<usize>().ok()?),
            _ => None,
        });
        *found.unwrap_or_else(|| panic!("there is no {pointer}")) = value;
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Self)> {
        let members = match self {
            Self::Object(members) => Some(members),
            _ => None,
        };
        members.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }

    /// Pointers to all texts in it, with the texts.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Object(members) => members.values().flat_map(Self::texts).collect(),
            Self::Null | Self::Bool(_) | Self::Number(_) => Vec::new(),
        }
    }

    /// Pointers to where `other` is not the same tree, decimals compared digit by digit. The order of members does not count.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        self.compare(other, String::new(), false, &mut found);
        found
    }

    /// As [`differences`](Self::differences), for answers: a null member may be absent in `other`.
    pub(crate) fn differences_but_nulls(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        self.compare(other, String::new(), true, &mut found);
        found
    }

    fn compare(&self, other: &Self, path: String, null_may_vanish: bool, found: &mut Vec<String>) {
        match (self, other) {
            (Self::Object(ours), Self::Object(theirs)) => {
                for (key, value) in ours {
                    let path = format!("{path}/{}", escaped(key));
                    match theirs.get(key) {
                        Some(other) => value.compare(other, path, null_may_vanish, found),
                        None if null_may_vanish && *value == Self::Null => {}
                        None => found.push(path),
                    }
                }
                let invented = theirs.keys().filter(|key| !ours.contains_key(*key));
                found.extend(invented.map(|key| format!("{path}/{}", escaped(key))));
            }
            (Self::List(ours), Self::List(theirs)) if ours.len() == theirs.len() => {
                for (index, (value, other)) in ours.iter().zip(theirs).enumerate() {
                    value.compare(other, format!("{path}/{index}"), null_may_vanish, found);
                }
            }
            _ if self == other => {}
            _ => found.push(path),
        }
    }
}

pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

pub(crate) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// As JSON text.
impl fmt::Display for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::to_string(text).expect("a text is JSON");
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(digits) => out.write_str(digits),
            Self::Text(text) => out.write_str(&quoted(text)),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::to_string).collect();
                write!(out, "[{}]", items.join(","))
            }
            Self::Object(members) => {
                let member = |(key, value): (&String, &Self)| format!("{}:{value}", quoted(key));
                let members: Vec<String> = members.iter().map(member).collect();
                write!(out, "{{{}}}", members.join(","))
            }
        }
    }
}

#[test]
fn trees_keep_every_digit_and_name_every_difference() {
    let text = r#"{"a":[1.10,{"b~/":null}],"c":"\"","d":true,"e":-0.0}"#;
    let tree = Tree::parse(text);
    assert_eq!(tree.to_string(), text);
    assert_eq!(tree.at("/a/1/b~0~1"), Some(&Tree::Null));
    let other = Tree::parse(r#"{"a":[1.1,{}],"c":"\"","d":1,"f":null}"#);
    assert_eq!(tree.differences(&other), ["/a/0", "/a/1/b~0~1", "/d", "/e", "/f"]);
    assert_eq!(tree.differences_but_nulls(&other), ["/a/0", "/d", "/e", "/f"]);
    assert_eq!(Tree::parse("[[1]]").differences(&Tree::parse("[[]]")), ["/0"]);
    let mut rest = tree.clone();
    assert_eq!(rest.remove("/a/1/b~0~1"), Some(Tree::Null));
    assert_eq!(rest.differences(&tree), ["/a/1/b~0~1"]);
}
