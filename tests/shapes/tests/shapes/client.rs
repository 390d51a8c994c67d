//! A client of a document, set up as a case says and pointed at the loopback server.

use std::fmt::Debug;

use bursar_runtime::dispatch::{Arguments, Echo, Failed};
use bursar_runtime::{Core, Credential, Credentials, Options, Place, Provider, Response, Scheme};
use bursar_shapes::{Client, Shape};

use crate::cases::{self, Case};
use crate::tree::Tree;

/// The result of a call by id.
pub(crate) type Called = Result<Response<Echo>, Failed>;

fn schemes(shape: &Shape) -> impl Iterator<Item = &'static Scheme> {
    shape.operations.iter().flat_map(|operation| operation.auth).flat_map(|schemes| *schemes)
}

/// The credentials that a case states; any that fit where it states none of its own.
fn credentials(case: &Case) -> Result<Credentials, String> {
    let credentials = Credentials::new();
    let fault = |error: bursar_runtime::ConfigError| error.to_string();
    if case.direction() == "answer" {
        for scheme in schemes(case.shape) {
            let basic = matches!(scheme.place, Place::Basic);
            let any = if basic { Credential::basic("user", "any") } else { Credential::new("any") };
            credentials.set(scheme.name, any.map_err(fault)?);
        }
    }
    for (name, value) in case.get("credentials").map(Tree::members).unwrap_or_default() {
        let scheme = schemes(case.shape).find(|scheme| scheme.name == name);
        let scheme = scheme.ok_or_else(|| format!("no operation asks for the credential `{name}`"))?;
        let credential = match (value, value.items()) {
            (Tree::Text(value), _) => Credential::new(value.as_str()),
            (_, [Tree::Text(user), Tree::Text(password)]) => Credential::basic(user, password),
            _ => return Err(format!("`{name}` is no credential")),
        };
        credentials.set(scheme.name, credential.map_err(fault)?);
    }
    Ok(credentials)
}

/// The client for a case; it sends once, so that a case stays one request.
pub(crate) fn connect(case: &Case, url: &str) -> Result<Box<dyn Client>, String> {
    let shape = case.shape;
    // A provider lives as long as the program; there is one for each case.
    let provider = Box::leak(Box::new(Provider {
        name: shape.name,
        operations: shape.operations,
        limits: &[],
        retry_after: "",
        kind: |_| None,
    }));
    let base = format!("{url}{}", case.word("base_path").unwrap_or_default());
    let core = Core::builder(provider).base_url(base).auth(credentials(case)?).max_attempts(1).build();
    let core = core.map_err(|error| error.to_string())?;
    let options = case.pairs("options").fold(Options::new(), |options, (name, value)| options.header(name, value));
    Ok((shape.client)(core.with(options)))
}

/// Makes the call of a case.
pub(crate) async fn call(case: &Case, client: &dyn Client, arguments: &Arguments) -> Result<Called, String> {
    let call = client.call(case.operation(), arguments).ok_or("the client has no such operation")?;
    Ok(call.await)
}

/// Reads arguments as they stand in a case.
pub(crate) fn arguments(tree: &Tree) -> Result<Arguments, String> {
    Arguments::parse(&tree.to_string()).map_err(|error| error.to_string())
}

/// Arguments with which the operation of a case can be called: those of another case, else what the parameters accept.
pub(crate) async fn any_arguments(case: &Case, client: &dyn Client) -> Result<Arguments, String> {
    let mut given = other_arguments(case).unwrap_or_else(|| Tree::Object(Vec::new()));
    let candidates = ["\"1\"", "1", "true", "[]", "{}", "{\"text\":\"any\"}", "\"2021-09-02\""];
    let mut tried: Vec<(String, usize)> = Vec::new();
    loop {
        let arguments = arguments(&given)?;
        let Err(Failed::Argument(fault)) = call(case, client, &arguments).await? else { return Ok(arguments) };
        // "argument `name` is missing", "argument `name`: ..."
        let name = fault.split('`').nth(1).unwrap_or_default().to_owned();
        let index = match tried.iter_mut().find(|(other, _)| *other == name) {
            Some((_, index)) => {
                *index += 1;
                *index
            }
            None => {
                tried.push((name.clone(), 0));
                0
            }
        };
        let Some(candidate) = candidates.get(index) else {
            return Err(format!("no case gives arguments to call it with, and nothing fits: {fault}"));
        };
        if let Tree::Object(members) = &mut given {
            members.retain(|(other, _)| *other != name);
            members.push((name, Tree::parse(candidate)?));
        }
    }
}

/// The arguments of another case of the operation that is sent.
fn other_arguments(case: &Case) -> Option<Tree> {
    let refused = |other: &Case| ["not_sent", "undecodable"].iter().any(|key| other.expect().get(key).is_some());
    let others = cases::of(case.shape);
    let mut others = others.iter().filter(|other| other.operation() == case.operation() && !refused(other));
    others.find_map(|other| match other.direction() {
        "wire" => other.get("arguments").cloned(),
        "request" => Some(Tree::Object(vec![("body".to_owned(), other.get("body")?.clone())])),
        _ => None,
    })
}

/// Everything that a value shows of itself.
pub(crate) fn shown<T: Debug + ?Sized>(value: &T) -> String {
    format!("{value:?} {value:#?}")
}
