//! The chain as the innermost of the caller's own middleware.

use std::sync::Arc;

use http::Extensions;
use reqwest::{Request, Response, ResponseBuilderExt, Url};
use reqwest_middleware::{ClientWithMiddleware, Error, Middleware, Next, Result as LayerResult};

use super::{Call, Chain, Failure, collect, run};
use crate::wire::reply::Reply;

/// A call through the caller's middleware. What they make of it is the answer, unless the gate had to stop them.
pub(crate) async fn run_inside(
    layers: &ClientWithMiddleware,
    call: &Arc<Call>,
    request: Request,
) -> Result<Reply, Failure> {
    let mut extensions = Extensions::new();
    extensions.insert(Arc::clone(call));
    let error = match layers.execute_with_extensions(request, &mut extensions).await {
        Ok(response) => return collect::whole(call, response).await,
        Err(error) => error,
    };
    let held_back = call.gate().held_back();
    match call.recall() {
        Some(Ok(reply)) if held_back => Ok(reply),
        Some(Ok(reply)) => Err(Failure::foreign(error, Some(reply))),
        Some(Err(failure)) => Err(failure),
        None => Err(Failure::foreign(error, None)),
    }
}

#[async_trait::async_trait]
impl Middleware for Chain {
    async fn handle(&self, request: Request, extensions: &mut Extensions, _: Next<'_>) -> LayerResult<Response> {
        let Some(call) = extensions.get::<Arc<Call>>().cloned() else {
            return Err(Error::middleware(Stopped("a middleware must pass on the Extensions that it received")));
        };
        let url = request.url().clone();
        match run(&call, request).await {
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
}

fn into_response(reply: Reply, url: Url) -> LayerResult<Response> {
    let (status, headers, bytes) = reply.into_parts();
    let mut response = http::Response::builder().status(status).url(url).body(bytes).map_err(Error::middleware)?;
    *response.headers_mut() = headers;
    Ok(response.into())
}

/// What the caller's middleware see in place of a failure, which the call itself keeps.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Stopped(&'static str);
