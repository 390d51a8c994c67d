//! A provider's document: finds operations and checks values against its schemas.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use axum::http::Method;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use crate::verdict::Verdict;

/// Where the document stands in the schema registry; never fetched.
const BASE: &str = "urn:document";

/// An OpenAPI document, with the validators of its schemas (compiled when first needed).
pub(crate) struct Document {
    operations: Vec<Operation>,
    /// Member of the envelope that holds the payload, where answers may come with and without one.
    envelope: Option<String>,
    registry: Registry<'static>,
    formats: Formats,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Checks of a provider's own values of `format`, by name.
pub(crate) type Formats = &'static [(&'static str, fn(&str) -> bool)];

/// One operation: what it takes, and what it may answer.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    method: Method,
    template: Vec<String>,
    /// What a call asks for to get its answers.
    accepts: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Content>,
    /// A success that says in its envelope that the call failed, if the document has one.
    pub(crate) verdict: Option<Verdict>,
    /// Where the caller's reference stands in the body, if it stands there.
    pub(crate) reference: Option<String>,
    /// By status as the document writes it: `200`, `4XX`, `default`.
    answers: BTreeMap<String, Reply>,
}

/// A path, query or header parameter, or a response header.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) required: bool,
    /// JSON pointer to its schema.
    pub(crate) schema: String,
    /// The types its schema allows, as far as they are written in place.
    pub(crate) types: Vec<String>,
    /// What the document has a client fill it with: `http-date`, `uuid`.
    pub(crate) fill: Option<String>,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

/// A body.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) required: bool,
    /// JSON pointer to the schema of its JSON form, if it has one.
    pub(crate) json: Option<String>,
}

/// One documented answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) headers: Vec<Parameter>,
    /// `None`: the document gives no body.
    pub(crate) body: Option<Content>,
}

/// Where a value broke a schema, and which part of the document it broke.
#[derive(Debug)]
pub(crate) struct Breach {
    pub(crate) pointer: String,
    pub(crate) rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.pointer.is_empty() { "(whole)" } else { &self.pointer }, self.rule)
    }
}

impl Document {
    /// Reads a bundled document.
    ///
    /// # Errors
    /// If it is no OpenAPI document, or a reference in it leads nowhere.
    pub(crate) fn read(text: &str, formats: Formats) -> Result<Self> {
        let root: Value = serde_json::from_str(text).context("the document is not JSON")?;
        let paths = root["paths"].as_object().context("the document has no paths")?;
        let mut operations = Vec::new();
        for (path, item) in paths {
            let methods = item.as_object().into_iter().flatten();
            for (method, operation) in methods.filter(|(_, member)| member.get("responses").is_some()) {
                let pointer = format!("/paths/{}/{method}", escape(path));
                let shared = parameters(item, &format!("/paths/{}", escape(path)));
                let verdict = Verdict::read(&root, operation);
                operations.push(Operation { verdict, ..Operation::read(path, method, operation, &pointer, shared)? });
            }
        }
        let envelope = Some(&root["x-envelope"]).filter(|envelope| envelope["optional"] == true);
        let member = envelope.and_then(|envelope| envelope["payload"].as_str()?.strip_prefix('/'));
        let envelope = member.map(str::to_owned);
        let registry = Registry::new()
            .add(BASE, root)
            .context("the document has no place in the registry")?
            .prepare()
            .context("a reference in the document leads nowhere")?;
        Ok(Self { operations, envelope, registry, formats, validators: Mutex::default() })
    }

    /// The operation of a call; of `/things/mine` and `/things/{id}` the one with fewer parameters, of several versions the one
    /// whose answer is asked for.
    pub(crate) fn operation(&self, method: &Method, path: &str, accept: &str) -> Option<&Operation> {
        let of_method = self.operations.iter().filter(|operation| operation.method == *method);
        let matching = of_method.filter_map(|operation| Some((operation.path_values(path)?.len(), operation)));
        let ranges: Vec<Range> = accept.split(',').filter_map(Range::read).collect();
        let quality = |operation: &Operation| {
            let of =
                |media: &String| ranges.iter().filter(|range| range.is_exactly(media)).map(|range| range.quality).max();
            operation.accepts.iter().filter_map(of).max().unwrap_or_default()
        };
        matching
            .min_by_key(|(parameters, operation)| (*parameters, Reverse(quality(operation))))
            .map(|(_, operation)| operation)
    }

    /// The operation of an id.
    pub(crate) fn operation_of_id(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    pub(crate) fn envelope(&self) -> Option<&str> {
        self.envelope.as_deref()
    }

    #[cfg(test)]
    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Checks a value against the schema at a JSON pointer into the document.
    pub(crate) fn check(&self, schema: &str, value: &Value) -> Vec<Breach> {
        let validator = match self.validator(schema) {
            Ok(validator) => validator,
            Err(_) => {
                return vec![Breach { pointer: String::new(), rule: format!("{schema}: does not compile") }];
            }
        };
        let breaches = validator.iter_errors(value).map(|error| {
            // The place in the document if there is one: the path within the validator is shorter, but says less.
            let rule = match error.absolute_keyword_location() {
                Some(place) => place.fragment().map_or_else(String::new, |part| part.to_string()),
                None => error.schema_path().to_string(),
            };
            Breach { pointer: error.instance_path().to_string(), rule }
        });
        breaches.collect()
    }

    fn validator(&self, schema: &str) -> Result<Arc<Validator>> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(schema) {
            return Ok(Arc::clone(validator));
        }
        let reference = json!({ "$ref": format!("{BASE}#{schema}") });
        let mut options = jsonschema::options().with_registry(&self.registry).should_validate_formats(true);
        for &(name, check) in self.formats {
            options = options.with_format(name, check);
        }
        let built = options.build(&reference);
        let validator = Arc::new(built.map_err(|error| anyhow!("{schema}: {error}"))?);
        validators.insert(schema.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }

    /// Compiles the schema at a pointer, for the test that compiles them all.
    #[cfg(test)]
    pub(crate) fn compiles(&self, schema: &str) -> Result<()> {
        self.validator(schema).map(|_| ())
    }
}

impl Operation {
    fn read(path: &str, method: &str, value: &Value, pointer: &str, mut shared: Vec<Parameter>) -> Result<Self> {
        let id = value["operationId"].as_str().with_context(|| format!("{pointer} has no operationId"))?;
        shared.extend(parameters(value, pointer));
        let mut answers = BTreeMap::new();
        let mut accepts: Vec<String> = value["x-accept"].as_str().map(str::to_owned).into_iter().collect();
        for (status, answer) in value["responses"].as_object().into_iter().flatten() {
            let pointer = format!("{pointer}/responses/{status}");
            let headers = answer["headers"].as_object().into_iter().flatten();
            let headers = headers.map(|(name, header)| {
                let pointer = format!("{pointer}/headers/{}", escape(name));
                Parameter::read(Place::Header, name, header, &pointer)
            });
            let reply = Reply { headers: headers.collect(), body: Content::read(answer, &pointer) };
            answers.insert(status.clone(), reply);
            if status.starts_with('2') {
                accepts.extend(answer["content"].as_object().into_iter().flatten().map(|(media, _)| media.clone()));
            }
        }
        // What follows a `#` tells versions of one operation apart.
        let path = path.split('#').next().unwrap_or_default();
        Ok(Self {
            id: id.to_owned(),
            method: method.to_ascii_uppercase().parse().with_context(|| format!("{pointer}: no method"))?,
            template: path.split('/').map(str::to_owned).collect(),
            accepts,
            parameters: shared,
            verdict: None,
            reference: reference(&value["x-idempotency"]),
            body: Content::read(&value["requestBody"], &format!("{pointer}/requestBody")),
            answers,
        })
    }

    /// The documented answer for a status: itself, its class, or the default.
    pub(crate) fn reply(&self, status: u16) -> Option<&Reply> {
        self.answers
            .get(&status.to_string())
            .or_else(|| self.answers.get(&format!("{}XX", status / 100)))
            .or_else(|| self.answers.get("default"))
    }

    /// Whether a success has a body.
    pub(crate) fn has_payload(&self) -> bool {
        self.answers.iter().any(|(status, reply)| status.starts_with('2') && reply.body.is_some())
    }

    /// Whether the documented answer for a status may carry a header.
    pub(crate) fn has_header(&self, status: u16, name: &str) -> bool {
        let headers = self.reply(status).map(|reply| reply.headers.as_slice()).unwrap_or_default();
        headers.iter().any(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// The values of the path's parameters, by name; `None` if the path is not this operation's.
    pub(crate) fn path_values<'a>(&'a self, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let segments: Vec<&str> = path.split('/').collect();
        if segments.len() != self.template.len() {
            return None;
        }
        let mut values = Vec::new();
        for (part, segment) in self.template.iter().zip(segments) {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => values.push((name, segment)),
                None if part == segment => {}
                None => return None,
            }
        }
        Some(values)
    }

    #[cfg(test)]
    pub(crate) fn schemas(&self) -> Vec<&str> {
        let of_parameters = self.parameters.iter().map(|parameter| parameter.schema.as_str());
        let of_body = self.body.iter().filter_map(|body| body.json.as_deref());
        let of_answers = self.answers.values().flat_map(|reply| {
            let headers = reply.headers.iter().map(|header| header.schema.as_str());
            headers.chain(reply.body.iter().filter_map(|body| body.json.as_deref()))
        });
        of_parameters.chain(of_body).chain(of_answers).collect()
    }
}

impl Parameter {
    fn read(place: Place, name: &str, value: &Value, pointer: &str) -> Self {
        let types = match &value["schema"]["type"] {
            Value::String(one) => vec![one.clone()],
            Value::Array(many) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        Self {
            place,
            name: name.to_owned(),
            required: value["required"] == true,
            schema: format!("{pointer}/schema"),
            types,
            fill: value["x-fill"].as_str().map(str::to_owned),
        }
    }

    /// The JSON value that a parameter's text stands for.
    pub(crate) fn value(&self, text: &str) -> Value {
        let is = |name: &str| self.types.iter().any(|kind| kind == name);
        if is("string") || !(is("integer") || is("number") || is("boolean")) {
            return text.into();
        }
        // JSON writes no leading zeros, and addresses do.
        let digits = text.trim_start_matches('0');
        let is_padded = is("integer") && digits.len() < text.len() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_padded && !digits.is_empty() { digits } else { text };
        serde_json::from_str(number).unwrap_or_else(|_| text.into())
    }
}

impl Content {
    fn read(owner: &Value, pointer: &str) -> Option<Self> {
        let media = owner["content"].as_object()?;
        let json = media.keys().find(|kind| is_json(kind));
        Some(Self {
            required: owner["required"] == true,
            json: json.map(|kind| format!("{pointer}/content/{}/schema", escape(kind))),
        })
    }
}

/// Whether a media type is JSON: `application/json`, `application/problem+json; charset=utf-8`.
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// One media range of `Accept`.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    essence: String,
    /// In thousandths.
    quality: u16,
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let essence = parts.next()?.to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let thousandths = |text: &str| {
            let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
            let rest: u16 = format!("{rest:0<3}").get(..3)?.parse().ok()?;
            Some((whole.parse::<u16>().ok()?.min(1) * 1000 + rest).min(1000))
        };
        Some(Self { essence, quality: weight.and_then(thousandths).unwrap_or(1000) })
    }

    fn is_exactly(&self, media: &str) -> bool {
        self.essence.eq_ignore_ascii_case(media.split(';').next().unwrap_or_default().trim())
    }
}

/// The pointer of a reference that travels in the body.
fn reference(idempotency: &Value) -> Option<String> {
    let field = idempotency["field"].as_str().filter(|_| idempotency["in"] == "body")?;
    Some(field.to_owned())
}

fn parameters(owner: &Value, pointer: &str) -> Vec<Parameter> {
    let all = owner["parameters"].as_array().into_iter().flatten().enumerate();
    let read = all.filter_map(|(index, parameter)| {
        let place = match parameter["in"].as_str()? {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            _ => Place::Cookie,
        };
        let pointer = format!("{pointer}/parameters/{index}");
        Some(Parameter::read(place, parameter["name"].as_str()?, parameter, &pointer))
    });
    read.collect()
}

/// A name as one step of a JSON pointer inside a URI fragment.
fn escape(name: &str) -> String {
    let escaped = name.replace('~', "~0").replace('/', "~1");
    escaped.replace('%', "%25").replace('#', "%23").replace('{', "%7B").replace('}', "%7D").replace(' ', "%20")
}
