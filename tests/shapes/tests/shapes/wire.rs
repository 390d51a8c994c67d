//! `wire`: a call is made, and what goes out is looked at.

use std::collections::BTreeMap;

use bursar_runtime::dispatch::Failed;
use bursar_runtime::{Outcome, Phase};
use bursar_support::{Message, Nobody, Server, Step, bytes};

use crate::body;
use crate::cases::Case;
use crate::client::{self, Called};
use crate::hidden::Shown;
use crate::tree::Tree;

const EXPECTATIONS: [&str; 5] = ["method", "path_and_query", "headers", "body", "not_sent"];

pub(crate) async fn check(case: &Case) -> Result<(), String> {
    let expect = case.expect();
    if let Some((name, _)) = expect.members().iter().find(|(name, _)| !EXPECTATIONS.contains(&name.as_str())) {
        return Err(format!("a wire case expects no `{name}`"));
    }
    let mut shown = Shown::default();
    let (requests, result) = made(case, answer(200, ""), &mut shown).await?;
    match (expect.get("not_sent"), requests.as_slice()) {
        (Some(_), []) => unsent(&result)?,
        (Some(_), _) => return Err(format!("it was sent: {requests:#?}")),
        (None, [request]) => compare(request, expect).map_err(|fault| format!("{fault}\n  came {request:?}"))?,
        (None, _) => return Err(format!("{} requests were sent, {}", requests.len(), told(&result))),
    }
    if case.hidden().next().is_some() {
        for step in [answer(200, "{}"), answer(500, "{}"), answer(404, "<html>"), Step::Drop] {
            // Only what it shows of itself counts.
            let _ = made(case, step, &mut shown).await?;
        }
        let nobody = Nobody::new();
        let client = client::connect(case, &nobody.url)?;
        let arguments = client::arguments(case.get("arguments").unwrap_or(&Tree::Object(Vec::new())))?;
        shown.call(&*client, &arguments, &client::call(case, &*client, &arguments).await?);
        if let Some(body) = case.get("arguments").and_then(|arguments| arguments.get("body")) {
            shown.typed_body(case, &body.bytes())?;
        }
    }
    shown.hides(case)
}

fn answer(status: u16, body: &str) -> Step {
    Step::Cut(bytes(status, &[("content-type", "application/json"), ("connection", "close")], body.as_bytes()))
}

/// Makes the call; what came to the server, and what the caller got.
async fn made(case: &Case, step: Step, shown: &mut Shown) -> Result<(Vec<Message>, Called), String> {
    let server = Server::start(vec![step]).await;
    let client = client::connect(case, &server.url)?;
    let arguments = client::arguments(case.get("arguments").unwrap_or(&Tree::Object(Vec::new())))?;
    let result = client::call(case, &*client, &arguments).await?;
    shown.call(&*client, &arguments, &result);
    Ok((server.seen(), result))
}

/// The client itself has to refuse, and to say so.
fn unsent(result: &Called) -> Result<(), String> {
    match result {
        Err(Failed::Call { error, body: None })
            if error.phase() == Phase::NotSent && error.outcome() == Outcome::NotSent && error.attempts() == 0 =>
        {
            Ok(())
        }
        other => Err(format!("nothing was sent, but the caller is told {}", told(other))),
    }
}

fn told(result: &Called) -> String {
    result.as_ref().err().map_or_else(|| "that it succeeded".to_owned(), |failed| format!("{failed} ({failed:?})"))
}

fn compare(request: &Message, expect: &Tree) -> Result<(), String> {
    let word = |key: &str| expect.get(key).and_then(Tree::text).ok_or(format!("the case states no `{key}`"));
    if request.method() != word("method")? {
        return Err(format!("the method is {}", request.method()));
    }
    let (path, query) = target(request.path())?;
    let (expected_path, expected_query) = target(word("path_and_query")?)?;
    if path != expected_path {
        return Err(format!("the path is {path:?}, expected {expected_path:?}"));
    }
    if query != expected_query {
        return Err(format!("the query is {query:?}, expected {expected_query:?}"));
    }
    for (name, expected) in expect.get("headers").map(Tree::members).unwrap_or_default() {
        let values: Vec<&str> = request.header_values(name).collect();
        let fits = match (expected, values.as_slice()) {
            (Tree::Null, []) => true,
            (Tree::Text(pattern), [value]) => matches(pattern, value),
            _ => false,
        };
        if !fits {
            return Err(format!("the header {name} is {values:?}, expected {expected}"));
        }
    }
    body::compare(request, expect.get("body").ok_or("the case states no `body`")?)
}

fn matches(pattern: &str, value: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(""), _) => true,
        (Some(rest), Some(_)) => value.contains(rest.trim_end_matches('*')),
        (None, Some(start)) => value.starts_with(start),
        _ => value == pattern,
    }
}

/// Segments and pairs of a request target, decoded; the order of pairs counts within one name only.
type Target = (Vec<String>, BTreeMap<String, Vec<String>>);

fn target(target: &str) -> Result<Target, String> {
    if !target.starts_with('/') || !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("{target:?} is no request target"));
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let segments = path.split('/').map(body::percent_decoded).collect::<Result<_, _>>()?;
    let mut pairs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in body::pairs(query)? {
        pairs.entry(name).or_default().push(value);
    }
    Ok((segments, pairs))
}
