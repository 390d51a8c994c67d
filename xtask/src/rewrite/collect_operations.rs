//! What the document says about each operation becomes its row.

use serde_json::Value;

use super::plan::{Operation, Scheme, SchemePlace};
use super::state::State;
use crate::document::edit::object_mut;
use crate::document::names;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, resolve};
use crate::vocabulary::{
    self, Accept, Aliases, Envelope, Inferred, KeyPlace, Limit, Limits, Money, Outcome, Remember, RetryAfter, Sealed,
    Settled, Stated,
};

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    let document = &state.document.value;
    state.plan.title = text(document, "/info/title");
    state.plan.version = text(document, "/info/version");
    state.plan.limits = vocabulary::get::<Limits>(document).map(|limits| limits.0).unwrap_or_default();
    state.plan.retry_after = vocabulary::get::<RetryAfter>(document).map(|at| at.0.0).unwrap_or_default();
    for pointer in schemas::operations(document) {
        let mut row = row(&state.document.value, &pointer);
        row.envelope = state.plan.envelopes.remove(&pointer);
        if let Some(envelope) = &row.envelope {
            inside(envelope, &mut row.sensitive_answer);
        }
        if let Some(name) = body_schema(&state.document.value, &pointer) {
            if let Some((field, is_filled)) = reference_field(&row) {
                if is_filled {
                    state.plan.references.insert(name.clone(), field.clone());
                }
                state.plan.keys.insert(name.clone(), field);
            }
            if let Some(correlation) = &row.correlation {
                state.plan.correlations.insert(name.clone(), correlation.clone());
            }
            state.plan.bodies.insert(name);
        }
        if let Some(operation) = object_mut(&mut state.document.value, &pointer) {
            operation.retain(|key, _| !key.starts_with("x-") || key == "x-source");
            // progenitor knows operations by the method's name.
            operation.insert("operationId".to_owned(), Value::String(row.id.clone()));
        }
        state.plan.operations.push(row);
    }
    Ok(())
}

/// The body field in which the caller's reference travels, and whether any UUID will do for it.
fn reference_field(row: &Operation) -> Option<(String, bool)> {
    let key = row.idempotency.as_ref().filter(|key| key.place == KeyPlace::Body)?;
    let field = key.field.as_ref()?.strip_prefix('/').filter(|field| !field.contains('/'))?;
    Some((field.to_owned(), key.format.as_deref() == Some("uuid")))
}

/// Pointers into a payload, as they stand in the whole answer too; errors come without the envelope.
fn inside(envelope: &Envelope, pointers: &mut Vec<String>) {
    let payload = envelope.payload.as_ref().map_or("", |pointer| &pointer.0);
    let enveloped: Vec<String> = pointers.iter().map(|pointer| format!("{payload}{pointer}")).collect();
    pointers.extend(enveloped);
    pointers.sort();
    pointers.dedup();
}

fn row(document: &Value, pointer: &str) -> Operation {
    let Some(node) = document.pointer(pointer) else { return Operation::default() };
    let (path, method) = pointer.trim_start_matches("/paths/").rsplit_once('/').unwrap_or_default();
    let stated = |key: &str| node.get(key).is_some_and(|value| *value == Value::Bool(true));
    let mut row = Operation {
        id: names::snake(node.get("operationId").and_then(Value::as_str).unwrap_or_default()),
        aliases: vocabulary::get::<Aliases>(node).map(|aliases| aliases.0).unwrap_or_default(),
        method: method.to_uppercase(),
        // What follows a `#` tells versions of one operation apart, and does not travel.
        path: path.split('#').next().unwrap_or_default().replace("~1", "/").replace("~0", "~"),
        tag: text(node, "/tags/0"),
        effect: vocabulary::get(node),
        auth: auth(document, node),
        idempotency: vocabulary::get(node),
        settled: vocabulary::get::<Stated<Settled>>(node)
            .and_then(|stated| stated.fact().filter(|settled| !settled.legs.is_empty()).cloned()),
        money: vocabulary::get::<Stated<Money>>(node).and_then(|stated| stated.fact().cloned()),
        page: vocabulary::get(node),
        correlation: vocabulary::get(node),
        remembers: vocabulary::get::<Remember>(node).map(|known| known.0).unwrap_or_default(),
        accept: vocabulary::get::<Accept>(node).map(|accept| accept.0).unwrap_or_default(),
        checks: super::checks::of(document, pointer),
        fields: super::checks::fields(document, pointer),
        limit: vocabulary::get::<Limit>(node).map(|limit| limit.0).unwrap_or_default(),
        sealed: vocabulary::get::<Sealed>(node).is_some_and(|sealed| sealed.0),
        inferred: vocabulary::get::<Inferred>(node).is_some_and(|inferred| inferred.0),
        deprecated: stated("deprecated"),
        ..Operation::default()
    };
    if let Some(lookup) = row.idempotency.as_mut().and_then(|idempotency| idempotency.lookup.as_mut()) {
        row.lookup = super::lookups::parameters(document, pointer, lookup);
        let key = lookup.candidates.as_ref().and_then(|candidates| candidates.key.as_ref());
        row.key = key.and_then(|key| super::lookups::in_request(document, pointer, &key.request));
        // Rows know each other by their ids, not by the document's spelling.
        lookup.operation = names::snake(&lookup.operation);
    }
    for schema in schemas::content(document, &format!("{pointer}/requestBody")) {
        row.sensitive_request.extend(sensitive(document, &schema));
    }
    for response in schemas::responses(document, pointer) {
        let status = response.rsplit('/').next().unwrap_or_default().to_owned();
        if let Some(outcome) = document.pointer(&response).and_then(vocabulary::get::<Outcome>) {
            row.outcomes.push((status, outcome));
        }
        // Errors too: one list covers whichever body comes.
        for schema in schemas::content(document, &response) {
            row.sensitive_answer.extend(sensitive(document, &schema));
        }
    }
    for pointers in [&mut row.sensitive_request, &mut row.sensitive_answer] {
        pointers.sort();
        pointers.dedup();
    }
    row
}

/// The alternatives of credentials: the operation's own, else the document's.
fn auth(document: &Value, operation: &Value) -> Vec<Vec<Scheme>> {
    let security = operation.get("security").or_else(|| document.get("security"));
    let alternatives = security.and_then(Value::as_array).into_iter().flatten();
    let alternatives = alternatives.map(|alternative| {
        let schemes = alternative.as_object().into_iter().flatten();
        schemes.filter_map(|(name, scopes)| scheme(document, name, scopes)).collect()
    });
    // An empty alternative stays: credentials are optional then.
    alternatives.collect()
}

fn scheme(document: &Value, name: &str, scopes: &Value) -> Option<Scheme> {
    let node = document.pointer(&schemas::join("/components/securitySchemes", name))?;
    let word = |key: &str| node.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let place = match (word("type").as_str(), word("in").as_str(), word("scheme").to_ascii_lowercase().as_str()) {
        ("apiKey", "header", _) => SchemePlace::Header(word("name").to_ascii_lowercase()),
        ("apiKey", "query", _) => SchemePlace::Query(word("name")),
        ("apiKey", "cookie", _) => SchemePlace::Cookie(word("name")),
        ("http", _, "basic") => SchemePlace::Basic,
        _ => SchemePlace::Bearer,
    };
    let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Some(Scheme { name: name.to_owned(), place, scopes })
}

/// The component that is a JSON or form body of an operation.
fn body_schema(document: &Value, operation: &str) -> Option<String> {
    let schema = schemas::content(document, &format!("{operation}/requestBody")).into_iter().next()?;
    let name = schemas::reference(document.pointer(&schema)?)?;
    schemas::is_object(document.pointer(&schemas::component(name))?).then(|| name.to_owned())
}

/// Pointers into a body (`*` for every item or key) of what must not be printed.
fn sensitive(document: &Value, schema: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![(schema.to_owned(), String::new(), Vec::<String>::new())];
    while let Some((at, path, mut above)) = open.pop() {
        let Some(node) = document.pointer(&at) else { continue };
        if is_sensitive(node) || is_sensitive(resolve(document, node)) {
            found.push(path);
            continue;
        }
        if let Some(name) = schemas::reference(node) {
            if !above.iter().any(|seen| seen == name) {
                above.push(name.to_owned());
                open.push((schemas::component(name), path, above));
            }
            continue;
        }
        for child in schemas::children(node) {
            let step = match child.strip_prefix("/properties/") {
                Some(name) => format!("/{name}"),
                None if child == "/items" || child == "/additionalProperties" => "/*".to_owned(),
                None => String::new(),
            };
            open.push((format!("{at}{child}"), format!("{path}{step}"), above.clone()));
        }
    }
    found
}

/// Whether a schema node is marked as never to be printed.
pub(crate) fn is_sensitive(node: &Value) -> bool {
    match node.get("x-sensitive") {
        Some(marked) => *marked == Value::Bool(true),
        None => node.get("format").is_some_and(|format| format == "password"),
    }
}

fn text(document: &Value, pointer: &str) -> String {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use crate::rewrite::tests::after;

    #[test]
    fn secrets_are_found_through_recursion_and_at_the_root() {
        let text = "paths:\n  /a:\n    get:\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}\n      responses: {'200': {content: {application/json: {schema: {type: string, format: password}}}}, '400': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}\ncomponents:\n  schemas:\n    A: {type: object, properties: {a: {$ref: '#/components/schemas/A'}, b: {type: array, items: {$ref: '#/components/schemas/B'}}}}\n    B: {type: object, x-sensitive: true, properties: {a: {$ref: '#/components/schemas/A'}}}\n";
        let row = &after("collect-operations", text).unwrap().plan.operations[0];
        assert_eq!(row.sensitive_request, ["/b/*"]);
        assert_eq!(row.sensitive_answer, ["", "/b/*"]);
    }
}
