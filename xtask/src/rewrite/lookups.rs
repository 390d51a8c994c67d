//! Where the values of a lookup come from and go to, as the client needs to know them to make it.

use serde_json::Value;

use super::plan::{LookupParameter, Slot};
use crate::document::{names, schemas};
use crate::vocabulary::{InRequest, Lookup, Pointer, Taken};

/// The parameters of a lookup of the operation at `own`. The lint has seen that each has both ends.
pub(super) fn parameters(document: &Value, own: &str, lookup: &Lookup) -> Vec<LookupParameter> {
    let id = |at: &str| document.pointer(&format!("{at}/operationId")).and_then(Value::as_str).map(names::snake);
    let named = names::snake(&lookup.operation);
    let Some(asked) = schemas::operations(document).into_iter().find(|at| id(at).as_deref() == Some(&named)) else {
        return Vec::new();
    };
    let ends = lookup.parameters.iter().filter_map(|(name, source)| {
        let from = in_request(document, own, source.request())?;
        let remembered = match source {
            Taken::Request(_) => String::new(),
            Taken::Remembered(recalled) => recalled.remembered.clone(),
        };
        let (to, list) = slot(document, &asked, name).unwrap_or_else(|| in_body(document, &asked, name));
        Some(LookupParameter { to, list, from, remembered })
    });
    ends.collect()
}

/// Where a value stands in a request.
pub(super) fn in_request(document: &Value, own: &str, source: &InRequest) -> Option<Slot> {
    match source {
        InRequest::Body(Pointer(pointer)) => Some(Slot::Body(pointer.clone())),
        InRequest::Parameter(name) => slot(document, own, name).map(|(slot, _)| slot),
    }
}

/// The parameter of this name, and whether it is a list.
fn slot(document: &Value, operation: &str, name: &str) -> Option<(Slot, bool)> {
    schemas::parameters(document, operation).into_iter().filter_map(|at| document.pointer(&at)).find_map(|parameter| {
        let word = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        let (own, list) = (word("name").to_owned(), is_list(document, parameter.get("schema")?));
        match word("in") {
            "path" if own == name => Some((Slot::Path(own), list)),
            "query" if own == name => Some((Slot::Query(own), list)),
            "header" if own.eq_ignore_ascii_case(name) => Some((Slot::Header(own.to_ascii_lowercase()), list)),
            _ => None,
        }
    })
}

/// A field of the body, by its name or pointer, and whether it is a list.
fn in_body(document: &Value, operation: &str, name: &str) -> (Slot, bool) {
    let pointer = if name.starts_with('/') { name.to_owned() } else { schemas::join("", name) };
    let body = schemas::content(document, &format!("{operation}/requestBody"));
    let field = body.iter().filter_map(|schema| document.pointer(schema)).find_map(|schema| {
        pointer.split('/').skip(1).try_fold(schema, |at, key| {
            let properties = schemas::resolve(document, at).get("properties")?;
            properties.get(key.replace("~1", "/").replace("~0", "~"))
        })
    });
    (Slot::Body(pointer), field.is_some_and(|schema| is_list(document, schema)))
}

fn is_list(document: &Value, schema: &Value) -> bool {
    schemas::resolve(document, schema).get("type").is_some_and(|kind| kind == "array")
}
