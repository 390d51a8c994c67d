//! HTTP on one side, [`Call`] and [`Answer`] on the other.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;

use crate::exchange::{Answer, Call};
use crate::provider::Mount;

/// No fake needs more; what is larger is refused before it is read.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Routes `/<provider>/...` to its mount.
pub(crate) fn router(mounts: Vec<Mount>) -> Router {
    Router::new().fallback(answer).layer(DefaultBodyLimit::max(BODY_LIMIT)).with_state(Arc::from(mounts))
}

async fn answer(
    State(mounts): State<Arc<[Mount]>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let (name, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let Some(mount) = mounts.iter().find(|mount| mount.provider.name() == name) else {
        return respond(Answer::empty(StatusCode::NOT_FOUND));
    };
    let call = Call { method, path: rest.to_owned(), query: uri.query().unwrap_or_default().to_owned(), headers, body };
    respond(mount.answer(&call))
}

fn respond(answer: Answer) -> Response {
    let Answer { status, headers, body, media_type, .. } = answer;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    for (name, value) in headers {
        // Values come from the sandbox's own tokens: always valid, so nothing is dropped here.
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(HeaderName::from_static(name), value);
        }
    }
    if let Some(text) = body {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        *response.body_mut() = Body::from(text);
    }
    response
}
