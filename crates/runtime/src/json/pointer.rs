//! Looking into the text of an answer.

use crate::json::lenient::{Json, JsonKind};

/// The value at a JSON pointer (RFC 6901), `None` if there is none or the text is no JSON.
pub(crate) fn find<'a>(bytes: &'a [u8], pointer: &str) -> Option<Json<'a>> {
    within(Json::parse(bytes).ok()?, pointer)
}

/// The value at a JSON pointer below another.
pub(crate) fn within<'a>(whole: Json<'a>, pointer: &str) -> Option<Json<'a>> {
    let mut found = whole;
    for token in pointer.split('/').skip(1) {
        found = match found.kind() {
            JsonKind::Array => found.items()?.nth(token.parse().ok()?)?,
            _ if token.contains('~') => found.get(&token.replace("~1", "/").replace("~0", "~"))?,
            _ => found.get(token)?,
        };
    }
    Some(found)
}

/// A field name as it may be printed: what looks like data (long, or with three digits in a row) shows as `*`.
pub(crate) fn printable(key: &str) -> &str {
    let plain = key.len() <= 48 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.$@ ".contains(&byte));
    let numbered = key.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_digit));
    if plain && !numbered && !key.is_empty() { key } else { "*" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_finds_the_exact_text() {
        let json = br#"{"a":{"b/c":[1,{"d~":12345678901234567890.10}]},"e":null,"e":"last"}"#;
        let text = |pointer| find(json, pointer).map(Json::text);
        assert_eq!(text("/a/b~1c/1/d~0"), Some("12345678901234567890.10"));
        assert_eq!(text("/e"), Some("\"last\""));
        assert_eq!(text("/a/b~1c/7"), None);
        assert_eq!(text("/a/nothing/deeper"), None);
        assert!(text("").is_some_and(|all| all.starts_with('{')));
        assert!(find(b"<html>", "/a").is_none());
    }

    #[test]
    fn a_key_that_looks_like_data_is_not_printed() {
        for key in ["amount", "address_line_2", "vnd.x-y"] {
            assert_eq!(printable(key), key);
        }
        for key in ["4111111111111111", "pin1234", "", "jürgen", &"k".repeat(49)] {
            assert_eq!(printable(key), "*");
        }
    }
}
