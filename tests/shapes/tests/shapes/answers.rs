//! `answer`: what the server sends is read, by the types alone and through a real call.

use std::str::FromStr as _;

use bursar_runtime::dispatch::{Decoded, Echo, Failed};
use bursar_runtime::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use bursar_runtime::{Phase, Reply};
use bursar_support::{Server, Step, bytes};

use crate::cases::Case;
use crate::client::{self, Called};
use crate::hidden::Shown;
use crate::tree::Tree;

/// How an answer was read.
enum Read<'a> {
    Answer(&'a Echo),
    Error(&'a Echo),
    Undecodable,
    /// Neither: the call did not come that far.
    Lost,
}

pub(crate) async fn check(case: &Case) -> Result<(), String> {
    let reply = reply(case)?;
    let decoded = (case.shape.decode)(case.operation(), &reply).ok_or("there is no such operation to decode with")?;
    let mut shown = Shown::default();
    shown.add("Debug of what was decoded", client::shown(&decoded));
    shown.typed_answer(case, &reply)?;
    let read = match &decoded {
        Decoded::Answer(echo) => Read::Answer(echo),
        Decoded::Error(echo) => Read::Error(echo),
        Decoded::Undecodable(_) => Read::Undecodable,
    };
    judge(case, &read).map_err(|fault| format!("decoded: {fault}"))?;
    called(case, &reply, &mut shown).await.map_err(|fault| format!("over the wire: {fault}"))?;
    shown.hides(case)
}

fn reply(case: &Case) -> Result<Reply, String> {
    let status = match case.get("status") {
        Some(Tree::Number(status)) => StatusCode::from_str(status).map_err(|error| error.to_string())?,
        _ => return Err("the case states no status".to_owned()),
    };
    let mut headers = HeaderMap::new();
    let content_type = case.word("content_type").unwrap_or("application/json");
    for (name, value) in [("content-type", content_type)].into_iter().chain(case.pairs("headers")) {
        let name = HeaderName::from_str(name).map_err(|error| error.to_string())?;
        headers.insert(name, HeaderValue::from_str(value).map_err(|error| error.to_string())?);
    }
    let body = case.get("body").ok_or("the case states no body")?;
    Ok(Reply::new(status, headers, body.bytes()))
}

/// Reads the answer once more, as the end of a call.
async fn called(case: &Case, reply: &Reply, shown: &mut Shown) -> Result<(), String> {
    let mut headers = vec![("connection", "close")];
    for (name, value) in reply.headers() {
        headers.push((name.as_str(), value.to_str().map_err(|error| error.to_string())?));
    }
    let server = Server::start(vec![Step::Cut(bytes(reply.status().as_u16(), &headers, reply.bytes()))]).await;
    let client = client::connect(case, &server.url)?;
    let arguments = client::any_arguments(case, &*client).await?;
    let before = server.count();
    let result = client::call(case, &*client, &arguments).await?;
    shown.call(&*client, &arguments, &result);
    let sent = server.count() - before;
    if sent != 1 {
        return Err(format!("{sent} requests were sent, {}", told(&result)));
    }
    let read = match &result {
        Ok(answer) => Read::Answer(answer),
        Err(Failed::Call { error, body: Some(echo) }) if error.phase() == Phase::Answered => Read::Error(echo),
        Err(Failed::Call { error, body: None }) if error.phase() == Phase::Undecodable => Read::Undecodable,
        Err(_) => Read::Lost,
    };
    judge(case, &read)?;
    kept(reply, &result)?;
    progress(case, &result)
}

/// Whatever was made of it, status, headers and bytes stay reachable.
fn kept(reply: &Reply, result: &Called) -> Result<(), String> {
    let (status, raw, headers) = match result {
        Ok(answer) => (answer.status(), answer.raw(), answer.headers()),
        Err(Failed::Call { error, .. }) => {
            let kept = error.reply().ok_or("the error holds no reply")?;
            (kept.status(), kept.bytes(), kept.headers())
        }
        Err(failed) => return Err(failed.to_string()),
    };
    if status != reply.status() || raw != reply.bytes() {
        return Err(format!("the raw answer is not the server's: {status}, {} bytes", raw.len()));
    }
    let lost = reply.headers().iter().find(|(name, value)| headers.get(*name) != Some(value));
    lost.map_or(Ok(()), |(name, _)| Err(format!("the header {name} is lost")))
}

fn progress(case: &Case, result: &Called) -> Result<(), String> {
    let Some(expected) = case.word("progress") else { return Ok(()) };
    let came = result.as_ref().map_or("an error", |answer| answer.progress().name());
    if came == expected { Ok(()) } else { Err(format!("progress() is {came}, not {expected}")) }
}

fn told(result: &Called) -> String {
    result.as_ref().err().map_or_else(|| "and answered".to_owned(), ToString::to_string)
}

fn judge(case: &Case, read: &Read) -> Result<(), String> {
    let expect = case.expect();
    let body = || case.get("body").ok_or("the case states no body");
    match (expect.members().first().map(|(name, value)| (name.as_str(), value)), read) {
        (None, Read::Answer(echo)) if expect.text() == Some("same") => same(case, echo, body()?),
        (Some(("as", tree)), Read::Answer(echo)) => same(case, echo, tree),
        (Some(("answer_variant", Tree::Text(variant))), Read::Answer(echo))
        | (Some(("error_variant", Tree::Text(variant))), Read::Error(echo)) => {
            if echo.variant != *variant {
                return Err(format!("came the variant `{}`, which holds {}", echo.variant, echo.json));
            }
            expect.get("body").map_or(Ok(()), |tree| same(case, echo, tree))
        }
        (Some(("decodes", Tree::Bool(true))), Read::Answer(_)) => Ok(()),
        (Some(("undecodable", Tree::Bool(true))), Read::Undecodable) => Ok(()),
        (_, Read::Answer(echo)) => Err(format!("came an answer {} {}", echo.variant, echo.json)),
        (_, Read::Error(echo)) => Err(format!("came an error {} {}", echo.variant, echo.json)),
        (_, Read::Undecodable) => Err("it does not read".to_owned()),
        (_, Read::Lost) => Err("the call failed before there was an answer".to_owned()),
    }
}

fn same(case: &Case, echo: &Echo, expected: &Tree) -> Result<(), String> {
    let came = Tree::parse(&echo.json)?;
    let difference = match expected.raw() {
        Some(text) => came.difference(&Tree::Text(text.to_owned())),
        None if case.exact() => came.difference(expected),
        None => came.without_nulls().difference(&expected.clone().without_nulls()),
    };
    difference.map_or(Ok(()), |difference| Err(format!("{difference}\n  came {}", echo.json)))
}
