//! How transactions spell a moment, and the days on which the bank pays.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// `2019-09-16T22:00:00+00:00`: transactions.
pub(super) fn seconds(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

pub(super) fn day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

/// An hour of a day, in UTC; the end of time where the calendar ends.
pub(super) fn at(day: Date, hour: i8) -> Timestamp {
    let moment = day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC);
    moment.map_or(Timestamp::MAX, |moment| moment.timestamp())
}

/// The day some months later, its month's last one where there is no such day; `None` where the calendar ends.
pub(super) fn months_later(day: Date, months: i32) -> Option<Date> {
    day.checked_add(Span::new().try_months(months).ok()?).ok()
}

/// When a transfer of this moment is booked: midnight in Germany, as in summer.
pub(super) fn booked(moment: Timestamp) -> Timestamp {
    let offset = SignedDuration::from_hours(2);
    let german = moment.checked_add(offset).unwrap_or(moment);
    at(day(german), 0).checked_sub(offset).unwrap_or(moment)
}
