//! Holds every request and every answer against the document.

use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::document::{Breach, Content, Document, Operation, Parameter, Place, is_json};
use crate::exchange::{Answer, Call};

/// What of the request is not as the document describes it; a header of `optional` may be missing.
pub(crate) fn request(document: &Document, operation: &Operation, call: &Call, optional: &[&str]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let path = operation.path_values(&call.path).unwrap_or_default();
    let query: Vec<(String, String)> = pairs(&call.query);
    for parameter in &operation.parameters {
        let name = parameter.name.as_str();
        let texts: Vec<String> = match parameter.place {
            Place::Path => path.iter().filter(|(key, _)| *key == name).map(|(_, text)| decode(text)).collect(),
            Place::Query => query.iter().filter(|(key, _)| key == name).map(|(_, text)| text.clone()).collect(),
            Place::Header => call.header(name).map(str::to_owned).into_iter().collect(),
            Place::Cookie => continue,
        };
        if texts.is_empty() && parameter.place == Place::Header && optional.contains(&name) {
            continue;
        }
        breaches.extend(parameter_breaches(document, parameter, &texts));
    }
    for (name, _) in &query {
        let known = |parameter: &&Parameter| parameter.place == Place::Query && parameter.name == *name;
        if !operation.parameters.iter().any(|parameter| known(&parameter)) {
            breaches.push(breach(format!("query {name}"), "the document has no such parameter"));
        }
    }
    let media_type = call.header(CONTENT_TYPE.as_str());
    breaches.extend(body(document, operation.body.as_ref(), media_type, &call.body));
    breaches
}

/// What of the answer is not as the document describes it.
pub(crate) fn answer(document: &Document, operation: &Operation, answer: &Answer) -> Vec<Breach> {
    let Some(reply) = operation.reply(answer.status.as_u16()) else {
        return vec![breach(String::new(), "the document has no such status")];
    };
    let mut breaches = Vec::new();
    for header in &reply.headers {
        let sent = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&header.name));
        let texts: Vec<String> = sent.map(|(_, text)| text.clone()).collect();
        breaches.extend(parameter_breaches(document, header, &texts));
    }
    for (name, _) in &answer.headers {
        if !reply.headers.iter().any(|header| header.name.eq_ignore_ascii_case(name)) {
            breaches.push(breach(format!("header {name}"), "the document has no such header"));
        }
    }
    let text = answer.body.as_deref().unwrap_or_default();
    let media_type = answer.body.as_ref().map(|_| answer.media_type);
    if reply.body.is_some() && answer.body.is_none() {
        breaches.push(breach(String::new(), "the body is missing"));
    }
    // The document describes the answer in its envelope; a bare one is held against the payload's place in it.
    let wrapped = document.envelope().filter(|_| answer.bare).map(|member| format!("{{\"{member}\":{text}}}"));
    let text = wrapped.as_deref().unwrap_or(text);
    breaches.extend(body(document, reply.body.as_ref(), media_type, text.as_bytes()));
    breaches
}

fn parameter_breaches(document: &Document, parameter: &Parameter, texts: &[String]) -> Vec<Breach> {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
    };
    let place = format!("{place} {}", parameter.name);
    let value = match texts {
        [] if parameter.required => return vec![breach(place, "a required parameter is missing")],
        [] => return Vec::new(),
        many if parameter.types.iter().any(|kind| kind == "array") => many.iter().map(|text| text.as_str()).collect(),
        [one] => parameter.value(one),
        _ => return vec![breach(place, "the parameter is repeated")],
    };
    let is_http_date = |text: &str| httpdate::parse_http_date(text).is_ok();
    if parameter.fill.as_deref() == Some("http-date") && !value.as_str().is_some_and(is_http_date) {
        return vec![breach(place, "the value is no HTTP date")];
    }
    let found = document.check(&parameter.schema, &value).into_iter();
    found.map(|inner| breach(place.clone(), &inner.rule)).collect()
}

fn body(document: &Document, content: Option<&Content>, media_type: Option<&str>, bytes: &[u8]) -> Vec<Breach> {
    let whole = |rule: &str| vec![breach(String::new(), rule)];
    match content {
        // An empty object says nothing, and clients send it where there is nothing to say.
        None if bytes.is_empty() || bytes.trim_ascii() == b"{}" => Vec::new(),
        None => whole("the document has no body here"),
        Some(content) if bytes.is_empty() && content.required => whole("the body is missing"),
        Some(_) if bytes.is_empty() => Vec::new(),
        Some(Content { json: None, .. }) => Vec::new(),
        Some(Content { json: Some(schema), .. }) => {
            if !media_type.is_some_and(is_json) {
                return whole("the media type is not JSON");
            }
            match serde_json::from_slice::<Value>(bytes) {
                Ok(value) => document.check(schema, &value),
                Err(_) => whole("the body is not JSON"),
            }
        }
    }
}

fn breach(pointer: String, rule: &str) -> Breach {
    Breach { pointer, rule: rule.to_owned() }
}

/// Names and values of a query, decoded.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs.map(|(name, value)| (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))).collect()
}

/// Undoes percent-encoding; what is no encoding stays as it is.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = match after {
            [high, low, ..] if *first == b'%' => char::from(*high).to_digit(16).zip(char::from(*low).to_digit(16)),
            _ => None,
        };
        match code {
            // Two hexadecimal digits fit a byte.
            Some((high, low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
