use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::*;
use crate::{List, Major, Open};

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
struct Account {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<Major>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Open<State>>,
    #[serde(skip_serializing_if = "List::is_absent")]
    tags: List<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Box<Account>>,
}

crate::lenient_object!(Account { "id" => id, "balance" => balance, "state" => state, "tags" => tags, "frozen" => frozen, "owner" => owner });

fn drift(body: &str) -> Drift {
    let account: Account = serde_json::from_str(body).expect("an account");
    Drift::between(body.as_bytes(), &account)
}

fn found(drift: &Drift) -> [Vec<&str>; 3] {
    [drift.unknown(), drift.coerced(), drift.lossy()].map(|paths| paths.iter().map(String::as_str).collect())
}

#[test]
fn an_answer_as_documented_has_no_drift() {
    let whole = r#"{ "id": "a\u00e9", "balance": 12345678901234567.10, "state": "open", "tags": ["x"], "frozen": false, "owner": {"id": null} }"#;
    assert!(drift(whole).is_empty(), "{:?}", drift(whole));
    assert!(drift(r#"{"balance":1e2,"tags":[],"owner":null}"#).is_empty());
}

#[test]
fn unknown_fields_and_words_are_named_by_path() {
    let drift = drift(r#"{"state":"SECRET","new":{"a":1},"owner":{"other":"SECRET","4111111111111111":1}}"#);
    assert_eq!(found(&drift), [vec!["/state", "/new", "/owner/other", "/owner/*"], vec![], vec![]]);
    assert!(!format!("{drift:?}").contains("SECRET"));
}

#[test]
fn coerced_types_are_not_lost() {
    let drift = drift(r#"{"id":5,"balance":"10.50","tags":"x","frozen":1,"owner":[{"id":"x","balance":""}]}"#);
    assert_eq!(
        found(&drift),
        [vec![], vec!["/id", "/balance", "/tags", "/frozen", "/owner", "/owner/balance"], vec![]]
    );
}

#[test]
fn a_misspelt_member_has_one_verdict() {
    let body = r#"{"Balance":"SECRET","ID":5,"State":["new"],"id ":1,"id ":1,"frozen":{},"frozen":"x"}"#;
    assert_eq!(found(&drift(body)), [vec!["/State", "/id "], vec!["/ID"], vec!["/Balance", "/frozen"]]);
}

#[test]
fn a_list_where_a_word_belongs_is_unknown_and_not_lost() {
    assert_eq!(found(&drift(r#"{"state":["open","closed"]}"#)), [vec!["/state"], vec![], vec![]]);
}

#[test]
fn of_an_answer_without_fields_every_member_is_unknown() {
    let empty = |body: &[u8]| Drift::between(body, &crate::Empty);
    assert_eq!(found(&empty(br#"{"a":1,"b":{}}"#)), [vec!["/a", "/b"], vec![], vec![]]);
    assert!(empty(b"").is_empty() && empty(b"{}").is_empty());
}

#[test]
fn a_known_value_that_vanished_is_lossy() {
    let drift = drift(r#"{"balance":"SECRET","frozen":{"a":1},"tags":["x",{}],"owner":7}"#);
    assert_eq!(found(&drift), [vec![], vec![], vec!["/balance", "/frozen", "/tags", "/owner"]]);
}

#[test]
fn numbers_are_equal_by_value_and_scale() {
    let same = |one: &str, two: &str| digits(one).is_some() && digits(one) == digits(two);
    assert!(same("1e2", "100") && same("1.50E1", "15.0") && same("-0", "0") && same("0.10", "00.10"));
    assert!(same("123456789012345678901234567890.1", "123456789012345678901234567890.1"));
    assert!(!same("10.5", "10.50") && !same("1", "-1") && !same("10", "1"));
    assert!(digits("").is_none() && digits("1.2.3").is_none() && digits("abc").is_none());
}

#[test]
fn a_number_changed_in_its_last_digit_is_lossy() {
    #[derive(Serialize, Deserialize)]
    struct Float {
        amount: f64,
    }
    let body = r#"{"amount":90071992547409931.23}"#;
    let read: Float = serde_json::from_str(body).expect("a float");
    assert_eq!(found(&Drift::between(body.as_bytes(), &read)), [vec![], vec![], vec!["/amount"]]);
}

#[test]
fn text_kept_as_text_and_maps_compare_exactly() {
    let body = r#"{"a":{"deep":[1.10]},"b":2}"#;
    let read: BTreeMap<String, Box<RawValue>> = serde_json::from_str(body).expect("a map");
    assert!(Drift::between(body.as_bytes(), &read).is_empty());
    let plain: BTreeMap<String, serde_json::Value> = serde_json::from_str(r#"{"a":[1,{"b":null}]}"#).expect("a map");
    assert!(Drift::between(br#"{"a":[1,{"b":null}]}"#, &plain).is_empty());
}

#[test]
fn a_body_that_is_no_json_is_lossy_as_a_whole() {
    assert_eq!(found(&Drift::between(b"%PDF", &())), [vec![], vec![], vec![""]]);
    assert!(Drift::between(b"", &()).is_empty());
}
