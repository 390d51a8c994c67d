//! The headers of answers go into the operation's row and its text; `Response::header` reads them.

use serde_json::Value;

use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for (index, operation) in schemas::operations(&state.document.value).into_iter().enumerate() {
        for response in schemas::responses(&state.document.value, &operation) {
            let removed =
                object_mut(&mut state.document.value, &response).and_then(|node| node.shift_remove("headers"));
            let Some(Value::Object(headers)) = removed else { continue };
            for (name, header) in headers {
                let text = header.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
                let known = &mut state.plan.operations[index].answer_headers;
                match known.iter_mut().find(|(known, _)| *known == name.to_ascii_lowercase()) {
                    Some((_, said)) if said.is_empty() => *said = text,
                    Some(_) => {}
                    None => known.push((name.to_ascii_lowercase(), text)),
                }
                state.note(&response, format!("answer header {name} moved to the row"));
            }
        }
    }
    Ok(())
}
