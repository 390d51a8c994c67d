//! All statuses of an operation fold into one success and one failure; which is which by status is ours to say.

use serde_json::{Value, json};

use super::map_answer_media::json_schema;
use super::name_inline_schemas::response_name;
use super::plan::{Answer, Payload, Variant};
use super::rust_type::{rust_type, use_type};
use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas;
use crate::document::statuses::is_success;
use crate::vocabulary::Envelope;

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for (index, operation) in schemas::operations(&state.document.value).into_iter().enumerate() {
        let mut successes: Vec<Variant> = Vec::new();
        let mut errors: Vec<Variant> = Vec::new();
        let mut schema = None;
        for response in schemas::responses(&state.document.value, &operation) {
            let variant = variant(&state.document.value, &response);
            let list = if is_success(&response) { &mut successes } else { &mut errors };
            if is_success(&response) && schema.is_none() {
                schema = json_schema(&state.document.value, &response).cloned();
            }
            match list.iter_mut().find(|known| known.name == variant.name) {
                Some(known) if known.payload == variant.payload => known.statuses.extend(variant.statuses),
                Some(_) => list.push(Variant { name: format!("{}{}", variant.name, list.len() + 1), ..variant }),
                None => list.push(variant),
            }
        }
        // Nothing but `default`: it stands for successes too.
        if successes.is_empty()
            && let Some(default) = errors.iter().find(|variant| variant.statuses == ["default"])
        {
            schema = json_schema(&state.document.value, &format!("{operation}/responses/default")).cloned();
            successes.push(default.clone());
        }
        if let Some(failed) = failed(state.plan.operations[index].envelope.as_ref(), &successes, &errors) {
            errors.push(failed);
        }
        let (answer, single) = fold(successes);
        let text = if single { schema } else { None };
        let content = text.map_or(json!({}), |schema| json!({ "application/json": { "schema": schema } }));
        let mut folded = json!({ "description": "" });
        if content.as_object().is_some_and(|content| !content.is_empty()) {
            folded["content"] = content;
        }
        let count = errors.len();
        if let Some(operation) = object_mut(&mut state.document.value, &operation) {
            operation.insert("responses".to_owned(), json!({ "2XX": folded }));
        }
        let row = &mut state.plan.operations[index];
        row.answer = answer;
        row.errors = errors;
        state.note(&operation, format!("responses grouped: one success, {count} named errors"));
    }
    Ok(())
}

/// What a 2xx that reports a failure is read as: the errors' own body where there is an envelope round the payload, else the success's.
fn failed(envelope: Option<&Envelope>, successes: &[Variant], errors: &[Variant]) -> Option<Variant> {
    let envelope = envelope.filter(|envelope| !envelope.failed.is_empty())?;
    let bodies = if envelope.payload.is_some() { errors } else { successes };
    let json = bodies.iter().map(|variant| &variant.payload).filter(|payload| matches!(payload, Payload::Json(_)));
    // Where errors differ, the body that most of them have.
    let payload = json.clone().max_by_key(|payload| json.clone().filter(|other| other == payload).count());
    Some(Variant {
        name: "Failed".to_owned(),
        statuses: vec!["2XX".to_owned()],
        text: "A success by its status, whose body reports a failure.".to_owned(),
        payload: payload.cloned().unwrap_or(Payload::Empty),
    })
}

/// One type if all successes are read the same way, else one variant for each; and whether progenitor types it.
fn fold(successes: Vec<Variant>) -> (Answer, bool) {
    let Some(first) = successes.first() else { return (Answer::Empty, false) };
    if successes.iter().all(|variant| variant.payload == first.payload) {
        return match first.payload {
            Payload::Empty => (Answer::Empty, false),
            Payload::Bytes => (Answer::Bytes, false),
            Payload::Json(_) => (Answer::Json, true),
        };
    }
    (Answer::Variants(successes), false)
}

fn variant(document: &Value, response: &str) -> Variant {
    let content = schemas::object_at(document, &format!("{response}/content"));
    let payload = match json_schema(document, response) {
        // An error's body may be missing anyway.
        Some(schema) if is_success(response) => Payload::Json(use_type(schema)),
        Some(schema) => Payload::Json(rust_type(schema)),
        None if content.is_some_and(|content| !content.is_empty()) => Payload::Bytes,
        None => Payload::Empty,
    };
    let text = document.pointer(&format!("{response}/description")).and_then(Value::as_str).unwrap_or_default();
    Variant {
        name: response_name(document, response),
        statuses: vec![response.rsplit('/').next().unwrap_or_default().to_owned()],
        text: text.to_owned(),
        payload,
    }
}

#[cfg(test)]
mod tests {
    use crate::rewrite::plan::Answer;
    use crate::rewrite::tests::after;

    #[test]
    fn one_name_with_two_bodies_is_two_variants_and_null_is_an_option() {
        let text = "paths:\n  /a:\n    get:\n      responses:\n        '200': {content: {application/json: {schema: {type: boolean, nullable: true}}}}\n        '206': {}\n        '400': {}\n        '404': {$ref: '#/components/responses/BadRequest'}\ncomponents:\n  responses:\n    BadRequest: {content: {application/json: {schema: {type: boolean, nullable: true}}}}\n";
        let state = after("fold-responses", text).unwrap();
        let row = &state.plan.operations[0];
        let shown =
            |list: &[super::Variant]| list.iter().map(|it| format!("{} {:?}", it.name, it.payload)).collect::<Vec<_>>();
        assert_eq!(shown(&row.errors), ["BadRequest Empty", r#"BadRequest2 Json("bool")"#]);
        let Answer::Variants(answers) = &row.answer else { panic!("{:?}", row.answer) };
        assert_eq!(shown(answers), [r#"Ok Json("::std::option::Option<bool>")"#, "PartialContent Empty"]);
    }
}
