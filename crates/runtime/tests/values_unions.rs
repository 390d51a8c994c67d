//! Does a union take the right branch, and keep what is none of them?

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions; here helpers need it too

use std::collections::BTreeMap;

use bursar_runtime::{Major, Secret, lenient, lenient_object, lenient_union, major};
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Card {
    #[serde(skip_serializing_if = "Option::is_none")]
    pan: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<Major>,
}
lenient_object!(Card { "pan" => pan, "limit" => limit });

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
struct Bank {
    #[serde(skip_serializing_if = "Option::is_none")]
    iban: Option<String>,
    #[serde(flatten)]
    extra: BTreeMap<String, Value>,
}
lenient_object!(Bank { "iban" => iban } extra);

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind")]
enum Party {
    #[serde(rename = "card")]
    Card(Card),
    #[serde(rename = "cash")]
    Cash(Card),
    #[serde(untagged)]
    Bank(Box<Bank>),
    #[serde(untagged)]
    Other(Map<String, Value>),
}
lenient_union!(Party by "kind" { "card" => Card, "cash" => Cash, "bank" => Bank, _ => Other });

#[derive(Clone, Debug, PartialEq)]
enum Payer {
    Card(Card),
    Bank(Bank),
    Number(i64),
    Name(String),
    Many(Vec<String>),
}
lenient_union!(Payer { Card ["pan"], Bank ["iban"], Number [], Name [], Many [] });

/// Documents name their schemas as they like.
mod prelude_names {
    use bursar_runtime::{lenient_by_serde, lenient_newtype, lenient_object, lenient_union, lenient_word};

    #[derive(Debug, Default, PartialEq)]
    pub(super) struct Option {}
    lenient_object!(Option {});

    #[derive(Debug, Default, PartialEq)]
    pub(super) struct Result {
        pub(super) some: std::option::Option<Box<Result>>,
    }
    lenient_object!(Result { "some" => some });

    #[derive(Debug, PartialEq)]
    pub(super) enum Some {
        None(Result),
        Ok(String),
    }
    lenient_union!(Some { None ["some"], Ok [] });

    #[derive(Debug, PartialEq)]
    pub(super) enum Vec {
        Err(Result),
        Self_(Option),
    }
    lenient_union!(Vec by "t" { "Err" => Err, _ => Self_ });

    #[derive(Debug, PartialEq)]
    pub(super) struct String(pub(super) std::string::String);
    lenient_newtype!(String(std::string::String));

    #[derive(Debug, PartialEq)]
    pub(super) enum Box_ {
        Some,
    }
    lenient_word!(Box_);
    impl std::str::FromStr for Box_ {
        type Err = ();
        fn from_str(_: &str) -> std::result::Result<Self, ()> {
            Ok(Self::Some)
        }
    }

    #[derive(Debug, serde::Deserialize)]
    pub(super) struct Strict {}
    lenient_by_serde!(Strict);
}

#[test]
fn schemas_may_be_named_like_the_prelude() {
    use prelude_names as names;
    assert_eq!(read("{}"), Some(names::Option {}));
    assert!(matches!(read(r#"{"some":{}}"#), Some(names::Some::None(names::Result { some: Some(_) }))));
    assert!(matches!(read("\"x\""), Some(names::Some::Ok(names::String(_)))));
    assert!(matches!(read(r#"{"t":"Err"}"#), Some(names::Vec::Err(_))));
    assert!(matches!(read("{}"), Some(names::Vec::Self_(_))));
    assert_eq!(read("\"x\""), Some(names::Box_::Some));
    assert!(read::<names::Strict>("{}").is_some());
}

fn read<T: lenient::Lenient>(json: &str) -> Option<T> {
    lenient::from_slice(json.as_bytes()).ok()
}

#[test]
fn tagged_unions_go_by_their_tag() {
    let party = |json| read::<Party>(json).unwrap();
    assert_eq!(party(r#"{"limit":"5.10","kind":"card"}"#), Party::Card(Card { pan: None, limit: Some(major!(5.10)) }));
    let Party::Bank(bank) = party(r#"{"kind":"bank","iban":"DE","limit":5}"#) else { panic!() };
    assert_eq!((bank.iban.as_deref(), bank.extra.len()), (Some("DE"), 2));
    for json in [r#"{"kind":"cheque","till":7}"#, r#"{"till":7}"#, r#"{"kind":null}"#, r#"{"kind":["card"]}"#] {
        let Party::Other(map) = party(json) else { panic!("{json}") };
        assert_eq!(Value::from(map).to_string(), serde_json::from_str::<Value>(json).unwrap().to_string());
    }
    assert_eq!(read::<Party>("5"), None);
    assert!(matches!(read::<Option<Party>>(r#"[{"kind":"card"}]"#), Some(Some(Party::Card(_)))));
}

#[test]
fn tagged_unions_are_written_as_they_came() {
    for json in [
        r#"{"kind":"card","pan":"4242","limit":12345678901234567.890}"#,
        r#"{"kind":"cash","limit":5.00}"#,
        r#"{"iban":"DE","kind":"bank"}"#,
        r#"{"kind":"cheque","till":7}"#,
    ] {
        assert_eq!(serde_json::to_string(&read::<Party>(json).unwrap()).unwrap(), json);
    }
}

#[test]
fn untagged_unions_go_by_members_and_kind() {
    assert!(matches!(read(r#"{"iban":"DE"}"#), Some(Payer::Bank(_))));
    assert!(matches!(read(r#"{"pan":"4242","limit":1}"#), Some(Payer::Card(_))));
    assert!(matches!(read(r#"{"pan":null,"iban":"DE"}"#), Some(Payer::Bank(_))));
    assert_eq!(read::<Payer>(r#"{"neither":1}"#), None);
    assert_eq!(read("5"), Some(Payer::Number(5)));
    assert_eq!(read("\"5\""), Some(Payer::Name("5".into())));
    assert_eq!(read("5.5"), Some(Payer::Name("5.5".into())), "coerced, as no branch has it as its own");
    assert_eq!(read("[\"a\"]"), Some(Payer::Many(vec!["a".into()])));
    assert!(matches!(read::<Option<Payer>>(r#"[{"iban":"DE"}]"#), Some(Some(Payer::Many(_)))));
    assert_eq!(serde_json::from_str::<Payer>("5").unwrap(), Payer::Number(5));
}

#[test]
fn unions_and_structs_are_exact_inside_each_other() {
    let json = r#"{"kind":"card","limit":12345678901234567.890}"#;
    let Some(Party::Card(card)) = read(json) else { panic!() };
    assert_eq!(card.limit.unwrap().to_string(), "12345678901234567.890");
    let Party::Card(card) = serde_json::from_str(json).unwrap() else { panic!() };
    assert_eq!(card.limit.unwrap().to_string(), "12345678901234567.890");
}
