//! Names the fields of a request that are not as the document describes them.

use std::sync::LazyLock;

use serde_json::Value;

use super::refusal::Refusal;
use crate::document::Breach;
use crate::exchange::Call;

/// The document once more, to read which members it requires.
static SCHEMAS: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(super::TEXT).unwrap_or_default());

/// Why a request that breaks the document is refused.
pub(super) fn of(breaches: &[Breach], call: &Call) -> Refusal {
    if let Some(name) = breaches.iter().find_map(|breach| breach.pointer.strip_prefix("path "))
        && ["countryId", "stateId"].contains(&name)
    {
        return Refusal::place(name);
    }
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let mut faults: Vec<(String, String)> = Vec::new();
    for breach in breaches {
        for fault in read(breach, &body) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    Refusal::invalid_all(faults)
}

/// The fields that a breach is about, with dots between the steps, and what is wrong with each.
fn read(breach: &Breach, body: &Value) -> Vec<(String, String)> {
    let place = breach.pointer.trim_start_matches('/').replace('/', ".");
    let place = place.rsplit(' ').next().unwrap_or_default();
    let required = breach.rule.ends_with("/required").then(|| SCHEMAS.pointer(&breach.rule)).flatten();
    let Some(names) = required.and_then(Value::as_array) else {
        let key = if place.is_empty() { "body" } else { place };
        return vec![(key.to_owned(), format!("The value is not valid: {}", breach.rule))];
    };
    let owner = body.pointer(&breach.pointer);
    let missing = names.iter().filter_map(Value::as_str).filter(|name| owner.is_none_or(|one| one.get(name).is_none()));
    let key = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    missing.map(|name| (key(name), "The value is required.".to_owned())).collect()
}
