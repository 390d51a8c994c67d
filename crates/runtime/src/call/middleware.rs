//! The caller's own middleware, around the steps of the pipeline.

use std::sync::Arc;

use http::Extensions;
use reqwest::{Request, Response, ResponseBuilderExt, Url};
use reqwest_middleware::{ClientWithMiddleware, Error, Middleware, Result as MiddlewareResult};

use super::failure::Failure;
use super::state::CallState;
use super::whole::whole;
use crate::wire::reply::Reply;

/// The caller's middleware.
pub(crate) struct Middlewares {
    /// Outermost first.
    own: Vec<Arc<dyn Middleware>>,
    /// The same with the pipeline's steps as the innermost one; `None` if there are none.
    around: Option<ClientWithMiddleware>,
}

impl Middlewares {
    pub(super) fn new(http: &reqwest::Client, own: Vec<Arc<dyn Middleware>>, innermost: impl Middleware) -> Self {
        let around = (!own.is_empty()).then(|| {
            let innermost = Arc::new(innermost) as Arc<dyn Middleware>;
            let all: Vec<_> = own.iter().cloned().chain([innermost]).collect();
            ClientWithMiddleware::new(http.clone(), all)
        });
        Self { own, around }
    }

    pub(super) fn own(&self) -> &[Arc<dyn Middleware>] {
        &self.own
    }

    pub(super) fn around(&self) -> Option<&ClientWithMiddleware> {
        self.around.as_ref()
    }
}

/// A call through the caller's middleware. What they make of it is the answer, unless the gate had to stop them.
pub(super) async fn through(
    around: &ClientWithMiddleware,
    call: &Arc<CallState>,
    request: Request,
) -> Result<Reply, Failure> {
    let mut extensions = Extensions::new();
    extensions.insert(Arc::clone(call));
    let error = match around.execute_with_extensions(request, &mut extensions).await {
        Ok(response) => return whole(call, response).await,
        Err(error) => error,
    };
    let held_back = call.sent().held_back();
    match call.recall() {
        Some(Ok(reply)) if held_back => Ok(reply),
        Some(Ok(reply)) => Err(Failure::foreign(error, Some(reply))),
        Some(Err(failure)) => Err(failure),
        None => Err(Failure::foreign(error, None)),
    }
}

/// The call that a middleware was given with its request.
pub(super) fn call_of(extensions: &Extensions) -> MiddlewareResult<Arc<CallState>> {
    let handed_on = extensions.get::<Arc<CallState>>().cloned();
    handed_on.ok_or_else(|| Error::middleware(Stopped("a middleware must pass on the Extensions that it received")))
}

/// What the steps came to, as the caller's middleware see it; the call itself keeps it too.
pub(super) fn handed_out(call: &CallState, result: Result<Reply, Failure>, url: Url) -> MiddlewareResult<Response> {
    match result {
        Ok(reply) => {
            call.remember(Ok(reply.clone()));
            into_response(reply, url)
        }
        Err(failure) => {
            let meaning = failure.kind.as_ref().map_or("the call failed", |kind| kind.meaning());
            // A repeat that was held back says nothing new: what came before it stands.
            if !failure.held_back {
                call.remember(Err(failure));
            }
            Err(Error::middleware(Stopped(meaning)))
        }
    }
}

fn into_response(reply: Reply, url: Url) -> MiddlewareResult<Response> {
    let (status, headers, bytes) = reply.into_parts();
    let mut response = http::Response::builder().status(status).url(url).body(bytes).map_err(Error::middleware)?;
    *response.headers_mut() = headers;
    Ok(response.into())
}

/// What the caller's middleware see in place of a failure, which the call itself keeps.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Stopped(&'static str);
