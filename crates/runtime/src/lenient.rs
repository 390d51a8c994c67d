//! Lenient reading of answers: what does not fit a field leaves it empty, and only broken JSON is an error.
//!
//! Readers work on the text of the value ([`Json`]), not on a generic deserializer: digits stay exact, a misfit costs nothing, and the
//! code of a generated struct is one `match`, compiled once.

use std::collections::BTreeMap;

use serde::de::{Deserializer, Error as _};
use serde_json::{Map, Value};

use crate::spelling;
pub use crate::value::json::{Json, JsonKind, read_text};
#[doc(hidden)]
pub use serde;

/// A type that reads itself from any JSON value, or says that the value does not fit.
pub trait Lenient: Sized {
    /// Reads the value; `None` if it does not fit.
    fn read(json: Json<'_>) -> Option<Self>;

    /// What `null` means in an optional field: nothing, for all types but [`Nullable`](crate::Nullable).
    fn null() -> Option<Self> {
        None
    }

    /// Whether values of this kind are the type's own rather than coerced; decides between the branches of a union.
    fn owns(kind: JsonKind) -> bool;
}

/// A struct that takes the members of a JSON object one by one.
pub trait Object {
    /// Stores the member in the field of this name; `false` if there is none.
    fn set(&mut self, key: &str, value: Json<'_>) -> bool;

    /// Keeps a member that no field is named after, or ignores it.
    fn keep(&mut self, key: &str, value: Json<'_>);
}

/// Reads a whole answer; a list of one is as good as the one.
///
/// # Errors
///
/// If the bytes are no JSON, or of a kind that does not fit at all (text where an object is due). The error quotes nothing.
pub fn from_slice<T: Lenient>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    one(Json::parse(bytes)?).ok_or_else(|| serde_json::Error::custom(format_args!("expected {MISFIT}")))
}

/// Reads through serde, for the `Deserialize` of lenient types: inside it, fields are lenient; the value itself is of its kind.
///
/// # Errors
///
/// As [`from_slice`].
pub fn deserialize<'de, T: Lenient, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    read_text(deserializer, MISFIT, T::read)
}

const MISFIT: &str = "another kind of JSON value";

/// Reads a field of a struct: what does not fit leaves its default, and a list of one is as good as the one.
pub fn field<T: Lenient + Default>(slot: &mut T, json: Json<'_>) {
    *slot = one(json).unwrap_or_default();
}

/// Reads the members of an object into a struct.
pub fn object<T: Object + Default>(json: Json<'_>) -> Option<T> {
    let mut object = T::default();
    fill(&mut object, json).then_some(object)
}

// Not generic, so that it is compiled once for all structs.
fn fill(object: &mut dyn Object, json: Json<'_>) -> bool {
    let Some(entries) = json.entries() else {
        return false;
    };
    let mut strangers = Vec::new();
    for (key, value) in entries {
        if !object.set(&key, value) {
            strangers.push((key, value));
        }
    }
    for (key, value) in strangers {
        // A name in another casing counts where the documented one is not there.
        let mut names = spelling::others(&key).into_iter();
        if !names.any(|name| name != key && json.get(&name).is_none() && object.set(&name, value)) {
            object.keep(&key, value);
        }
    }
    true
}

fn one<T: Lenient>(json: Json<'_>) -> Option<T> {
    T::read(json).or_else(|| T::read(json.only_item()?))
}

/// Keeps a member that no field is named after.
pub fn extra<T: Lenient>(map: &mut impl Extend<(String, T)>, key: &str, json: Json<'_>) {
    map.extend(T::read(json).map(|value| (key.to_owned(), value)));
}

/// Reads one branch of a union without a tag, if the value is of the branch's own kind; an object also has to have the members.
pub fn branch<T: Lenient>(json: Json<'_>, members: &[&str]) -> Option<T> {
    let has = |key: &&str| json.get(key).is_some_and(|value| value.kind() != JsonKind::Null);
    if T::owns(json.kind()) && members.iter().all(has) { T::read(json) } else { None }
}

/// Reads a branch that the value can be coerced to. Objects are not: all their members are optional, so that any would do.
pub fn coerced_branch<T: Lenient>(json: Json<'_>) -> Option<T> {
    if json.kind() == JsonKind::Object { None } else { T::read(json) }
}

impl<T: Lenient> Lenient for Option<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        Some(if json.kind() == JsonKind::Null { T::null() } else { one(json) })
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Null || T::owns(kind)
    }
}

impl<T: Lenient> Lenient for Box<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        T::read(json).map(Box::new)
    }

    fn null() -> Option<Self> {
        T::null().map(Box::new)
    }

    fn owns(kind: JsonKind) -> bool {
        T::owns(kind)
    }
}

/// One value reads as a list of one, empty text as no list; items that do not fit are dropped.
impl<T: Lenient> Lenient for Vec<T> {
    fn read(json: Json<'_>) -> Option<Self> {
        match json.items() {
            Some(items) => Some(items.filter_map(T::read).collect()),
            None if matches!(json.text(), "null" | "\"\"") => None,
            None => T::read(json).map(|item| vec![item]),
        }
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Array
    }
}

/// Members that do not fit are dropped.
impl<T: Lenient> Lenient for BTreeMap<String, T> {
    fn read(json: Json<'_>) -> Option<Self> {
        Some(json.entries()?.filter_map(|(key, value)| Some((key.into_owned(), T::read(value)?))).collect())
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Object
    }
}

impl Lenient for Map<String, Value> {
    fn read(json: Json<'_>) -> Option<Self> {
        json.decode()
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::Object
    }
}

impl Lenient for Value {
    fn read(json: Json<'_>) -> Option<Self> {
        json.decode()
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
        match text.as_ref() {
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
                crate::value::exact::integer(json)?.try_into().ok()
            }

            fn owns(kind: JsonKind) -> bool {
                kind == JsonKind::Number
            }
        }
    )*};
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);

/// Makes a struct of optional fields read leniently: `lenient_object!(Account { "account_id" => account_id, "meta" => meta })`.
///
/// The struct has to be `Default`. A map of further members is named last: `lenient_object!(Meta { "name" => name } extra)`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_object {
    ($object:ty { $($key:literal => $field:ident),* $(,)? } $($extra:ident)?) => {
        impl $crate::lenient::Object for $object {
            fn set(&mut self, key: &str, value: $crate::lenient::Json<'_>) -> bool {
                match key {
                    $($key => $crate::lenient::field(&mut self.$field, value),)*
                    _ => return false,
                }
                #[allow(unreachable_code)]
                true
            }

            fn keep(&mut self, _key: &str, _value: $crate::lenient::Json<'_>) {
                $($crate::lenient::extra(&mut self.$extra, _key, _value))?
            }
        }
        $crate::lenient_impl!($object, $crate::lenient::object, $crate::lenient::JsonKind::Object);
    };
}

/// Makes a union read leniently.
///
/// Without a tag, each branch names the members that an object needs to be it, and a last one may keep the rest:
/// `lenient_union!(Party { Card ["pan"], Bank ["iban"], Text [], _ => Other })`.
/// With a tag: `lenient_union!(Party by "kind" { "card" => Card, "bank" => Bank, _ => Other })`, where `Other` holds a map or any type
/// that keeps what came.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_union {
    ($union:ident { $($branch:ident [$($member:literal),*]),* $(, _ => $other:ident)? $(,)? }) => {
        $crate::lenient_impl!($union, |json| {
            ::core::option::Option::None
                $(.or_else(|| $crate::lenient::branch(json, &[$($member),*]).map($union::$branch)))*
                $(.or_else(|| $crate::lenient::coerced_branch(json).map($union::$branch)))*
                $(.or_else(|| $crate::lenient::Lenient::read(json).map($union::$other)))?
        }, _);
    };
    ($union:ident by $tag:literal { $($value:literal => $branch:ident),*, _ => $other:ident $(,)? }) => {
        $crate::lenient_impl!($union, |json| {
            let tag = json.get($tag).and_then($crate::lenient::Json::scalar);
            match tag.as_deref() {
                $(::core::option::Option::Some($value) => $crate::lenient::Lenient::read(json).map($union::$branch),)*
                _ => ::core::option::Option::None,
            }
            .or_else(|| $crate::lenient::Lenient::read(json).map($union::$other))
        }, $crate::lenient::JsonKind::Object);
    };
}

/// Makes a newtype read as what it holds: `lenient_newtype!(Names(Vec<String>))`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_newtype {
    ($newtype:ident($inner:ty)) => {
        impl $crate::lenient::Lenient for $newtype {
            fn read(json: $crate::lenient::Json<'_>) -> ::core::option::Option<Self> {
                <$inner as $crate::lenient::Lenient>::read(json).map(Self)
            }
            fn null() -> ::core::option::Option<Self> {
                <$inner as $crate::lenient::Lenient>::null().map(Self)
            }
            fn owns(kind: $crate::lenient::JsonKind) -> bool {
                <$inner as $crate::lenient::Lenient>::owns(kind)
            }
        }
        $crate::lenient_deserialize!($newtype);
    };
}

/// Makes a generated closed enum read leniently, by its `FromStr`: `lenient_word!(Kind)`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_word {
    ($word:ident) => {
        impl $crate::lenient::Lenient for $word {
            fn read(json: $crate::lenient::Json<'_>) -> ::core::option::Option<Self> {
                json.scalar()?.parse().ok()
            }
            fn owns(kind: $crate::lenient::JsonKind) -> bool {
                kind == $crate::lenient::JsonKind::String
            }
        }
    };
}

/// Makes a type with a strict `Deserialize` readable as a field of lenient ones: `lenient_by_serde!(Coordinates)`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_by_serde {
    ($strict:ty) => {
        impl $crate::lenient::Lenient for $strict {
            fn read(json: $crate::lenient::Json<'_>) -> ::core::option::Option<Self> {
                json.decode()
            }
            fn owns(_: $crate::lenient::JsonKind) -> bool {
                true
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! lenient_impl {
    ($type:ty, $read:expr, $own:pat) => {
        impl $crate::lenient::Lenient for $type {
            fn read(json: $crate::lenient::Json<'_>) -> ::core::option::Option<Self> {
                let read: fn($crate::lenient::Json<'_>) -> ::core::option::Option<Self> = $read;
                read(json)
            }
            fn owns(kind: $crate::lenient::JsonKind) -> bool {
                ::core::matches!(kind, $own)
            }
        }
        $crate::lenient_deserialize!($type);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! lenient_deserialize {
    ($type:ty) => {
        impl<'de> $crate::lenient::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::lenient::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::lenient::deserialize(deserializer)
            }
        }
    };
}
