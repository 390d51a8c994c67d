//! The sandbox's own time: it starts at a fixed moment and moves one second per call.

use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// 2019-03-27T09:30:00Z.
const START: i64 = 1_553_679_000;

/// A clock that only calls and [`Clock::advance`] move.
#[derive(Debug)]
pub(crate) struct Clock(Timestamp);

impl Clock {
    pub(crate) fn new() -> Self {
        Self::starting_at(START)
    }

    /// A clock that starts at another moment, in seconds since 1970.
    pub(crate) fn starting_at(second: i64) -> Self {
        Self(Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.0 = self.0.saturating_add(by).unwrap_or(Timestamp::MAX);
    }

    pub(crate) fn tick(&mut self) {
        self.advance(Duration::from_secs(1));
    }
}

/// The moment a while later; the end of time where the calendar ends.
pub(crate) fn after(moment: Timestamp, by: Duration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// `days` before the moment; the moment itself where the calendar ends.
pub(crate) fn days_before(moment: Timestamp, days: i64) -> Timestamp {
    moment.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(moment)
}

/// `2016-01-30T00:00:00.000+0000`: milliseconds, and an offset without a colon.
pub(crate) fn basic_offset(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

/// `2016-01-30T00:00:00.000Z`.
pub(crate) fn zulu(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// `2016-01-30T00:00:00.000+00:00`: milliseconds, and an offset with a colon.
pub(crate) fn extended_offset(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3f+00:00").to_string()
}

/// `2016-01-30`.
pub(crate) fn day(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d").to_string()
}

/// Which end of a day a date without a time stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    Start,
    End,
}

/// Reads a date or a timestamp in any form that providers write; without an offset it is UTC.
pub(crate) fn read(text: &str, bound: Bound) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let civil = match text.parse::<Date>() {
        Ok(date) if text.len() == "2016-01-30".len() => match bound {
            Bound::Start => date.at(0, 0, 0, 0),
            Bound::End => date.at(23, 59, 59, 999_999_999),
        },
        _ => text.parse::<DateTime>().ok()?,
    };
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_same_moment_reads_the_same() {
        let moment = read("2016-01-30T04:00:00Z", Bound::Start).unwrap();
        for form in [
            "2016-01-30T04:00:00.000+0000",
            "2016-01-30T04:00:00.00Z",
            "2016-01-30T04:00:00+00:00",
            "2016-01-30T04:00Z",
            "2016-01-30T05:00:00.000+0100",
            "2016-01-30T04:00:00",
        ] {
            assert_eq!(read(form, Bound::Start), Some(moment), "{form}");
        }
        assert_eq!(basic_offset(moment), "2016-01-30T04:00:00.000+0000");
        assert_eq!(read("soon", Bound::Start), None);
    }

    #[test]
    fn a_day_has_two_ends() {
        let start = read("2016-01-30", Bound::Start).unwrap();
        let end = read("2016-01-30", Bound::End).unwrap();
        assert_eq!(basic_offset(start), "2016-01-30T00:00:00.000+0000");
        assert_eq!(basic_offset(end), "2016-01-30T23:59:59.999+0000");
    }
}
