//! The three time limits, on a clock that the test moves.

use std::time::Duration;

use bursar_runtime::{Core, Kind, Options, Phase};

use crate::support::*;

/// Nothing passes by itself.
fn frozen(url: &str) -> (Core, Script) {
    let script = Script::new(Duration::ZERO);
    (on_script(builder(url), &script).build().expect("a client"), script)
}

#[tokio::test]
async fn an_attempt_ends_when_its_time_is_over() {
    let server = Server::start(vec![Step::Hang]).await;
    let (core, script) = frozen(&server.url);
    let quick = core.with(Options::new().attempt_timeout(Duration::from_secs(3)));
    let (result, ()) = tokio::join!(transfer(&quick), async {
        server.has_seen(1).await;
        script.advance(Duration::from_secs(3));
    });
    let error = result.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Timeout, Phase::NoAnswer, "unknown"));
    assert_eq!((server.count(), error.attempts()), (1, 1));
    assert_eq!(
        error.to_string(),
        "testbank create_transfer: no complete answer within 3s: it may have taken effect, look it up before repeating it (attempt 1)"
    );
}

#[tokio::test]
async fn a_read_gets_another_attempt_after_a_timeout() {
    let server = Server::start(vec![Step::Hang, json(200, "[]")]).await;
    let script = Script::new(Duration::from_secs(1));
    let core =
        on_script(builder(&server.url), &script).attempt_timeout(Duration::from_secs(3)).build().expect("a client");
    let (result, ()) = tokio::join!(get(&core), async {
        server.has_seen(1).await;
        script.advance(Duration::from_secs(3));
    });
    assert_eq!(result.expect("an answer").attempts(), 2);
}

#[tokio::test]
async fn a_call_ends_when_its_time_is_over() {
    let server = Server::start(vec![Step::Hang]).await;
    let (core, script) = frozen(&server.url);
    let quick = core.with(Options::new().timeout(Duration::from_secs(5)));
    let (result, ()) = tokio::join!(get(&quick), async {
        server.has_seen(1).await;
        script.advance(Duration::from_secs(5));
    });
    let error = result.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.attempts()), (&Kind::Timeout, Phase::NoAnswer, 1));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn the_total_timeout_covers_the_waits_between_attempts() {
    let server = Server::start(vec![answer(503, &[("retry-after", "60")], ""), Step::Hang]).await;
    let (core, script) = frozen(&server.url);
    let (result, ()) = tokio::join!(get(&core), async {
        server.has_seen(1).await;
        while script.waits.lock().expect("the log").len() < 2 {
            tokio::task::yield_now().await;
        }
        script.advance(Duration::from_secs(90));
    });
    let error = result.expect_err("an error");
    assert_eq!((error.kind(), server.count()), (&Kind::Timeout, 1));
}

#[tokio::test]
async fn an_answer_in_time_is_kept_though_the_clock_moves() {
    let server = Server::start(vec![json(200, "[7]")]).await;
    let (core, script) = frozen(&server.url);
    let (result, ()) = tokio::join!(get(&core), async { script.advance(Duration::from_secs(29)) });
    assert_eq!(result.expect("an answer")[0], 7);
}

#[tokio::test]
async fn a_call_whose_time_is_over_at_once_sends_nothing() {
    let server = Server::start(vec![json(200, "[]")]).await;
    let (core, _) = frozen(&server.url);
    let error = transfer(&core.with(Options::new().timeout(Duration::ZERO))).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Timeout, Phase::NotSent, "not_sent"));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_handshake_that_never_ends_has_sent_nothing() {
    // A listener that accepts and stays silent: the TLS handshake does not come back.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", silent.local_addr().expect("an address"));
    let core = builder(&url).connect_timeout(Duration::from_millis(50)).max_attempts(1).build().expect("a client");
    let error = transfer(&core).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Connect, Phase::NotSent, "not_sent"));
}

#[tokio::test]
async fn the_timeout_of_a_call_overrides_the_clients() {
    let server = Server::start(vec![Step::Hang]).await;
    let script = Script::new(Duration::ZERO);
    let builder = on_script(builder(&server.url), &script)
        .timeout(Duration::from_secs(60))
        .attempt_timeout(Duration::from_secs(50));
    let quick = builder.build().expect("a client").with(Options::new().timeout(Duration::from_secs(5)));
    let (result, ()) = tokio::join!(get(&quick), async {
        server.has_seen(1).await;
        script.advance(Duration::from_secs(5));
    });
    assert_eq!(result.expect_err("an error").kind(), Kind::Timeout);
    assert_eq!(*script.waits.lock().expect("the log"), [Duration::from_secs(5)]);
}
