//! Rust names, cased as the generator's typing step cases them.

use std::collections::HashSet;

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// The name of a type: `transfer_request` -> `TransferRequest`.
///
/// The typing step cases names that it is given once more, so this is a name that stays as it is: `aB_Z` -> `Abz`.
pub(crate) fn pascal(name: &str) -> String {
    let mut cased = cleaned(name).to_pascal_case();
    loop {
        let again = cased.to_pascal_case();
        if again == cased {
            return identifier(&cased, "X");
        }
        cased = again;
    }
}

/// The name of a variant by letters and digits alone; no later step cases it again.
pub(crate) fn plain_variant(value: &str) -> String {
    identifier(&cleaned(value).to_pascal_case(), "X")
}

/// Names that generated code uses for what Rust itself calls so.
const PRELUDE: [&str; 16] = [
    "AsRef", "Box", "Clone", "Copy", "Default", "Drop", "Err", "From", "Into", "None", "Ok", "Option", "Result",
    "Some", "String", "Vec",
];

/// The name of a schema's type, which must not hide one of Rust's own: `option` -> `OptionValue`.
pub(crate) fn type_name(name: &str) -> String {
    let name = pascal(name);
    if PRELUDE.contains(&name.as_str()) { format!("{name}Value") } else { name }
}

/// The variants of an enum, each with its value, in the order of the values; a value that stands twice is one variant.
///
/// A value of letters and digits is called by them, whatever else the enum lists. Signs are spelled out where they alone tell values
/// apart, or where there is nothing else; then case does, then a number.
pub(crate) fn variants<'v>(values: &[&'v str]) -> Vec<(String, &'v str)> {
    let mut distinct: Vec<&str> = Vec::new();
    let mut known = HashSet::new();
    distinct.extend(values.iter().filter(|value| known.insert(**value)));
    let is_plain = |value: &str| {
        let edge = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        edge(value.chars().next()) && edge(value.chars().next_back())
    };
    let mut taken = HashSet::new();
    let mut named: Vec<Option<String>> = vec![None; distinct.len()];
    for plain in [true, false] {
        for (slot, value) in named.iter_mut().zip(&distinct).filter(|(_, value)| is_plain(value) == plain) {
            let name = candidates(value).find(|name| !taken.contains(name)).unwrap_or_default();
            taken.insert(name.clone());
            *slot = Some(name);
        }
    }
    named.into_iter().map(Option::unwrap_or_default).zip(distinct).collect()
}

/// Names for a value of an enum, best first, without end.
fn candidates(value: &str) -> impl Iterator<Item = String> {
    let spelled = spelled(value);
    let has_sign = value.starts_with(['+', '-']) && value.len() > 1;
    let plain = (value.contains(is_xid_start_or_digit) && !has_sign).then(|| plain_variant(value));
    let cased = match (value.contains(char::is_lowercase), value.contains(char::is_uppercase)) {
        (true, true) => Some("Mixed"),
        (true, false) => Some("Lower"),
        (false, true) => Some("Upper"),
        (false, false) => None,
    };
    let base = spelled.trim_end_matches('_').to_owned();
    let with_case = cased.map(|cased| format!("{base}{cased}"));
    let numbered = (2_u32..).map(move |number| format!("{base}{number}"));
    let all = plain.into_iter().chain([spelled]).chain(with_case).chain(numbered);
    // `Self::Err` is the error of `FromStr`.
    all.map(|name| if name == "Err" { "ErrValue".to_owned() } else { name })
}

fn is_xid_start_or_digit(c: char) -> bool {
    is_xid_start(c) || c.is_ascii_digit()
}

/// A value with its signs in words: `>=` is `GreaterEqual`, the empty text `Empty`.
fn spelled(value: &str) -> String {
    if value.is_empty() {
        return "Empty".to_owned();
    }
    let mut words = String::new();
    for (index, c) in value.chars().enumerate() {
        let word = match c {
            _ if is_xid_continue(c) && c != '_' => {
                words.push(c);
                continue;
            }
            '-' if index == 0 => "Minus",
            _ => sign(c).unwrap_or_default(),
        };
        if word.is_empty() {
            words.push_str(&format!("-U{:x}-", u32::from(c)));
        } else {
            words.push_str(&format!("-{word}-"));
        }
    }
    plain_variant(&words)
}

/// What a sign is called.
fn sign(c: char) -> Option<&'static str> {
    Some(match c {
        '+' => "Plus",
        '-' => "Dash",
        '_' => "Underscore",
        ' ' | '\u{a0}' => "Space",
        '.' => "Dot",
        ',' => "Comma",
        ':' => "Colon",
        ';' => "Semicolon",
        '*' => "Star",
        '/' => "Slash",
        '\\' => "Backslash",
        '<' => "Less",
        '>' => "Greater",
        '=' => "Equal",
        '!' => "Bang",
        '?' => "Question",
        '#' => "Hash",
        '%' => "Percent",
        '&' => "And",
        '|' => "Pipe",
        '@' => "At",
        '$' => "Dollar",
        '€' => "Euro",
        '£' => "Pound",
        '^' => "Caret",
        '~' => "Tilde",
        '"' => "Quote",
        '\'' => "Apostrophe",
        '`' => "Backtick",
        '(' | '[' | '{' => "Open",
        ')' | ']' | '}' => "Close",
        _ => return None,
    })
}

/// The name of a field or method: `TransferRequest` -> `transfer_request`.
pub(crate) fn snake(name: &str) -> String {
    identifier(&cleaned(name).to_snake_case(), "x")
}

/// The name of a constant: `create_transfer` -> `CREATE_TRANSFER`.
pub(crate) fn shouty(name: &str) -> String {
    identifier(&cleaned(name).to_shouty_snake_case(), "X")
}

/// The name of a parameter as progenitor gives it: digits come after an underscore.
pub(crate) fn argument(name: &str) -> String {
    identifier(&cleaned(name).to_snake_case(), "_")
}

fn cleaned(name: &str) -> String {
    match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => name.replace('\'', "").replace(|c: char| !is_xid_continue(c), "-"),
    }
}

fn identifier(name: &str, prefix: &str) -> String {
    let name = match name.chars().next() {
        None => {
            if prefix == "_" {
                "x".to_owned()
            } else {
                prefix.to_owned()
            }
        }
        Some(first) if is_xid_start(first) => name.to_owned(),
        Some(_) => format!("{prefix}{name}"),
    };
    if syn::parse_str::<syn::Ident>(&name).is_ok() && name != "gen" { name } else { format!("{name}_") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(values: &[&str]) -> Vec<String> {
        variants(values).into_iter().map(|(name, value)| format!("{value} {name}")).collect()
    }

    #[test]
    fn every_value_of_an_enum_has_a_name_of_its_own() {
        assert_eq!(called(&["+", "-"]), ["+ Plus", "- Minus"]);
        assert_eq!(called(&["-date", "date"]), ["-date MinusDate", "date Date"]);
        assert_eq!(called(&["WEEK", "DAY", "WEEK"]), ["WEEK Week", "DAY Day"]);
        assert_eq!(called(&["week", "WEEK", "Week"]), ["week Week", "WEEK WeekUpper", "Week WeekMixed"]);
        assert_eq!(called(&["a-b", "a_b", "a b"]), ["a-b AB", "a_b AUnderscoreB", "a b ASpaceB"]);
        assert_eq!(
            called(&["", "1", ">=", "<", "<="]),
            [" Empty", "1 X1", ">= GreaterEqual", "< Less", "<= LessEqual"]
        );
        assert_eq!(called(&["Ok", "Err"]), ["Ok Ok", "Err ErrValue"]);
        assert_eq!(called(&["(", "[", "\u{1f4b8}", "self"]), ["( Open", "[ Open2", "\u{1f4b8} U1f4b8", "self Self_"]);
    }

    #[test]
    fn names_are_rust_names() {
        assert_eq!(pascal("transfer_request"), "TransferRequest");
        assert_eq!(pascal("KYCUpload"), "KycUpload");
        assert_eq!(pascal("3ds"), "X3ds");
        assert_eq!(pascal("aB_Z"), "Abz");
        assert_eq!(type_name("option"), "OptionValue");
        assert_eq!(snake("type"), "type_");
        assert_eq!(snake("filter[status]"), "filter_status");
        assert_eq!(snake("m²"), "m");
        assert_eq!(pascal("-1"), "Minus1");
        assert_eq!(argument("3ds"), "_3ds");
        assert_eq!(shouty("create_transfer"), "CREATE_TRANSFER");
    }
}
