//! Kotani Pay: the largest provider, and the one whose wire has moods.

mod leaks;
mod pages;
mod samples;
mod sandbox;
mod wire;

use bursar::Options;
use bursar::kotani::{Builder, Client, Environment};
use bursar_runtime::dispatch::{Arguments, Entry};

use crate::support::client::credential;
use crate::support::document::{self, Documented};
use crate::support::tree::Tree;

use bursar_kotani::dispatch::ENTRIES;

/// Name of the file in an upload.
const FILE: (&str, &str) = ("recipients.csv", "text/csv");

/// The operation of an id.
fn entry(id: &str) -> &'static Entry<Client> {
    ENTRIES.iter().find(|entry| entry.operation.id == id).unwrap_or_else(|| panic!("there is no operation {id}"))
}

/// The operation of an id, as documented.
fn operation(id: &str) -> Documented {
    let found = document::kotani_operations().into_iter().find(|operation| operation.id == id);
    found.unwrap_or_else(|| panic!("the document has no operation {id}"))
}

/// The credentials by scheme.
struct Keys {
    api_key: &'static str,
    access_token: &'static str,
    refresh_token: &'static str,
    settlement_signature: &'static str,
}

/// A client with these credentials.
fn builder(url: &str, keys: &Keys) -> Builder {
    Client::builder()
        .environment(Environment::Custom(url.to_owned()))
        .api_key(credential(keys.api_key))
        .access_token(credential(keys.access_token))
        .refresh_token(credential(keys.refresh_token))
        .settlement_signature(credential(keys.settlement_signature))
}

/// Name, place and example of the parameters of an operation.
fn parameters(documented: &Documented) -> Vec<(&'static str, &'static str, Option<&'static Tree>)> {
    let text = |node: &'static Tree, key| node.get(key).and_then(Tree::text).expect("a parameter says so");
    let parameters = documented.node.get("parameters").map(Tree::items).unwrap_or_default();
    parameters.iter().map(|one| (text(one, "name"), text(one, "in"), one.get("example"))).collect()
}

/// The request body that the document shows, with its media type.
fn body(documented: &Documented) -> Option<(&'static str, &'static Tree)> {
    let (media_type, content) = documented.node.at("/requestBody/content")?.entries().next()?;
    let example = content.get("example");
    Some((media_type, example.unwrap_or_else(|| panic!("{}: the document shows no request", documented.id))))
}

/// The document's examples as arguments of a call; the headers that are options go to the client.
fn example(documented: &Documented, client: Client) -> (Client, Arguments) {
    changed_example(documented, client, |_, text| text.clone(), Tree::clone)
}

/// As [`example`], with other values: of parameters by their node, and of the body.
fn changed_example(
    documented: &Documented,
    client: Client,
    parameter: impl Fn(&'static Tree, &Tree) -> Tree,
    in_body: impl Fn(&Tree) -> Tree,
) -> (Client, Arguments) {
    let (mut client, mut members) = (client, Vec::new());
    for node in documented.node.get("parameters").map(Tree::items).unwrap_or_default() {
        let (Some(name), Some(example)) = (node.get("name").and_then(Tree::text), node.get("example")) else {
            continue;
        };
        let value = parameter(node, example);
        match node.get("in").and_then(Tree::text) {
            Some("header") => client = client.with(Options::new().header(name, value.text().expect("a text"))),
            _ => members.push(format!("{}:{value}", Tree::Text(name.to_owned()))),
        }
    }
    match body(documented) {
        None => {}
        Some(("application/json", example)) => members.push(format!(r#""body":{}"#, in_body(example))),
        Some(("multipart/form-data", example)) => {
            let (filename, media_type) = FILE;
            let example = in_body(example);
            let file = example.get("file").expect("the form's only part");
            members.push(format!(
                r#""body":{{"file":{{"filename":"{filename}","content_type":"{media_type}","text":{file}}}}}"#
            ));
        }
        Some((other, _)) => panic!("{}: teach the tests bodies of type {other}", documented.id),
    }
    (client, Arguments::parse(&format!("{{{}}}", members.join(","))).expect("an object of arguments"))
}
