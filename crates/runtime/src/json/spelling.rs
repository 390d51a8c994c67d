//! Field names in another casing: providers mix `reference_id` and `referenceId`, and mean the same.

use crate::json::reader::steps;

/// Whether two names differ in casing and separators only.
pub(crate) fn same(one: &str, other: &str) -> bool {
    // A key of any length costs no more than the name that it is compared with.
    one.len().abs_diff(other.len()) <= one.len().max(other.len()) / 2 && letters(one).eq(letters(other))
}

/// The letters of a name, without separators and in lower case.
pub(crate) fn letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(|byte| !b"_-".contains(byte)).map(|byte| byte.to_ascii_lowercase())
}

/// The documented name that a key spells in another casing.
pub(crate) fn another(key: &str, names: &[&'static str]) -> Option<&'static str> {
    steps::count(names.len());
    let mut close = names.iter().copied().filter(|name| *name != key && same(key, name)).peekable();
    close.peek()?;
    let spelt = others(key);
    close.find(|name| spelt.iter().any(|other| other == name))
}

/// The name in snake case and in camel case.
pub(crate) fn others(name: &str) -> [String; 2] {
    let mut words: Vec<String> = Vec::new();
    let bytes = name.as_bytes();
    steps::count(bytes.len());
    for (index, letter) in name.char_indices() {
        let before = index.checked_sub(1).map(|index| bytes[index]);
        let after = bytes.get(index + 1);
        // A word begins at the first of many capitals, and at the last of them if a small letter follows.
        let starts = letter.is_ascii_uppercase()
            && before.is_some_and(|before| !before.is_ascii_uppercase() || after.is_some_and(u8::is_ascii_lowercase));
        let separates = matches!(letter, '_' | '-');
        if words.is_empty() || starts || separates {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && !separates
        {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    let capital = |word: &String| {
        word.get(..1).map(str::to_ascii_uppercase).unwrap_or_default() + word.get(1..).unwrap_or_default()
    };
    let camel = words.iter().take(1).cloned().chain(words.iter().skip(1).map(capital)).collect();
    [words.join("_"), camel]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_its_other_casing() {
        for (name, snake, camel) in [
            ("reference_id", "reference_id", "referenceId"),
            ("referenceId", "reference_id", "referenceId"),
            ("Reference-Id", "reference_id", "referenceId"),
            ("CURRENCY", "currency", "currency"),
            ("KYCStatus", "kyc_status", "kycStatus"),
            ("walletID", "wallet_id", "walletId"),
            ("ünï_Code", "ünï_code", "ünïCode"),
            ("_", "", ""),
        ] {
            assert_eq!(others(name), [snake.to_owned(), camel.to_owned()], "{name}");
        }
        assert!(same("transactionAmount", "transaction_amount") && !same("amount", "amounts"));
    }
}
