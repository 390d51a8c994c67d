//! What a server does with one request.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::Message;

/// Makes the bytes of an answer out of the request.
type Make = dyn Fn(&Message) -> Vec<u8> + Send + Sync;

/// Chooses the step for a request.
type Choose = dyn Fn(&Message) -> Step + Send + Sync;

/// What the server does with one request.
#[derive(Clone)]
pub enum Step {
    /// Sends these bytes and keeps the connection.
    Answer(Vec<u8>),
    /// Sends what is made of the request, and keeps the connection.
    Make(Arc<Make>),
    /// Sends these bytes and closes the connection.
    Cut(Vec<u8>),
    /// Sends these pieces with a pause before each, and closes the connection.
    Pieces(Duration, Vec<Vec<u8>>),
    /// Closes the connection without an answer.
    Drop,
    /// Resets the connection.
    Reset,
    /// Never answers.
    Hang,
    /// Sends these bytes once it is told to.
    When(Arc<Notify>, Vec<u8>),
    /// Passes the request on to the server behind, and its answer back.
    Forward,
    /// Passes the request on to the server behind, and closes the connection once that has answered.
    Swallow,
    /// Passes the request on to the server behind, and keeps the answer and the connection.
    Hold,
    /// Does what is chosen for the request.
    Choose(Arc<Choose>),
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Step")
    }
}

/// An answer with these headers and a length.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Step {
    Step::Answer(bytes(status, headers, body.as_bytes()))
}

/// An answer with a JSON body.
pub fn json(status: u16, body: &str) -> Step {
    json_with(status, &[], body)
}

/// An answer with these headers and a JSON body, unless a header names another type.
pub fn json_with(status: u16, headers: &[(&str, &str)], body: &str) -> Step {
    let mut all = headers.to_vec();
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        all.push(("content-type", "application/json"));
    }
    answer(status, &all, body)
}

/// The bytes of an answer; 204 and 304 state no length.
pub fn bytes(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} X\r\n");
    if !matches!(status, 204 | 304) {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    [text.as_bytes(), b"\r\n", body].concat()
}
