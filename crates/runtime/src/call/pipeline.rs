//! The steps of a call, in the order in which a request passes them.
//!
//! ```text
//! call      middleware -> trace -> check -> intent -> lease -> attempts -> duplicate -> read -> intent -> observe
//! attempts  rate_limit -> attempt -> renew -> retry, and again from rate_limit
//! attempt   permit -> observe -> trace -> attempt_timeout -> exchange
//! exchange  rehearse -> authorize -> encrypt -> gate -> collect -> encrypt -> learn
//! ```
//!
//! Each step is a file of its name. What begins here ends here: the entry in the journal, the permit of an attempt, what the observer is
//! told. The total timeout is no step: every wait ends at the call's deadline.

use std::pin::pin;
use std::sync::Arc;

use http::Extensions;
use reqwest::{Request, RequestBuilder, Response as HttpResponse};
use reqwest_middleware::{Middleware, Next, Result as MiddlewareResult};

use super::ask::{Ask, FindCall};
use super::chain::{Chain, Sent};
use super::failure::Failure;
use super::middleware::Middlewares;
use super::options::Options;
use super::response::Response;
use super::state::CallState;
use super::{
    attempt_timeout, authorize, check, collect, duplicate, encrypt, gate, intent, learn, lease, middleware, observe,
    permit, rate_limit, read, rehearse, renew, retry, trace,
};
use crate::error::{Error, Facts};
use crate::model::operation::{Lookup, Operation};
use crate::time::BoxFuture;
use crate::wire::decode::{Answer, ErrorBody};
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// What the calls of a client go through.
pub(crate) struct Pipeline {
    pub(crate) chain: Arc<Chain>,
    middlewares: Middlewares,
    find: &'static dyn FindCall,
}

impl Pipeline {
    /// From a request to its typed answer.
    pub(crate) async fn call<T: Answer, E: ErrorBody>(
        &self,
        operation: &'static Operation,
        options: &Options,
        request: RequestBuilder,
    ) -> Result<Response<T>, Error<E>> {
        let call = CallState::new(operation, options.clone(), &self.chain);
        let mut result = match self.answer(&call, request).await {
            Ok(reply) => read::typed(&call, reply),
            Err(failure) => Err(Error::new(call.facts(failure), None)),
        };
        intent::doubt(&call, &mut result).await;
        intent::end(&call, result.as_ref().map(Response::progress).map_err(|error| &error.outcome)).await;
        observe::ended(&call, &result);
        result
    }

    /// From a request to its whole answer. It knows no types and is boxed once, so that the futures of generated methods stay small.
    fn answer<'a>(
        &'a self,
        call: &'a Arc<CallState>,
        request: RequestBuilder,
    ) -> BoxFuture<'a, Result<Reply, Failure>> {
        Box::pin(async move {
            let request = request.build().map_err(Failure::not_built)?;
            let reply = match self.middlewares.around() {
                Some(around) => middleware::through(around, call, request).await,
                None => inside(call, request).await,
            }?;
            Ok(duplicate::resolved(self.find, self, call, reply).await)
        })
    }
}

/// The steps inside the caller's middleware.
async fn inside(call: &CallState, request: Request) -> Result<Reply, Failure> {
    trace::call(call, pin!(checked(call, request))).await
}

/// From the checks to the attempts.
async fn checked(call: &CallState, request: Request) -> Result<Reply, Failure> {
    check::check(call, &request)?;
    let mut own = Some(request);
    call.keep(&mut own);
    // One of the two holds it.
    let Some(request) = own.as_ref().or(call.asked()) else { return Err(Failure::is_stream()) };
    intent::begin(call).await?;
    lease::extended(call, pin!(attempts(call, request))).await
}

/// The first attempt and those after it, until neither new credentials nor a wait make another one worth it.
async fn attempts(call: &CallState, request: &Request) -> Result<Reply, Failure> {
    let (mut earlier, mut retries) = (None, 0);
    loop {
        if let Err(full) = rate_limit::admit(call).await {
            // What came before says more than that there is no room for a repeat.
            return earlier.unwrap_or(Err(full));
        }
        if earlier.is_none() {
            call.chain.budget.earn();
        }
        let mut sent = Sent::new();
        let mut result = attempt(call, request, &mut sent).await;
        let again = renew::again(call, &mut result, &sent).await || retry::again(call, &result, &mut retries).await;
        if !again {
            return result;
        }
        earlier = Some(result);
    }
}

/// One attempt; `sent` becomes the headers with the credentials that went out.
async fn attempt(call: &CallState, request: &Request, sent: &mut Sent) -> Result<Reply, Failure> {
    // Only a stream cannot be cloned, and the checks refuse those.
    let Some(request) = request.try_clone() else { return Err(Failure::is_stream()) };
    let _permit = permit::acquire(call).await?;
    let exchange = pin!(exchange(call, request, sent));
    let limited = pin!(attempt_timeout::limited(call, exchange));
    observe::attempt(call, pin!(trace::attempt(call, limited))).await
}

/// What an attempt's timeout covers, from the credentials to the last byte of the answer.
async fn exchange(call: &CallState, mut request: Request, sent: &mut Sent) -> Result<Reply, Failure> {
    rehearse::show(call, &mut request).await?;
    *sent = authorize::authorize(call, &mut request).await?;
    let sealed = encrypt::sealed(call, &request)?;
    let send = |mut request: Request| async move {
        let key = sealed.map(|sealed| sealed.replace(&mut request));
        let reply = collect::collect(call, request).await?;
        encrypt::opened(key, reply)
    };
    let reply = gate::guarded(call, request, send).await?;
    learn::learn(call, &reply);
    Ok(reply)
}

/// The steps of the pipeline as the innermost of the caller's middleware.
struct Innermost;

#[async_trait::async_trait]
impl Middleware for Innermost {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        _: Next<'_>,
    ) -> MiddlewareResult<HttpResponse> {
        let call = middleware::call_of(extensions)?;
        let url = request.url().clone();
        let result = inside(&call, request).await;
        middleware::handed_out(&call, result, url)
    }
}

impl Pipeline {
    pub(crate) fn new(chain: Arc<Chain>, own: Vec<Arc<dyn Middleware>>, find: &'static dyn FindCall) -> Self {
        let middlewares = Middlewares::new(chain.connections.first(), own, Innermost);
        Self { chain, middlewares, find }
    }

    pub(crate) fn middlewares(&self) -> &[Arc<dyn Middleware>] {
        self.middlewares.own()
    }

    pub(crate) fn find(&self) -> &'static dyn FindCall {
        self.find
    }
}

impl Ask for Pipeline {
    fn chain(&self) -> &Arc<Chain> {
        &self.chain
    }

    fn ask<'a>(
        &'a self,
        operation: &'static Operation,
        lookup: &'a Lookup,
        options: Options,
        request: Request,
    ) -> BoxFuture<'a, Result<Reply, Facts>> {
        Box::pin(async move {
            let call = CallState::new(operation, options, &self.chain);
            let request = RequestBuilder::from_parts(self.chain.connections.first().clone(), request);
            match self.answer(&call, request).await {
                Ok(reply) if !reply.status().is_success() || envelope::reports_failure(operation, &reply) => {
                    Err(call.facts(Failure::answered(reply)))
                }
                Ok(reply) if envelope::answers(operation, lookup, &reply) => Ok(reply),
                Ok(reply) => Err(call.facts(Failure::unreadable(reply))),
                Err(failure) => Err(call.facts(failure)),
            }
        })
    }
}
