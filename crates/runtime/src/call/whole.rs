//! The whole of an answer, as it is meant: decoded, and text in UTF-8.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use super::failure::Failure;
use super::state::CallState;
use crate::wire::content;
use crate::wire::reply::Reply;

/// The whole of a response, as long as it keeps under the cap.
pub(super) async fn whole(call: &CallState, mut response: Response) -> Result<Reply, Failure> {
    let (status, cap) = (response.status(), call.chain.response_cap);
    let headers = std::mem::take(response.headers_mut());
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |length| length > cap)) {
        return Err(Failure::too_long(status, cap));
    }
    // Most answers come in one piece, which is then not copied.
    let (mut first, mut joined) = (None, BytesMut::new());
    while let Some(piece) = response.chunk().await.map_err(|error| Failure::cut_off(status, error))? {
        if joined.len() + first.as_ref().map_or(0, bytes::Bytes::len) + piece.len() > cap {
            return Err(Failure::too_long(status, cap));
        }
        match first.take() {
            None if joined.is_empty() => first = Some(piece),
            Some(earlier) => {
                joined.extend_from_slice(&earlier);
                joined.extend_from_slice(&piece);
            }
            None => joined.extend_from_slice(&piece),
        }
    }
    let body = first.unwrap_or_else(|| joined.freeze());
    let reply = Reply::new(status, headers, body).after(call.sent().sends());
    match content::decoded(reply.headers(), reply.bytes().clone(), cap) {
        Ok(plain) => Ok(meant(call, reply, plain)),
        Err(content::Unreadable::TooLong) => Err(Failure::too_long(status, cap)),
        Err(content::Unreadable::UnknownEncoding(name)) => Err(Failure::encoded(
            reply,
            format!("the answer has the content encoding `{name}`, which is not supported"),
        )),
        Err(content::Unreadable::Broken(name)) => {
            Err(Failure::encoded(reply, format!("the answer cannot be decoded as {name}")))
        }
    }
}

/// The answer without its content encoding, and text of JSON in UTF-8; a file stays as it came.
fn meant(call: &CallState, reply: Reply, plain: Bytes) -> Reply {
    let accepts = call.operation.accept;
    let is_json = accepts.contains("json") || accepts.contains("*/*") || !reply.status().is_success();
    let text = if is_json { content::text(reply.headers(), plain) } else { plain };
    if text.as_ptr() == reply.bytes().as_ptr() && text.len() == reply.bytes().len() {
        reply
    } else {
        reply.with_body(text)
    }
}
