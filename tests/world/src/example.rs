//! The calls that the documents show.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use bursar_runtime::dispatch::Arguments;
use bursar_runtime::{Key, Operation, Options};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

/// What a document shows as an operation's call. Numbers keep their digits.
#[derive(Clone, Debug, Default)]
pub struct Example {
    arguments: BTreeMap<String, Box<RawValue>>,
    headers: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Document {
    paths: BTreeMap<String, BTreeMap<String, Box<RawValue>>>,
}

#[derive(Deserialize)]
struct Documented {
    #[serde(rename = "operationId")]
    id: String,
    #[serde(default)]
    parameters: Vec<Parameter>,
    #[serde(rename = "requestBody")]
    body: Option<Body>,
}

#[derive(Deserialize)]
struct Parameter {
    #[serde(rename = "in")]
    place: String,
    name: String,
    example: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Body {
    content: BTreeMap<String, Content>,
}

#[derive(Deserialize)]
struct Content {
    example: Option<Box<RawValue>>,
}

impl Example {
    /// The examples of a bundled document, by operation id.
    pub(crate) fn all(document: &str) -> Result<BTreeMap<String, Self>> {
        let document: Document = serde_json::from_str(document).context("the document is not as expected")?;
        let items = document.paths.values().flat_map(BTreeMap::values);
        // What is no operation has no id: parameters of all the path's operations, or a text.
        let operations = items.filter_map(|item| serde_json::from_str::<Documented>(item.get()).ok());
        Ok(operations.map(|operation| (operation.id.clone(), Self::of(operation))).collect())
    }

    fn of(operation: Documented) -> Self {
        let mut example = Self::default();
        for parameter in operation.parameters {
            let Some(value) = parameter.example else { continue };
            if parameter.place == "header" {
                example.headers.extend(serde_json::from_str(value.get()).ok().map(|text| (parameter.name, text)));
            } else {
                example.arguments.insert(parameter.name, value);
            }
        }
        let body = operation.body.and_then(|body| body.content.into_values().next()?.example);
        example.arguments.extend(body.map(|body| ("body".to_owned(), body)));
        example
    }

    /// The same call under another reference, where the provider knows references.
    pub fn with_reference(mut self, operation: &Operation, reference: &str) -> Result<Self> {
        if let Some(Key::Body(pointer)) = operation.idempotency.as_ref().map(|idempotency| idempotency.key) {
            self = self.with_field(pointer.trim_start_matches('/'), &reference)?;
        }
        Ok(self)
    }

    /// The same call with a token that tells it from others, where the document names a field for one.
    pub fn with_correlation(mut self, operation: &Operation, reference: &str) -> Result<Self> {
        let Some(correlation) = &operation.correlation else { return Ok(self) };
        let name = correlation.field.trim_start_matches('/');
        let token = token(reference);
        let set = self.field(name)?.unwrap_or_default();
        let value = match (correlation.pair, correlation.appended) {
            ("", false) => token.into(),
            ("", true) => format!("{} {token}", set.as_str().unwrap_or_default()).into(),
            (pair, _) => {
                let pair = serde_json::json!({ "name": pair, "value": token });
                set.as_array().cloned().unwrap_or_default().into_iter().chain([pair]).collect::<serde_json::Value>()
            }
        };
        self = self.with_field(name, &value)?;
        Ok(self)
    }

    /// A member of its body.
    pub fn field(&self, name: &str) -> Result<Option<serde_json::Value>> {
        let body = self.arguments.get("body").map_or("{}", |body| body.get());
        let mut body: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(body).context("the body is no object")?;
        Ok(body.remove(name))
    }

    /// The same call with another value for an argument, or for a member of its body if it has no such argument.
    pub fn with_value(mut self, name: &str, value: &str) -> Result<Self> {
        match self.arguments.get_mut(name) {
            Some(argument) => *argument = to_raw_value(value)?,
            None => self = self.with_field(name, &value)?,
        }
        Ok(self)
    }

    /// The same call with another member of its body.
    pub fn with_field(mut self, name: &str, value: &impl serde::Serialize) -> Result<Self> {
        let body = self.arguments.get("body").map_or("{}", |body| body.get());
        let mut body: BTreeMap<String, Box<RawValue>> = serde_json::from_str(body).context("the body is no object")?;
        body.insert(name.to_owned(), to_raw_value(value)?);
        self.arguments.insert("body".to_owned(), to_raw_value(&body)?);
        Ok(self)
    }

    /// What to call with.
    pub fn arguments(&self) -> Arguments {
        let mut arguments = Arguments::default();
        for (name, value) in &self.arguments {
            arguments.insert(name.clone(), value.clone());
        }
        arguments
    }

    /// The headers that the document shows.
    pub fn options(&self) -> Options {
        self.headers.iter().fold(Options::new(), |options, (name, value)| options.header(name, value))
    }
}

/// A token of its own for each reference.
fn token(reference: &str) -> String {
    let plain = reference.replace('-', "");
    if plain.len() == 32 && plain.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return plain;
    }
    let hex: String = reference.bytes().rev().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex:f<32.32}")
}
