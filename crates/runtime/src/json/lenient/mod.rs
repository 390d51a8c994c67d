//! Lenient reading of answers: what does not fit a field leaves it empty, and only broken JSON is an error.
//!
//! Readers work on the text of the value ([`Json`]), not on a generic deserializer: digits stay exact, a misfit costs nothing, and the
//! code of a generated struct is one `match`, compiled once. Which JSON value may stand for which documented kind is the table of
//! [`evidence`](crate::json::evidence).

mod macros;
pub(crate) mod room;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::{Deserializer, Error as _};
use serde_json::{Map, Value};

pub use crate::json::evidence::Evidence;
pub use crate::json::reader::{Json, JsonKind, read_text};
use crate::json::spelling;
#[doc(hidden)]
pub use serde;

/// A type that reads itself from any JSON value, or says that the value does not fit.
pub trait Lenient: Sized {
    /// Reads the value; `None` if it does not fit.
    fn read(json: Json<'_>) -> Option<Self>;

    /// Reads the value, and says what of it shows that it is the documented one.
    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        Self::read(json).map(|value| (value, Evidence::Member))
    }

    /// What `null` means in an optional field: nothing, for all types but [`Nullable`](crate::Nullable).
    fn null() -> Option<Self> {
        None
    }

    /// Whether values of this kind are the type's own rather than coerced; decides between the branches of a union.
    fn owns(kind: JsonKind) -> bool;
}

/// A struct that takes the members of a JSON object one by one.
pub trait Object {
    /// Names of the documented members.
    fn names(&self) -> &'static [&'static str];

    /// Stores the member in the field of this name, and says what it shows; `None` if there is no such field.
    fn set(&mut self, key: &str, value: Json<'_>) -> Option<Evidence>;

    /// Keeps a member that no field is named after, or ignores it.
    fn keep(&mut self, key: &str, value: Json<'_>);

    /// Whether such members are kept.
    fn keeps(&self) -> bool;
}

/// Reads a whole answer, whatever it shows.
///
/// # Errors
///
/// If the bytes are no JSON, or of a kind that does not fit at all (text where an object is due). The error quotes nothing.
pub fn from_slice<T: Lenient>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    let json = Json::parse(bytes)?;
    let read = room::within(bytes.len(), || one(json)).flatten();
    read.map(|(value, _)| value).ok_or_else(|| serde_json::Error::custom(format_args!("expected {MISFIT}")))
}

/// Reads through serde, for the `Deserialize` of lenient types: inside it, fields are lenient; the value itself is of its kind.
///
/// # Errors
///
/// As [`from_slice`].
pub fn deserialize<'de, T: Lenient, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    read_text(deserializer, MISFIT, |json| room::within(json.text().len(), || T::read(json)).flatten())
}

const MISFIT: &str = "another type of JSON value";

/// Reads a field of a struct: what does not fit leaves its default, and a list of one is as good as the one.
pub fn field<T: Lenient + Default>(slot: &mut T, json: Json<'_>) -> Evidence {
    let (value, evidence) = one(json).unwrap_or_default();
    *slot = value;
    evidence
}

/// Reads the members of an object into a struct.
pub fn object<T: Object + Default>(json: Json<'_>) -> Option<(T, Evidence)> {
    let mut object = T::default();
    fill(&mut object, json).map(|evidence| (object, evidence))
}

// Not generic, so that it is compiled once for all structs.
fn fill(object: &mut dyn Object, json: Json<'_>) -> Option<Evidence> {
    let names = object.names();
    // Of an object without documented members, any will do.
    let mut evidence = if names.is_empty() { Evidence::Kind } else { Evidence::Nothing };
    let (mut respelt, keeps): (Vec<(usize, Cow<'_, str>, Json<'_>)>, bool) = (Vec::new(), object.keeps());
    // The same stranger often comes again and again.
    let mut last: Option<(Cow<'_, str>, Option<usize>)> = None;
    for (key, value) in json.entries()? {
        if let Some(shown) = object.set(&key, value) {
            evidence = evidence.max(shown_by_member(shown, value));
            continue;
        }
        let place = match &last {
            Some((known, place)) if *known == key => *place,
            _ => last.insert((key.clone(), spelling::another(&key, names))).1,
        };
        match place {
            None => object.keep(&key, value),
            // Where the rest is not kept, the last one counts.
            Some(place) if !keeps && let Some(same) = respelt.iter_mut().find(|(other, ..)| *other == place) => {
                *same = (place, key, value);
            }
            Some(place) => respelt.push((place, key, value)),
        }
    }
    let mut there = vec![false; names.len()];
    let mut asked: Vec<usize> = respelt.iter().map(|(place, ..)| *place).collect();
    asked.sort_unstable();
    asked.dedup();
    for (key, _) in json.entries().filter(|_| !asked.is_empty()).into_iter().flatten() {
        if let Some(place) = asked.iter().find(|place| names[**place] == key) {
            there[*place] = true;
        }
    }
    for (place, key, value) in respelt {
        // A name in another casing counts where the documented one is not there.
        if there[place] {
            object.keep(&key, value);
        } else if let Some(shown) = object.set(names[place], value) {
            evidence = evidence.max(shown_by_member(shown, value));
        }
    }
    Some(evidence)
}

/// What a documented member shows whose value shows this: a scalar that does not fit is lost, but the member is there.
fn shown_by_member(shown: Evidence, value: Json<'_>) -> Evidence {
    match value.kind() {
        JsonKind::Null => Evidence::Nothing,
        JsonKind::Bool | JsonKind::Number => Evidence::Member,
        JsonKind::String if value.text() != "\"\"" => Evidence::Member,
        _ => shown.of_member(),
    }
}

/// Reads a value, or the only item of a list where that shows that it is the documented one.
pub fn one<T: Lenient>(json: Json<'_>) -> Option<(T, Evidence)> {
    T::evident(json).or_else(|| {
        let item = json.only_item()?;
        T::evident(item).filter(|(_, evidence)| stands_alone(item, *evidence))
    })
}

/// Whether a value may stand for a list of one, or the other way round: an object only by a documented member.
fn stands_alone(item: Json<'_>, evidence: Evidence) -> bool {
    evidence == Evidence::Member || item.kind() != JsonKind::Object
}

/// The items of a list that fit, and what they show; `None` for what is no list.
pub(crate) fn items<T: Lenient>(json: Json<'_>) -> Option<(Vec<T>, Evidence)> {
    let (mut read, mut evidence, mut is_empty) = (Vec::new(), Evidence::Nothing, true);
    for item in json.items()? {
        is_empty = false;
        if let Some((item, shown)) = T::evident(item) {
            if !room::take(size_of::<T>()) {
                return None;
            }
            evidence = evidence.max(shown);
            read.push(item);
        }
    }
    // An empty list is as documented, and shows no member.
    Some((read, if is_empty { Evidence::Kind } else { evidence }))
}

/// Keeps a member that no field is named after.
pub fn extra<T: Lenient>(map: &mut impl Extend<(String, T)>, key: &str, json: Json<'_>) {
    map.extend(T::read(json).map(|value| (key.to_owned(), value)));
}

/// Reads one branch of a union without a tag, if the value is of the branch's own kind; an object also has to have the members.
pub fn branch<T: Lenient>(json: Json<'_>, members: &[&str]) -> Option<(T, Evidence)> {
    if T::owns(json.kind()) && has_all(json, members) { T::evident(json) } else { None }
}

/// Whether an object has all these members, and none of them is null.
fn has_all(json: Json<'_>, members: &[&str]) -> bool {
    match members {
        [] => true,
        _ => {
            let mut missing: Vec<&str> = members.to_vec();
            for (key, value) in json.entries().into_iter().flatten() {
                let Some(name) = members.iter().find(|name| **name == key) else { continue };
                missing.retain(|other| other != name);
                if value.kind() == JsonKind::Null {
                    missing.push(name);
                }
            }
            missing.is_empty()
        }
    }
}

/// Reads a branch that the value can be coerced to. Objects are not: all their members are optional, so that any would do.
pub fn coerced_branch<T: Lenient>(json: Json<'_>) -> Option<(T, Evidence)> {
    if json.kind() == JsonKind::Object { None } else { T::evident(json) }
}

/// Whether a branch of a union has values of this kind as its own; `branch` is its constructor.
pub fn branch_owns<T: Lenient, U>(_branch: fn(T) -> U, kind: JsonKind) -> bool {
    T::owns(kind)
}

/// Reads what none of the branches of a union is: it shows nothing, unless it has documented members of its own.
pub fn other_branch<T: Lenient>(json: Json<'_>) -> Option<(T, Evidence)> {
    let (value, evidence) = T::evident(json)?;
    Some((value, if evidence == Evidence::Member { evidence } else { Evidence::Nothing }))
}

impl<T: Lenient> Lenient for Option<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        Self::evident(json).map(|(value, _)| value)
    }

    /// Null is as documented.
    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        if json.kind() == JsonKind::Null {
            return Some((T::null(), Evidence::Member));
        }
        Some(one(json).map_or((None, Evidence::Nothing), |(value, evidence)| (Some(value), evidence)))
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Null || T::owns(kind)
    }
}

impl<T: Lenient> Lenient for Box<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        T::read(json).map(Box::new)
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        let (value, evidence) = T::evident(json)?;
        room::take(size_of::<T>()).then(|| (Box::new(value), evidence))
    }

    fn null() -> Option<Self> {
        T::null().map(Box::new)
    }

    fn owns(kind: JsonKind) -> bool {
        T::owns(kind)
    }
}

/// One value reads as a list of one, an object only by a documented member; empty text is no list; items that do not fit are dropped.
impl<T: Lenient> Lenient for Vec<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        Self::evident(json).map(|(list, _)| list)
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        match json.kind() {
            JsonKind::Array => items(json),
            JsonKind::Null => None,
            _ if json.text() == "\"\"" => None,
            _ => {
                let (item, evidence) = T::evident(json)?;
                stands_alone(json, evidence).then(|| (vec![item], evidence))
            }
        }
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Array
    }
}

/// Members that do not fit are dropped.
impl<T: Lenient> Lenient for BTreeMap<String, T> {
    fn read(json: Json<'_>) -> Option<Self> {
        let member = |(key, value): (Cow<'_, str>, Json<'_>)| {
            let has_room = room::take(key.len() + size_of::<(String, T)>());
            if has_room { Some((key.into_owned(), T::read(value)?)) } else { None }
        };
        Some(json.entries()?.filter_map(member).collect())
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        let map = Self::read(json)?;
        let all_misfit = map.is_empty() && json.entries()?.next().is_some();
        Some((map, if all_misfit { Evidence::Nothing } else { Evidence::Kind }))
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Object
    }
}

impl Lenient for Map<String, Value> {
    fn read(json: Json<'_>) -> Option<Self> {
        json.decode()
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        Self::read(json).map(|map| (map, Evidence::Kind))
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Object
    }
}

impl Lenient for Value {
    fn read(json: Json<'_>) -> Option<Self> {
        json.decode()
    }

    fn evident(json: Json<'_>) -> Option<(Self, Evidence)> {
        let evidence = if json.kind() == JsonKind::Null { Evidence::Nothing } else { Evidence::Kind };
        Self::read(json).map(|value| (value, evidence))
    }

    fn owns(_: JsonKind) -> bool {
        true
    }
}

/// Numbers and truth values read as their text, digit for digit.
impl Lenient for String {
    fn read(json: Json<'_>) -> Option<Self> {
        json.scalar().map(String::from)
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::String
    }
}

impl Lenient for bool {
    fn read(json: Json<'_>) -> Option<Self> {
        let text = json.scalar()?;
        let text = text.trim_ascii();
        match text {
            "1" => Some(true),
            "0" => Some(false),
            _ if text.eq_ignore_ascii_case("true") => Some(true),
            _ if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Bool
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        /// Integral numbers (`5.0` too) and their text.
        impl Lenient for $integer {
            fn read(json: Json<'_>) -> Option<Self> {
                crate::json::number::integer(json)?.try_into().ok()
            }

            fn owns(kind: JsonKind) -> bool {
                kind == JsonKind::Number
            }
        }
    )*};
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);
