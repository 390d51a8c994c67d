//! Tokens that tell one call from another where the provider knows no reference, but shows a field of the request in its list.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::json::lenient::Json;
use crate::model::operation::EntryKey;
use crate::value::List;

/// A new token: a UUID of version 7 in 32 hexadecimal digits, which fits where no punctuation is taken.
pub fn correlation() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// A text with a new token after it, unless it holds one already or has no room for one.
pub fn correlated(text: String, max_length: u32) -> String {
    let token = correlation();
    let length = text.chars().count().saturating_add(1 + token.len());
    if !tokens(&text).is_empty() || u32::try_from(length).is_ok_and(|length| length > max_length) {
        return text;
    }
    if text.is_empty() { token } else { format!("{text} {token}") }
}

/// Adds a pair of this name with a new token to a list of pairs, unless there is one already.
pub fn correlated_pair<T: Serialize + DeserializeOwned>(list: &mut List<T>, name: &str) {
    let is_named = |item: &T| serde_json::to_value(item).is_ok_and(|item| item["name"] == name);
    if !list.iter().any(is_named) {
        list.extend(serde_json::from_value::<T>(json!({ "name": name, "value": correlation() })).ok());
    }
}

/// The tokens in a text, in one spelling: whatever is a UUID.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let uuids = words.filter_map(|word| uuid::Uuid::try_parse(word).ok()).filter(|uuid| !uuid.is_nil());
    uuids.map(|uuid| uuid.simple().to_string()).collect()
}

/// The text of a scalar, or of the pair of this name in a list of pairs.
pub(crate) fn text_of(value: Json<'_>, pair: &str) -> Option<String> {
    if pair.is_empty() {
        return value.scalar().map(|text| text.into_owned());
    }
    let is_named = |item: &Json<'_>| {
        let name = item.get("name");
        name.and_then(Json::scalar).is_some_and(|name| name == pair)
    };
    let item = value.items()?.find(is_named)?;
    Some(item.get("value")?.scalar()?.into_owned())
}

/// What of a value of the call tells its entry from others; a caller's text does only if it holds a token.
pub(crate) fn token_of(key: &EntryKey, text: &str) -> Option<String> {
    match key.is_id {
        true => Some(text.trim().to_owned()).filter(|id| !id.is_empty()),
        // Two tokens are none of ours.
        false => <[String; 1]>::try_from(tokens(text)).ok().map(|[token]| token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_however_it_is_spelt_and_nothing_else_is_one() {
        let token = "0192f3a4b5c67d8e9f00112233445566";
        for text in [
            token.to_owned(),
            format!("Rent May {token}"),
            token.to_uppercase(),
            "Transfer to X: 0192f3a4-b5c6-7d8e-9f00-112233445566.".to_owned(),
        ] {
            assert_eq!(tokens(&text), [token], "{text}");
        }
        for text in ["", "INV-2024-0017", "DE89370400440532013000", "00000000000000000000000000000000", &token[1..]] {
            assert!(tokens(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_callers_text_is_never_replaced() {
        let text = correlated("Rent May".to_owned(), 100);
        assert!(text.starts_with("Rent May ") && tokens(&text).len() == 1);
        assert_eq!(correlated(text.clone(), 100), text);
        assert_eq!(correlated("x".repeat(70), 100), "x".repeat(70));
        assert!(correlated("x".repeat(67), 100).len() == 100);
        assert_eq!(tokens(&correlation()).len(), 1);
    }

    #[test]
    fn a_pair_is_added_once() {
        let mut list = List::from([json!({ "name": "note", "value": "x" })]);
        correlated_pair(&mut list, "reference");
        correlated_pair(&mut list, "reference");
        assert_eq!(list.len(), 2);
        let text = serde_json::to_string(&list).expect("JSON");
        let found = Json::parse(text.as_bytes()).ok().and_then(|list| text_of(list, "reference"));
        assert_eq!(tokens(&found.expect("the pair")).len(), 1);
    }
}
