//! The document's examples as arguments of a call.

use bursar::Options;
use bursar_runtime::dispatch::Arguments;

use super::document::{Documented, Parameter};
use super::provider::{Api, Provider};
use super::tree::Tree;

/// Name and type of the file in an upload.
pub(crate) const FILE: (&str, &str) = ("recipients.csv", "text/csv");

/// The document's examples as arguments of a call; the headers that are options go to the client.
pub(crate) fn example(provider: &Provider, documented: &Documented, api: Api) -> (Api, Arguments) {
    changed_example(provider, documented, api, |parameter| parameter.example.cloned(), Tree::clone)
}

/// Whether a parameter is a header that the caller sets, if anybody.
fn is_option(provider: &Provider, parameter: &Parameter) -> bool {
    parameter.fill == Some("option") && !provider.wire.own.contains(&parameter.name)
}

/// The headers of an operation that a caller sets, with what the document shows for them.
pub(crate) fn option_headers(provider: &Provider, documented: &Documented) -> Vec<(String, &'static str)> {
    let headers = documented.parameters().into_iter().filter(|parameter| is_option(provider, parameter));
    let shown = |header: Parameter| Some((header.name.to_lowercase(), header.example?.text().expect("a text")));
    headers.filter_map(shown).collect()
}

/// As [`example`], with other values: of the parameters, headers included, and of the body.
pub(crate) fn changed_example(
    provider: &Provider,
    documented: &Documented,
    api: Api,
    in_parameter: impl Fn(&Parameter) -> Option<Tree>,
    in_body: impl Fn(&Tree) -> Tree,
) -> (Api, Arguments) {
    let (mut options, mut members) = (Options::new(), Vec::new());
    for parameter in documented.parameters() {
        match in_parameter(&parameter) {
            Some(value) if is_option(provider, &parameter) => {
                options = options.header(parameter.name, value.text().expect("a text"));
            }
            Some(value) if parameter.place != "header" => members.push(format!(r#""{}":{value}"#, parameter.name)),
            _ => {}
        }
    }
    match documented.request_example() {
        None => {}
        Some(("application/json" | "application/x-www-form-urlencoded", example)) => {
            members.push(format!(r#""body":{}"#, in_body(example)))
        }
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
    (api.with(options), arguments(&members))
}

/// Arguments of a call out of members of an object.
pub(crate) fn arguments(members: &[String]) -> Arguments {
    Arguments::parse(&format!("{{{}}}", members.join(","))).expect("an object of arguments")
}
