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

/// The place of the documented name that a key spells in another casing.
pub(crate) fn another(key: &str, names: &[&str]) -> Option<usize> {
    steps::count(names.len());
    let first = letters(key).next();
    names.iter().position(|name| {
        // Most names begin otherwise, which costs least to see.
        let begin = name.bytes().next().map(|byte| byte.to_ascii_lowercase());
        let may_be = begin == first || matches!(begin, Some(b'_' | b'-'));
        if !may_be || *name == key || !same(key, name) {
            return false;
        }
        steps::count(key.len());
        [Casing::Snake, Casing::Camel].into_iter().any(|casing| respelt(key, casing).eq(name.chars()))
    })
}

/// A casing of names: `reference_id` or `referenceId`.
#[derive(Clone, Copy)]
pub(crate) enum Casing {
    Snake,
    Camel,
}

/// The name in a casing, letter for letter.
pub(crate) fn respelt(name: &str, casing: Casing) -> impl Iterator<Item = char> {
    let (bytes, mut is_begun, mut is_new_word) = (name.as_bytes(), false, false);
    name.char_indices()
        .flat_map(move |(index, letter)| {
            let before = index.checked_sub(1).map(|index| bytes[index]);
            let after = bytes.get(index + 1);
            // A word begins at the first of many capitals, and at the last of them if a small letter follows.
            is_new_word |= letter.is_ascii_uppercase()
                && before
                    .is_some_and(|before| !before.is_ascii_uppercase() || after.is_some_and(u8::is_ascii_lowercase));
            if matches!(letter, '_' | '-') {
                is_new_word = true;
                return [None, None];
            }
            let begins = std::mem::take(&mut is_new_word) && std::mem::replace(&mut is_begun, true);
            is_begun = true;
            match casing {
                Casing::Snake => [begins.then_some('_'), Some(letter.to_ascii_lowercase())],
                Casing::Camel if begins => [None, Some(letter.to_ascii_uppercase())],
                Casing::Camel => [None, Some(letter.to_ascii_lowercase())],
            }
        })
        .flatten()
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
            let spelt = [Casing::Snake, Casing::Camel].map(|casing| respelt(name, casing).collect::<String>());
            assert_eq!(spelt, [snake, camel], "{name}");
        }
        assert!(same("transactionAmount", "transaction_amount") && !same("amount", "amounts"));
    }
}
