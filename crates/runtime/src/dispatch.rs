//! Calls and codecs by operation id, with JSON in and out: what the command line and tests drive the typed clients through.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::call::response::Response;
use crate::error::{AnyError, Error};
use crate::model::operation::Operation;
use crate::time::BoxFuture;
use crate::wire::decode::{Answer, ErrorBody};
use crate::wire::drift::Drift;
use crate::wire::envelope;
use crate::wire::reply::Reply;
use crate::wire::undecodable::{self, Undecodable};

/// One operation of a generated client `C`, ready to be called without naming its types.
pub struct Entry<C: 'static> {
    /// The operation's row.
    pub operation: &'static Operation,
    /// Its arguments besides the body.
    pub parameters: &'static [Parameter],
    /// How its body travels.
    pub body: Body,
    /// JSON pointers of the members that its body may have; `*` is every item or key.
    pub fields: &'static [&'static str],
    /// Reads an answer with the operation's types and writes it again.
    pub decode: fn(&Operation, &Reply) -> Decoded,
    /// Reads a request body with the operation's type and writes it again; `None` if it is no JSON.
    pub recode: Option<Recode>,
    /// Makes the call.
    pub call: for<'a> fn(&'a C, &'a Arguments) -> Dispatched<'a>,
}

/// A named argument of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it travels: `path`, `query`, `header` or `cookie`.
    pub place: &'static str,
    /// Whether the call needs it.
    pub required: bool,
    /// Whether it must not be shown.
    pub sensitive: bool,
}

/// How the body of a request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    None,
    /// As JSON.
    Json,
    /// As an HTML form.
    Form,
    /// As a form with files.
    Multipart,
    /// As bytes, given as `{"text": ".."}`.
    Bytes,
    /// As text, given as `{"text": ".."}`.
    Text,
}

/// Reads a request body and writes it again.
pub type Recode = fn(&[u8]) -> Result<Echo, Undecodable>;

/// A call under way.
pub type Dispatched<'a> = BoxFuture<'a, Result<Response<Echo>, Failed>>;

/// An answer, written again from its typed form.
#[derive(Clone, PartialEq)]
pub enum Decoded {
    /// A success.
    Answer(Echo),
    /// An error by its status.
    Error(Echo),
    /// A success that cannot be read.
    Undecodable(Undecodable),
}

/// A typed value, written again.
#[derive(Clone, PartialEq)]
pub struct Echo {
    /// Name of the variant that was chosen by status, empty if the type is no enum.
    pub variant: String,
    /// The value as JSON text.
    pub json: String,
    /// How it differs from what it was read from, as pointers into the whole body.
    pub drift: Box<Drift>,
}

impl Echo {
    fn of<T: Serialize>(value: &T, variant: String, drift: Drift) -> Self {
        // What was read can be written; were it not so, "null" would show it.
        Self {
            variant,
            json: serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()),
            drift: Box::new(drift),
        }
    }

    /// A success, read from the payload of its answer.
    fn of_answer<T: Serialize + fmt::Debug>(value: &T, operation: &Operation, body: &[u8], payload: &[u8]) -> Self {
        let drift = envelope::drift(operation, body, payload, value);
        Self::of(value, variant(value), drift)
    }

    /// An error, read from the whole body.
    fn of_error<E: Serialize + fmt::Debug>(error: &E, body: &[u8]) -> Self {
        Self::of(error, variant(error), Drift::between(body, error))
    }
}

impl fmt::Debug for Echo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Echo({} {} bytes)", self.variant, self.json.len())
    }
}

impl fmt::Debug for Decoded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(echo) => write!(out, "Answer({echo:?})"),
            Self::Error(echo) => write!(out, "Error({echo:?})"),
            Self::Undecodable(fault) => write!(out, "Undecodable({fault})"),
        }
    }
}

/// Why a call by id did not succeed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failed {
    /// An argument does not have the type of its parameter, or is missing.
    Argument(String),
    /// The call failed.
    Call {
        /// The error, its body's type erased.
        error: AnyError,
        /// The error body, if a whole answer came.
        body: Option<Echo>,
    },
}

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(fault) => out.write_str(fault),
            Self::Call { error, .. } => write!(out, "{error}"),
        }
    }
}

impl std::error::Error for Failed {}

/// Named arguments, as JSON text or as words; the request body is called `body`.
#[derive(Clone, Default)]
pub struct Arguments(BTreeMap<String, Argument>);

#[derive(Clone)]
enum Argument {
    Json(Box<RawValue>),
    /// What the parameter's type makes of them decides: text, else the JSON that they spell, else a list.
    Words(Vec<String>),
}

impl Arguments {
    /// Reads a JSON object of arguments.
    ///
    /// # Errors
    ///
    /// The text is no JSON object.
    pub fn parse(json: &str) -> Result<Self, Failed> {
        serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(json)
            .map(|members| Self(members.into_iter().map(|(name, value)| (name, Argument::Json(value))).collect()))
            .map_err(|error| Failed::Argument(format!("the arguments are not a JSON object, line {}", error.line())))
    }

    /// Adds or replaces an argument.
    pub fn insert(&mut self, name: impl Into<String>, value: Box<RawValue>) {
        self.0.insert(name.into(), Argument::Json(value));
    }

    /// Adds a word to an argument; the parameter's type decides whether it is text, a number, a truth value or an item of a list.
    pub fn add_word(&mut self, name: impl Into<String>, word: impl Into<String>) {
        match self.0.entry(name.into()).or_insert_with(|| Argument::Words(Vec::new())) {
            Argument::Words(words) => words.push(word.into()),
            json => *json = Argument::Words(vec![word.into()]),
        }
    }

    /// Names of the arguments that are there.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Reads an argument as the type of its parameter; a missing one reads as `null`.
    ///
    /// # Errors
    ///
    /// It does not have that type. The message says where, and never the value.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failed> {
        let read = |json: &str| undecodable::strict::<T>(json.as_bytes());
        let (is_there, result) = match self.0.get(name) {
            None => (false, read("null")),
            Some(Argument::Json(value)) => (true, read(value.get())),
            Some(Argument::Words(words)) => {
                let mut readings = readings(words).into_iter().map(|json| read(&json));
                let first = readings.next().unwrap_or_else(|| read("null"));
                (true, first.or_else(|fault| readings.find_map(Result::ok).ok_or(fault)))
            }
        };
        result.map_err(|fault| match (is_there, fault.path()) {
            (false, _) => Failed::Argument(format!("argument `{name}` is missing")),
            (true, path) if fault.missing().is_some() => {
                let at = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
                Failed::Argument(format!("argument `{name}` lacks `{}`{at}", fault.missing().unwrap_or_default()))
            }
            (true, "") => Failed::Argument(format!("argument `{name}` does not have the documented type")),
            (true, path) => {
                Failed::Argument(format!("argument `{name}` does not have the documented type at `{path}`"))
            }
        })
    }

    /// Reads a body that is no JSON: `{"text": ".."}`.
    ///
    /// # Errors
    ///
    /// There is no such body.
    pub fn raw(&self, name: &str) -> Result<String, Failed> {
        #[derive(serde::Deserialize)]
        struct Raw {
            text: String,
        }
        self.get::<Raw>(name).map(|raw| raw.text)
    }
}

impl fmt::Debug for Arguments {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

/// The JSON that words may mean, the likeliest first.
fn readings(words: &[String]) -> Vec<String> {
    let texts: Vec<String> = words.iter().map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
    let spelt = words.iter().map(|word| serde_json::from_str::<&RawValue>(word).ok().map(|json| json.get().to_owned()));
    let spelt: Option<Vec<String>> = spelt.collect();
    let mut readings = Vec::new();
    if let [text] = &texts[..] {
        readings.push(text.clone());
        readings.extend(spelt.iter().flatten().cloned());
    }
    readings.push(format!("[{}]", texts.join(",")));
    readings.extend(spelt.map(|spelt| format!("[{}]", spelt.join(","))));
    readings
}

/// Reads an answer with an operation's types and writes it again.
pub fn decode<T: Answer + Serialize + fmt::Debug, E: ErrorBody + Serialize + fmt::Debug>(
    operation: &Operation,
    reply: &Reply,
) -> Decoded {
    if !reply.status().is_success() || envelope::reports_failure(operation, reply) {
        return Decoded::Error(Echo::of_error(&E::read(reply), reply.bytes()));
    }
    match envelope::read::<T>(operation, reply, envelope::needs(operation, reply)) {
        Ok((value, payload)) => Decoded::Answer(Echo::of_answer(&value, operation, reply.bytes(), &payload)),
        Err(fault) => Decoded::Undecodable(fault),
    }
}

/// Reads a request body with its type and writes it again.
///
/// # Errors
///
/// It does not have that type.
pub fn recode<T: DeserializeOwned + Serialize>(json: &[u8]) -> Result<Echo, Undecodable> {
    let value = undecodable::strict::<T>(json)?;
    Ok(Echo::of(&value, String::new(), Drift::between(json, &value)))
}

/// Writes the result of a typed call again.
///
/// # Errors
///
/// The call failed.
pub fn echo<T, E>(result: Result<Response<T>, Error<E>>) -> Result<Response<Echo>, Failed>
where
    T: Serialize + fmt::Debug,
    E: Serialize + fmt::Debug,
{
    match result {
        Ok(answer) => Ok(answer.map_with(Echo::of_answer)),
        Err(error) => {
            let body = error.body().map(|body| Echo::of_error(body, error.raw().unwrap_or_default()));
            Err(Failed::Call { error: error.into(), body })
        }
    }
}

/// The name under which a value shows itself: `OtpRequired` for `OtpRequired(..)`.
fn variant<T: fmt::Debug>(value: &T) -> String {
    let shown = format!("{value:?}");
    shown.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_what_its_parameter_is() {
        let mut arguments = Arguments::default();
        for (name, word) in
            [("id", "123"), ("limit", "20"), ("all", "true"), ("tag", "1"), ("tag", "b"), ("bad", "SECRET")]
        {
            arguments.add_word(name, word);
        }
        assert_eq!(arguments.get::<String>("id").ok().as_deref(), Some("123"));
        assert_eq!(arguments.get::<Option<i64>>("limit").ok(), Some(Some(20)));
        assert_eq!(arguments.get::<Vec<i64>>("limit").ok(), Some(vec![20]));
        assert_eq!(arguments.get::<bool>("all").ok(), Some(true));
        assert_eq!(arguments.get::<Vec<String>>("tag").ok(), Some(vec!["1".to_owned(), "b".to_owned()]));
        assert_eq!(arguments.get::<Option<i64>>("none").ok(), Some(None));
        let fault = arguments.get::<i64>("bad").map_err(|fault| fault.to_string());
        assert_eq!(fault, Err("argument `bad` does not have the documented type".to_owned()));
        assert_eq!(arguments.names().collect::<Vec<_>>(), ["all", "bad", "id", "limit", "tag"]);
    }
}
