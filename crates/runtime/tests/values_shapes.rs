//! Do the shapes that JSON leaves open come back as they were: enums, ids, lists, null and absent?

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions; here helpers need it too

use std::fmt;
use std::str::FromStr;

use bursar_runtime::{Csv, List, Nullable, OneOrMany, Open, StringOrInteger, nullable};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Status {
    Done,
    Empty,
}

impl FromStr for Status {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "done" => Ok(Self::Done),
            "" => Ok(Self::Empty),
            _ => Err("invalid value"),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "done",
            Self::Empty => "",
        })
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    inner: Inner,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    status: Open<Status>,
    key: StringOrInteger,
    owners: OneOrMany<String>,
    tags: List<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Inner(Inner),
    Id(StringOrInteger),
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Patch {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "nullable")]
    note: Option<Nullable<String>>,
    #[serde(default, skip_serializing_if = "List::is_absent")]
    tags: List<i64>,
}

fn round_trip<T: DeserializeOwned + Serialize>(json: &str) -> String {
    serde_json::to_string(&serde_json::from_str::<T>(json).unwrap()).unwrap()
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("\\PC*", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn open_enums_keep_any_json(value in json()) {
        let text = value.to_string();
        prop_assert_eq!(round_trip::<Open<Status>>(&text), text.as_str());
        prop_assert_eq!(round_trip::<Option<List<Open<Status>>>>(&format!("[{text}]")), format!("[{text}]"));
        let open: Open<Status> = serde_json::from_value(value.clone()).unwrap();
        prop_assert_eq!(serde_json::to_value(&open).unwrap(), value);
    }

    #[test]
    fn open_enums_keep_any_word(word in "\\PC*") {
        let open: Open<Status> = word.parse().unwrap();
        prop_assert_eq!(open.as_str(), word.as_str());
        prop_assert_eq!(open.to_string(), word.as_str());
        prop_assert_eq!(open.known().is_some(), word.is_empty() || word == "done");
    }

    #[test]
    fn ids_keep_their_form(text in "\\PC*", number: i64) {
        let json = Value::from(text.as_str()).to_string();
        prop_assert_eq!(round_trip::<StringOrInteger>(&json), json);
        prop_assert_eq!(round_trip::<StringOrInteger>(&number.to_string()), number.to_string());
        prop_assert_eq!(round_trip::<StringOrInteger>(&format!("\"{number}\"")), format!("\"{number}\""));
        prop_assert_eq!(StringOrInteger::from(number).to_string(), number.to_string());
        prop_assert_eq!(StringOrInteger::from(text.clone()).to_string(), text);
    }

    #[test]
    fn one_or_many_keep_their_form(items in proptest::collection::vec("\\PC*", 0..4)) {
        let many = Value::from(items.clone()).to_string();
        prop_assert_eq!(round_trip::<OneOrMany<String>>(&many), many.as_str());
        let read: OneOrMany<String> = serde_json::from_str(&many).unwrap();
        prop_assert_eq!(&*read, items.as_slice());
        prop_assert_eq!(read.iter().count(), items.len());
        for item in items {
            let one = Value::from(item).to_string();
            prop_assert_eq!(round_trip::<OneOrMany<String>>(&one), one);
        }
    }

    #[test]
    fn everything_survives_flatten_and_untagged(word in "\\PC*", number: i64, items in proptest::collection::vec("\\PC*", 0..3)) {
        let inner = Inner {
            status: word.parse().unwrap(),
            key: number.into(),
            owners: items.clone().into(),
            tags: items.into(),
        };
        let json = serde_json::to_string(&inner).unwrap();
        prop_assert_eq!(serde_json::from_str::<Untagged>(&json).unwrap(), Untagged::Inner(inner));
        let flat = json.replacen('{', r#"{"id":1,"#, 1);
        prop_assert_eq!(round_trip::<Flat>(&flat), flat);
        prop_assert_eq!(serde_json::from_str::<Untagged>(&number.to_string()).unwrap(), Untagged::Id(number.into()));
    }

    #[test]
    fn csv_is_one_text(items in proptest::collection::vec(any::<u32>(), 0..5)) {
        let csv = Csv::from(items.clone());
        let text = items.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        prop_assert_eq!(csv.to_string(), text.as_str());
        prop_assert_eq!(serde_json::to_string(&csv).unwrap(), format!("\"{text}\""));
        prop_assert_eq!(serde_json::from_str::<Csv<u32>>(&format!("\"{text}\"")).unwrap(), csv.clone());
        prop_assert_eq!(text.parse(), Ok(csv));
    }

    #[test]
    fn errors_never_quote_the_value(text in "[a-z]{10}") {
        let json = format!(r#"{{"a":"{text}"}}"#);
        for error in [
            serde_json::from_str::<StringOrInteger>(&json).unwrap_err().to_string(),
            serde_json::from_str::<OneOrMany<i64>>(&format!("[\"{text}\"]")).unwrap_err().to_string(),
            serde_json::from_str::<OneOrMany<i64>>(&json).unwrap_err().to_string(),
            serde_json::from_str::<Csv<u32>>(&format!("\"{text}\"")).unwrap_err().to_string(),
        ] {
            prop_assert!(!error.contains(&text), "{}", error);
        }
    }
}

#[test]
fn open_enums_compare_with_known_values() {
    let done: Open<Status> = Status::Done.into();
    assert_eq!(done, Status::Done);
    assert_eq!(done, Open::from_word("done"));
    assert_ne!(Open::from_word("paused"), Status::Done);
    assert_eq!(serde_json::from_str::<Open<Status>>("\"\"").unwrap(), Status::Empty);
}

#[test]
fn odd_values_keep_their_digits_and_do_not_print() {
    let odd: Open<Status> = serde_json::from_str("[4242424242424242.420]").unwrap();
    assert_eq!(serde_json::to_string(&odd).unwrap(), "[4242424242424242.420]");
    assert_eq!(format!("{odd:?}"), "Odd(array)");
}

#[test]
fn lists_tell_absent_from_empty() {
    for (json, again, absent) in [
        ("{}", "{}", true),
        (r#"{"tags":null}"#, "{}", true),
        (r#"{"tags":[]}"#, r#"{"tags":[]}"#, false),
        (r#"{"tags":[1,2]}"#, r#"{"tags":[1,2]}"#, false),
    ] {
        let patch: Patch = serde_json::from_str(json).unwrap();
        assert_eq!(patch.tags.is_absent(), absent, "{json}");
        assert_eq!(serde_json::to_string(&patch).unwrap(), again);
    }
    let mut list = List::default();
    list.push(1);
    list.extend([2]);
    assert_eq!(list, List::from([1, 2]));
    assert_eq!((&list).into_iter().sum::<i32>(), 3);
    assert_eq!(list.into_iter().collect::<List<_>>().into_vec(), [1, 2]);
    assert!(List::<i32>::ABSENT.into_vec().is_empty());
    assert_ne!(List::<i32>::ABSENT, List::from([]));
    assert!(serde_json::from_str::<List<i64>>("5").is_err(), "requests are read strictly");
}

#[test]
fn null_and_absent_are_distinguished() {
    for (json, note) in [
        ("{}", None),
        (r#"{"note":null}"#, Some(Nullable::Null)),
        (r#"{"note":""}"#, Some(Nullable::Value(String::new()))),
    ] {
        let patch: Patch = serde_json::from_str(json).unwrap();
        assert_eq!(patch.note, note);
        assert_eq!(serde_json::to_string(&patch).unwrap(), json);
    }
}

#[test]
fn ids_take_no_fractions() {
    assert_eq!(serde_json::from_str::<StringOrInteger>("5.0").unwrap(), 5.into());
    for json in ["5.5", "true", "null", "[]", "9223372036854775808"] {
        assert!(serde_json::from_str::<StringOrInteger>(json).is_err(), "{json}");
    }
}
