//! Do amounts keep their digits, whoever reads and writes them?
//!
//! Run a second time with `--features serde_json/arbitrary_precision`: the feature is global in a user's build, and must change nothing.

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions; here helpers need it too

use bursar_runtime::{Currency, Decimal, List, Major, Minor, Nullable, Number, OneOrMany, UnitError, major, text};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Decimals of at most 28 digits, as text: `-123.4500`.
fn digits() -> impl Strategy<Value = String> {
    (any::<bool>(), "[1-9][0-9]{0,13}|0", proptest::option::of("[0-9]{1,14}")).prop_map(
        |(negative, whole, decimals)| {
            let sign = if negative && (whole != "0" || decimals.iter().any(|d| d.bytes().any(|b| b != b'0'))) {
                "-"
            } else {
                ""
            };
            decimals.map_or(format!("{sign}{whole}"), |decimals| format!("{sign}{whole}.{decimals}"))
        },
    )
}

/// Amounts that a float holds exactly enough: at most 15 digits.
fn short_digits() -> impl Strategy<Value = String> {
    (0_i64..1_000_000_000_000_000, 0_u32..15).prop_map(|(units, scale)| Decimal::new(units, scale).to_string())
}

fn parse<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

fn write<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Payment {
    amount: Major,
    fee: Option<Major>,
    rate: Number,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Payment { amount: Major },
    Amount(Major),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Payment { amount: Major },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    id: u8,
    #[serde(flatten)]
    inner: Inner,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    amount: Major,
    count: Minor,
}

proptest! {
    #[test]
    fn digits_and_scale_survive_json_both_ways(text in digits()) {
        let amount: Major = parse(&text);
        prop_assert_eq!(amount.to_string(), text.as_str());
        prop_assert_eq!(write(&amount), text.as_str());
        prop_assert_eq!(write(&parse::<Number>(&text)), text.as_str());
        prop_assert_eq!(parse::<Major>(&format!("\"{text}\"")).to_string(), text.as_str());
        prop_assert_eq!(text.parse::<Major>().unwrap(), amount);
    }

    #[test]
    fn digits_and_scale_survive_in_structs_and_from_any_source(text in digits()) {
        let json = format!(r#"{{"amount":{text},"fee":{text},"rate":{text}}}"#);
        let payment: Payment = parse(&json);
        prop_assert_eq!(write(&payment), json.as_str());
        prop_assert_eq!(&serde_json::from_slice::<Payment>(json.as_bytes()).unwrap(), &payment);
        let read = serde_json::from_reader::<_, Payment>(json.as_bytes()).unwrap();
        prop_assert_eq!(write(&read), json.as_str());
        let tracked: Payment = serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&json)).unwrap();
        prop_assert_eq!(write(&tracked), json.as_str());
    }

    #[test]
    fn digits_and_scale_survive_as_text(text in digits()) {
        #[derive(Serialize, Deserialize)]
        struct Texts {
            #[serde(serialize_with = "text::major")]
            one: Major,
            #[serde(serialize_with = "text::major")]
            option: Option<Major>,
            #[serde(serialize_with = "text::major")]
            list: List<Major>,
            #[serde(serialize_with = "text::number")]
            many: OneOrMany<Number>,
            #[serde(serialize_with = "text::number")]
            vec: Vec<Number>,
            #[serde(serialize_with = "text::minor", deserialize_with = "bursar_runtime::nullable")]
            patch: Option<Nullable<Minor>>,
        }
        let json = format!(
            r#"{{"one":"{text}","option":"{text}","list":["{text}"],"many":["{text}"],"vec":["{text}"],"patch":"7"}}"#
        );
        prop_assert_eq!(write(&parse::<Texts>(&json)), json.as_str());
    }

    #[test]
    fn fifteen_digits_survive_serdes_own_buffers(text in short_digits()) {
        let amount: Major = text.parse().unwrap();
        let object = format!(r#"{{"kind":"Payment","amount":{text}}}"#);
        prop_assert_eq!(parse::<Untagged>(&object), Untagged::Payment { amount });
        prop_assert_eq!(parse::<Untagged>(&text), Untagged::Amount(amount));
        prop_assert_eq!(parse::<Tagged>(&object), Tagged::Payment { amount });
        let flat: Flat = parse(&format!(r#"{{"id":1,"amount":{text},"count":3}}"#));
        prop_assert_eq!(&flat, &Flat { id: 1, inner: Inner { amount, count: Minor::new(3) } });
        prop_assert_eq!(&parse::<Flat>(&write(&flat)), &flat);
        let value: Value = parse(&text);
        prop_assert_eq!(serde_json::from_value::<Major>(value.clone()).unwrap(), amount);
        prop_assert_eq!(Major::deserialize(&value).unwrap(), amount);
        prop_assert_eq!(serde_json::to_value(amount).unwrap(), value);
    }

    #[test]
    fn text_is_exact_in_serdes_own_buffers(text in digits()) {
        let quoted = format!("\"{text}\"");
        prop_assert_eq!(parse::<Untagged>(&quoted), Untagged::Amount(text.parse().unwrap()));
        let flat: Flat = parse(&format!(r#"{{"id":1,"amount":{quoted},"count":"3"}}"#));
        prop_assert_eq!(flat.inner.amount.to_string(), text);
    }

    #[test]
    fn errors_never_quote_the_value(text in "[0-9]{12}[a-z]{4}") {
        let json = format!("\"{text}\"");
        for error in [
            serde_json::from_str::<Major>(&json).unwrap_err().to_string(),
            serde_json::from_str::<Minor>(&json).unwrap_err().to_string(),
            serde_json::from_str::<Number>(&json).unwrap_err().to_string(),
            serde_json::from_str::<Untagged>(&json).unwrap_err().to_string(),
            serde_json::from_value::<Major>(Value::from(json.as_str())).unwrap_err().to_string(),
            text.parse::<Major>().unwrap_err().to_string(),
            text.parse::<Minor>().unwrap_err().to_string(),
        ] {
            prop_assert!(!error.contains(&text), "{}", error);
        }
    }

    #[test]
    fn sums_are_exact_or_refused(left in digits(), right in digits()) {
        let (left, right): (Major, Major) = (left.parse().unwrap(), right.parse().unwrap());
        if let Some(sum) = left.checked_add(right) {
            prop_assert_eq!(sum.checked_sub(right), Some(left));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = text.parse::<Major>();
        let _ = serde_json::from_str::<Major>(&Value::from(text).to_string());
    }

    #[test]
    fn minor_units_round_trip(value: i64) {
        let amount = Minor::new(value);
        prop_assert_eq!(write(&amount), value.to_string());
        for json in [value.to_string(), format!("{value}.0"), format!("\"{value}\""), format!("\"{value}.00\"")] {
            prop_assert_eq!(parse::<Minor>(&json), amount);
        }
        let major = amount.to_major(&Currency::TND).unwrap();
        prop_assert_eq!(major.to_minor(&Currency::TND), Ok(amount));
    }
}

#[test]
fn the_digits_of_the_design_survive() {
    for digits in ["10.00", "12345678901234567.89", "0.1", "100", "-0.01", "0.00", "9999999999999999999999999999"] {
        assert_eq!(write(&parse::<Major>(digits)), digits);
    }
    // 28 decimals, and the largest mantissa.
    for digits in ["0.0000000000000000000000000001", "79228162514264337593543950335"] {
        assert_eq!(write(&parse::<Major>(digits)), digits);
    }
}

#[test]
fn exponents_are_read_by_value() {
    for (json, value) in [("1e3", "1000"), ("1.50E+2", "150"), ("15e-1", "1.5"), ("-2.5e0", "-2.5"), ("\"1E2\"", "100")]
    {
        assert_eq!(parse::<Major>(json).to_string(), value, "{json}");
    }
    assert_eq!(parse::<Minor>("1e2"), Minor::new(100));
}

#[test]
fn text_that_is_not_an_amount_is_refused() {
    let garbage = [
        "",
        " ",
        "NaN",
        "inf",
        "-",
        ".",
        "1,000.50",
        "1 000",
        "1_000",
        "1.2.3",
        "0x10",
        "10 EUR",
        "e5",
        "1e",
        "1e+",
        "1e9999",
        "0e999999999",
        "--1",
        "+-1",
        "1-",
        "١",
        "1e-40",
        "0.00000000000000000000000000001",
        "79228162514264337593543950336",
        "340282366920938463463374607431768211456",
    ];
    for text in garbage {
        assert!(text.parse::<Major>().is_err(), "{text}");
        assert!(serde_json::from_value::<Major>(Value::from(text)).is_err(), "{text}");
        assert!(serde_json::from_value::<Minor>(Value::from(text)).is_err(), "{text}");
    }
    for json in ["null", "true", "[]", "[1]", "{}", r#"{"$serde_json::private::Number":"5"}"#] {
        assert!(serde_json::from_str::<Number>(json).is_err(), "{json}");
    }
    for json in ["5.5", "1e30", "9223372036854775808", "\"5.5\""] {
        assert!(serde_json::from_str::<Minor>(json).is_err(), "{json}");
    }
}

#[test]
fn zeros_beyond_28_decimals_may_go() {
    assert_eq!(parse::<Major>("1.000000000000000000000000000000").to_string(), "1.0000000000000000000000000000");
    assert_eq!(parse::<Major>("0.0000000000000000000000000000000000000000000"), Major::ZERO);
}

#[test]
fn other_formats_than_json_hand_over_text() {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};
    let source: StrDeserializer<'_, Error> = "1000.50".into_deserializer();
    assert_eq!(Major::deserialize(source).unwrap(), major!(1000.50));
    let source: serde::de::value::I64Deserializer<Error> = (-5_i64).into_deserializer();
    assert_eq!(Major::deserialize(source).unwrap(), major!(-5));
    let source: serde::de::value::F64Deserializer<Error> = 2.5.into_deserializer();
    assert_eq!(Major::deserialize(source).unwrap(), major!(2.5));
}

#[test]
fn equality_and_order_are_by_value() {
    assert_eq!(major!(10.0), major!(10.00));
    assert!(major!(-1) < major!(0.5) && major!(2) < major!(10));
}

#[test]
fn a_sum_that_would_be_rounded_is_refused() {
    let large: Major = "7922816251426433759354395033".parse().unwrap();
    assert_eq!(large.checked_add(major!(0.01)), None);
    assert_eq!(large.checked_sub(major!(0.01)), None);
    assert_eq!(Major::new(Decimal::MAX).checked_add(major!(1)), None);
    assert_eq!(major!(0.1).checked_add(major!(0.2)), Some(major!(0.3)));
}

#[test]
fn literals_are_exact() {
    const LIMIT: Major = major!(12345678901234567.89);
    assert_eq!(LIMIT.to_string(), "12345678901234567.89");
    assert_eq!(major!(-1_000.50).to_string(), "-1000.50");
    assert_eq!(major!(7).to_string(), "7");
    assert_eq!(Major::from(7), major!(7));
}

#[test]
fn units_convert_exactly_or_not_at_all() {
    assert_eq!(major!(1000.50).to_minor(&Currency::EUR), Ok(Minor::new(100_050)));
    assert_eq!(major!(1000.5000).to_minor(&Currency::EUR), Ok(Minor::new(100_050)));
    assert_eq!(major!(-0.001).to_minor(&Currency::KWD), Ok(Minor::new(-1)));
    assert_eq!(major!(5).to_minor(&Currency::JPY), Ok(Minor::new(5)));
    assert_eq!(major!(0.005).to_minor(&Currency::EUR), Err(UnitError::TooFine { currency: "EUR".into(), decimals: 2 }));
    assert_eq!(
        major!(0.5).to_minor(&Currency::UGX).unwrap_err().to_string(),
        "the amount has more decimals than currency UGX, which has 0: round it"
    );
    let unknown = Currency::new("USDC");
    assert!(matches!(major!(1).to_minor(&unknown), Err(UnitError::UnknownDecimals { .. })));
    assert!(matches!(Minor::new(1).to_major(&unknown), Err(UnitError::UnknownDecimals { .. })));
    let stated = Currency::with_decimals("USDC", 6);
    assert_eq!(major!(1.000001).to_minor(&stated), Ok(Minor::new(1_000_001)));
    assert_eq!(Minor::new(1).to_major(&stated).unwrap().to_string(), "0.000001");
    assert!(matches!(major!(100000000000000000).to_minor(&Currency::EUR), Err(UnitError::TooLarge { .. })));
    for decimals in [29, 200, 255] {
        assert!(Minor::new(1).to_major(&Currency::with_decimals("X", decimals)).is_err());
        assert!(major!(1).to_minor(&Currency::with_decimals("X", decimals)).is_err());
    }
}

#[test]
fn currencies_keep_their_text() {
    for (code, decimals) in [
        ("EUR", Some(2)),
        ("eur", Some(2)),
        ("JPY", Some(0)),
        ("BHD", Some(3)),
        ("CLF", Some(4)),
        ("CUSD", None),
        ("", None),
    ] {
        let currency: Currency = parse(&Value::from(code).to_string());
        assert_eq!((currency.decimals(), currency.code()), (decimals, code));
        assert_eq!(write(&currency), Value::from(code).to_string());
    }
    assert_eq!(Currency::new("eur"), Currency::EUR);
    assert_ne!(Currency::new("EUR"), Currency::USD);
    assert!(serde_json::from_str::<Currency>("5").is_err());
}
