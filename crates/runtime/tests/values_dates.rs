//! Are dates kept as they came, and read in every spelling that providers use?

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions; here helpers need it too

use bursar_runtime::{
    BasicDateTime, Date, DateError, DateFormat, DateTime, PartialDate, Rfc3339, SlashDateTime, Stamp,
};
use jiff::Timestamp;
use jiff::civil::{self, date};
use proptest::prelude::*;
use serde_json::Value;

fn timestamps() -> impl Strategy<Value = Timestamp> {
    (-30_000_000_000_i64..250_000_000_000, 0_i32..1000)
        .prop_map(|(second, millisecond)| Timestamp::new(second, millisecond * 1_000_000).unwrap())
}

fn days() -> impl Strategy<Value = civil::Date> {
    (1_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn round_trips<F: DateFormat>(text: &str) -> bool {
    let json = Value::from(text).to_string();
    let stamp: Stamp<F> = serde_json::from_str(&json).unwrap();
    let from_value: Stamp<F> = serde_json::from_value(Value::from(text)).unwrap();
    stamp == from_value
        && stamp.text() == text
        && stamp.to_string() == text
        && serde_json::to_string(&stamp).unwrap() == json
}

proptest! {
    #[test]
    fn any_text_round_trips(text in "\\PC*") {
        prop_assert!(round_trips::<Rfc3339>(&text));
        prop_assert!(round_trips::<bursar_runtime::DayMonthYear>(&text));
        prop_assert!(round_trips::<bursar_runtime::Reduced>(&text));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[0-9:/TZ+. -]{0,30}") {
        let stamp = SlashDateTime::from_text(text.as_str());
        let _ = (stamp.timestamp(), stamp.date(), stamp.datetime());
        let stamp = PartialDate::from_text(text.as_str());
        let _ = (stamp.timestamp(), stamp.year_month());
    }

    #[test]
    fn instants_come_back(instant in timestamps()) {
        prop_assert_eq!(DateTime::from(instant).timestamp(), Ok(instant));
        prop_assert_eq!(BasicDateTime::from(instant).timestamp(), Ok(instant));
        prop_assert_eq!(BasicDateTime::from(instant).text().len(), "2016-01-30T00:00:00.000+0000".len());
    }

    #[test]
    fn days_come_back(day in days()) {
        prop_assert_eq!(Date::from(day).date(), Ok(day));
        prop_assert_eq!(PartialDate::from(day).date(), Ok(day));
        prop_assert_eq!(PartialDate::from(day).year_month(), Ok((day.year(), Some(day.month()))));
        let datetime = day.at(23, 2, 33, 0);
        prop_assert_eq!(SlashDateTime::from(datetime).datetime(), Ok(datetime));
    }

    #[test]
    fn errors_never_quote_the_value(text in "[a-z]{8}") {
        prop_assert!(!text.parse::<Date>().unwrap_err().to_string().contains(&text));
        let json = format!("[\"{text}\"]");
        prop_assert!(!serde_json::from_str::<Date>(&json).unwrap_err().to_string().contains(&text));
    }
}

#[test]
fn every_spelling_of_an_instant_is_read() {
    let spellings = [
        ("2016-01-30T00:00:00Z", "2016-01-30T00:00:00Z"),
        ("2016-01-30T00:00:00.000+0000", "2016-01-30T00:00:00Z"),
        ("2016-01-30T00:00:00.00Z", "2016-01-30T00:00:00Z"),
        ("2016-01-30T00:00:00+00:00", "2016-01-30T00:00:00Z"),
        ("2016-01-30T00:00:00.000+0400", "2016-01-29T20:00:00Z"),
        ("2017-07-01T04:00Z", "2017-07-01T04:00:00Z"),
        ("2017-07-01T04:00+02:00", "2017-07-01T02:00:00Z"),
        ("2019-08-27T12:00:00.123Z", "2019-08-27T12:00:00.123Z"),
        ("2019-08-27 12:00:00Z", "2019-08-27T12:00:00Z"),
    ];
    for (text, instant) in spellings {
        let instant: Timestamp = instant.parse().unwrap();
        assert_eq!(DateTime::from_text(text).timestamp(), Ok(instant), "{text}");
        assert_eq!(BasicDateTime::from_text(text).timestamp(), Ok(instant), "{text}");
        assert_eq!(Date::from_text(text).timestamp(), Ok(instant), "{text}");
        assert_eq!(SlashDateTime::from_text(text).timestamp(), Ok(instant), "{text}");
    }
    assert_eq!(Date::from_text("2016-01-30T00:00:00.000+0400").date(), Ok(date(2016, 1, 30)));
}

#[test]
fn what_the_text_does_not_say_is_named() {
    let plain = BasicDateTime::from_text("2016-01-30");
    assert_eq!(plain.date(), Ok(date(2016, 1, 30)));
    assert_eq!(plain.timestamp(), Err(DateError::NoTime));

    let slashes = SlashDateTime::from_text("02/09/2021 23:02:33");
    assert_eq!(slashes.datetime(), Ok(date(2021, 9, 2).at(23, 2, 33, 0)));
    assert_eq!(slashes.timestamp(), Err(DateError::NoOffset));
    assert_eq!(SlashDateTime::from_text("02/09/2021").date(), Ok(date(2021, 9, 2)));
    assert_eq!(SlashDateTime::from_text("13/13/2021 23:02:33").date(), Err(DateError::Unreadable));
    assert_eq!(Date::from_text("02/09/2021").date(), Err(DateError::Unreadable));

    for text in ["", "soon", "2021-02-30", "2021-13", "2021-1", "20210", "0", "2021-09-", "2021-09-02T25:00:00Z"] {
        assert_eq!(PartialDate::from_text(text).date(), Err(DateError::Unreadable), "{text}");
        assert!(text.parse::<PartialDate>().is_err(), "{text}");
    }
}

#[test]
fn partial_dates_say_what_they_have() {
    for (text, year_month, day) in [
        ("2021", (2021, None), Err(DateError::NoDay)),
        ("2021-09", (2021, Some(9)), Err(DateError::NoDay)),
        ("2021-09-02", (2021, Some(9)), Ok(date(2021, 9, 2))),
    ] {
        let stamp: PartialDate = text.parse().unwrap();
        assert_eq!((stamp.year_month(), stamp.date()), (Ok(year_month), day));
    }
}

#[test]
fn formats_write_their_own_spelling() {
    let instant: Timestamp = "2016-01-30T04:05:06.789Z".parse().unwrap();
    assert_eq!(DateTime::from(instant).text(), "2016-01-30T04:05:06.789Z");
    assert_eq!(BasicDateTime::from(instant).text(), "2016-01-30T04:05:06.789+0000");
    assert_eq!(Date::from(date(2016, 1, 30)).text(), "2016-01-30");
    assert_eq!(SlashDateTime::from(date(2021, 9, 2).at(23, 2, 33, 0)).text(), "02/09/2021 23:02:33");
}

#[test]
fn only_text_is_a_date() {
    for json in ["null", "5", "true", "{}", "[\"2016-01-30\"]"] {
        assert!(serde_json::from_str::<Date>(json).is_err(), "{json}");
    }
}
