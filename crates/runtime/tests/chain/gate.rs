//! Can anything be sent twice that may take effect twice?

use bursar_runtime::{Kind, Phase};

use crate::support::*;

#[tokio::test]
async fn an_unkeyed_transfer_is_sent_once_whatever_the_answer() {
    for status in [500, 502, 503, 504, 429, 408, 409, 302] {
        let server = Server::start(vec![json(status, "{}")]).await;
        let (builder, _) = scripted(&server.url);
        let error = transfer(&builder.build().expect("a client")).await.expect_err("an error");
        assert_eq!((server.count(), error.attempts()), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn an_unkeyed_transfer_without_an_answer_is_unknown_and_not_repeated() {
    let server = Server::start(vec![Step::Cut(Vec::new())]).await;
    let error = transfer(&core(&server.url)).await.expect_err("an error");
    assert_eq!(server.count(), 1);
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Connect, Phase::NoAnswer, "unknown"));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_truncated_answer_is_unknown() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":\"do".to_vec();
    let server = Server::start(vec![Step::Cut(cut)]).await;
    let error = transfer(&core(&server.url)).await.expect_err("an error");
    assert_eq!(server.count(), 1);
    assert_eq!((error.phase(), error.outcome().name()), (Phase::NoAnswer, "unknown"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
}

#[tokio::test]
async fn an_unreadable_answer_to_a_transfer_is_unknown() {
    let server = Server::start(vec![json(200, "<html>")]).await;
    let error = transfer(&core(&server.url)).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Decode, Phase::Undecodable, "unknown"));
    assert_eq!(error.raw(), Some(&b"<html>"[..]));
}

#[tokio::test]
async fn a_code_that_leaves_it_open_makes_a_refusal_unknown() {
    for (code, outcome) in [("ASK", "unknown"), ("LOW", "refused")] {
        let server = Server::start(vec![json(400, &format!(r#"{{"code":"{code}"}}"#))]).await;
        let error = transfer(&core(&server.url)).await.expect_err("an error");
        assert_eq!((error.outcome().name(), server.count()), (outcome, 1), "{code}");
    }
}

#[tokio::test]
async fn a_refused_connection_sends_nothing_and_may_be_tried_again() {
    let (builder, script) = scripted(&nobody().await);
    let error = transfer(&builder.build().expect("a client")).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Connect, Phase::NotSent, "not_sent"));
    assert_eq!((error.attempts(), script.waits().len()), (3, 2));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_connection_that_comes_up_later_sends_once() {
    let url = nobody().await;
    let address = url.trim_start_matches("http://").parse().expect("an address");
    let (builder, script) = scripted(&url);
    let core = builder.build().expect("a client");
    let late = async {
        // Opens the port once the first attempt has failed.
        while script.waits.lock().expect("the log").len() < 3 {
            tokio::task::yield_now().await;
        }
        Server::at(address, vec![json(200, "{}")]).await
    };
    let patient = core.with(bursar_runtime::Options::new().max_attempts(100_000));
    let (answer, server) = tokio::join!(transfer(&patient), late);
    assert!(answer.expect("an answer").attempts() > 1);
    assert_eq!((server.connections(), server.count()), (1, 1));
}

#[tokio::test]
async fn a_reference_in_the_body_makes_a_repeat_harmless() {
    let server = Server::start(vec![json(503, "{}"), Step::Cut(Vec::new()), json(200, "{}")]).await;
    let (builder, _) = scripted(&server.url);
    let core = builder.build().expect("a client");
    let answer = payment(&core, r#"{"meta":{"reference":"r-1"},"amount":1}"#).await.expect("an answer");
    assert_eq!((server.count(), answer.attempts()), (3, 3));
    let bodies: Vec<_> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}

#[tokio::test]
async fn a_reference_that_is_missing_empty_or_null_does_not() {
    for body in
        ["{}", r#"{"meta":{"reference":""}}"#, r#"{"meta":{"reference":null}}"#, r#"{"reference":"r-1"}"#, "reference"]
    {
        let server = Server::start(vec![json(503, "{}")]).await;
        let (builder, _) = scripted(&server.url);
        let error = payment(&builder.build().expect("a client"), body).await.expect_err("an error");
        assert_eq!((server.count(), error.outcome().name()), (1, "unknown"), "{body}");
    }
}

#[tokio::test]
async fn a_reference_in_a_header_counts_for_writes_too() {
    let server = Server::start(vec![json(503, "{}"), json(200, "{}")]).await;
    let (builder, _) = scripted(&server.url);
    let core = builder.build().expect("a client");
    assert_eq!(refund(&core, Some("r-1")).await.expect("an answer").attempts(), 2);
    let server = Server::start(vec![json(503, "{}")]).await;
    let (builder, _) = scripted(&server.url);
    assert!(refund(&builder.build().expect("a client"), None).await.is_err());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_refusal_after_an_attempt_of_open_fate_is_unknown() {
    for (first, last, outcome) in [
        (503, 400, "unknown"),
        (503, 412, "unknown"),
        (503, 401, "unknown"),
        (429, 400, "unknown"),
        (400, 400, "refused"),
    ] {
        let server = Server::start(vec![json(first, "{}"), json(last, "{}")]).await;
        let (builder, _) = scripted(&server.url);
        let error =
            payment(&builder.build().expect("a client"), r#"{"meta":{"reference":1}}"#).await.expect_err("an error");
        assert_eq!(
            (error.attempts(), error.outcome().name()),
            (if first == 400 { 1 } else { 2 }, outcome),
            "{first} {last}"
        );
        assert_eq!(error.kind() == Kind::Duplicate, last == 412);
    }
}

#[tokio::test]
async fn the_outcome_follows_the_document_and_then_the_status() {
    let expected = [
        (400, "{}", "refused"),
        (401, "{}", "refused"),
        (402, "{}", "refused"),
        (403, "{}", "refused"),
        (406, "{}", "refused"),
        (410, "{}", "refused"),
        (415, "{}", "refused"),
        (422, "{}", "refused"),
        (429, "{}", "refused"),
        (450, "{}", "refused"),
        (453, "{}", "refused"),
        (405, "{}", "unknown"),
        (408, "{}", "unknown"),
        (425, "{}", "unknown"),
        (302, "{}", "unknown"),
        (501, "{}", "unknown"),
        (503, "{}", "unknown"),
        // What the document states goes first.
        (409, "{}", "refused"),
        (404, "{}", "unknown"),
        (500, "{}", "unknown"),
        (500, r#"{"code":17}"#, "refused"),
        (500, r#"{"code":"LOW"}"#, "refused"),
        (500, r#"{"code":"18"}"#, "unknown"),
    ];
    for (status, body, outcome) in expected {
        let server = Server::start(vec![json(status, body)]).await;
        let error = transfer(&core(&server.url)).await.expect_err("an error");
        assert_eq!((error.outcome().name(), error.phase()), (outcome, Phase::Answered), "{status} {body}");
    }
}

#[tokio::test]
async fn a_read_is_never_in_doubt() {
    for step in [json(500, "{}"), json(200, "<html>"), Step::Cut(Vec::new())] {
        let server = Server::start(vec![step]).await;
        let (builder, _) = scripted(&server.url);
        let error = get(&builder.build().expect("a client")).await.expect_err("an error");
        assert_eq!(error.outcome().name(), "refused");
    }
}
