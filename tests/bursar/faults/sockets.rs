//! The faults that only a socket has.

use std::future::Future;

use bursar_runtime::{Builder, Rng};
use bursar_sandbox::{Fault, Sandbox, Times};
use bursar_world::matrix::{Cell, Subject};
use bursar_world::{Believed, Claim, Client, Truth, client_of, settle};

use bursar_support::{Nobody, Server};

/// Draws no wait between attempts.
struct Hasty;

impl Rng for Hasty {
    fn next_u128(&self) -> u128 {
        0
    }
}

fn hasty(core: Builder) -> Builder {
    core.rng(Hasty)
}

/// What an operation does under each of them, by the row's name.
pub(super) fn cells(subject: &Subject) -> Vec<(&'static str, Vec<Cell>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let nobody = Nobody::new();
        vec![
            ("refused (socket)", vec![stranger(subject, &nobody.url).await]),
            ("TLS failure (socket)", vec![tls_failure(subject).await]),
            ("reset at accept (socket)", vec![stranger(subject, &Server::resetting().await.url).await]),
            (
                "reset after send (socket)",
                vec![
                    customer(subject, Fault::ResetAfterSend, Times::Nth(1)).await,
                    customer(subject, Fault::ResetAfterSend, Times::Always).await,
                ],
            ),
            (
                "drop after accept (socket)",
                vec![
                    customer(subject, Fault::DropAfterAccept, Times::Nth(1)).await,
                    customer(subject, Fault::DropAfterAccept, Times::Always).await,
                ],
            ),
        ]
    })
}

/// A call to a server that knows nobody, because it never gets to read anything.
async fn stranger(subject: &Subject, url: &str) -> Cell {
    let client = subject.provider.stranger(url, &hasty).expect("a client");
    let claim = Claim { believed: believed(subject, &*client).await, then: Truth::Nothing };
    Cell { claims: vec![claim], moves: true, ..Cell::default() }
}

/// A client that speaks TLS to a server that does not.
async fn tls_failure(subject: &Subject) -> Cell {
    let sandbox = subject.sandbox().start().await.expect("a sandbox");
    let url = sandbox.url_of(subject.provider.name).expect("a provider").replace("http:", "https:");
    let client = subject.provider.stranger(&url, &hasty).expect("a client");
    measured(subject, &sandbox, believed(subject, &*client)).await
}

/// A client of the sandbox that meets a fault.
async fn customer(subject: &Subject, fault: Fault, times: Times) -> Cell {
    let sandbox = subject.sandbox().start().await.expect("a sandbox");
    let client = client_of(subject.provider, &sandbox, &hasty).await.expect("a client");
    sandbox.faults().on(subject.provider.name, subject.operation.id, fault, times).expect("a rule");
    measured(subject, &sandbox, believed(subject, &*client)).await
}

async fn believed(subject: &Subject, client: &dyn Client) -> Believed {
    subject.call_of(client, "reference-1").await.expect("a call").0
}

/// The call, and what it moved in the end.
async fn measured(subject: &Subject, sandbox: &Sandbox, call: impl Future<Output = Believed>) -> Cell {
    let believed = call.await;
    settle(|time| sandbox.advance(time));
    let moved = subject.moved_at(sandbox, None);
    let claims = vec![Claim { believed, then: subject.truth(&moved) }];
    let mut cell = Cell { claims, ..Cell::default() };
    subject.conclude(&mut cell, &moved, None).expect("the call's own effect");
    cell
}
