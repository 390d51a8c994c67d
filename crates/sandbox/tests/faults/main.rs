//! Faults by header, by rule and by admin call, over sockets and without them.

#![allow(clippy::unwrap_used, reason = "helpers of tests stop where a test would")]

mod admin;
mod fates;
mod in_process;
mod over_sockets;

use std::time::Duration;

use bursar_sandbox::fault::HEADER;
use bursar_sandbox::{Exchange, Fault, Sandbox, kotani};
use serde_json::{Value, json};

/// A transfer between two balances of a wallet: it moves at once, each time it is asked for.
const TRANSFER: &str = "transfer_deposit_balance";
const PATH: &str = "/api/v3/wallet/transfer/deposit-balance";

fn body() -> String {
    json!({ "walletId": "wallet-kes", "amount": 10.0 }).to_string()
}

/// How often the transfer was carried out.
fn moved(sandbox: &Sandbox) -> usize {
    sandbox.advance(Duration::from_secs(60));
    sandbox.movements().len()
}

/// Makes the transfer without a socket.
fn transfer(sandbox: &Sandbox, fault: Option<&str>) -> Exchange {
    let mut request = axum::http::Request::post(format!("{}{PATH}", sandbox.kotani_url()))
        .header("authorization", format!("Bearer {}", kotani::API_KEY))
        .header("content-type", "application/json");
    if let Some(fault) = fault {
        request = request.header(HEADER, fault);
    }
    sandbox.exchange(request.body(body().into()).unwrap())
}

/// A call of the sandbox's own.
fn own(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> (u16, Value) {
    let uri = format!("{}/sandbox{path}", sandbox.url());
    let request = axum::http::Request::builder().method(method).uri(uri).body(body.to_owned().into()).unwrap();
    let Exchange::Answered(answer) = sandbox.exchange(request) else { panic!("no answer") };
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

/// Which faults let the transfer happen, and how often.
fn effects(fault: Fault) -> usize {
    match fault {
        Fault::DuplicateDelivery => 2,
        fault if fault.has_effect() => 1,
        _ => 0,
    }
}
