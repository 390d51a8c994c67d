//! Dates and times as providers write them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{self, Time};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use self::sealed::Read;
use super::secret::Confidential;
use crate::json::lenient::Lenient;
use crate::json::reader::{Json, JsonKind, read_text};

/// A date or time that keeps its text: what came is written back as it was, and read on demand.
///
/// All formats but [`PartialDate`] read each other's ISO 8601 spellings, since providers mix them; the format decides what is written.
/// Equality is that of the text.
///
/// ```
/// use bursar_runtime::{BasicDateTime, DateTime};
///
/// let booked: DateTime = serde_json::from_str("\"2021-09-02T23:02:33+04:00\"")?;
/// assert_eq!(booked.timestamp()?.to_string(), "2021-09-02T19:02:33Z");
/// assert_eq!(booked.date()?.to_string(), "2021-09-02");
/// assert_eq!(booked.text(), "2021-09-02T23:02:33+04:00");
///
/// let sent = BasicDateTime::from(booked.timestamp()?);
/// assert_eq!(sent.text(), "2021-09-02T19:02:33.000+0000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Stamp<F> {
    text: String,
    format: PhantomData<fn() -> F>,
}

/// RFC 3339: `2021-09-02T23:02:33Z`.
pub type DateTime = Stamp<Rfc3339>;
/// RFC 3339 with milliseconds and an offset without colon: `2021-09-02T23:02:33.000+0000`.
pub type BasicDateTime = Stamp<BasicOffset>;
/// ISO 8601 date: `2021-09-02`.
pub type Date = Stamp<IsoDate>;
/// Day first and no zone: `02/09/2021 23:02:33`.
pub type SlashDateTime = Stamp<DayMonthYear>;
/// A date of which day, or month and day, may be missing: `2021`, `2021-09`, `2021-09-02`.
pub type PartialDate = Stamp<Reduced>;

/// The text gives no answer to what was asked of it. The text itself is not in the message: dates of birth are nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DateError {
    /// The text is no date of the format.
    #[error("the text is not a date in the documented format")]
    Unreadable,
    /// The text has no day.
    #[error("the date has no day")]
    NoDay,
    /// The text has no time of day.
    #[error("the date has no time of day: use date()")]
    NoTime,
    /// The text does not say which zone its time is of.
    #[error("the time has no UTC offset: use datetime()")]
    NoOffset,
}

impl<F> Stamp<F> {
    /// Takes the text as it is, readable or not.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self { text: text.into(), format: PhantomData }
    }

    /// The text on the wire.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<F: DateFormat> Stamp<F> {
    /// The instant.
    ///
    /// # Errors
    ///
    /// If the text is unreadable, or has no time or no offset.
    pub fn timestamp(&self) -> Result<Timestamp, DateError> {
        let datetime = self.datetime()?;
        let offset = F::read(&self.text)?.offset.ok_or(DateError::NoOffset)?;
        offset.to_timestamp(datetime).map_err(|_| DateError::Unreadable)
    }

    /// The day, in the zone in which the text was written.
    ///
    /// # Errors
    ///
    /// If the text is unreadable, or has no day.
    pub fn date(&self) -> Result<civil::Date, DateError> {
        F::read(&self.text)?.date.ok_or(DateError::NoDay)
    }

    /// Day and time, in the zone in which the text was written.
    ///
    /// # Errors
    ///
    /// If the text is unreadable, or has no time.
    pub fn datetime(&self) -> Result<civil::DateTime, DateError> {
        let reading = F::read(&self.text)?;
        let date = reading.date.ok_or(DateError::NoDay)?;
        reading.time.map(|time| date.to_datetime(time)).ok_or(DateError::NoTime)
    }
}

impl PartialDate {
    /// Year, and month if it is stated.
    ///
    /// # Errors
    ///
    /// If the text is unreadable.
    pub fn year_month(&self) -> Result<(i16, Option<i8>), DateError> {
        let reading = Reduced::read(&self.text)?;
        Ok((reading.year, reading.month))
    }
}

impl From<Timestamp> for DateTime {
    fn from(timestamp: Timestamp) -> Self {
        Self::from_text(timestamp.to_string())
    }
}

impl From<Timestamp> for BasicDateTime {
    fn from(timestamp: Timestamp) -> Self {
        Self::from_text(timestamp.strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string())
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self::from_text(date.to_string())
    }
}

impl From<civil::Date> for PartialDate {
    fn from(date: civil::Date) -> Self {
        Self::from_text(date.to_string())
    }
}

impl From<civil::DateTime> for SlashDateTime {
    fn from(datetime: civil::DateTime) -> Self {
        Self::from_text(datetime.strftime("%d/%m/%Y %H:%M:%S").to_string())
    }
}

/// How a [`Stamp`] is spelt; implemented by the formats of this crate.
pub trait DateFormat: sealed::Read {}

/// Format of [`DateTime`].
#[derive(Debug)]
pub enum Rfc3339 {}
/// Format of [`BasicDateTime`].
#[derive(Debug)]
pub enum BasicOffset {}
/// Format of [`Date`].
#[derive(Debug)]
pub enum IsoDate {}
/// Format of [`SlashDateTime`].
#[derive(Debug)]
pub enum DayMonthYear {}
/// Format of [`PartialDate`].
#[derive(Debug)]
pub enum Reduced {}

impl DateFormat for Rfc3339 {}
impl DateFormat for BasicOffset {}
impl DateFormat for IsoDate {}
impl DateFormat for DayMonthYear {}
impl DateFormat for Reduced {}

mod sealed {
    use super::*;

    /// What a text says, as far as it says it.
    #[derive(Debug)]
    pub struct Reading {
        pub(super) year: i16,
        pub(super) month: Option<i8>,
        pub(super) date: Option<civil::Date>,
        pub(super) time: Option<Time>,
        pub(super) offset: Option<Offset>,
    }

    pub trait Read {
        fn read(text: &str) -> Result<Reading, DateError> {
            let pieces = Pieces::parse(text).map_err(|_| DateError::Unreadable)?;
            Ok(Reading { time: pieces.time(), offset: pieces.to_numeric_offset(), ..pieces.date().into() })
        }
    }

    impl Read for Rfc3339 {}
    impl Read for BasicOffset {}
    impl Read for IsoDate {}

    impl Read for DayMonthYear {
        fn read(text: &str) -> Result<Reading, DateError> {
            if let Ok(datetime) = civil::DateTime::strptime("%d/%m/%Y %H:%M:%S", text) {
                Ok(Reading { time: Some(datetime.time()), ..datetime.date().into() })
            } else if let Ok(date) = civil::Date::strptime("%d/%m/%Y", text) {
                Ok(date.into())
            } else {
                Rfc3339::read(text)
            }
        }
    }

    impl Read for Reduced {
        fn read(text: &str) -> Result<Reading, DateError> {
            let digits =
                |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
            let (year, month) = text.split_once('-').map_or((text, None), |(year, month)| (year, Some(month)));
            if !digits(year, 4) || month.is_some_and(|month| !digits(month, 2)) {
                return Rfc3339::read(text);
            }
            let year = year.parse().map_err(|_| DateError::Unreadable)?;
            let month = month.map(str::parse).transpose().map_err(|_| DateError::Unreadable)?;
            if month.is_some_and(|month| !(1..=12).contains(&month)) {
                return Err(DateError::Unreadable);
            }
            Ok(Reading { year, month, date: None, time: None, offset: None })
        }
    }

    impl From<civil::Date> for Reading {
        fn from(date: civil::Date) -> Self {
            Self { year: date.year(), month: Some(date.month()), date: Some(date), time: None, offset: None }
        }
    }
}

impl<F> Clone for Stamp<F> {
    fn clone(&self) -> Self {
        Self::from_text(self.text.clone())
    }
}

impl<F> fmt::Debug for Stamp<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<F> fmt::Display for Stamp<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<F> PartialEq for Stamp<F> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<F> Eq for Stamp<F> {}

impl<F> Hash for Stamp<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Takes readable text only; [`Stamp::from_text`] takes any.
impl<F: DateFormat> FromStr for Stamp<F> {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        F::read(text).map(|_| Self::from_text(text))
    }
}

impl<F> Serialize for Stamp<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, F> Deserialize<'de> for Stamp<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, "a date as text", |json| json.string().map(|text| Self::from_text(text)))
    }
}

/// A number is kept as text; empty text is no date.
impl<F> Lenient for Stamp<F> {
    fn read(json: Json<'_>) -> Option<Self> {
        match json.kind() {
            JsonKind::String | JsonKind::Number => json.scalar().filter(|text| !text.is_empty()).map(Self::from_text),
            _ => None,
        }
    }

    fn owns(kind: JsonKind) -> bool {
        kind == JsonKind::String
    }
}

impl<F> Confidential for Stamp<F> {
    fn wipe(&mut self) {
        self.text.wipe();
    }

    fn same(&self, other: &Self) -> bool {
        self.text.same(&other.text)
    }
}
