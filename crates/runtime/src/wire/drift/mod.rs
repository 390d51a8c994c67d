//! What an answer holds that the documented type does not: paths only, never values.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::json::lenient::{Json, JsonKind};
use crate::json::pointer::printable;
use crate::json::reader::steps;
use crate::json::spelling;
use crate::json::tree::{self, Node};

/// Differences between an answer and its document, as JSON pointers.
///
/// They contain no values; keys that look like data are `*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    unknown: Vec<String>,
    coerced: Vec<String>,
    lossy: Vec<String>,
}

impl Drift {
    /// Whether the answer is as documented.
    pub fn is_empty(&self) -> bool {
        self.unknown.is_empty() && self.coerced.is_empty() && self.lossy.is_empty()
    }

    /// Undocumented fields and unknown enum values; the raw answer contains them.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Fields of another JSON type that were decoded.
    ///
    /// Examples are text for a number, one value for a list, and `""` for nothing.
    pub fn coerced(&self) -> &[String] {
        &self.coerced
    }

    /// Documented fields whose value was lost or changed by decoding.
    pub fn lossy(&self) -> &[String] {
        &self.lossy
    }

    /// Compares a body with the value that was read from it.
    pub(crate) fn between<T: Serialize>(body: &[u8], value: &T) -> Self {
        let mut drift = Self::default();
        let body = if body.is_empty() { b"null" } else { body };
        match (Json::parse(body), value.serialize(tree::Writer)) {
            (Ok(wire), Ok(ours)) => drift.compare(&mut Vec::new(), wire, &ours),
            // A body that is no JSON (a file, say), or a type that is none.
            _ => drift.lossy.push(String::new()),
        }
        drift.judged()
    }

    /// One verdict for each place, the worst: what was lost was not read all the same.
    fn judged(mut self) -> Self {
        let mut seen = HashSet::new();
        for places in [&mut self.lossy, &mut self.unknown, &mut self.coerced] {
            places.retain(|place| seen.insert(place.clone()));
        }
        self
    }

    /// The same with every pointer below another.
    #[cfg(feature = "dispatch")]
    pub(crate) fn below(mut self, place: &str) -> Self {
        for pointer in [&mut self.unknown, &mut self.coerced, &mut self.lossy].into_iter().flatten() {
            pointer.insert_str(0, place);
        }
        self
    }

    /// Adds the members of a body that are none of the known ones.
    #[cfg(feature = "dispatch")]
    pub(crate) fn with_strangers(mut self, body: &[u8], known: &[String]) -> Self {
        let members = Json::parse(body).ok().and_then(Json::entries).into_iter().flatten();
        let strangers = members.filter(|(key, _)| !known.iter().any(|name| spelling::same(key, name)));
        self.unknown.extend(strangers.map(|(key, _)| format!("/{}", printable(&key))));
        self.judged()
    }

    /// Notes a value that was read in another form.
    fn coerce(&mut self, path: &[Cow<'_, str>]) {
        self.coerced.push(pointer(path));
    }

    fn compare<'a>(&mut self, path: &mut Vec<Cow<'a, str>>, wire: Json<'a>, ours: &Node) {
        let ours = match ours {
            Node::Unlisted(inner) => {
                self.unknown.push(pointer(path));
                inner
            }
            known => known,
        };
        match (ours, wire.kind()) {
            // A value that was kept as text is the whole value, lists included.
            (Node::Leaf(text), _) if text == wire.text() => {}
            (Node::Object(members), JsonKind::Object) => self.members(path, wire, members),
            (Node::List(items), JsonKind::Array) => self.items(path, wire, items),
            // One for many, and many for one.
            (Node::List(items), _) if items.len() == 1 => {
                self.coerce(path);
                self.compare(path, wire, &items[0]);
            }
            (one, JsonKind::Array) => match wire.only_item() {
                Some(item) => {
                    self.coerce(path);
                    self.compare(path, item, one);
                }
                None => self.lossy.push(pointer(path)),
            },
            (Node::Leaf(text), _) => match fit(wire, text) {
                Fit::Same => {}
                Fit::Coerced => self.coerce(path),
                Fit::Changed => self.lossy.push(pointer(path)),
            },
            (empty, _) if empty.is_nothing() => self.vanished(path, wire),
            _ => self.lossy.push(pointer(path)),
        }
    }

    fn members<'a>(&mut self, path: &mut Vec<Cow<'a, str>>, wire: Json<'a>, members: &[(String, Option<Node>)]) {
        let mut index = Index::of(members);
        let mut there = vec![false; members.len()];
        for (key, _) in wire.entries().into_iter().flatten() {
            match index.named(&key) {
                Some(place) => there[place] = true,
                None => index.respelt(&key).into_iter().for_each(|group| group.is_sent = true),
            }
        }
        for group in &mut index.groups {
            group.absent = group.places.iter().copied().find(|place| !there[*place]);
        }
        for (key, value) in wire.entries().into_iter().flatten() {
            let named = index.named(&key);
            // A member that no field is named after, unless in another casing.
            let place = named.or_else(|| index.group_of(&key)?.absent);
            path.push(key);
            match place.map(|place| &members[place].1) {
                Some(ours) => {
                    if named.is_none() {
                        self.coerce(path);
                    }
                    match ours {
                        Some(node) => self.compare(path, value, node),
                        None => self.vanished(path, value),
                    }
                }
                None => self.unknown.push(pointer(path)),
            }
            path.pop();
        }
        for (place, (name, node)) in members.iter().enumerate() {
            let is_sent = there[place] || index.group_of(name).is_some_and(|group| group.is_sent);
            if !is_sent && node.as_ref().is_some_and(|node| !node.is_nothing()) {
                self.lossy.push(format!("{}/{}", pointer(path), printable(name)));
            }
        }
    }

    fn items<'a>(&mut self, path: &mut Vec<Cow<'a, str>>, wire: Json<'a>, items: &[Node]) {
        let theirs: Vec<_> = wire.items().into_iter().flatten().collect();
        if theirs.len() != items.len() {
            return self.lossy.push(pointer(path));
        }
        for (index, (value, node)) in theirs.into_iter().zip(items).enumerate() {
            path.push(index.to_string().into());
            self.compare(path, value, node);
            path.pop();
        }
    }

    /// A known field that was read as nothing.
    fn vanished(&mut self, path: &[Cow<'_, str>], wire: Json<'_>) {
        match wire.text() {
            "null" => {}
            "\"\"" | "[]" | "{}" => self.coerce(path),
            _ => self.lossy.push(pointer(path)),
        }
    }
}

fn pointer(path: &[Cow<'_, str>]) -> String {
    path.iter().flat_map(|key| ["/", printable(key)]).collect()
}

/// The members of an object by name, and by name in any casing; both in one step however many there are.
struct Index<'n> {
    named: HashMap<&'n str, usize>,
    letters: HashMap<Vec<u8>, usize>,
    groups: Vec<Group>,
}

/// Members whose names differ in casing and separators only.
#[derive(Default)]
struct Group {
    places: Vec<usize>,
    /// A member was sent that spells the name in another way.
    is_sent: bool,
    /// The first one whose own name was not sent.
    absent: Option<usize>,
}

impl<'n> Index<'n> {
    fn of(members: &'n [(String, Option<Node>)]) -> Self {
        let named = members.iter().enumerate().map(|(place, (name, _))| (name.as_str(), place)).collect();
        let (mut letters, mut groups) = (HashMap::new(), Vec::<Group>::new());
        for (place, (name, _)) in members.iter().enumerate() {
            let group = *letters.entry(spelling::letters(name).collect()).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Group::default());
            }
            groups[group].places.push(place);
        }
        Self { named, letters, groups }
    }

    fn named(&self, key: &str) -> Option<usize> {
        self.named.get(key).copied()
    }

    fn group(&self, key: &str) -> Option<usize> {
        steps::count(key.len());
        let letters: Vec<u8> = spelling::letters(key).collect();
        self.letters.get(&letters).copied()
    }

    fn group_of(&self, name: &str) -> Option<&Group> {
        self.group(name).map(|group| &self.groups[group])
    }

    fn respelt(&mut self, key: &str) -> Option<&mut Group> {
        self.group(key).map(|group| &mut self.groups[group])
    }
}

enum Fit {
    Same,
    Coerced,
    Changed,
}

/// Compares two scalars (or two values of which one is none): `text` is JSON too.
fn fit(wire: Json<'_>, text: &str) -> Fit {
    let Ok(ours) = Json::parse(text.as_bytes()) else { return Fit::Changed };
    if wire.text() == text {
        return Fit::Same;
    }
    let same_kind = wire.kind() == ours.kind();
    match (wire.scalar(), ours.scalar()) {
        (Some(theirs), Some(ours)) if theirs == ours => {
            if same_kind {
                Fit::Same
            } else {
                Fit::Coerced
            }
        }
        (Some(theirs), Some(ours)) if digits(&theirs).is_some_and(|number| Some(number) == digits(&ours)) => {
            // Two texts that mean one number are two texts all the same, unless they are numbers.
            if same_kind && wire.kind() == JsonKind::Number { Fit::Same } else { Fit::Coerced }
        }
        (Some(theirs), Some(ours)) if truth(&theirs).is_some_and(|truth| ours == truth) => Fit::Coerced,
        (Some(theirs), None) if ours.kind() == JsonKind::Null && theirs.is_empty() => Fit::Coerced,
        (None, Some(ours)) if wire.kind() == JsonKind::Null && ours.is_empty() => Fit::Coerced,
        _ => Fit::Changed,
    }
}

fn truth(text: &str) -> Option<&'static str> {
    match text.trim_ascii() {
        "1" => Some("true"),
        "0" => Some("false"),
        text if text.eq_ignore_ascii_case("true") => Some("true"),
        text if text.eq_ignore_ascii_case("false") => Some("false"),
        _ => None,
    }
}

/// A number of any length; equal only if value and scale are.
#[derive(PartialEq)]
struct Digits {
    is_negative: bool,
    /// Without zeros in front; without those at the end, if it has no decimals.
    digits: String,
    zeros: usize,
    decimals: usize,
}

/// Reads a number, signed and with white space around it as amounts in text may be. The exponent is not written out.
fn digits(text: &str) -> Option<Digits> {
    let text = text.trim_ascii();
    steps::count(text.len());
    let (is_negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() || ![whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let exponent: i16 = exponent.parse().ok()?;
    let scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
    let mut digits = format!("{whole}{fraction}").trim_start_matches('0').to_owned();
    let (mut zeros, decimals) =
        (usize::try_from(-scale).unwrap_or_default(), usize::try_from(scale).unwrap_or_default());
    if decimals == 0 {
        let length = digits.trim_end_matches('0').len();
        zeros += digits.len() - length;
        digits.truncate(length);
    }
    steps::count(digits.len());
    if digits.is_empty() {
        zeros = 0;
    }
    Some(Digits { is_negative: is_negative && !digits.is_empty(), digits, zeros, decimals })
}

#[cfg(test)]
mod tests;
