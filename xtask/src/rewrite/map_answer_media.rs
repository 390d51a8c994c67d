//! Every JSON media type of an answer is JSON; what the operation accepts goes into its row.

use serde_json::Value;

use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;
use crate::document::statuses::is_success;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for (index, operation) in schemas::operations(&state.document.value).into_iter().enumerate() {
        let mut accepted: Vec<String> = Vec::new();
        for response in schemas::responses(&state.document.value, &operation) {
            let Some(content) = schemas::object_at(&state.document.value, &format!("{response}/content")) else {
                continue;
            };
            let types: Vec<String> = content.keys().cloned().collect();
            for media in types {
                if is_success(&response) && !accepted.contains(&media) {
                    accepted.push(media.clone());
                }
                if !is_json(&media) || media == "application/json" {
                    continue;
                }
                if let Some(content) = object_mut(&mut state.document.value, &format!("{response}/content"))
                    && let Some(value) = content.shift_remove(&media)
                {
                    content.insert("application/json".to_owned(), value);
                }
                state.note(&response, format!("{media} answer decoded as JSON"));
            }
        }
        let any = accepted.is_empty() || accepted.iter().any(|media| media.contains('*'));
        let row = &mut state.plan.operations[index];
        if row.accept.is_empty() {
            row.accept = if any { "*/*".to_owned() } else { accepted.join(", ") };
        }
    }
    Ok(())
}

/// Whether a media type is JSON: `application/json`, with parameters, or `…+json`.
pub(crate) fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or(media).trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// The schema of a response's JSON body.
pub(crate) fn json_schema<'a>(document: &'a Value, response: &str) -> Option<&'a Value> {
    document.pointer(&format!("{response}/content/application~1json/schema"))
}
