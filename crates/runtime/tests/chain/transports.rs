//! Something else than the HTTP client in the innermost place.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bursar_runtime::http::{Response, StatusCode};
use bursar_runtime::reqwest::Request;
use bursar_runtime::{BoxFuture, Bytes, Kind, Phase, Transport, TransportError};

use crate::support::*;

/// What the transport does with one request; the last step repeats.
#[derive(Clone)]
enum Way {
    Answers(u16, &'static str),
    Unsent,
    Unanswered,
    CutOff,
    Silent,
}

#[derive(Clone)]
struct Scripted {
    script: Arc<Vec<Way>>,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Scripted {
    fn new(script: impl Into<Vec<Way>>) -> Self {
        Self { script: Arc::new(script.into()), seen: Arc::default() }
    }

    fn count(&self) -> usize {
        self.seen.lock().expect("the log").len()
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let mut seen = self.seen.lock().expect("the log");
        seen.push(request);
        let way = self.script.get(seen.len() - 1).or(self.script.last()).expect("a step").clone();
        Box::pin(async move {
            match way {
                Way::Answers(status, body) => {
                    Ok(Response::builder().status(status).body(body.into()).expect("an answer"))
                }
                Way::Unsent => Err(TransportError::unsent("no route")),
                Way::Unanswered => Err(TransportError::unanswered("gone")),
                Way::CutOff => Err(TransportError::cut_off(StatusCode::OK, "gone")),
                Way::Silent => std::future::pending().await,
            }
        })
    }
}

const NOWHERE: &str = "http://127.0.0.1:1";

#[tokio::test]
async fn a_transport_gets_the_dressed_request_and_its_answer_is_the_answer() {
    let transport = Scripted::new([Way::Answers(200, r#"{"status":"done"}"#)]);
    let core = builder(NOWHERE).transport(transport.clone()).build().expect("a client");
    let answer = transfer(&core).await.expect("an answer");
    assert_eq!((answer.status().as_u16(), &answer.raw()[..]), (200, &br#"{"status":"done"}"#[..]));
    let seen = transport.seen.lock().expect("the log");
    assert_eq!(seen[0].url().as_str(), "http://127.0.0.1:1/transfer");
    assert_eq!(seen[0].headers()["token"], "SECRET-token");
}

#[tokio::test]
async fn what_a_transport_says_decides_about_the_outcome() {
    for (way, outcome, phase, status) in [
        (Way::Unsent, "not_sent", Phase::NotSent, None),
        (Way::Unanswered, "unknown", Phase::NoAnswer, None),
        (Way::CutOff, "unknown", Phase::NoAnswer, Some(StatusCode::OK)),
    ] {
        let transport = Scripted::new([way]);
        let (builder, _) = scripted(NOWHERE);
        let core = builder.transport(transport.clone()).build().expect("a client");
        let error = transfer(&core).await.expect_err("no answer");
        assert_eq!((error.kind(), error.outcome().name(), error.phase()), (&Kind::Connect, outcome, phase));
        assert_eq!(error.status(), status);
        let sends = if outcome == "not_sent" { 3 } else { 1 };
        assert_eq!(transport.count(), sends, "only what never left is sent again");
    }
}

#[tokio::test]
async fn a_call_with_a_reference_is_repeated_over_a_transport() {
    let transport = Scripted::new([Way::Unanswered, Way::CutOff, Way::Answers(200, "{}")]);
    let (builder, _) = scripted(NOWHERE);
    let core = builder.transport(transport.clone()).build().expect("a client");
    let answer = payment(&core, r#"{"meta":{"reference":"r-1"}}"#).await.expect("an answer");
    assert_eq!((answer.attempts(), transport.count()), (3, 3));
}

#[tokio::test]
async fn the_cap_holds_for_a_transport() {
    let transport = Scripted::new([Way::Answers(200, r#""0123456789""#)]);
    let core = builder(NOWHERE).transport(transport).response_cap(8).build().expect("a client");
    let error = transfer(&core).await.expect_err("too long");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Decode, Phase::Undecodable, "unknown"));
}

#[tokio::test(start_paused = true)]
async fn a_silent_transport_is_cut_off() {
    let core = builder(NOWHERE).transport(Scripted::new([Way::Silent])).build().expect("a client");
    let began = tokio::time::Instant::now();
    let error = transfer(&core).await.expect_err("silence");
    assert_eq!((error.kind(), error.outcome().name()), (&Kind::Timeout, "unknown"));
    assert_eq!(began.elapsed(), Duration::from_secs(30));
}

#[tokio::test]
async fn no_request_to_another_origin_reaches_a_transport() {
    let transport = Scripted::new([Way::Answers(200, "{}")]);
    let core = builder(NOWHERE).transport(transport.clone()).build().expect("a client");
    let request = core.http().post("http://127.0.0.1:2/transfer");
    let error = core.call::<serde_json::Value, bursar_runtime::Empty>(&TRANSFER, request).await.expect_err("refused");
    assert_eq!((error.outcome().name(), transport.count()), ("not_sent", 0));
}

#[tokio::test]
async fn an_attempt_that_never_left_leaves_no_doubt_about_the_next() {
    for (status, outcome) in [(400, "refused"), (500, "unknown")] {
        let transport = Scripted::new([Way::Unsent, Way::Answers(status, "{}")]);
        let core = scripted(NOWHERE).0.transport(transport.clone()).build().expect("a client");
        let error = transfer(&core).await.expect_err("an error");
        assert_eq!((error.outcome().name(), transport.count()), (outcome, 2));
    }
}
