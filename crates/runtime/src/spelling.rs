//! Field names in another casing: providers mix `reference_id` and `referenceId`, and mean the same.

/// Whether two names differ in casing and separators only.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let letters = |name: &'_ str| -> Vec<u8> {
        name.bytes().filter(|byte| !b"_-".contains(byte)).map(|byte| byte.to_ascii_lowercase()).collect()
    };
    one.len().abs_diff(other.len()) <= one.len() / 2 && letters(one) == letters(other)
}

/// The name in snake case and in camel case.
pub(crate) fn others(name: &str) -> [String; 2] {
    let mut words: Vec<String> = Vec::new();
    let bytes = name.as_bytes();
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
