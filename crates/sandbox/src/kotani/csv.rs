//! The check of a file of recipients, which comes as a form with the file as a part.

use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::pages::count;
use super::refusal::Refusal;
use super::world::World;
use crate::json::{Json, Object};
use crate::money::{exact_sum, positive};

const COLUMNS: &[&str] = &["recipient_name", "recipient_email", "recipient_phone", "amount", "currency", "reference"];
const ROWS: usize = 1_000;

/// The content of the part that is a file; of the one part if none is.
fn file(media_type: &str, body: &str) -> Option<String> {
    let parameters = media_type.strip_prefix("multipart/form-data")?;
    let boundary = parameters.split(';').find_map(|one| one.trim().strip_prefix("boundary="))?;
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let parts = body.split(delimiter.as_str()).skip(1).filter_map(|part| part.split_once("\r\n\r\n"));
    let mut parts: Vec<(&str, &str)> = parts.collect();
    parts.sort_by_key(|(head, _)| !head.contains("filename="));
    let (_, content) = parts.first()?;
    Some(content.strip_suffix("\r\n").unwrap_or(content).to_owned())
}

/// The fields of a line; quotes keep a comma, doubled ones are one.
fn split(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let last = fields.len() - 1;
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                fields[last].push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields[last].push(character),
        }
    }
    fields
}

/// FNV-1a: tells files apart, and is repeatable. The real one is said to be an MD5.
fn hash(text: &str) -> String {
    let mixed = text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |mixed, byte| {
        (mixed ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    format!("{mixed:032x}")
}

pub(super) fn validate(_: &mut World, request: &Request) -> Reply {
    let text = file(&request.media_type, &request.text).ok_or_else(|| Refusal::invalid("file should not be empty"))?;
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim().is_empty());
    let header: Vec<String> = split(lines.next().unwrap_or_default());
    let column = |name: &str| header.iter().position(|known| known.trim().eq_ignore_ascii_case(name));
    let mut errors: Vec<String> = Vec::new();
    for name in COLUMNS.iter().filter(|name| column(name).is_none()) {
        errors.push(format!("column {name} is missing"));
    }
    let mut totals: Vec<(String, usize, Decimal)> = Vec::new();
    let mut records = 0;
    for (row, line) in lines.enumerate() {
        records += 1;
        if records > ROWS {
            continue;
        }
        let fields = split(line);
        let value = |name: &str| column(name).and_then(|at| fields.get(at)).map_or("", |value| value.trim());
        let amount = value("amount").parse::<Decimal>().ok().and_then(|amount| positive(amount, 2));
        if let Some(name) = COLUMNS.iter().find(|name| column(name).is_some() && value(name).is_empty()) {
            errors.push(format!("row {}: {name} is missing", row + 1));
        }
        let Some(amount) = amount else {
            errors.push(format!("row {}: amount must be a positive number", row + 1));
            continue;
        };
        match totals.iter_mut().find(|(currency, ..)| currency == value("currency")) {
            Some((_, number, total)) => {
                *number += 1;
                *total = exact_sum(*total, amount).unwrap_or(*total);
            }
            None => totals.push((value("currency").to_owned(), 1, amount)),
        }
    }
    if records == 0 || records > ROWS {
        errors.push(format!("a file has 1 to {ROWS} rows"));
    }
    let by_currency = totals.iter().fold(Object::new(), |object, (currency, number, total)| {
        object.with(currency, Object::new().with("count", count(*number)).with("totalAmount", *total))
    });
    let object = Object::new()
        .with("isValid", errors.is_empty())
        .with("totalRecords", count(records))
        .with("currencies", totals.iter().map(|(currency, ..)| currency.as_str()).collect::<Json>())
        .with("errors", errors.into_iter().collect::<Json>())
        .with("warnings", std::iter::empty::<&str>().collect::<Json>())
        .with("currencyBreakdown", by_currency)
        .with("fileHash", hash(&text))
        .with("isDuplicate", false);
    Ok(object.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_found_among_the_parts() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--x\r\n\
                    Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na,b\n1,2\n\r\n--x--\r\n";
        assert_eq!(file("multipart/form-data; boundary=x", body).as_deref(), Some("a,b\n1,2\n"));
        assert_eq!(file("application/json", body), None);
    }

    #[test]
    fn quotes_keep_commas() {
        assert_eq!(split(r#"a,"b, ""c""",d"#), ["a", r#"b, "c""#, "d"]);
    }
}
