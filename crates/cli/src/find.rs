//! Finds providers, operations and parameters by name, and suggests near names.

use crate::exit::Failure;
use crate::provider::{Provider, Row};
use crate::registry::PROVIDERS;

/// Maximum number of suggestions.
const SUGGESTIONS: usize = 3;

/// The provider of this name.
pub(crate) fn provider(name: &str) -> Result<&'static dyn Provider, Failure> {
    let names = || PROVIDERS.iter().map(|provider| provider.settings().name);
    let found = PROVIDERS.iter().find(|provider| same(provider.settings().name, name));
    found.copied().ok_or_else(|| {
        let all = names().collect::<Vec<_>>().join(", ");
        Failure::usage(format!("provider `{}` not found{}: the providers are {all}", shown(name), meant(name, names())))
    })
}

/// The operation of this id or alias.
pub(crate) fn operation(provider: &dyn Provider, name: &str) -> Result<Row, Failure> {
    let rows = provider.rows();
    if let Some(row) = rows.iter().find(|row| same(row.operation.id, name)) {
        return Ok(*row);
    }
    let aliased = |row: &&Row| row.operation.aliases.iter().any(|alias| same(alias, name));
    match rows.iter().filter(aliased).collect::<Vec<_>>()[..] {
        [row] => Ok(*row),
        [] => {
            let named = |row: &'_ Row| [row.operation.id].into_iter().chain(row.operation.aliases.iter().copied());
            let meant = meant(name, rows.iter().flat_map(named));
            let provider = provider.settings().name;
            let (name, list) = (shown(name), format!("`bursar operations {provider}` lists all"));
            Err(Failure::usage(format!("operation `{name}` of {provider} not found{meant}: {list}")))
        }
        ref many => {
            let ids = many.iter().map(|row| row.operation.id).collect::<Vec<_>>().join(", ");
            Err(Failure::usage(format!("`{}` is an alias of several operations: use one of {ids}", shown(name))))
        }
    }
}

/// A name from the command line, escaped for a terminal.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(60).collect::<String>().escape_debug().to_string()
}

/// ` (did you mean ..?)` with the nearest names; empty if there are none.
pub(crate) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let wanted = folded(name);
    let mut near: Vec<(usize, &str)> =
        known.filter_map(|known| Some((distance(&wanted, &folded(known))?, known))).collect();
    near.sort();
    near.dedup_by_key(|(_, known)| *known);
    near.truncate(SUGGESTIONS);
    let names: Vec<String> = near.iter().map(|(_, known)| format!("`{known}`")).collect();
    if names.is_empty() { String::new() } else { format!(" (did you mean {}?)", names.join(" or ")) }
}

/// Whether two names differ in case and separators only.
pub(crate) fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

fn folded(name: &str) -> Vec<u8> {
    name.bytes().filter(|byte| !b"_- ".contains(byte)).map(|byte| byte.to_ascii_lowercase()).collect()
}

/// Levenshtein distance, 0 for a substring; `None` if the names are not near.
fn distance(typed: &[u8], known: &[u8]) -> Option<usize> {
    if typed.len() > 60 {
        return None;
    }
    if typed.len() >= 3 && known.windows(typed.len()).any(|part| part == typed) {
        return Some(0);
    }
    let mut row: Vec<usize> = (0..=known.len()).collect();
    for (index, letter) in typed.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in known.iter().enumerate() {
            let changed = diagonal + usize::from(letter != other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    let distance = row[known.len()];
    (distance <= 1 + typed.len() / 4).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(provider: &str, name: &str) -> Result<&'static str, String> {
        let provider = super::provider(provider).map_err(|failure| failure.message)?;
        operation(provider, name).map(|row| row.operation.id).map_err(|failure| failure.message)
    }

    #[test]
    fn ids_and_aliases_are_found_in_any_casing() {
        assert_eq!(ids("kasisto", "create_token"), Ok("create_token"));
        assert_eq!(ids("Kasisto", "createToken"), Ok("create_token"));
        assert_eq!(ids("kasisto", "token"), Ok("create_token"));
    }

    #[test]
    fn every_id_and_unambiguous_alias_of_every_provider_is_found() {
        for provider in PROVIDERS {
            let rows = provider.rows();
            assert!(!rows.is_empty());
            for row in &rows {
                let id = row.operation.id;
                assert_eq!(operation(*provider, id).map(|row| row.operation.id).unwrap(), id);
                for alias in row.operation.aliases {
                    let found = operation(*provider, alias).map(|row| row.operation.id);
                    match found {
                        Ok(found) => assert!(found == id || same(found, alias), "{alias}: {found}"),
                        Err(failure) => assert!(failure.message.contains(id), "{}", failure.message),
                    }
                }
            }
        }
    }

    #[test]
    fn near_names_are_suggested() {
        assert_eq!(meant("krasisto", ["kasisto", "kasha"].into_iter()), " (did you mean `kasisto`?)");
        assert_eq!(
            meant("transfer", ["create_transfer", "list_payees"].into_iter()),
            " (did you mean `create_transfer`?)"
        );
        assert_eq!(meant("zzz", ["kasisto"].into_iter()), "");
    }
}
