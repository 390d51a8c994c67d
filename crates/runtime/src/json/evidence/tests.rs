//! Is every kind of JSON value in the place of every documented kind what the table says?

use std::collections::BTreeMap;
use std::fmt::Write;

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::Value;

use super::*;
use crate::wire::decode::Answer;
use crate::wire::drift::Drift;
use crate::wire::reply::Reply;
use crate::{Date, List, Major, Minor, Odd, Open, Secret, lenient_object, lenient_union};

#[derive(Debug, Clone, PartialEq)]
enum State {
    Open,
}

impl std::str::FromStr for State {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        if word == "open" { Ok(Self::Open) } else { Err(()) }
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("open")
    }
}

#[derive(Debug, Default, Serialize)]
struct Entry {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}
lenient_object!(Entry { "id" => id });

#[derive(Debug, Default, Serialize)]
struct Stamped {
    #[serde(skip_serializing_if = "Option::is_none")]
    stamp: Option<String>,
}
lenient_object!(Stamped { "stamp" => stamp });

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(i64),
    Other(Odd),
}
lenient_union!(Id { Text [], Number [], _ => Other });

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Party {
    Entry(Entry),
    Stamped(Stamped),
    Other(Odd),
}
lenient_union!(Party { Entry ["id"], Stamped ["stamp"], _ => Other });

macro_rules! kinds {
    ($($kind:literal: $field:ident: $type:ty, $whole:ty;)*) => {
        #[derive(Debug, Default, Serialize)]
        struct Every {
            $(#[serde(rename = $kind, skip_serializing_if = "is_left_out")] $field: $type,)*
        }
        lenient_object!(Every { $($kind => $field),* });

        /// The verdict on the payload of a read.
        fn whole(kind: &str, json: &str) -> char {
            let reply = Reply::new(StatusCode::OK, HeaderMap::new(), json.to_owned()).needing(Evidence::Kind);
            match kind {
                $($kind => match <$whole>::read(&reply) {
                    Ok(value) => mark(&Drift::between(json.as_bytes(), &value)),
                    Err(_) => 'x',
                },)*
                other => panic!("teach the test the kind {other}"),
            }
        }
    };
}

kinds! {
    "string": a: Option<String>, String;
    "secret": b: Option<Secret>, Secret;
    "integer": c: Option<i64>, i64;
    "minor amount": d: Option<Minor>, Minor;
    "decimal": e: Option<Major>, Major;
    "boolean": f: Option<bool>, bool;
    "enum": g: Option<Open<State>>, Open<State>;
    "date": h: Option<Date>, Date;
    "list of texts": i: List<String>, Vec<String>;
    "list of objects": j: List<Entry>, Vec<Entry>;
    "object": k: Option<Box<Entry>>, Entry;
    "map": l: Option<BTreeMap<String, Value>>, BTreeMap<String, Value>;
    "text or integer": m: Option<Id>, Id;
    "union of objects": n: Option<Party>, Party;
    "any": o: Option<Value>, Value;
}

fn is_left_out<T: Serialize>(value: &T) -> bool {
    serde_json::to_string(value).is_ok_and(|text| text == "null")
}

fn mark(drift: &Drift) -> char {
    match drift {
        drift if !drift.lossy().is_empty() => '!',
        drift if !drift.is_empty() => '~',
        _ => '.',
    }
}

/// The verdict on a field.
fn field(kind: &str, json: &str) -> char {
    let body = format!("{{\"{kind}\":{json}}}");
    let every: Every = crate::json::lenient::from_slice(body.as_bytes()).expect("an object");
    mark(&Drift::between(body.as_bytes(), &every))
}

#[test]
fn every_value_in_place_of_every_kind_is_what_the_table_says() {
    let mut found = String::new();
    let mut differs = false;
    for row in TABLE {
        let verdicts = |judge: fn(&str, &str) -> char| -> String {
            (0..COLUMNS.len()).map(|column| judge(row.kind, &row.json(column))).collect()
        };
        let (fields, wholes) = (verdicts(field), verdicts(whole));
        differs |= fields != row.field || wholes != row.whole;
        let _ = writeln!(found, "{:18} {fields} {wholes}", row.kind);
    }
    assert!(!differs, "the table is not what happens:\n{found}");
}

#[test]
fn the_page_about_evidence_shows_the_table() {
    let page = include_str!("../../../../../docs/decisions/0013-evidence.md");
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    assert!(page.contains(&format!("| documented | {} |", names.join(" | "))), "{}", names.join(" | "));
    for row in TABLE {
        let cells: Vec<String> =
            row.field.chars().zip(row.whole.chars()).map(|(field, whole)| format!("{field} {whole}")).collect();
        let line = format!("| {} | {} |", row.kind, cells.join(" | "));
        assert!(page.contains(&line), "{line}");
    }
}

#[test]
fn a_row_gives_its_verdicts_by_column() {
    let found = row("boolean").expect("the row");
    assert_eq!(found.kind, "boolean");
    let of = |column| (found.field(column), found.whole(column));
    assert_eq!(of(0), (Some(Verdict::Read), Some(Verdict::Unreadable)));
    assert_eq!(of(2), (Some(Verdict::Lossy), Some(Verdict::Unreadable)));
    assert_eq!(of(5), (Some(Verdict::Drift), Some(Verdict::Drift)));
    assert_eq!((of(COLUMNS.len()), row("none").is_none()), ((None, None), true));
}
