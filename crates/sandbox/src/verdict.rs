//! The answer that says in its envelope, behind a status of success, that the call failed.

use axum::http::StatusCode;
use serde_json::{Map, Value};

/// An answer of success with a verdict of failure, as a document describes it.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
    /// The same with 0 in place of `false`, if that is what it says.
    pub(crate) zero: Option<String>,
}

impl Verdict {
    /// Reads the envelope of an operation's success: its own, or the document's.
    pub(crate) fn read(root: &Value, operation: &Value) -> Option<Self> {
        let answers = operation["responses"].as_object()?;
        let (status, answer) = answers.iter().find(|(status, _)| status.starts_with('2'))?;
        let envelope = answer.get("x-envelope").unwrap_or(&root["x-envelope"]);
        let failed = match &envelope["failed"] {
            Value::Array(many) => many.first()?,
            one => one,
        };
        let (pointer, says) = (failed["pointer"].as_str()?, failed["equals"].as_array()?.first()?);
        let body = |says: Value| {
            let mut body = Value::Null;
            put(&mut body, pointer, says);
            if let Some(pointer) = envelope["message"].as_str() {
                put(&mut body, pointer, "Refused by an injected fault".into());
            }
            body.to_string()
        };
        let zero = (*says == false).then(|| body(0.into()));
        Some(Self { status: status.parse().ok()?, body: body(says.clone()), zero })
    }
}

/// Puts a value at a JSON pointer, making up what has to be around it; `0` is the first of a list.
fn put(place: &mut Value, pointer: &str, value: Value) {
    let Some(rest) = pointer.strip_prefix('/') else {
        *place = value;
        return;
    };
    let (key, _) = rest.split_once('/').unwrap_or((rest, ""));
    let below = &rest[key.len()..];
    if key == "0" {
        if !place.is_array() {
            *place = Value::Array(vec![Value::Null]);
        }
        put(&mut place[0], below, value);
    } else {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        put(&mut place[key], below, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_envelope_says_what_failure_looks_like() {
        let document =
            json!({ "x-envelope": { "message": "/message", "failed": { "pointer": "/success", "equals": [false] } } });
        let own = json!({ "responses": { "201": { "x-envelope": {
            "message": "/result/errors/0/message", "failed": [{ "pointer": "/resultType", "equals": ["error"] }]
        } } } });
        let verdict = Verdict::read(&document, &own).unwrap();
        assert_eq!(verdict.status, StatusCode::CREATED);
        let words = "Refused by an injected fault";
        let expected = json!({ "resultType": "error", "result": { "errors": [{ "message": words }] } });
        assert_eq!(verdict.body, expected.to_string());

        let plain = json!({ "responses": { "200": {}, "400": {} } });
        let verdict = Verdict::read(&document, &plain).unwrap();
        assert_eq!(verdict.body, json!({ "success": false, "message": words }).to_string());
        assert!(Verdict::read(&json!({}), &plain).is_none());
        assert!(Verdict::read(&json!({ "x-envelope": { "payload": "/data" } }), &plain).is_none());
    }
}
