//! The sandbox's own calls: faults and fates by name, what really moved, and what broke a document.

use anyhow::{Context, Result, bail, ensure};
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::{Effect, Fault, Faults, Rule, Times};
use crate::Movement;
use crate::exchange::Answer;
use crate::fate::Fate;
use crate::violation::{Side, Violation, Violations};

/// What the sandbox's own calls are about.
pub(crate) struct Own<'a> {
    pub(crate) faults: &'a Faults,
    pub(crate) violations: &'a Violations,
    pub(crate) movements: &'a dyn Fn() -> Vec<Movement>,
}

/// Answers a call below `/sandbox`:
///
/// * `POST /faults` `{"provider", "operation" ("*"), "fault" or "fate", "nth" | "every" | "per_mille"}` sets a rule (every call unless a
///   number says otherwise),
/// * `GET /faults` lists rules and the names of faults and fates, `DELETE /faults` forgets the rules,
/// * `GET /movements` lists what really moved,
/// * `GET /violations` lists what broke a document, `DELETE /violations` forgets it.
pub(crate) fn answer(own: &Own<'_>, method: &Method, path: &str, headers: &HeaderMap, body: &[u8]) -> Answer {
    if let Err(fault) = is_local(headers) {
        return json_answer(StatusCode::FORBIDDEN, &json!({ "message": fault }));
    }
    match (method.as_str(), path) {
        ("POST", "/faults") => match set(own.faults, headers, body) {
            Ok(()) => json_answer(StatusCode::CREATED, &listing(own.faults)),
            Err(fault) => json_answer(StatusCode::BAD_REQUEST, &json!({ "message": format!("{fault:#}") })),
        },
        ("GET", "/faults") => json_answer(StatusCode::OK, &listing(own.faults)),
        ("DELETE", "/faults") => {
            own.faults.clear();
            Answer::empty(StatusCode::NO_CONTENT)
        }
        ("GET", "/movements") => {
            let rows: Vec<Value> = (own.movements)().iter().map(movement).collect();
            json_answer(StatusCode::OK, &json!({ "movements": rows }))
        }
        ("GET", "/violations") => {
            let rows: Vec<Value> = own.violations.all().iter().map(violation).collect();
            json_answer(StatusCode::OK, &json!({ "violations": rows, "forgotten": own.violations.forgotten() }))
        }
        ("DELETE", "/violations") => {
            own.violations.clear();
            Answer::empty(StatusCode::NO_CONTENT)
        }
        (_, "/faults" | "/movements" | "/violations") => Answer::empty(StatusCode::METHOD_NOT_ALLOWED),
        _ => Answer::empty(StatusCode::NOT_FOUND),
    }
}

/// Whether a call comes from this machine and from no page of somebody else. A web page can make a browser call any port of the
/// machine, also under a host name of its own that it lets point here; it cannot choose `Host`, `Origin` and `Sec-Fetch-Site`.
fn is_local(headers: &HeaderMap) -> Result<(), &'static str> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if text("host").is_some_and(|host| !is_loopback(host)) {
        return Err("requests to /sandbox must name the host localhost, 127.0.0.1 or [::1]");
    }
    let is_own = |origin: &str| origin.strip_prefix("http://") == text("host");
    if text("origin").is_some_and(|origin| !is_own(origin))
        || text("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].contains(&site))
    {
        return Err("requests to /sandbox from other origins are refused");
    }
    Ok(())
}

/// Whether a host, with or without a port, is this machine by name or number.
fn is_loopback(host: &str) -> bool {
    let (is_own, port) = match host.strip_prefix("[::1]") {
        Some(port) => (true, port),
        None => {
            let (name, port) = host.split_at(host.find(':').unwrap_or(host.len()));
            (name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1", port)
        }
    };
    let digits = port.strip_prefix(':').unwrap_or("0");
    is_own && (port.is_empty() || port.starts_with(':')) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn json_answer(status: StatusCode, body: &Value) -> Answer {
    Answer { body: Some(body.to_string()), ..Answer::empty(status) }
}

fn set(faults: &Faults, headers: &HeaderMap, body: &[u8]) -> Result<()> {
    if let Some(media_type) = headers.get("content-type") {
        let is_json = media_type.to_str().is_ok_and(crate::document::is_json);
        ensure!(is_json, "the media type is not application/json");
    }
    let body: Value = serde_json::from_slice(body).context("the body is not JSON")?;
    let members = body.as_object().context("the body is not an object")?;
    let known = ["provider", "operation", "fault", "fate", "nth", "every", "per_mille"];
    if let Some(name) = members.keys().find(|name| !known.contains(&name.as_str())) {
        bail!("unknown member {name:?}: use {}", known.join(", "));
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let provider = text("provider").context("`provider` is missing")?;
    let effect: Effect = match (text("fault"), text("fate")) {
        (Some(fault), None) => fault.parse::<Fault>()?.into(),
        (None, Some(fate)) => fate.parse::<Fate>()?.into(),
        (None, None) => bail!("`fault` or `fate` is missing"),
        (Some(_), Some(_)) => bail!("only one of `fault` and `fate` can be set: use two rules"),
    };
    let number = |name: &str| -> Result<Option<u64>> {
        members
            .get(name)
            .map(|value| value.as_u64().with_context(|| format!("`{name}` is not a whole number")))
            .transpose()
    };
    let times = match (number("nth")?, number("every")?, number("per_mille")?) {
        (None, None, None) => Times::Always,
        (Some(number), None, None) => Times::Nth(number),
        (None, Some(step), None) => Times::Every(step),
        (None, None, Some(share)) => {
            ensure!(share <= 1000, "`per_mille` is more than 1000");
            Times::PerMille(u16::try_from(share)?)
        }
        _ => bail!("only one of `nth`, `every` and `per_mille` can be set"),
    };
    faults.on(provider, text("operation").unwrap_or("*"), effect, times)
}

fn listing(faults: &Faults) -> Value {
    let names: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    let fates: Vec<&str> = Fate::ALL.iter().map(|fate| fate.name()).collect();
    json!({ "rules": faults.rules().iter().map(rule).collect::<Vec<_>>(), "faults": names, "fates": fates })
}

fn rule(rule: &Rule) -> Value {
    let Rule { provider, operation, effect, times, calls, hits } = rule;
    let mut row = json!({ "provider": provider, "operation": operation, "calls": calls, "hits": hits });
    match effect {
        Effect::Fault(fault) => row["fault"] = fault.name().into(),
        Effect::Fate(fate) => row["fate"] = fate.name().into(),
    }
    match times {
        Times::Always => {}
        Times::Nth(number) => row["nth"] = (*number).into(),
        Times::Every(step) => row["every"] = (*step).into(),
        Times::PerMille(share) => row["per_mille"] = (*share).into(),
    }
    row
}

fn movement(moved: &Movement) -> Value {
    json!({
        "provider": moved.provider,
        "sequence": moved.sequence,
        "kind": moved.kind.name(),
        "from": moved.from,
        "to": moved.to,
        "amount": moved.amount,
        "currency": moved.currency,
        "id": moved.id,
        "reference": moved.reference,
        "at": moved.at,
        "undoes": moved.undoes,
        "tag": moved.tag,
    })
}

fn violation(violation: &Violation) -> Value {
    let (side, status) = match violation.side {
        Side::Request => ("request", None),
        Side::Answer { status } => ("answer", Some(status)),
    };
    json!({
        "provider": violation.provider,
        "operation": violation.operation,
        "side": side,
        "status": status,
        "pointer": violation.pointer,
        "rule": violation.rule,
    })
}
