//! Converts the options of `bursar call` into the arguments of an operation.

use bursar_runtime::Key;
use bursar_runtime::dispatch::{Arguments, Body};
use serde_json::value::RawValue;

use crate::args::Call;
use crate::assign::{self, Assignment, Value};
use crate::exit::Failure;
use crate::output::complain;
use crate::provider::Row;
use crate::tree::Tree;
use crate::{faults, files, find};

/// The arguments and headers of a call.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) arguments: Arguments,
    /// Headers that the client fills otherwise.
    pub(crate) headers: Vec<(String, String)>,
}

/// Reads the options; in a dry run, sensitive parameters become `***`.
pub(crate) fn read(asked: &Call, row: &Row) -> Result<Given, Failure> {
    let mut given = Given::default();
    for word in &asked.parameters {
        parameter(&mut given, row, word, asked.dry_run && !asked.reveal)?;
    }
    for parameter in row.parameters.iter().filter(|parameter| parameter.required) {
        let is_given = given.arguments.names().any(|name| name == parameter.name);
        if !is_given {
            let (name, place) = (parameter.name, parameter.place);
            return Err(Failure::usage(format!("the {place} parameter `{name}` is missing: set --param {name}=VALUE")));
        }
    }
    if let Some(mut body) = body(asked, row)? {
        reference(&mut body, row);
        faults::check(&body, row, asked.drop_unknown)?;
        given.arguments.insert("body", raw(&body)?);
    }
    Ok(given)
}

fn parameter(given: &mut Given, row: &Row, word: &str, masked: bool) -> Result<(), Failure> {
    let Assignment { path, value } = Assignment::read("--param", word)?;
    if let Some(parameter) = row.parameters.iter().find(|one| one.name == path) {
        match value {
            _ if masked && parameter.sensitive => given.arguments.add_word(path, "***"),
            Value::Text(text) => given.arguments.add_word(path, text),
            Value::Json(tree) => given.arguments.insert(path, raw(&tree)?),
        }
        return Ok(());
    }
    if let Some(header) = row.operation.headers.iter().find(|header| header.name.eq_ignore_ascii_case(&path)) {
        let text = match value {
            Value::Text(text) => text,
            Value::Json(tree) => tree.compact(),
        };
        given.headers.push((header.name.to_owned(), text));
        return Ok(());
    }
    let names = row.parameters.iter().map(|one| one.name).chain(row.operation.headers.iter().map(|one| one.name));
    let (id, meant) = (row.operation.id, find::meant(&path, names.clone()));
    let known: Vec<&str> = names.collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Err(Failure::usage(format!(
        "parameter `{}` of {id} not found{meant}: its parameters are {known}",
        find::shown(&path)
    )))
}

/// The body of the file with the values of `--set`; `None` if neither was given.
fn body(asked: &Call, row: &Row) -> Result<Option<Tree>, Failure> {
    if asked.json.is_none() && asked.set.is_empty() {
        return Ok(None);
    }
    if row.body == Body::None {
        return Err(Failure::usage(format!("{} has no body: remove --json and --set", row.operation.id)));
    }
    let words = asked.set.iter().map(|word| Assignment::read("--set", word)).collect::<Result<Vec<_>, _>>()?;
    let file = asked.json.as_deref().map(|path| {
        let named = |fault| Failure::usage(format!("{}: {fault}", files::name(path)));
        Tree::parse(&files::read(path)?).map_err(named)
    });
    assign::body(file.transpose()?.as_ref(), words, row.recode).map(Some)
}

/// Fills the caller's reference as a builder does, and prints it for a later lookup.
fn reference(body: &mut Tree, row: &Row) {
    let Some(key) = row.operation.idempotency.as_ref().filter(|key| key.format == "uuid") else { return };
    let Key::Body(pointer) = key.key else { return };
    let Some(name) = pointer.strip_prefix('/').filter(|name| !name.contains('/')) else { return };
    let Tree::Object(members) = body else { return };
    members.retain(|(key, value)| key != name || !value.is_null());
    if members.iter().any(|(key, _)| key == name) {
        return;
    }
    let reference = bursar_runtime::generated::reference();
    complain(&format!("note: {name} is {reference}: look the call up by it if the outcome is unknown"));
    members.push((name.to_owned(), Tree::text(&reference)));
}

fn raw(tree: &Tree) -> Result<Box<RawValue>, Failure> {
    RawValue::from_string(tree.compact()).map_err(|_| Failure::usage("the body cannot be encoded"))
}
