//! How much is sent: within the provider's rate, within the concurrency limit, and not much more because of failures.

use std::time::Duration;

use bursar_runtime::{AttemptEnd, Kind, Observer, Options, Phase, RateLimit};

use crate::support::*;

#[tokio::test]
async fn a_call_beyond_the_rate_waits_its_turn() {
    let server = Server::start(vec![json(200, "[]")]).await;
    let (builder, script) = scripted(&server.url);
    let core = builder.rate_limit(RateLimit::Wait(Duration::from_secs(10))).build().expect("a client");
    for _ in 0..5 {
        counted(&core).await.expect("an answer");
    }
    // Three at once, then one each second.
    assert_eq!((server.count(), script.waits()), (5, vec![1000, 1000]));
    // Other operations are not counted.
    get(&core).await.expect("an answer");
}

#[tokio::test]
async fn a_call_that_would_wait_too_long_fails_unsent() {
    let server = Server::start(vec![json(200, "[]")]).await;
    for (policy, fits) in
        [(RateLimit::FailFast, false), (RateLimit::Wait(Duration::from_millis(999)), false), (RateLimit::Off, true)]
    {
        let (builder, _) = scripted(&server.url);
        let core = builder.rate_limit(policy).build().expect("a client");
        let before = server.count();
        for _ in 0..3 {
            counted(&core).await.expect("an answer");
        }
        match counted(&core).await {
            Ok(_) => assert!(fits),
            Err(error) => {
                assert_eq!((error.kind(), error.phase()), (&Kind::RateLimited, Phase::NotSent));
                assert_eq!((error.outcome().name(), error.retry_after()), ("not_sent", Some(Duration::from_secs(1))));
                assert!(
                    error.is_retryable() && error.to_string().contains("the provider's rate limit for `few` calls")
                );
            }
        }
        assert_eq!(server.count() - before, if fits { 4 } else { 3 });
    }
}

#[tokio::test]
async fn a_server_on_this_machine_has_no_rate_unless_asked() {
    let server = Server::start(vec![json(200, "[]")]).await;
    let core = core(&server.url);
    for _ in 0..10 {
        counted(&core).await.expect("an answer");
    }
    assert_eq!(server.count(), 10);
}

#[tokio::test]
async fn a_429_silences_its_lane_until_the_time_it_names() {
    for step in [
        answer(429, &[("retry-after", "7")], "{}"),
        json(429, r#"{"data":{"retryAfter":7}}"#),
        answer(429, &[("retry-after", "90")], r#"{"data":{"retryAfter":7}}"#),
    ] {
        let server = Server::start(vec![step, json(200, "[]")]).await;
        let (builder, script) = scripted(&server.url);
        let core =
            builder.rate_limit(RateLimit::Wait(Duration::from_secs(10))).max_attempts(1).build().expect("a client");
        let error = counted(&core).await.expect_err("an error");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        get(&core).await.expect("another lane");
        assert_eq!(script.waits(), [0u128; 0]);
        counted(&core).await.expect("an answer");
        assert_eq!((script.waits(), server.count()), (vec![7_000], 3));
    }
}

#[tokio::test]
async fn a_lane_is_silent_for_a_day_at_most_and_the_observer_sees_it() {
    #[derive(Default)]
    struct Waits(std::sync::Mutex<Vec<Option<Duration>>>);
    impl Observer for Waits {
        fn attempt_ended(&self, attempt: &AttemptEnd<'_>) {
            self.0.lock().expect("the log").push(attempt.retry_after);
        }
    }
    impl Observer for Shared {
        fn attempt_ended(&self, attempt: &AttemptEnd<'_>) {
            self.0.attempt_ended(attempt);
        }
    }
    struct Shared(std::sync::Arc<Waits>);
    let waits = std::sync::Arc::new(Waits::default());
    let server = Server::start(vec![answer(429, &[("retry-after", "1000000000")], "{}"), json(200, "[]")]).await;
    let (builder, script) = scripted(&server.url);
    let policy = RateLimit::Wait(Duration::from_secs(10));
    let core = builder.rate_limit(policy).observer(Shared(waits.clone())).build().expect("a client");
    let day = Duration::from_secs(86_400);
    assert_eq!(counted(&core).await.expect_err("an error").retry_after(), Some(day));
    script.advance(day - Duration::from_secs(11));
    assert!(counted(&core).await.is_err());
    script.advance(Duration::from_secs(1));
    counted(&core).await.expect("an answer");
    assert_eq!((server.count(), waits.0.lock().expect("the log").clone()), (2, vec![Some(day), None]));
}

#[tokio::test]
async fn no_more_calls_run_at_once_than_there_are_places() {
    let server = Server::start(vec![Step::Hang]).await;
    let (builder, _) = scripted(&server.url);
    let core = builder.max_concurrent_calls(2).build().expect("a client");
    let (one, two) = (core.clone(), core.clone());
    let under_way = [tokio::spawn(async move { get(&one).await }), tokio::spawn(async move { get(&two).await })];
    server.has_seen(2).await;
    let third = core.with(Options::new().timeout(Duration::from_secs(5)));
    let error = transfer(&third).await.expect_err("an error");
    assert_eq!((error.kind(), error.outcome().name(), server.count()), (&Kind::Timeout, "not_sent", 2));
    under_way.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn failures_make_no_storm_of_repeats() {
    // Each other answer fails, for a long time.
    let halves: Vec<Step> = (0..1000).map(|n| if n % 2 == 0 { json(503, "") } else { json(200, "[]") }).collect();
    let server = Server::start(halves).await;
    let (builder, _) = scripted(&server.url);
    let core = builder.build().expect("a client");
    let mut calls = 0;
    while server.count() < 1000 {
        let _ = get(&core).await;
        calls += 1;
    }
    let sent = server.count();
    assert!(sent * 100 <= calls * 120, "{sent} requests for {calls} calls");
    // And yet a client that seldom fails may repeat.
    assert!(sent > calls + 50, "{sent} requests for {calls} calls");
}

#[tokio::test]
async fn what_never_left_may_be_repeated_at_no_cost() {
    let (builder, _) = scripted("http://127.0.0.1:1");
    let core = builder.build().expect("a client");
    for _ in 0..50 {
        let error = transfer(&core).await.expect_err("an error");
        assert_eq!((error.attempts(), error.outcome().name()), (3, "not_sent"));
    }
}
