//! Bodies that progenitor does not know (multipart, text, XML, other JSON types) travel under one that it does.

use serde_json::{Value, json};

use super::plan::Body;
use super::state::State;
use crate::document::edit::object_mut;
use crate::document::refusal::Refusal;
use crate::document::schemas::{self, escape};

pub(crate) fn apply(state: &mut State) -> Result<(), Vec<Refusal>> {
    for (index, operation) in schemas::operations(&state.document.value).into_iter().enumerate() {
        let at = format!("{operation}/requestBody");
        let Some(body) = schemas::object_at(&state.document.value, &at) else { continue };
        let optional = body.get("required") != Some(&Value::Bool(true));
        let media = body.get("content").and_then(Value::as_object).and_then(|content| content.keys().next()).cloned();
        let Some(media) = media else { continue };
        if optional {
            if let Some(body) = object_mut(&mut state.document.value, &at) {
                body.insert("required".to_owned(), Value::Bool(true));
            }
            state.plan.operations[index].body_optional = true;
            state.note(&at, "the body is optional");
        }
        let schema = format!("{at}/content/{}/schema", escape(&media));
        if state.document.value.pointer(&format!("{at}/content/{}/encoding", escape(&media))).is_some() {
            let hint = "remove it: a file part declares its type, and every other part is text";
            return Err(state.refuse(
                "request-media",
                &at,
                "the encoding of a form's parts is not supported".to_owned(),
                hint,
            ));
        }
        let kind = classify(state, &media, &schema);
        let carried = match &kind {
            Body::None | Body::Json { .. } | Body::Multipart { .. } => "application/json",
            Body::Form => "application/x-www-form-urlencoded",
            Body::Bytes { .. } => "application/octet-stream",
            Body::Text { .. } => "text/plain",
        };
        let raw = match &kind {
            Body::Bytes { .. } => Some(json!({"type": "string", "format": "binary"})),
            Body::Text { .. } => Some(json!({"type": "string"})),
            _ => None,
        };
        if let Some(raw) = raw
            && let Some(content) = object_mut(&mut state.document.value, &format!("{at}/content"))
        {
            content.insert(media.clone(), json!({ "schema": raw }));
        }
        if carried != media {
            if let Some(content) = object_mut(&mut state.document.value, &format!("{at}/content"))
                && let Some(value) = content.shift_remove(&media)
            {
                content.insert(carried.to_owned(), value);
            }
            state.note(&at, format!("{media} body represented as {carried}"));
        }
        state.plan.operations[index].body = kind;
    }
    Ok(())
}

fn classify(state: &mut State, media: &str, schema: &str) -> Body {
    let essence = media.split(';').next().unwrap_or(media).trim().to_ascii_lowercase();
    let node = state.document.value.pointer(schema).cloned().unwrap_or(Value::Null);
    match essence.as_str() {
        "application/json" => Body::Json { content_type: None },
        "application/x-www-form-urlencoded" => Body::Form,
        "multipart/form-data" => {
            let form = schemas::reference(&node).unwrap_or_default().to_owned();
            mark_files(state, &form);
            Body::Multipart { form }
        }
        other if other.ends_with("+json") => Body::Json { content_type: Some(media.to_owned()) },
        other if other.starts_with("text/") || other.ends_with("/xml") || other.ends_with("+xml") => {
            Body::Text { content_type: media.to_owned() }
        }
        _ => Body::Bytes { content_type: media.to_owned() },
    }
}

/// The binary parts of a form become file parts.
fn mark_files(state: &mut State, form: &str) {
    let at = format!("{}/properties", schemas::component(form));
    let Some(properties) = object_mut(&mut state.document.value, &at) else { return };
    for (_, property) in properties.iter_mut() {
        let of = |schema: &Value| schema.get("format").is_some_and(|format| format == "binary");
        if of(property) {
            property["x-rust-type"] = super::exact_values::runtime_type("FilePart", &[]);
        } else if property.get("items").is_some_and(of) {
            property["items"]["x-rust-type"] = super::exact_values::runtime_type("FilePart", &[]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rewrite::tests::refusal;

    #[test]
    fn the_types_of_parts_are_refused_until_they_are_carried() {
        let text = "paths:\n  /a:\n    post:\n      requestBody:\n        content:\n          multipart/form-data: {encoding: {a: {contentType: image/png}}, schema: {}}\n";
        assert_eq!(
            refusal("map-body-media", text),
            "request-media corner.yaml:5:9: the encoding of a form's parts is not supported"
        );
    }
}
