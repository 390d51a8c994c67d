//! The sandbox's own calls: faults by name, and what really moved.

use anyhow::{Context, Result, bail, ensure};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Fault, Faults, Rule, Times};
use crate::exchange::Answer;
use crate::{Movement, MovementKind};

/// Answers a call below `/sandbox`:
///
/// * `POST /faults` `{"provider", "operation" ("*"), "fault", "nth" | "every" | "per_mille"}` sets a rule (every call unless a number says otherwise),
/// * `GET /faults` lists rules and fault names, `DELETE /faults` forgets the rules,
/// * `GET /movements` lists what really moved.
pub(crate) fn answer(
    faults: &Faults,
    movements: impl Fn() -> Vec<Movement>,
    method: &Method,
    path: &str,
    body: &[u8],
) -> Answer {
    match (method.as_str(), path) {
        ("POST", "/faults") => match set(faults, body) {
            Ok(()) => json_answer(StatusCode::CREATED, &listing(faults)),
            Err(fault) => json_answer(StatusCode::BAD_REQUEST, &json!({ "message": format!("{fault:#}") })),
        },
        ("GET", "/faults") => json_answer(StatusCode::OK, &listing(faults)),
        ("DELETE", "/faults") => {
            faults.clear();
            Answer::empty(StatusCode::NO_CONTENT)
        }
        ("GET", "/movements") => {
            let rows: Vec<Value> = movements().iter().map(movement).collect();
            json_answer(StatusCode::OK, &json!({ "movements": rows }))
        }
        (_, "/faults" | "/movements") => Answer::empty(StatusCode::METHOD_NOT_ALLOWED),
        _ => Answer::empty(StatusCode::NOT_FOUND),
    }
}

fn json_answer(status: StatusCode, body: &Value) -> Answer {
    Answer { body: Some(body.to_string()), ..Answer::empty(status) }
}

fn set(faults: &Faults, body: &[u8]) -> Result<()> {
    let body: Value = serde_json::from_slice(body).context("the body is not JSON")?;
    let members = body.as_object().context("the body is no object")?;
    let known = ["provider", "operation", "fault", "nth", "every", "per_mille"];
    if let Some(name) = members.keys().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no member {name:?}: use {}", known.join(", "));
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let provider = text("provider").context("`provider` is missing")?;
    let fault: Fault = text("fault").context("`fault` is missing")?.parse()?;
    let number = |name: &str| -> Result<Option<u64>> {
        members
            .get(name)
            .map(|value| value.as_u64().with_context(|| format!("`{name}` is no whole number")))
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
    faults.on(provider, text("operation").unwrap_or("*"), fault, times)
}

fn listing(faults: &Faults) -> Value {
    let names: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    json!({ "rules": faults.rules().iter().map(rule).collect::<Vec<_>>(), "faults": names })
}

fn rule(rule: &Rule) -> Value {
    let Rule { provider, operation, fault, times, calls, hits } = rule;
    let mut row = json!({
        "provider": provider, "operation": operation, "fault": fault.name(), "calls": calls, "hits": hits
    });
    match times {
        Times::Always => {}
        Times::Nth(number) => row["nth"] = (*number).into(),
        Times::Every(step) => row["every"] = (*step).into(),
        Times::PerMille(share) => row["per_mille"] = (*share).into(),
    }
    row
}

fn movement(moved: &Movement) -> Value {
    let kind = match moved.kind {
        MovementKind::Transfer => "transfer",
        MovementKind::Payment => "payment",
        MovementKind::Deposit => "deposit",
        MovementKind::Withdrawal => "withdrawal",
        MovementKind::CryptoIn => "crypto_in",
        MovementKind::CryptoOut => "crypto_out",
        MovementKind::Refund => "refund",
        MovementKind::Fee => "fee",
    };
    json!({
        "provider": moved.provider,
        "sequence": moved.sequence,
        "kind": kind,
        "from": moved.from,
        "to": moved.to,
        "amount": moved.amount,
        "currency": moved.currency,
        "id": moved.id,
        "reference": moved.reference,
        "at": moved.at,
    })
}
