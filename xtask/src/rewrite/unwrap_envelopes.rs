//! The caller sees an answer's payload; the envelope round it goes into the operation's row.

use serde_json::Value;

use super::map_answer_media as media;
use super::state::State;
use crate::document::edit::{object_mut, set};
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, resolve};
use crate::document::statuses::is_success;
use crate::vocabulary::{self, Envelope, Fact as _};

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    let default = vocabulary::get::<Envelope>(&state.document.value);
    let before = schemas::reached(&state.document.value, &schemas::operation_roots(&state.document.value));
    for operation in schemas::operations(&state.document.value) {
        let mut agreed: Option<Envelope> = None;
        let mut first = true;
        for response in schemas::responses(&state.document.value, &operation) {
            let Some(schema) = json_pointer(&state.document.value, &response).filter(|_| is_success(&response)) else {
                continue;
            };
            let own = state.document.value.pointer(&response).and_then(vocabulary::get::<Envelope>);
            let envelope =
                own.or_else(|| default.clone().filter(|envelope| holds(&state.document.value, &schema, envelope)));
            if !first && envelope != agreed {
                let message = "two successes of one operation have different envelopes".to_owned();
                let hint = "declare the same x-envelope for both, or for neither";
                return Err(state.refuse("bad-extension", &response, message, hint));
            }
            first = false;
            if let Some(envelope) = &envelope {
                unwrap(state, &schema, envelope);
            }
            agreed = envelope;
        }
        if let Some(envelope) = agreed {
            state.plan.envelopes.insert(operation, envelope);
        }
    }
    let after = schemas::reached(&state.document.value, &schemas::operation_roots(&state.document.value));
    if let Some(section) = object_mut(&mut state.document.value, "/components/schemas") {
        section.retain(|name, _| after.contains(name) || !before.contains(name));
    }
    if let Some(root) = state.document.value.as_object_mut() {
        root.shift_remove(Envelope::KEY);
    }
    Ok(())
}

/// Puts the payload's schema where the envelope's was.
fn unwrap(state: &mut State, schema: &str, envelope: &Envelope) {
    let Some(pointer) = envelope.payload.as_ref().map(|pointer| pointer.0.clone()).filter(|text| !text.is_empty())
    else {
        return;
    };
    let Some((at, payload)) = payload(&state.document.value, schema, &pointer) else { return };
    state.document.moved(&at, schema);
    set(&mut state.document.value, schema, payload);
    state.note(schema, format!("the answer is {pointer} of the body"));
}

/// Whether a body has the place that an envelope keeps for its payload.
fn holds(document: &Value, schema: &str, envelope: &Envelope) -> bool {
    envelope.payload.as_ref().is_none_or(|pointer| payload(document, schema, &pointer.0).is_some())
}

/// The schema at a pointer into a body, and where it stands.
fn payload(document: &Value, schema: &str, pointer: &str) -> Option<(String, Value)> {
    let mut at = schema.to_owned();
    for name in pointer.split('/').skip(1) {
        while let Some(name) = document.pointer(&at).and_then(schemas::reference) {
            at = schemas::component(name);
        }
        at = format!("{at}/properties/{name}");
        document.pointer(&at)?;
    }
    Some((at.clone(), document.pointer(&at)?.clone()))
}

/// Pointer of the schema of a response's JSON body.
fn json_pointer(document: &Value, response: &str) -> Option<String> {
    let content = schemas::object_at(document, &format!("{response}/content"))?;
    let (media, _) = content.iter().find(|(media, _)| media::is_json(media))?;
    let pointer = format!("{response}/content/{}/schema", schemas::escape(media));
    document.pointer(&pointer).map(|schema| resolve(document, schema)).map(|_| pointer)
}
