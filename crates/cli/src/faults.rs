//! Faults of a request body: all at once, by member, without values.

use bursar_runtime::Check;
use bursar_runtime::dispatch::{Echo, Recode};

use crate::assign;
use crate::exit::Failure;
use crate::find;
use crate::provider::Row;
use crate::tree::Tree;

/// Maximum number of faults that are reported.
const MOST: usize = 50;

/// Replacements for missing or mistyped values, so that the search continues after them.
const STAND_INS: [&str; 7] = ["\"x\"", "1", "true", "[]", "{}", "\"2026-01-01\"", "null"];

/// Fails if members of the body are missing, of another type or unknown; `lax` permits unknown ones.
pub(crate) fn check(body: &Tree, row: &Row, lax: bool) -> Result<(), Failure> {
    let Some(recode) = row.recode else { return Ok(()) };
    let found = faults(body, row, recode, lax);
    if found.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!("{}: {}", row.operation.id, found.join("; "))))
}

fn faults(body: &Tree, row: &Row, recode: Recode, lax: bool) -> Vec<String> {
    let mut probe = body.clone();
    let (mut found, mut filled) = (Vec::new(), Vec::new());
    for _ in 0..MOST {
        let fault = match recode(probe.compact().as_bytes()) {
            Ok(echo) => {
                if !lax {
                    let unknown = unknown(&echo);
                    let more = unknown.len().saturating_sub(MOST);
                    found.extend(unknown.iter().take(MOST).map(|pointer| unknown_member(pointer, row)));
                    found.extend((more > 0).then(|| format!("and {more} more unknown members")));
                }
                break;
            }
            Err(fault) => fault,
        };
        let path = fault.path().to_owned();
        if let Some(name) = fault.missing() {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let known = filled.contains(&path) || assign::write(&mut probe, &path, Tree::text("x")).is_err();
            if known {
                break;
            }
            found.push(format!("`{path}` is missing"));
            filled.push(path);
            continue;
        }
        if !filled.contains(&path) {
            found.push(match path.as_str() {
                "" => "the body does not have the documented type".to_owned(),
                path => format!("`{path}` does not have the documented type"),
            });
            filled.push(path.clone());
        }
        if path.is_empty() || !stand_in(&mut probe, &path, recode) {
            break;
        }
    }
    if !found.is_empty() {
        // The faults that the validation before sending would report next.
        let missing = row.operation.checks.iter().filter(|(_, check)| matches!(check, Check::Required));
        let missing = missing.filter(|(pointer, _)| is_missing(body, pointer)).map(|(pointer, _)| shown(pointer));
        for path in missing.filter(|path| !filled.contains(path)).collect::<Vec<_>>() {
            found.push(format!("`{path}` is missing"));
        }
    }
    found
}

/// Members that the typed body does not contain. Unlike an answer, a request must use the documented names.
fn unknown(echo: &Echo) -> Vec<&String> {
    let written = Tree::parse(echo.json.as_bytes()).unwrap_or_else(|_| Tree::null()).pointers();
    let is_written = |pointer: &&String| written.contains(*pointer);
    let mut unknown: Vec<&String> = echo.drift.unknown().iter().filter(|pointer| !is_written(pointer)).collect();
    // The key behind `*` is not known.
    let others = echo.drift.coerced().iter().chain(echo.drift.lossy()).filter(|pointer| !pointer.contains('*'));
    unknown.extend(others.filter(|pointer| !is_written(pointer)));
    unknown.sort();
    unknown
}

/// Writes a value that the type accepts; `false` if there is none.
fn stand_in(probe: &mut Tree, path: &str, recode: Recode) -> bool {
    STAND_INS.iter().any(|text| {
        let written = Tree::parse(text.as_bytes()).is_ok_and(|value| assign::write(probe, path, value).is_ok());
        written
            && match recode(probe.compact().as_bytes()) {
                Ok(_) => true,
                Err(fault) => fault.path() != path || fault.missing().is_some(),
            }
    })
}

/// Whether the member is missing from an existing object.
fn is_missing(body: &Tree, pointer: &str) -> bool {
    let Some((parent, _)) = pointer.rsplit_once('/').filter(|_| !pointer.contains('*')) else { return false };
    body.at(parent).is_some_and(|parent| matches!(parent, Tree::Object(_)))
        && body.at(pointer).is_none_or(Tree::is_null)
}

/// `/a/b` as `--set` writes it: `a.b`.
fn shown(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~")
}

fn unknown_member(pointer: &str, row: &Row) -> String {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    let name = name.replace("~1", "/").replace("~0", "~");
    let beside = row.fields.iter().filter_map(|field| field.rsplit_once('/')).filter(|(other, _)| alike(other, parent));
    let beside: Vec<&str> = beside.map(|(_, name)| name).collect();
    let same = beside.iter().find(|known| find::same(known, &name)).map(|known| format!(" (did you mean `{known}`?)"));
    let meant = same.unwrap_or_else(|| find::meant(&name, beside.iter().copied()));
    format!("`{}` is unknown{meant}", find::shown(&shown(pointer)))
}

/// Whether a documented pointer matches, in which `*` is any step.
fn alike(documented: &str, pointer: &str) -> bool {
    let (mut ours, mut theirs) = (documented.split('/'), pointer.split('/'));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == "*" || one == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_step() {
        assert!(alike("/list/*", "/list/0") && alike("", ""));
        assert!(!alike("/list/*", "/list") && !alike("/a", "/b"));
    }
}
