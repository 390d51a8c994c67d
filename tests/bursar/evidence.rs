//! Is every kind of JSON value, in place of every documented value of every answer, read as the runtime's table says, and is no call accepted
//! without evidence?

use bursar_runtime::Effect;
use bursar_runtime::dispatch::{Decoded, Echo};
use bursar_runtime::evidence::{COLUMNS, Row, Verdict, row};

use crate::providers::per_provider;
use crate::samples::takes_anything;
use crate::support::document::{Answer, operation, parts, schemas_at};
use crate::support::provider::{Codec, Provider, payload};
use crate::support::survival::reply;
use crate::support::tree::{Tree, escaped, unescaped};

per_provider!(fn every_member_is_read_as_the_table_says, fn no_answer_without_evidence_is_accepted);

/// The kind that the table has for a schema; `None` for unions and what is left open, of which the runtime's own tests know.
fn kind(schemas: &[&'static Tree]) -> Option<&'static str> {
    let parts: Vec<&Tree> = schemas.iter().flat_map(|schema| parts(schema)).collect();
    let says = |key: &str| parts.iter().find_map(|part| part.get(key));
    if ["oneOf", "anyOf"].into_iter().any(|key| says(key).is_some()) {
        return None;
    }
    let name = says("type")?;
    let name = name.text().or_else(|| name.items().iter().filter_map(Tree::text).find(|name| *name != "null"))?;
    let format = says("format").and_then(Tree::text).unwrap_or_default();
    Some(match name {
        "string" if says("enum").is_some() => "enum",
        // An amount that is documented as text is as documented there, and a number is not.
        "string" if says("x-unit").is_some() => return None,
        "string" if format.contains("date") => "date",
        "string" if ["", "uuid", "uri", "password", "email"].contains(&format) => "string",
        "integer" if says("enum").is_some() => return None,
        "integer" if says("x-unit").and_then(Tree::text) == Some("major") => "decimal",
        "integer" => "integer",
        "number" => "decimal",
        "boolean" => "boolean",
        "array" => match kind(&parts.iter().filter_map(|part| part.get("items")).collect::<Vec<_>>())? {
            "string" => "list of texts",
            "object" => "list of objects",
            _ => return None,
        },
        "object" if says("additionalProperties").is_none_or(|more| *more == Tree::Bool(false)) => {
            says("properties").map(|_| "object")?
        }
        _ => return None,
    })
}

/// Whether the place is a documented member, and no union stands above it: another branch would take what is put there.
fn is_documented(schema: &'static Tree, pointer: &str) -> bool {
    let is_union = |at: &str| {
        let found: Vec<_> = schemas_at(schema, at).into_iter().flat_map(parts).collect();
        ["oneOf", "anyOf"].iter().any(|key| found.iter().any(|part| part.get(key).is_some()))
    };
    let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
    let mut parents = schemas_at(schema, parent).into_iter().flat_map(parts);
    // serde writes an object with further members as a map, which does not tell a documented member that is left out from an unknown one.
    if parents.clone().any(|part| part.get("additionalProperties").is_some_and(|more| *more != Tree::Bool(false))) {
        return false;
    }
    let is_property =
        parents.any(|part| part.get("properties").is_some_and(|names| names.get(&unescaped(key)).is_some()));
    is_property && !pointer.match_indices('/').any(|(at, _)| is_union(&pointer[..at]))
}

/// Pointers to all members of a value; of a list those of its first item.
fn members(value: &Tree, at: &str, found: &mut Vec<String>) {
    for (key, value) in value.entries() {
        let pointer = format!("{at}/{}", escaped(key));
        members(value, &pointer, found);
        found.push(pointer);
    }
    if let Some(first) = value.items().first() {
        members(first, &format!("{at}/0"), found);
    }
}

/// The JSON text of a value with other text at a pointer.
fn replaced(value: &Tree, pointer: &str, with: &str) -> String {
    let mark = "\u{1}here\u{1}";
    let mut copy = value.clone();
    copy.put(pointer, Tree::Text(mark.to_owned()));
    copy.to_string().replacen(&Tree::Text(mark.to_owned()).to_string(), with, 1)
}

/// What stands for a column in an answer: for objects, a documented one is the example's own.
fn json(row: &Row, column: usize, example: &Tree) -> Option<String> {
    let fit = match row.kind {
        "enum" => example.to_string(),
        "object" => example.to_string(),
        "list of objects" => example.items().first()?.to_string(),
        _ => return Some(row.json(column)),
    };
    let text = if row.kind == "enum" { &fit } else { row.text };
    Some(match COLUMNS[column] {
        ("documented object", _) if row.kind != "enum" => fit,
        (_, "TEXT") => text.to_owned(),
        (_, json) => json.replace("FIT", &fit),
    })
}

fn verdict(echo: &Echo) -> Verdict {
    match &echo.drift {
        drift if !drift.lossy().is_empty() => Verdict::Lossy,
        drift if !drift.is_empty() => Verdict::Drift,
        _ => Verdict::Read,
    }
}

fn every_member_is_read_as_the_table_says(provider: &Provider) {
    let (mut faults, mut count) = (Vec::new(), 0);
    for codec in (provider.codecs)() {
        let Answer { schema: Some(schema), example: Some(example), .. } =
            operation(provider.name, codec.operation.id).success()
        else {
            continue;
        };
        // What an example holds beyond its schema would hide what the table says.
        if !matches!(codec.decode(&reply(200, &example.to_string())), Decoded::Answer(echo) if echo.drift.is_empty()) {
            continue;
        }
        let (at, inner) = payload(codec.operation, example);
        let mut pointers = Vec::new();
        members(inner, if example.at(at).is_some() { at } else { "" }, &mut pointers);
        for pointer in &pointers {
            if !is_documented(schema, pointer) {
                continue;
            }
            let Some(row) = kind(&schemas_at(schema, pointer)).and_then(row) else { continue };
            let value = example.at(pointer).expect("a member of the example");
            if row.kind.ends_with("objects") && value.items().is_empty()
                || row.kind == "object" && value.entries().next().is_none()
            {
                continue;
            }
            for (column, _) in COLUMNS.iter().enumerate() {
                let Some(json) = json(row, column, value) else { continue };
                let body = replaced(example, pointer, &json);
                let found = match codec.decode(&reply(200, &body)) {
                    Decoded::Answer(echo) => verdict(&echo),
                    // The member was the only evidence that there was.
                    Decoded::Undecodable(_)
                        if pointers.len() == 1 || !decodes(&codec, &replaced(example, pointer, "null")) =>
                    {
                        continue;
                    }
                    // A verdict that says something else.
                    Decoded::Error(_) if codec.operation.envelope.is_some() => continue,
                    other => {
                        faults.push(format!("{} {pointer} as {}: {other:?}", codec.operation.id, COLUMNS[column].0));
                        continue;
                    }
                };
                count += 1;
                if Some(found) != row.field(column) {
                    let due = row.field(column);
                    faults.push(format!(
                        "{} {pointer} ({}) as {}: {found:?}, not {due:?}",
                        codec.operation.id, row.kind, COLUMNS[column].0
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    assert!(count > 500, "only {count} pairs");
}

fn decodes(codec: &Codec, body: &str) -> bool {
    matches!(codec.decode(&reply(200, body)), Decoded::Answer(_))
}

fn no_answer_without_evidence_is_accepted(provider: &Provider) {
    let (mut faults, mut count) = (Vec::new(), 0);
    for codec in (provider.codecs)() {
        let success = operation(provider.name, codec.operation.id).success();
        let (Some(schema), Some(example)) = (success.schema, success.example) else { continue };
        let (at, _) = payload(codec.operation, example);
        let reads = codec.operation.effect == Effect::Read;
        let documents = |pointer: &str| {
            !schemas_at(schema, pointer).is_empty() || !schemas_at(schema, &format!("{at}{pointer}")).is_empty()
        };
        let mut bodies: Vec<&str> =
            vec!["", "null", "7", "\"maintenance\"", "[1,2]", r#"[{"stranger":1}]"#, r#"{"success":null}"#];
        if !reads {
            bodies.extend(["{}", "[]", r#"{"data":{}}"#, r#"{"data":{"stranger":1}}"#]);
        }
        // A document that leaves open what the answer holds takes any object of a read.
        if !documents("/stranger") {
            bodies.extend(["{}", r#"{"stranger":1}"#]);
        }
        if !documents("/error") {
            bodies.push(r#"{"error":{"code":17}}"#);
        }
        for body in bodies {
            count += 1;
            // What may be anything is read, whatever it is.
            let is_open = reads && (documents("/stranger") || takes_anything(&codec));
            if !is_open && decodes(&codec, body) {
                faults.push(format!("{} accepts {body}", codec.operation.id));
            }
        }
    }
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
}
