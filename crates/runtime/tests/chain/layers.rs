//! What middleware of the caller's may do, and what it may not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bursar_runtime::http::Extensions;
use bursar_runtime::reqwest::{Request, Response, Url};
use bursar_runtime::reqwest_middleware::{Error as LayerError, Result as LayerResult};
use bursar_runtime::{Kind, Middleware, Next, Phase};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;

use crate::support::*;

/// Sends everything again until it has been sent `0` times, whatever came of it.
struct Again(usize);

#[async_trait::async_trait]
impl Middleware for Again {
    async fn handle(&self, request: Request, extensions: &mut Extensions, next: Next<'_>) -> LayerResult<Response> {
        for _ in 1..self.0 {
            let copy = request.try_clone().expect("whole bytes");
            let _ = next.clone().run(copy, extensions).await;
        }
        next.run(request, extensions).await
    }
}

/// Changes each request before it goes on.
struct Change(fn(&mut Request, usize), AtomicUsize);

#[async_trait::async_trait]
impl Middleware for Change {
    async fn handle(&self, mut request: Request, extensions: &mut Extensions, next: Next<'_>) -> LayerResult<Response> {
        (self.0)(&mut request, self.1.fetch_add(1, Ordering::SeqCst));
        next.run(request, extensions).await
    }
}

fn changing(change: fn(&mut Request, usize)) -> Change {
    Change(change, AtomicUsize::new(0))
}

fn retry_by_default() -> RetryTransientMiddleware<ExponentialBackoff> {
    let millisecond = std::time::Duration::from_millis(1);
    let policy = ExponentialBackoff::builder().retry_bounds(millisecond, millisecond).build_with_max_retries(3);
    RetryTransientMiddleware::new_with_policy(policy)
}

#[tokio::test]
async fn reqwest_retry_around_an_unkeyed_transfer_gives_one_post() {
    let server = Server::start(vec![json(500, r#"{"x":1}"#)]).await;
    let core = builder(&server.url).middleware(retry_by_default()).build().expect("a client");
    let error = transfer(&core).await.expect_err("an error");
    assert_eq!(server.count(), 1);
    // The answer to the one POST is the outcome, not the layer's failure to repeat it.
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Server, Phase::Answered, "unknown"));
    assert_eq!((error.attempts(), error.raw()), (1, Some(&br#"{"x":1}"#[..])));
    assert!(error.to_string().contains("a retry was suppressed"), "{error}");
}

#[tokio::test]
async fn reqwest_retry_around_a_read_repeats_it() {
    let server = Server::start(vec![json(500, "{}"), json(500, "{}"), json(200, r#"{"a":1}"#)]).await;
    let core = builder(&server.url).middleware(retry_by_default()).build().expect("a client");
    let answer = get(&core).await.expect("an answer");
    assert_eq!((server.count(), answer.attempts()), (3, 3));
    assert_eq!(answer["a"], 1);
}

#[tokio::test]
async fn a_layer_that_repeats_everything_cannot_repeat_a_transfer() {
    for (step, outcome, kind) in [
        (json(500, "{}"), "unknown", Kind::Server),
        (json(400, "{}"), "refused", Kind::INVALID),
        (json(429, "{}"), "refused", Kind::RateLimited),
        (Step::Cut(Vec::new()), "unknown", Kind::Connect),
    ] {
        let server = Server::start(vec![step]).await;
        let core = builder(&server.url).middleware(Again(5)).build().expect("a client");
        let error = transfer(&core).await.expect_err("an error");
        assert_eq!((server.count(), error.attempts()), (1, 1));
        assert_eq!((error.outcome().name(), error.kind()), (outcome, &kind));
    }
    let server = Server::start(vec![json(200, r#"{"status":"done"}"#)]).await;
    let core = builder(&server.url).middleware(Again(5)).build().expect("a client");
    assert_eq!(transfer(&core).await.expect("the first answer")["status"], "done");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn missing_authentication_and_a_missing_password_allow_one_repeat_each() {
    for (script, sent) in
        [(vec![401], 2), (vec![450], 2), (vec![401, 450], 3), (vec![450, 401, 450], 3), (vec![403], 1)]
    {
        let server = Server::start(script.iter().map(|status| json(*status, "{}")).collect()).await;
        let core = builder(&server.url).middleware(Again(9)).build().expect("a client");
        let error = transfer(&core).await.expect_err("an error");
        assert_eq!((server.count(), error.outcome().name()), (sent, "refused"), "{script:?}");
    }
    // Without a layer nobody repeats at all.
    for status in [401, 450] {
        let server = Server::start(vec![json(status, "{}")]).await;
        assert!(transfer(&core(&server.url)).await.is_err());
        assert!(get(&core(&server.url)).await.is_err());
        assert_eq!(server.count(), 2);
    }
}

#[tokio::test]
async fn a_layer_repeats_a_keyed_payment_only_with_the_same_reference() {
    const BODY: &str = r#"{"meta":{"reference":"r-1"}}"#;
    let server = Server::start(vec![json(500, "{}")]).await;
    let core = builder(&server.url).middleware(Again(4)).build().expect("a client");
    assert!(payment(&core, BODY).await.is_err());
    assert_eq!(server.count(), 4);

    let server = Server::start(vec![json(500, "{}")]).await;
    let renaming = changing(|request, number| {
        *request.body_mut() = Some(format!(r#"{{"meta":{{"reference":"r-{number}"}}}}"#).into())
    });
    let core = builder(&server.url).middleware(Again(4)).middleware(renaming).build().expect("a client");
    assert!(payment(&core, BODY).await.is_err());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_refusal_of_one_attempt_lets_no_request_without_reference_pass_while_another_is_open() {
    // The first may have taken effect; the second is refused for its credentials; the third has lost the reference.
    let server = Server::start(vec![json(500, "{}"), json(401, "{}"), json(200, "{}")]).await;
    let forgetting = changing(|request, number| {
        if number == 2 {
            *request.body_mut() = Some("{}".into());
        }
    });
    let core = builder(&server.url).middleware(Again(3)).middleware(forgetting).build().expect("a client");
    let error = payment(&core, r#"{"meta":{"reference":"r-1"}}"#).await.expect_err("an error");
    assert_eq!((server.count(), error.outcome().name()), (2, "unknown"));
}

#[tokio::test]
async fn a_request_that_a_layer_sends_elsewhere_stays_here() {
    let (server, other) = (Server::start(vec![json(200, "{}")]).await, Server::start(vec![json(200, "{}")]).await);
    static ELSEWHERE: std::sync::OnceLock<Url> = std::sync::OnceLock::new();
    ELSEWHERE.get_or_init(|| Url::parse(&format!("{}/things/7", other.url)).expect("a URL"));
    let elsewhere = changing(|request, _| *request.url_mut() = ELSEWHERE.get().expect("a URL").clone());
    let error =
        get(&builder(&server.url).middleware(elsewhere).build().expect("a client")).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Config, Phase::NotSent, "not_sent"));
    assert_eq!((server.connections(), other.connections()), (0, 0));

    for change in [
        (|request, _| request.url_mut().set_path("/things/7/../../transfer")) as fn(&mut Request, usize),
        |request, _| request.url_mut().set_username("eve").expect("a URL"),
        |request, _| *request.method_mut() = bursar_runtime::reqwest::Method::DELETE,
    ] {
        let core = builder(&server.url).middleware(changing(change)).build().expect("a client");
        assert_eq!(get(&core).await.expect_err("an error").outcome().name(), "not_sent");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_layer_sees_a_whole_answer_and_no_credentials() {
    struct Look(Arc<std::sync::Mutex<String>>);
    #[async_trait::async_trait]
    impl Middleware for Look {
        async fn handle(&self, request: Request, extensions: &mut Extensions, next: Next<'_>) -> LayerResult<Response> {
            let before = format!("{:?}", request.headers());
            let answer = next.run(request, extensions).await?;
            *self.0.lock().expect("the note") =
                format!("{before} {} {:?} {}", answer.status(), answer.headers(), answer.url().path());
            Ok(answer)
        }
    }
    let server = Server::start(vec![answer(200, &[("x-request-id", "q-1")], "[1]")]).await;
    let note = Arc::default();
    let core = builder(&server.url).middleware(Look(Arc::clone(&note))).build().expect("a client");
    let read = get(&core).await.expect("an answer");
    assert_eq!((read.request_id(), &read.raw()[..]), (Some("q-1"), &b"[1]"[..]));
    let note = note.lock().expect("the note").clone();
    assert!(note.contains("200 OK") && note.contains("q-1") && note.ends_with("/things/7"), "{note}");
    assert!(!note.contains("SECRET") && !note.contains("token"), "{note}");
}

#[tokio::test]
async fn a_layer_that_fails_by_itself_is_named_and_loses_no_answer() {
    struct Fail(bool);
    #[async_trait::async_trait]
    impl Middleware for Fail {
        async fn handle(&self, request: Request, extensions: &mut Extensions, next: Next<'_>) -> LayerResult<Response> {
            if self.0 {
                next.run(request, extensions).await?;
            }
            Err(LayerError::middleware(std::io::Error::other("the layer's own words")))
        }
    }
    let server = Server::start(vec![json(200, r#"{"id":1}"#)]).await;
    let before = builder(&server.url).middleware(Fail(false)).build().expect("a client");
    let error = transfer(&before).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Middleware, Phase::NotSent, "not_sent"));
    assert_eq!(server.count(), 0);
    assert_eq!(std::error::Error::source(&error).map(ToString::to_string).as_deref(), Some("the layer's own words"));

    let after = builder(&server.url).middleware(Fail(true)).build().expect("a client");
    let error = transfer(&after).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase(), error.outcome().name()), (&Kind::Middleware, Phase::Answered, "unknown"));
    assert_eq!(error.raw(), Some(&br#"{"id":1}"#[..]));
}

#[tokio::test]
async fn a_layer_that_hides_the_call_from_the_gate_sends_nothing() {
    struct Fresh;
    #[async_trait::async_trait]
    impl Middleware for Fresh {
        async fn handle(&self, request: Request, _: &mut Extensions, next: Next<'_>) -> LayerResult<Response> {
            next.run(request, &mut Extensions::new()).await
        }
    }
    let server = Server::start(vec![json(200, "{}")]).await;
    let error =
        transfer(&builder(&server.url).middleware(Fresh).build().expect("a client")).await.expect_err("an error");
    assert_eq!((error.outcome().name(), server.connections()), ("not_sent", 0));
}

#[tokio::test]
async fn a_layer_that_answers_by_itself_has_sent_nothing() {
    struct Broken;
    #[async_trait::async_trait]
    impl Middleware for Broken {
        async fn handle(&self, _: Request, _: &mut Extensions, _: Next<'_>) -> LayerResult<Response> {
            let answer = bursar_runtime::http::Response::builder().status(503).body("open circuit");
            Ok(answer.map_err(LayerError::middleware)?.into())
        }
    }
    let core = builder(&nobody().await).middleware(Broken).build().expect("a client");
    let error = transfer(&core).await.expect_err("an error");
    assert_eq!((error.phase(), error.outcome().name(), error.attempts()), (Phase::Answered, "not_sent", 0));
}

#[tokio::test]
async fn layers_run_in_the_order_they_were_added() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let first = changing(|request, _| {
        request.headers_mut().append("x-order", "1".parse().expect("a value"));
    });
    let second = changing(|request, _| {
        request.headers_mut().append("x-order", "2".parse().expect("a value"));
    });
    get(&builder(&server.url).middleware(first).middleware(second).build().expect("a client"))
        .await
        .expect("an answer");
    let seen = &server.seen()[0];
    let order: Vec<_> =
        seen.headers.iter().filter(|(name, _)| name == "x-order").map(|(_, value)| value.as_str()).collect();
    assert_eq!(order, ["1", "2"]);
}
