//! Calls and codecs by operation id, with JSON in and out: what the command line and tests drive the typed clients through.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::decode::{Answer, ErrorBody, Undecodable};
use crate::envelope;
use crate::error::{AnyError, Error};
use crate::operation::Operation;
use crate::reply::Reply;
use crate::response::Response;
use crate::time::BoxFuture;

/// One operation of a generated client `C`, ready to be called without naming its types.
pub struct Entry<C: 'static> {
    /// The operation's row.
    pub operation: &'static Operation,
    /// Reads an answer with the operation's types and writes it again.
    pub decode: fn(&Operation, &Reply) -> Decoded,
    /// Reads a request body with the operation's type and writes it again; `None` if it is no JSON.
    pub recode: Option<Recode>,
    /// Makes the call.
    pub call: for<'a> fn(&'a C, &'a Arguments) -> Dispatched<'a>,
}

/// Reads a request body and writes it again.
pub type Recode = fn(&[u8]) -> Result<String, Undecodable>;

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
}

impl Echo {
    fn of<T: Serialize>(value: &T, variant: String) -> Self {
        // What was read can be written; were it not so, "null" would show it.
        Self { variant, json: serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()) }
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

/// Named arguments as JSON text; the request body is called `body`.
#[derive(Clone, Default)]
pub struct Arguments(BTreeMap<String, Box<RawValue>>);

impl Arguments {
    /// Reads a JSON object of arguments.
    ///
    /// # Errors
    ///
    /// The text is no JSON object.
    pub fn parse(json: &str) -> Result<Self, Failed> {
        serde_json::from_str(json)
            .map(Self)
            .map_err(|error| Failed::Argument(format!("the arguments are no JSON object, line {}", error.line())))
    }

    /// Adds or replaces an argument.
    pub fn insert(&mut self, name: impl Into<String>, value: Box<RawValue>) {
        self.0.insert(name.into(), value);
    }

    /// Reads an argument as the type of its parameter; a missing one reads as `null`.
    ///
    /// # Errors
    ///
    /// It does not have that type. The message says where, and never the value.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failed> {
        let json = self.0.get(name).map_or("null", |value| value.get());
        crate::decode::from_json(json.as_bytes()).map_err(|fault| match (self.0.contains_key(name), fault.path()) {
            (false, _) => Failed::Argument(format!("argument `{name}` is missing")),
            (true, "") => Failed::Argument(format!("argument `{name}` does not have its documented type")),
            (true, path) => {
                Failed::Argument(format!("argument `{name}` does not have its documented type at `{path}`"))
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

/// Reads an answer with an operation's types and writes it again.
pub fn decode<T: Answer + Serialize + fmt::Debug, E: ErrorBody + Serialize + fmt::Debug>(
    operation: &Operation,
    reply: &Reply,
) -> Decoded {
    if !reply.status().is_success() || envelope::reports_failure(operation, reply) {
        let body = E::read(reply);
        return Decoded::Error(Echo::of(&body, variant(&body)));
    }
    match envelope::read::<T>(operation, reply) {
        Ok((value, _)) => Decoded::Answer(Echo::of(&value, variant(&value))),
        Err(fault) => Decoded::Undecodable(fault),
    }
}

/// Reads a request body with its type and writes it again.
///
/// # Errors
///
/// It does not have that type.
pub fn recode<T: DeserializeOwned + Serialize>(json: &[u8]) -> Result<String, Undecodable> {
    crate::decode::from_json::<T>(json).map(|value| Echo::of(&value, String::new()).json)
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
        Ok(answer) => Ok(answer.map(|value| Echo::of(&value, variant(&value)))),
        Err(error) => {
            let body = error.body().map(|body| Echo::of(body, variant(body)));
            Err(Failed::Call { error: error.into(), body })
        }
    }
}

/// The name under which a value shows itself: `OtpRequired` for `OtpRequired(..)`.
fn variant<T: fmt::Debug>(value: &T) -> String {
    let shown = format!("{value:?}");
    shown.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
}
