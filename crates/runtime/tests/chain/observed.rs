//! What metrics get to see: ends of attempts and calls, drift by path, and nothing else.

use std::sync::{Arc, Mutex};

use bursar_runtime::{AttemptEnd, CallEnd, Drift, Observer, Operation, Outcome};

use crate::support::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, line: String) {
        self.0.lock().expect("the log").push(line);
    }

    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("the log"))
    }
}

impl Observer for Log {
    fn attempt_ended(&self, end: &AttemptEnd<'_>) {
        let kind = end.kind.map_or("-", |kind| kind.name());
        self.add(format!("attempt {} {:?} {kind}", end.operation.id, end.status));
    }

    fn call_ended(&self, end: &CallEnd<'_>) {
        let kind = end.kind.map_or("-", |kind| kind.name());
        let outcome = end.outcome.map(|outcome| matches!(outcome, Outcome::Unknown(_)));
        self.add(format!(
            "call {} {:?} {kind} {} {outcome:?} {:?}",
            end.operation.id, end.status, end.attempts, end.elapsed
        ));
    }

    fn wants_drift(&self) -> bool {
        true
    }

    fn drifted(&self, operation: &'static Operation, drift: &Drift) {
        self.add(format!("drift {} {:?}", operation.id, drift.unknown()));
    }
}

#[tokio::test]
async fn every_attempt_and_every_call_is_seen_once() {
    let server = Server::start(vec![json(503, ""), json(200, "[]"), json(500, "{}"), json(200, "<html>")]).await;
    let log = Log::default();
    let (builder, _) = scripted(&server.url);
    let core = builder.observer(log.clone()).build().expect("a client");
    get(&core).await.expect("an answer");
    assert_eq!(
        log.lines(),
        [
            "attempt get_thing Some(503) server",
            "attempt get_thing Some(200) -",
            "call get_thing Some(200) - 2 None 1ms",
        ]
    );
    transfer(&core).await.expect_err("an error");
    assert_eq!(
        log.lines(),
        ["attempt create_transfer Some(500) server", "call create_transfer Some(500) server 1 Some(true) 0ns",]
    );
    // What cannot be read is no failure of the attempt, but of the call.
    get(&core).await.expect_err("an error");
    assert_eq!(log.lines(), ["attempt get_thing Some(200) -", "call get_thing Some(200) decode 1 Some(false) 0ns"]);
}

#[tokio::test]
async fn a_call_that_was_not_sent_is_seen_too() {
    let log = Log::default();
    let (builder, _) = scripted("http://127.0.0.1:1");
    let core = builder.max_attempts(1).observer(log.clone()).build().expect("a client");
    transfer(&core).await.expect_err("an error");
    assert_eq!(
        log.lines(),
        ["attempt create_transfer None connect", "call create_transfer None connect 1 Some(false) 0ns"]
    );
}
