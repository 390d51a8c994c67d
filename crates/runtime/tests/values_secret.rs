//! Does a secret stay out of everything but the wire, and go when it is done with?

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions; here helpers need it too

use std::cell::Cell;

use bursar_runtime::{Confidential, Date, List, OneOrMany, Secret, StringOrInteger};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Card {
    pan: Secret,
    pin: Option<Secret<StringOrInteger>>,
    codes: List<Secret>,
    spare: Secret<Vec<String>>,
    expiry: Secret<Date>,
    one: Secret<OneOrMany<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Untagged {
    Number { otp: Secret<i64> },
    Text(Secret<bool>),
}

proptest! {
    #[test]
    fn secrets_travel_and_never_print(value in "[0-9A-Z]{6,19}") {
        let json = format!(
            r#"{{"pan":"{value}","pin":"{value}","codes":["{value}"],"spare":["{value}"],"expiry":"{value}","one":"{value}"}}"#
        );
        let card: Card = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&card).unwrap(), json);
        prop_assert_eq!(card.pan.expose(), &value);
        for text in [format!("{card:?}"), format!("{card:#?}"), format!("{:?}", card.clone())] {
            prop_assert!(!text.contains(&value));
            prop_assert!(text.contains("***"));
        }
    }

    #[test]
    fn errors_never_quote_the_secret(value in "[0-9]{12}[a-z]{4}") {
        for json in [format!("\"{value}\""), format!(r#"{{"otp":"{value}"}}"#), format!(r#"["{value}"]"#)] {
            for error in [
                serde_json::from_str::<Secret<i64>>(&json).unwrap_err().to_string(),
                serde_json::from_str::<Secret<bool>>(&json).unwrap_err().to_string(),
                serde_json::from_str::<Untagged>(&json).unwrap_err().to_string(),
                serde_json::from_str::<Card>(&format!(r#"{{"pan":{{"a":{json}}}}}"#)).unwrap_err().to_string(),
            ] {
                prop_assert!(!error.contains(&value), "{}", error);
            }
        }
    }

    #[test]
    fn equality_is_that_of_the_values(left in "[ab]{0,3}", right in "[ab]{0,3}") {
        prop_assert_eq!(Secret::from(left.as_str()) == Secret::from(right.as_str()), left == right);
        let lists = |text: &str| Secret::new(text.chars().map(String::from).collect::<Vec<_>>());
        prop_assert_eq!(lists(&left) == lists(&right), left == right);
    }
}

#[test]
fn the_value_is_wiped_on_drop() {
    struct Spy<'a>(&'a Cell<u32>);
    impl Confidential for Spy<'_> {
        fn wipe(&mut self) {
            self.0.set(self.0.get() + 1);
        }
        fn same(&self, _: &Self) -> bool {
            true
        }
    }
    let wiped = Cell::new(0);
    drop(Secret::new(Spy(&wiped)));
    assert_eq!(wiped.get(), 1);
    drop(Secret::new(vec![Some(Spy(&wiped)), None, Some(Spy(&wiped))]));
    assert_eq!(wiped.get(), 3);
}

#[test]
fn wiping_leaves_nothing() {
    let mut text = String::from("4242424242424242");
    text.wipe();
    assert!(text.is_empty());
    let mut id = StringOrInteger::from(4242);
    id.wipe();
    assert_eq!(id, StringOrInteger::from(0));
    let mut many = OneOrMany::Many(vec![String::from("42")]);
    many.wipe();
    assert_eq!(many, OneOrMany::Many(vec![String::new()]));
}

#[test]
fn forms_are_told_apart() {
    assert_ne!(Secret::new(StringOrInteger::from(1)), Secret::new(StringOrInteger::from("1")));
    assert_ne!(Secret::new(Some(String::new())), Secret::new(None));
    assert_ne!(Secret::new(OneOrMany::One(String::new())), Secret::new(OneOrMany::Many(vec![String::new()])));
}
