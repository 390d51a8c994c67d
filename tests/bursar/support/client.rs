//! A client of the facade, and calls by operation id.

use std::collections::BTreeSet;

use bursar::Credential;
use bursar::kasisto::{Builder, Client, operations};
use bursar_runtime::Response;
use bursar_runtime::dispatch::{Arguments, Echo, Entry, Failed};

use super::document;
use super::tree::Tree;

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

/// The operation of an id.
pub(crate) fn entry(id: &str) -> &'static Entry<Client> {
    ENTRIES.iter().find(|entry| entry.operation.id == id).unwrap_or_else(|| panic!("there is no operation {id}"))
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

#[test]
fn every_row_of_the_table_can_be_called_and_is_documented() {
    let ids = |rows: &mut dyn Iterator<Item = &'static str>| rows.collect::<BTreeSet<_>>();
    let rows = ids(&mut operations::ALL.iter().map(|row| row.id));
    assert_eq!(rows, ids(&mut ENTRIES.iter().map(|entry| entry.operation.id)));
    assert_eq!(rows, ids(&mut document::operations().iter().map(|operation| operation.id)));
    for row in operations::ALL {
        let node = document::operation(row.id).node;
        let texts = |pointer: &str| node.at(pointer).map(Tree::texts).unwrap_or_default();
        assert_eq!(texts("/x-aliases"), row.aliases, "{}", row.id);
        assert_eq!(texts("/tags"), [row.tag], "{}", row.id);
        assert_eq!(texts("/x-effect"), [format!("{:?}", row.effect).to_lowercase()], "{}", row.id);
        let headers: BTreeSet<String> =
            document::operation(row.id).answers().into_iter().flat_map(|answer| answer.headers).collect();
        assert_eq!(headers.iter().collect::<Vec<_>>(), row.answer_headers, "{}", row.id);
    }
}
