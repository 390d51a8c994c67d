//! JSON as a tree that keeps every digit and every member, compared as the README says.

use std::fmt::{self, Write as _};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON value; numbers keep their text, objects their order and repeated members.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
        Self::read(raw)
    }

    fn read(raw: &RawValue) -> Result<Self, String> {
        let text = raw.get();
        let fault = |error: serde_json::Error| error.to_string();
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text).map_err(fault)?;
                let members = members.into_iter().map(|(key, raw)| Ok((key, Self::read(&raw)?)));
                Self::Object(members.collect::<Result<_, String>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(fault)?;
                Self::List(items.into_iter().map(Self::read).collect::<Result<_, _>>()?)
            }
            Some(b'"') => Self::Text(serde_json::from_str(text).map_err(fault)?),
            Some(b't' | b'f') => Self::Bool(text == "true"),
            Some(b'n') => Self::Null,
            _ => Self::Number(text.to_owned()),
        })
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.members().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The members of an object, none for other kinds.
    pub(crate) fn members(&self) -> &[(String, Tree)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The items of a list, none for other kinds.
    pub(crate) fn items(&self) -> &[Tree] {
        if let Self::List(items) = self { items } else { &[] }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The text of `{"text": ".."}`: a body that is no JSON.
    pub(crate) fn raw(&self) -> Option<&str> {
        match self.members() {
            [(key, Self::Text(text))] if key == "text" => Some(text),
            _ => None,
        }
    }

    /// The bytes of a body that stands in a case.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.raw().map_or_else(|| self.to_string(), str::to_owned).into_bytes()
    }

    /// Without the members that are null.
    pub(crate) fn without_nulls(self) -> Self {
        match self {
            Self::Object(members) => {
                let kept = members.into_iter().filter(|(_, value)| *value != Self::Null);
                Self::Object(kept.map(|(key, value)| (key, value.without_nulls())).collect())
            }
            Self::List(items) => Self::List(items.into_iter().map(Self::without_nulls).collect()),
            other => other,
        }
    }

    /// Where this tree is not the expected one; `None` if it is.
    pub(crate) fn difference(&self, expected: &Tree) -> Option<String> {
        self.differs(expected, "")
    }

    fn differs(&self, expected: &Tree, at: &str) -> Option<String> {
        let place = if at.is_empty() { "the root" } else { at };
        match (self, expected) {
            (Self::Object(came), Self::Object(wanted)) => {
                for (name, _) in came {
                    if came.iter().filter(|(other, _)| other == name).count() > 1 {
                        return Some(format!("at {place}: `{name}` stands there twice"));
                    }
                }
                if let Some((name, value)) = wanted.iter().find(|(name, _)| self.get(name).is_none()) {
                    return Some(format!("at {place}: `{name}` is missing, expected {value}"));
                }
                came.iter().find_map(|(name, value)| match expected.get(name) {
                    Some(wanted) => value.differs(wanted, &format!("{at}/{name}")),
                    None => Some(format!("at {place}: `{name}` is too much, it holds {value}")),
                })
            }
            (Self::List(came), Self::List(wanted)) if came.len() == wanted.len() => came
                .iter()
                .zip(wanted)
                .enumerate()
                .find_map(|(index, (came, wanted))| came.differs(wanted, &format!("{at}/{index}"))),
            (Self::Number(came), Self::Number(wanted)) if decimal(came) == decimal(wanted) => None,
            _ if self == expected => None,
            _ => Some(format!("at {place}: expected {expected}, came {self}")),
        }
    }
}

/// Sign, digits and scale of a number: `1.50e1` is `15.0`, which is not `15`.
fn decimal(number: &str) -> (bool, String, i64) {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let digits = digits.trim_start_matches('0').to_owned();
    let scale = fraction.len() as i64 - exponent.parse::<i64>().expect("an exponent");
    (number.starts_with('-') && !digits.is_empty(), digits, scale)
}

impl fmt::Display for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::to_string(text).map_err(|_| fmt::Error);
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(digits) => out.write_str(digits),
            Self::Text(text) => out.write_str(&quoted(text)?),
            Self::List(items) => {
                out.write_char('[')?;
                for (index, item) in items.iter().enumerate() {
                    write!(out, "{}{item}", if index == 0 { "" } else { "," })?;
                }
                out.write_char(']')
            }
            Self::Object(members) => {
                out.write_char('{')?;
                for (index, (key, value)) in members.iter().enumerate() {
                    write!(out, "{}{}:{value}", if index == 0 { "" } else { "," }, quoted(key)?)?;
                }
                out.write_char('}')
            }
        }
    }
}

/// The members of an object, repeated ones too.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Members;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[test]
fn trees_compare_digit_by_digit() {
    let differs = |came: &str, expected: &str| {
        Tree::parse(came).expect("JSON").difference(&Tree::parse(expected).expect("JSON")).is_some()
    };
    for (came, expected) in [
        (r#"{"a":1,"b":[2]}"#, r#"{"b":[2],"a":1}"#),
        ("12345678901234567.89", "12345678901234567.89"),
        ("1.50e1", "15.0"),
        ("-0.0", "0.0"),
    ] {
        assert!(!differs(came, expected), "{came} is {expected}");
    }
    for (came, expected) in [
        ("10.0", "10.00"),
        ("10", "10.0"),
        ("12345678901234567.89", "12345678901234568"),
        ("\"1\"", "1"),
        ("[1,2]", "[2,1]"),
        (r#"{"a":null}"#, "{}"),
        ("{}", r#"{"a":null}"#),
        (r#"{"a":1,"a":1}"#, r#"{"a":1}"#),
    ] {
        assert!(differs(came, expected), "{came} is not {expected}");
    }
}
