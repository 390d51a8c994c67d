//! Sockets around the front.

use std::future::{Future, IntoFuture};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Request, Response, Uri};
use axum::serve::IncomingStream;
use tokio::net::TcpListener;

use crate::exchange::Exchange;
use crate::front::Front;
use crate::wire::{Cut, Halting, Scissors, Wires};

/// No fake needs more; what is larger is refused before it is read.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Serves the front until `ended`.
pub(crate) fn serve(
    front: Arc<Front>,
    listener: TcpListener,
    ended: impl Future<Output = ()> + Send + 'static,
) -> impl Future<Output: Send> + Send + 'static {
    let router = Router::new().fallback(answer).layer(DefaultBodyLimit::max(BODY_LIMIT)).with_state(front);
    let service = router.into_make_service_with_connect_info::<Scissors>();
    // axum's server never fails: what goes wrong ends one connection.
    axum::serve(Wires(listener), service).with_graceful_shutdown(ended).into_future()
}

impl Connected<IncomingStream<'_, Wires>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, Wires>) -> Self {
        stream.remote_addr().clone()
    }
}

async fn answer(
    State(front): State<Arc<Front>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut request = Request::new(body);
    (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (method, uri, headers);
    let cut = match front.exchange(request) {
        Exchange::Answered(response) => return response.map(Body::from),
        Exchange::Truncated(response, bytes) => {
            return response.map(|body| Body::new(Halting::truncated(&body, bytes)));
        }
        Exchange::Slow(response, after) => return response.map(|body| Body::new(Halting::late(&body, after))),
        Exchange::Refused | Exchange::ResetUnread | Exchange::Reset => Some(Cut::Reset),
        Exchange::Dropped => Some(Cut::Close),
        Exchange::Silent => None,
    };
    if let Some(cut) = cut {
        scissors.cut(cut);
    }
    std::future::pending().await
}
