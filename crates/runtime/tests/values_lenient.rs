//! Is an answer read whatever shape its values have, and is nothing read as what it is not?

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions; here helpers need it too

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use bursar_runtime::lenient::{self, Json};
use bursar_runtime::{
    Csv, DateTime, List, Major, Minor, Nullable, Number, OneOrMany, Open, Secret, StringOrInteger, lenient_by_serde,
    lenient_newtype, lenient_object, lenient_word, major,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Kind {
    #[serde(rename = "a")]
    A,
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        if word == "a" { Ok(Self::A) } else { Err(()) }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a")
    }
}

lenient_word!(Kind);

macro_rules! account {
    ($($field:ident: $type:ty,)*) => {
        #[derive(Clone, Debug, Default, PartialEq)]
        struct Account {
            $($field: $type,)*
        }
        lenient_object!(Account { "text" => text, "size" => size, "small" => small, "flag" => flag, "amount" => amount,
            "cents" => cents, "rate" => rate, "open" => open, "closed" => closed, "pin" => pin, "id" => id, "owners" => owners,
            "tags" => tags, "parts" => parts, "limits" => limits, "any" => any, "object" => object, "when" => when, "note" => note,
            "child" => child, "csv" => csv, "plain" => plain, "point" => point, "names" => names,
        });
    };
}

account! {
    text: Option<String>,
    size: Option<i64>,
    small: Option<u8>,
    flag: Option<bool>,
    amount: Option<Major>,
    cents: Option<Minor>,
    rate: Option<Number>,
    open: Option<Open<Kind>>,
    closed: Option<Kind>,
    pin: Option<Secret>,
    id: Option<StringOrInteger>,
    owners: Option<OneOrMany<String>>,
    tags: List<String>,
    parts: List<Account>,
    limits: BTreeMap<String, Major>,
    any: Option<Value>,
    object: Option<Map<String, Value>>,
    when: Option<DateTime>,
    note: Option<Nullable<String>>,
    child: Option<Box<Account>>,
    csv: Option<Csv<u32>>,
    plain: String,
    point: Option<Point>,
    names: Option<Names>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Point {
    latitude: i64,
}
lenient_by_serde!(Point);

#[derive(Clone, Debug, PartialEq)]
struct Names(List<String>);
lenient_newtype!(Names(List<String>));

fn account(json: &str) -> Account {
    let read: Account = lenient::from_slice(json.as_bytes()).unwrap();
    assert_eq!(serde_json::from_str::<Account>(json).unwrap(), read, "serde reads the same");
    assert_eq!(serde_json::from_reader::<_, Account>(json.as_bytes()).unwrap(), read);
    read
}

/// The account whose member has that JSON.
fn with(member: &str, json: &str) -> Account {
    account(&format!(r#" {{ "unknown" : [1, {{"a":"}}]"}}] , "{member}" : {json} }} "#))
}

fn read<T: lenient::Lenient>(json: &str) -> Option<T> {
    lenient::from_slice(json.as_bytes()).ok()
}

#[test]
fn text_takes_scalars_digit_for_digit() {
    for (json, text) in [
        (r#""x""#, Some("x")),
        (r#""""#, Some("")),
        (r#""a\"\\\u00e4\n""#, Some("a\"\\ä\n")),
        ("12345678901234567.890", Some("12345678901234567.890")),
        ("-1e400", Some("-1e400")),
        ("true", Some("true")),
        (r#"["one"]"#, Some("one")),
        (r#"["one","two"]"#, None),
        (r#""\ud800""#, None),
        ("[]", None),
        ("null", None),
        (r#"{"a":1}"#, None),
    ] {
        assert_eq!(with("text", json).text.as_deref(), text, "{json}");
        assert_eq!(with("plain", json).plain, text.unwrap_or_default(), "{json}");
    }
}

#[test]
fn numbers_take_text_and_text_numbers() {
    for (json, number) in [
        ("5", Some(5)),
        ("5.0", Some(5)),
        ("\"5\"", Some(5)),
        ("\"-5.00\"", Some(-5)),
        ("[5]", Some(5)),
        ("5.5", None),
        ("\"\"", None),
        ("null", None),
        ("true", None),
        ("{}", None),
        ("9223372036854775808", None),
    ] {
        assert_eq!(with("size", json).size, number, "{json}");
        assert_eq!(with("cents", json).cents, number.map(Minor::new), "{json}");
        assert_eq!(with("small", json).small, number.and_then(|number| number.try_into().ok()), "{json}");
    }
    for (json, text) in [("12345678901234567.890", "12345678901234567.890"), ("\"10.00\"", "10.00"), ("[7]", "7")] {
        assert_eq!(with("amount", json).amount.unwrap().to_string(), text);
        assert_eq!(with("rate", json).rate.unwrap().to_string(), text);
    }
    for json in ["\"\"", "\"ten\"", "null", "true", "{}", "[]", "[1,2]"] {
        assert_eq!(with("amount", json).amount, None, "{json}");
    }
}

#[test]
fn truth_takes_its_spellings_only() {
    for (json, flag) in [
        ("true", Some(true)),
        ("false", Some(false)),
        ("1", Some(true)),
        ("0", Some(false)),
        ("\"1\"", Some(true)),
        ("\"true\"", Some(true)),
        ("\"FALSE\"", Some(false)),
        ("\"True\"", Some(true)),
        ("\"yes\"", None),
        ("\"\"", None),
        ("2", None),
        ("null", None),
    ] {
        assert_eq!(with("flag", json).flag, flag, "{json}");
    }
}

#[test]
fn enums_keep_what_they_do_not_know() {
    assert_eq!(with("open", "\"a\"").open.unwrap(), Kind::A);
    for json in ["\"b\"", "\"\"", "[\"a\"]", "5.00", "{\"a\": 1}"] {
        let open = with("open", json).open.unwrap();
        assert_eq!(serde_json::to_string(&open).unwrap(), json);
    }
    assert_eq!(with("open", "null").open, None);
    assert_eq!(with("closed", "\"a\"").closed, Some(Kind::A));
    assert_eq!(with("closed", "\"b\"").closed, None);
}

#[test]
fn lists_take_one_and_drop_misfits() {
    for (json, tags) in [
        (r#"["a","b"]"#, Some(vec!["a", "b"])),
        (r#"["a",null,{},["c"],2]"#, Some(vec!["a", "2"])),
        (r#""a""#, Some(vec!["a"])),
        ("7", Some(vec!["7"])),
        ("[]", Some(vec![])),
        ("null", None),
        (r#""""#, None),
        ("{}", None),
    ] {
        let read = with("tags", json).tags;
        assert_eq!(read.is_absent(), tags.is_none(), "{json}");
        assert_eq!(&*read, tags.unwrap_or_default(), "{json}");
    }
    assert!(account("{}").tags.is_absent());
    let parts = with("parts", r#"[{"size":1},5,{"size":"2"}]"#).parts;
    assert_eq!(parts.iter().map(|part| part.size).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert_eq!(with("parts", r#"{"size":1}"#).parts.len(), 1);
    for json in [r#"{"error":"maintenance"}"#, r#"{"parts":[]}"#, r#"{"size":{}}"#, "{}"] {
        let absent = json != r#"{"parts":[]}"#;
        assert_eq!(with("parts", json).parts.is_absent(), absent, "{json}");
    }
}

#[test]
fn one_or_many_keep_their_form() {
    assert_eq!(with("owners", r#""a""#).owners, Some("a".to_owned().into()));
    assert_eq!(with("owners", r#"["a"]"#).owners, Some(["a".to_owned()].into()));
    assert_eq!(with("owners", r#"["a",null,"b"]"#).owners.unwrap().len(), 2);
    assert_eq!(with("owners", "null").owners, None);
}

#[test]
fn other_values_take_what_fits() {
    assert_eq!(with("pin", "1234").pin.unwrap().expose(), "1234");
    assert_eq!(with("id", "5").id, Some(5.into()));
    assert_eq!(with("id", "\"5\"").id, Some("5".into()));
    assert_eq!(with("id", "12345678901234567890").id, Some("12345678901234567890".into()));
    assert_eq!(with("when", "\"soon\"").when.unwrap().text(), "soon");
    assert_eq!(with("when", "1700000000000").when.unwrap().text(), "1700000000000");
    assert_eq!(with("when", "\"\"").when, None);
    assert_eq!(with("when", "true").when, None);
    assert_eq!(with("csv", "\"1,x,3\"").csv, Some([1, 3].into()));
    assert_eq!(with("csv", "[1,\"2\"]").csv, Some([1, 2].into()));
    assert_eq!(with("point", r#"{"latitude":5}"#).point, Some(Point { latitude: 5 }));
    assert_eq!(with("point", r#"{"latitude":"x"}"#).point, None);
    assert_eq!(with("names", "\"x\"").names, Some(Names(["x".to_owned()].into())));
    assert_eq!(
        with("limits", r#"{"day":"1.50","week":null,"year":2}"#).limits,
        [("day".into(), major!(1.5)), ("year".into(), major!(2))].into()
    );
    assert_eq!(with("limits", "[]").limits, BTreeMap::new());
    assert_eq!(with("any", r#"{"a":[1]}"#).any, Some(serde_json::json!({"a": [1]})));
    assert_eq!(with("any", "null").any, None);
    assert_eq!(with("object", r#"{"a":1}"#).object.unwrap().len(), 1);
    assert_eq!(with("object", "1").object, None);
}

#[test]
fn null_and_absent_are_distinguished_where_they_differ() {
    assert_eq!(account("{}").note, None);
    assert_eq!(with("note", "null").note, Some(Nullable::Null));
    assert_eq!(with("note", "\"x\"").note, Some(Nullable::Value("x".into())));
    assert_eq!(with("note", "{}").note, None);
}

#[test]
fn a_struct_takes_objects_only_and_the_last_of_repeated_members() {
    assert_eq!(with("child", r#"{"size":"4","child":{"text":"x"}}"#).child.unwrap().child.unwrap().text.unwrap(), "x");
    assert_eq!(with("child", r#"[{"size":4}]"#).child.unwrap().size, Some(4));
    for json in ["5", "\"x\"", "[]", "null", "true"] {
        assert_eq!(with("child", json).child, None, "{json}");
        assert!(serde_json::from_str::<Account>(json).is_err(), "{json}");
        assert!(read::<Account>(json).is_none(), "{json}");
    }
    assert!(read::<Account>(r#"[{"size":1}]"#).is_some());
    for json in [r#"[{"other":1}]"#, r#"[{"size":null}]"#, "[{}]", r#"[{"size":1},{"size":2}]"#] {
        assert!(read::<Account>(json).is_none(), "{json}");
    }
    assert!(serde_json::from_str::<Account>(r#"[{"size":1}]"#).is_err());
    assert_eq!(account(r#"{"size":1,"size":2}"#).size, Some(2));
    assert_eq!(account(r#"{"size":1,"size":"x"}"#).size, None);
    assert_eq!(account(r#"{"s\u0069ze":1,"\ud800":2}"#).size, Some(1));
}

#[test]
fn users_buffers_hold_lenient_types() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Mine {
        Account(Box<Account>),
        Number(i64),
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Flat {
        id: u8,
        #[serde(flatten)]
        account: Account,
    }
    let Mine::Account(mine) = serde_json::from_str(r#"{"size":"5","amount":10.25}"#).unwrap() else { panic!() };
    assert_eq!((mine.size, mine.amount), (Some(5), Some(major!(10.25))));
    assert_eq!(serde_json::from_str::<Mine>("5").unwrap(), Mine::Number(5));
    let flat: Flat = serde_json::from_str(r#"{"id":1,"amount":"2.50"}"#).unwrap();
    assert_eq!(flat.account.amount, Some(major!(2.50)));
    let value = serde_json::json!({"size": "5", "parts": {"flag": 1}});
    assert_eq!(serde_json::from_value::<Account>(value).unwrap().parts[0].flag, Some(true));
}

#[test]
fn broken_json_is_an_error_that_quotes_nothing() {
    for json in [
        "",
        "{",
        r#"{"text":"secret"#,
        r#"{"text":secret}"#,
        r#"{"text":"secret",}"#,
        "{} x",
        "\u{1}",
        r#"{"text":"a
        "}"#,
    ] {
        let error = lenient::from_slice::<Account>(json.as_bytes()).unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
        assert!(serde_json::from_str::<Account>(json).is_err());
    }
    assert!(lenient::from_slice::<Account>(b"{\"text\":\"\xff\"}").is_err());
}

#[test]
fn nesting_ends_where_serde_json_ends_it() {
    let nested = |depth: usize| "{\"child\":".repeat(depth) + "{}" + &"}".repeat(depth);
    let depth = |mut account: &Account| {
        let mut depth = 0;
        while let Some(child) = &account.child {
            (account, depth) = (child, depth + 1);
        }
        depth
    };
    assert_eq!(depth(&account(&nested(100))), 100);
    assert!(depth(&account(&nested(100_000))) <= 128);
    assert_eq!(with("any", &("[".repeat(100_000) + &"]".repeat(100_000))).any, None);
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        "\\PC*".prop_map(Value::from),
        "[\\x00-\\x7f]*".prop_map(Value::from),
        "[0-9]{1,4}".prop_map(Value::from),
    ];
    let key =
        prop_oneof!["\\PC*".boxed(), "text|size|flag|amount|open|tags|parts|limits|any|child|owners|when|note".boxed()];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_walk_finds_what_serde_json_finds(value in json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        prop_assert_eq!(walk(Json::parse(text.as_bytes()).unwrap()), value);
    }

    #[test]
    fn any_object_is_an_account(value in json()) {
        let text = value.to_string();
        let read = lenient::from_slice::<Account>(text.as_bytes()).is_ok();
        match value.as_array().map(Vec::as_slice) {
            // The only item of a list, if it has a documented member.
            Some([Value::Object(item)]) => prop_assert!(!read || !item.is_empty()),
            _ => prop_assert_eq!(read, value.is_object()),
        }
        prop_assert_eq!(lenient::from_slice::<Value>(text.as_bytes()).unwrap(), value);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40), text in "[\\[\\]{}\",:\\\\ a0-9.eE-]{0,40}") {
        let _ = lenient::from_slice::<Account>(&bytes);
        let _ = lenient::from_slice::<List<Account>>(text.as_bytes());
    }
}

/// The value rebuilt from our own walk over its text.
fn walk(json: Json<'_>) -> Value {
    if let Some(entries) = json.entries() {
        Value::Object(entries.map(|(key, value)| (key.into_owned(), walk(value))).collect())
    } else if let Some(items) = json.items() {
        items.map(walk).collect()
    } else if let Some(text) = json.string() {
        Value::from(text)
    } else {
        json.decode().unwrap()
    }
}
