//! Sends, and reads the answer to its end or to the cap.

use reqwest::Request;

use super::failure::Failure;
use super::state::CallState;
use super::whole::whole;
use crate::wire::reply::Reply;

pub(super) async fn collect(call: &CallState, request: Request) -> Result<Reply, Failure> {
    let response = match &call.chain.transport {
        None => {
            let http = call.chain.connections.here(&call.chain.time).await;
            let http = http.map_err(|error| Failure { unsent: true, ..error.into() })?;
            http.execute(request).await.map_err(Failure::transport)?
        }
        Some(transport) => transport.send(request).await?.into(),
    };
    whole(call, response).await
}
