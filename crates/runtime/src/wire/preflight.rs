//! What the document states of a request, checked before anything is sent. One error lists all faults, by field, and quotes no value.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use rust_decimal::Decimal;

use crate::json::lenient::{Json, JsonKind};
use crate::json::pointer;
use crate::model::kind::Kind;
use crate::model::operation::{Check, Key, Operation};
use crate::value::Currency;
use crate::value::countries;

/// The faults of a request.
#[derive(Default)]
pub(crate) struct Findings {
    fields: Vec<String>,
    text: String,
}

impl Findings {
    /// Checks a parameter.
    pub(crate) fn parameter(&mut self, operation: &Operation, name: &str, text: &str) {
        let key = operation.idempotency.as_ref().map(|idempotency| idempotency.key);
        if let Some(Key::Header(field) | Key::Query(field)) = key
            && field.eq_ignore_ascii_case(name)
        {
            self.reference(name, text);
        }
        for (_, check) in operation.checks.iter().filter(|(place, _)| *place == name) {
            if let Some(fault) = fault(check, text, None) {
                self.note(name, &fault);
            }
        }
    }

    /// Checks a JSON body. One that is no JSON has nothing to check.
    pub(crate) fn body(&mut self, operation: &Operation, bytes: &[u8]) {
        let reference = match operation.idempotency.as_ref().map(|idempotency| idempotency.key) {
            Some(Key::Body(pointer)) => Some(pointer),
            _ => None,
        };
        if reference.is_none() && !operation.checks.iter().any(|(place, _)| place.starts_with('/')) {
            return;
        }
        let Ok(body) = Json::parse(bytes) else { return };
        if let Some(pointer) = reference
            && let Some(text) = pointer::find(bytes, pointer).and_then(Json::scalar)
        {
            self.reference(&pointer[1..].replace('/', "."), &text);
        }
        for (place, check) in operation.checks.iter().filter(|(place, _)| place.starts_with('/')) {
            self.walk(body, None, &place[1..], &At::Body, check);
        }
    }

    /// A reference of blanks looks like one, and tells no call from another.
    fn reference(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.note(field, "is blank: omit it, or use a unique reference");
        }
    }

    /// Goes down a pointer; `*` is every item of a list or every member.
    fn walk(&mut self, value: Json<'_>, parent: Option<Json<'_>>, rest: &str, at: &At<'_>, check: &Check) {
        if rest.is_empty() {
            return self.value(value, parent, at, check);
        }
        let (step, rest) = rest.split_once('/').unwrap_or((rest, ""));
        if step == "*" {
            for (index, item) in value.items().into_iter().flatten().enumerate() {
                self.walk(item, Some(value), rest, &At::Item(at, index), check);
            }
            for (_, member) in value.entries().into_iter().flatten() {
                self.walk(member, Some(value), rest, &At::Member(at, "*"), check);
            }
            return;
        }
        let name = unescaped(step);
        match value.get(&name) {
            Some(member) => self.walk(member, Some(value), rest, &At::Member(at, &name), check),
            None if rest.is_empty() && *check == Check::Required && value.kind() == JsonKind::Object => {
                self.note(&At::Member(at, &name).to_string(), "is missing");
            }
            None => {}
        }
    }

    fn value(&mut self, value: Json<'_>, parent: Option<Json<'_>>, at: &At<'_>, check: &Check) {
        let found = match check {
            Check::Required => (value.kind() == JsonKind::Null).then(|| "is missing".to_owned()),
            Check::Count { least, most } => {
                let count = value.items().map_or(0, Iterator::count);
                let fits = value.kind() != JsonKind::Array || in_range(count, *least, *most);
                (!fits).then(|| format!("has {count} items, {}", span(*least, *most)))
            }
            Check::TextOrInteger => {
                let fits = match value.kind() {
                    JsonKind::Null | JsonKind::String => true,
                    JsonKind::Number => is_integral(value.text()),
                    JsonKind::Bool | JsonKind::Array | JsonKind::Object => false,
                };
                (!fits).then(|| "is neither text nor an integer".to_owned())
            }
            check => value.scalar().and_then(|text| fault(check, &text, parent)),
        };
        if let Some(fault) = found {
            self.note(&at.to_string(), &fault);
        }
    }

    fn note(&mut self, field: &str, fault: &str) {
        let comma = if self.text.is_empty() { "" } else { "; " };
        // Writing to a string does not fail.
        let _ = write!(self.text, "{comma}`{field}` {fault}");
        if !self.fields.iter().any(|known| known == field) {
            self.fields.push(field.to_owned());
        }
    }

    /// The kind and the words of all faults; `None` if there are none.
    pub(crate) fn finish(self) -> Option<(Kind, String)> {
        (!self.fields.is_empty()).then_some((Kind::Invalid { fields: self.fields }, self.text))
    }
}

/// Where a value stands; written out only where there is a fault.
enum At<'a> {
    Body,
    Member(&'a At<'a>, &'a str),
    Item(&'a At<'a>, usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body => Ok(()),
            Self::Member(Self::Body, name) => out.write_str(name),
            Self::Member(up, name) => write!(out, "{up}.{name}"),
            Self::Item(up, index) => write!(out, "{up}[{index}]"),
        }
    }
}

/// One step of a pointer as the member's name.
fn unescaped(step: &str) -> Cow<'_, str> {
    if step.contains('~') { step.replace("~1", "/").replace("~0", "~").into() } else { step.into() }
}

/// What is wrong with the text of a scalar.
fn fault(check: &Check, text: &str, parent: Option<Json<'_>>) -> Option<String> {
    let unless = |fits: bool, fault: &str| (!fits).then(|| fault.to_owned());
    match *check {
        Check::Required | Check::Count { .. } | Check::TextOrInteger => None,
        Check::Length { least, most } => {
            let count = text.chars().count();
            (!in_range(count, least, most)).then(|| format!("has {count} characters, {}", span(least, most)))
        }
        Check::Range { least, most, open } => {
            let number: Decimal = parse(text)?;
            let above = parse(least).is_none_or(|least| number > least || number == least && !open);
            let below = parse(most).is_none_or(|most| number < most || number == most && !open);
            unless(above && below, "is outside the documented range")
        }
        Check::Decimals { iso, other, currency } => {
            let number: Decimal = parse(text)?;
            let code = parent.and_then(|parent| parent.get(currency)).and_then(|code| code.scalar());
            // No currency has more decimals than its own smallest unit, whatever the provider allows in general.
            let most = match code.map(|code| Currency::new(code.into_owned()).decimals()) {
                Some(Some(decimals)) => iso.min(u32::from(decimals)),
                Some(None) => other,
                None => iso,
            };
            (number.normalize().scale() > most).then(|| format!("has more than {most} decimals"))
        }
        Check::Currency => {
            let known = text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase());
            unless(known && Currency::new(text.to_owned()).decimals().is_some(), "is not a currency code of ISO 4217")
        }
        Check::Country => unless(countries::is_alpha_2(text), "is not a two-letter country code of ISO 3166-1"),
        Check::Country3 => unless(countries::is_alpha_3(text), "is not a three-letter country code of ISO 3166-1"),
        Check::Iban => unless(text.parse::<iban::Iban>().is_ok(), "is not a valid IBAN (length, letters or checksum)"),
        Check::Phone => unless(is_e164(text), "is not a telephone number in E.164 format, such as +4930123456"),
    }
}

/// Whether a JSON number has no decimals but zeros, whatever its size.
fn is_integral(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let fraction = mantissa.split_once('.').map_or("", |(_, fraction)| fraction).trim_end_matches('0');
    let whole = mantissa.split('.').next().unwrap_or_default();
    match exponent.parse::<i64>() {
        Ok(shift @ 0..) => usize::try_from(shift).is_ok_and(|shift| fraction.len() <= shift),
        // Each step to the right needs a zero at the end.
        Ok(shift) if fraction.is_empty() => {
            let zeros = whole.len() - whole.trim_end_matches('0').len();
            usize::try_from(-shift).is_ok_and(|shift| zeros >= shift || zeros == whole.trim_start_matches('-').len())
        }
        _ => false,
    }
}

/// A plus, then 7 to 15 digits that do not begin with 0.
fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|digit| digit.is_ascii_digit())
}

fn parse(text: &str) -> Option<Decimal> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

fn in_range(count: usize, least: u32, most: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| (least..=most).contains(&count))
}

fn span(least: u32, most: u32) -> String {
    match (least, most) {
        (_, u32::MAX) => format!("the minimum is {least}"),
        (0, most) => format!("the maximum is {most}"),
        (least, most) if least == most => format!("{least} are required"),
        (least, most) => format!("{least} to {most} are required"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(check: Check, text: &str) -> Option<String> {
        fault(&check, text, None)
    }

    #[test]
    fn a_number_is_an_integer_at_any_size() {
        for text in ["0", "7", "-7", "5.0", "5.00e0", "1.5e1", "100e-2", "0e-9", "123456789012345678901234567890"] {
            assert!(is_integral(text), "{text}");
        }
        for text in ["10.5", "1e-1", "150e-2", "1.25e1", "-0.1", "1e99999999999999999999"] {
            assert!(!is_integral(text), "{text}");
        }
    }

    #[test]
    fn each_check_takes_what_fits_and_nothing_else() {
        for (check, good, bad) in [
            (Check::Length { least: 2, most: 4 }, vec!["ab", "äöüß"], vec!["a", "abcde"]),
            (
                Check::Range { least: "0.01", most: "", open: false },
                vec!["0.01", "1e3", "99999999999999999999"],
                vec!["0", "-1"],
            ),
            (Check::Range { least: "0", most: "10", open: true }, vec!["0.5"], vec!["0", "10", "0.0"]),
            (
                Check::Decimals { iso: 2, other: 8, currency: "currency" },
                vec!["1", "1.50", "1.5000", "1e2"],
                vec!["1.005"],
            ),
            (Check::Currency, vec!["EUR", "KES"], vec!["eur", "EURO", "XXY", ""]),
            (Check::Country, vec!["DE"], vec!["de", "DEU", "UK"]),
            (Check::Country3, vec!["DEU"], vec!["DE", "GER"]),
            (
                Check::Iban,
                vec!["GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32"],
                vec!["GB83WEST12345698765432", "GB82", ""],
            ),
            (
                Check::Phone,
                vec!["+254700000002"],
                vec!["254700000002", "+0123456789", "+123", "+1234567890123456", "+12345 6789"],
            ),
        ] {
            good.iter().for_each(|text| assert_eq!(says(check, text), None, "{check:?} {text}"));
            bad.iter().for_each(|text| assert!(says(check, text).is_some(), "{check:?} {text}"));
        }
        let decimals = |text: &str, currency: &str| {
            let body = format!(r#"{{"amount":{text},"currency":"{currency}"}}"#);
            let body = Json::parse(body.as_bytes()).expect("JSON");
            fault(&Check::Decimals { iso: 3, other: 8, currency: "currency" }, text, Some(body)).is_none()
        };
        for (currency, good, bad) in [
            ("JPY", "100", "100.5"),
            ("UGX", "100.00", "0.1"),
            ("KES", "12.50", "12.505"),
            ("KWD", "1.234", "1.2345"),
            ("BTC", "0.00000001", "0.000000001"),
        ] {
            assert!(decimals(good, currency) && !decimals(bad, currency), "{currency}");
        }
        // What is no number is not judged as one.
        assert_eq!(says(Check::Range { least: "1", most: "", open: false }, "many"), None);
    }
}
