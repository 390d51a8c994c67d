//! Kasisto: what only a bank with sessions has.

mod leaks;
mod sandbox;
mod wire;

use bursar::Credential;
use bursar::kasisto::{Builder, Client};
use bursar_runtime::Response;
use bursar_runtime::dispatch::{Arguments, Echo, Entry, Failed};

use crate::support::document::{self, Documented};
use crate::support::tree::Tree;

pub(crate) use bursar_kasisto::dispatch::ENTRIES;

/// The bank's key in tests that have no sandbox.
pub(crate) const SECRET: &str = "shared-secret";
/// The customer's token in tests that have no sandbox.
pub(crate) const TOKEN: &str = "token-of-user-1";

pub(crate) fn credential(value: &str) -> Credential {
    Credential::new(value).expect("a credential")
}

/// A client with the secret, and nobody signed in.
pub(crate) fn stranger(url: &str) -> Builder {
    Client::builder().base_url(url).secret(credential(SECRET))
}

/// A client with secret and token.
pub(crate) fn customer(url: &str) -> Builder {
    stranger(url).token(credential(TOKEN))
}

/// The arguments of a call with this body.
pub(crate) fn arguments(body: Option<&Tree>) -> Arguments {
    let text = body.map_or_else(|| "{}".to_owned(), |body| format!(r#"{{"body":{body}}}"#));
    Arguments::parse(&text).expect("an object of arguments")
}

/// Calls an operation.
pub(crate) async fn call(
    client: &Client,
    entry: &Entry<Client>,
    body: Option<&Tree>,
) -> Result<Response<Echo>, Failed> {
    (entry.call)(client, &arguments(body)).await
}

/// The operation of an id, as documented.
pub(crate) fn operation(id: &str) -> Documented {
    document::operation("kasisto", id)
}
