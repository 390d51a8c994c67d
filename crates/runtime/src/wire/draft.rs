//! A request on its way from typed values to bytes: the operation's row says where, the values say what.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use reqwest::{Request, Url};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::json::lenient::{Json, JsonKind};
use crate::model::kind::Kind;
use crate::model::operation::{Method, Operation};
use crate::time::Rng;
use crate::wire::base::Base;
use crate::wire::multipart::{Form, Multipart};
use crate::wire::preflight::Findings;
use crate::wire::request::{CallError, QueryParam, path_segment};

/// Longest query parameter, in bytes before it is encoded: all items of a list together.
const LONGEST_QUERY: usize = 8192;

/// A request on its way from typed values to bytes.
pub struct Draft<'a> {
    base: &'a Base,
    rng: &'a dyn Rng,
    operation: &'static Operation,
    path: Cow<'a, str>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Option<Bytes>,
    fault: Option<CallError>,
    findings: Findings,
}

impl<'a> Draft<'a> {
    /// A request of an operation at this path template, with nothing set.
    pub(crate) fn new(base: &'a Base, path: &'a str, operation: &'static Operation, rng: &'a dyn Rng) -> Self {
        Self {
            base,
            rng,
            operation,
            path: Cow::Borrowed(path),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            fault: None,
            findings: Findings::default(),
        }
    }

    /// Puts a parameter into the path, unless it would change which endpoint is called.
    pub fn path<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let json = to_raw_value(value).ok();
        self.keep(|call| {
            let text = text("path parameter", name, json)?.unwrap_or_default();
            let segment = path_segment(name, &text)?;
            call.findings.parameter(call.operation, name, &text);
            call.path = call.path.replace(&format!("{{{name}}}"), &segment).into();
            Ok(())
        });
    }

    /// Adds a query parameter: a list once per item, an object once per member, nothing for `None`.
    pub fn query<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let parameter = QueryParam::new(name, value);
        self.keep(|call| {
            let refuse = |fault| CallError::new("query parameter", name, fault);
            let pairs = parameter.pairs().map_err(|_| refuse("is nested"))?;
            if pairs.iter().map(|(key, text)| key.len() + text.len()).sum::<usize>() > LONGEST_QUERY {
                return Err(refuse("is longer than 8192 bytes"));
            }
            for (key, text) in pairs {
                call.findings.parameter(call.operation, name, &text);
                call.query.push((key, text));
            }
            Ok(())
        });
    }

    /// Sets a header, unless the value is `None`.
    pub fn header<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let json = to_raw_value(value).ok();
        self.keep(|call| {
            if let Some(text) = text("header", name, json)? {
                call.findings.parameter(call.operation, name, &text);
                let value = HeaderValue::try_from(text).map_err(|_| unfit("header", name))?;
                call.headers.insert(HeaderName::try_from(name).map_err(|_| unfit("header", name))?, value);
            }
            Ok(())
        });
    }

    /// Adds a cookie, unless the value is `None`.
    pub fn cookie<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let json = to_raw_value(value).ok();
        self.keep(|call| {
            let Some(text) = text("cookie", name, json)? else { return Ok(()) };
            if text.contains([';', ',', '"', '\\', ' ']) {
                return Err(unfit("cookie", name));
            }
            // There is one Cookie header, whatever it holds.
            let others = call.headers.get(COOKIE).and_then(|others| others.to_str().ok());
            let all = others.map_or_else(|| format!("{name}={text}"), |others| format!("{others}; {name}={text}"));
            call.headers.insert(COOKIE, HeaderValue::try_from(all).map_err(|_| unfit("cookie", name))?);
            Ok(())
        });
    }

    /// Sends a JSON body.
    pub fn json<T: Serialize + ?Sized>(&mut self, body: &T) {
        self.json_as("application/json", body);
    }

    /// Sends a JSON body under a media type of its own.
    pub fn json_as<T: Serialize + ?Sized>(&mut self, media: &'static str, body: &T) {
        let bytes = serde_json::to_vec(body).map_err(|_| CallError::unwritable("body"));
        self.keep(|call| bytes.map(|bytes| call.body(media, bytes)));
    }

    /// Sends a body as an HTML form.
    pub fn form<T: Serialize + ?Sized>(&mut self, body: &T) {
        let parameter = QueryParam::new("body", body);
        self.keep(|call| {
            let pairs = parameter.pairs().map_err(|_| CallError::unwritable("body"))?;
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(pairs);
            call.body("application/x-www-form-urlencoded", form.finish());
            Ok(())
        });
    }

    /// Sends a body as a form with files.
    pub fn multipart<T: Form + ?Sized>(&mut self, body: &T) {
        let mut form = Multipart::new();
        let written = body.parts(&mut form);
        self.keep(|call| {
            written?;
            let (media, bytes) = form.finish(call.rng)?;
            let media = HeaderValue::try_from(media).map_err(|_| CallError::unwritable("body"))?;
            call.headers.insert(CONTENT_TYPE, media);
            call.body = Some(bytes);
            Ok(())
        });
    }

    /// Sends a body as it is.
    pub fn body(&mut self, media: &'static str, body: impl Into<Bytes>) {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        self.body = Some(body.into());
    }

    /// Takes over the query of a link from an earlier answer, relative or not. `false` if it leads to another origin or endpoint, or holds
    /// what no link holds; with a base URL that has a path, a link may have it or lack it.
    pub(crate) fn follow(&mut self, link: &str) -> bool {
        // Parsers drop line breaks and turn backslashes: what they would make of such a link is not what it says.
        if link.bytes().any(|byte| byte.is_ascii_control() || byte == b'\\') {
            return false;
        }
        let Ok(here) = Url::parse(&format!("{}{}", self.base.url(), self.path)) else { return false };
        let Ok(there) = here.join(link) else { return false };
        let path = there.path().strip_suffix('/').unwrap_or(there.path());
        let is_endpoint = path == here.path() || path == self.path;
        if !self.base.is_origin_of(&there) || !is_endpoint || there.fragment().is_some() {
            return false;
        }
        self.query = there.query_pairs().into_owned().collect();
        true
    }

    /// Remembers the first fault: `send` reports it, with the operation that it is of.
    fn keep(&mut self, step: impl FnOnce(&mut Self) -> Result<(), CallError>) {
        if let Err(fault) = step(self) {
            self.fault.get_or_insert(fault);
        }
    }

    /// The request; `checks` compares it with its document first.
    pub(crate) fn request(mut self, checks: bool) -> Result<Request, Unsendable> {
        if let Some(fault) = self.fault {
            return Err(fault.into());
        }
        if checks {
            if let Some(body) = &self.body {
                self.findings.body(self.operation, body);
            }
            if let Some((kind, faults)) = self.findings.finish() {
                return Err(Unsendable::Checked(kind, faults));
            }
        }
        let url = format!("{}{}", self.base.url(), self.path);
        let unfit = CallError::new("path", "", "makes no URL");
        let mut url = Url::parse(&url).map_err(|_| unfit)?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = Request::new(self.operation.method.clone(), url);
        *request.headers_mut() = self.headers;
        // Some servers answer 411 to a body that is missing without a word (RFC 9110, 8.6).
        if self.body.is_none() && matches!(self.operation.method, Method::POST | Method::PUT | Method::PATCH) {
            request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        *request.body_mut() = self.body.map(Into::into);
        Ok(request)
    }
}

/// Why a request is not sent.
pub(crate) enum Unsendable {
    /// A value cannot travel where it has to.
    Value(CallError),
    /// The document states otherwise, in words.
    Checked(Kind, String),
}

impl From<CallError> for Unsendable {
    fn from(fault: CallError) -> Self {
        Self::Value(fault)
    }
}

/// The text of a scalar; `None` for `null`.
fn text(what: &'static str, name: &'static str, json: Option<Box<RawValue>>) -> Result<Option<String>, CallError> {
    let json = json.ok_or_else(|| unfit(what, name))?;
    let json = Json::from(&*json);
    match json.scalar() {
        Some(text) => Ok(Some(text.into_owned())),
        None if json.kind() == JsonKind::Null => Ok(None),
        None => Err(unfit(what, name)),
    }
}

fn unfit(what: &'static str, name: &'static str) -> CallError {
    CallError::new(what, name, "contains characters that are not permitted")
}
