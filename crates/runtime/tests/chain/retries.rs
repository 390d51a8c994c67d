//! What is repeated, how often, and after what wait.

use std::time::Duration;

use bursar_runtime::{Kind, Options};

use crate::support::*;

#[tokio::test]
async fn a_read_is_repeated_after_passing_failures() {
    for step in [json(408, ""), json(429, ""), json(502, ""), json(503, ""), json(504, ""), Step::Cut(Vec::new())] {
        let server = Server::start(vec![step.clone(), step, json(200, "[]")]).await;
        let (builder, script) = scripted(&server.url);
        let answer = get(&builder.build().expect("a client")).await.expect("an answer");
        assert_eq!((server.count(), answer.attempts(), script.waits().len()), (3, 3, 2));
    }
}

#[tokio::test]
async fn a_truncated_read_is_repeated() {
    let cut = Step::Cut(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n[1".to_vec());
    let server = Server::start(vec![cut, json(200, "[1]")]).await;
    let (builder, _) = scripted(&server.url);
    assert_eq!(get(&builder.build().expect("a client")).await.expect("an answer").attempts(), 2);
}

#[tokio::test]
async fn what_a_repeat_would_not_change_is_not_repeated() {
    for step in [
        json(400, "{}"),
        json(401, "{}"),
        json(404, "{}"),
        json(450, "{}"),
        json(500, "{}"),
        json(501, "{}"),
        json(200, "<html>"),
    ] {
        let server = Server::start(vec![step]).await;
        let (builder, _) = scripted(&server.url);
        assert!(get(&builder.build().expect("a client")).await.is_err());
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn three_attempts_are_the_most_unless_the_caller_says_otherwise() {
    let server = Server::start(vec![json(503, "{}")]).await;
    let (builder, _) = scripted(&server.url);
    let core = builder.build().expect("a client");
    assert_eq!(get(&core).await.expect_err("an error").attempts(), 3);
    assert_eq!(get(&core.with(Options::new().max_attempts(1))).await.expect_err("an error").attempts(), 1);
    assert_eq!(get(&core.with(Options::new().max_attempts(0))).await.expect_err("an error").attempts(), 1);
    assert_eq!(get(&core.with(Options::new().max_attempts(5))).await.expect_err("an error").attempts(), 5);
    // A transfer gets no more, whatever is asked.
    assert_eq!(transfer(&core.with(Options::new().max_attempts(5))).await.expect_err("an error").attempts(), 1);
}

#[tokio::test]
async fn waits_grow_and_are_drawn_anew() {
    let server = Server::start(vec![json(503, "{}")]).await;
    let script = Script::new(Duration::from_secs(30)).drawing(4_000_000_007);
    let most = on_script(builder(&server.url), &script).max_attempts(8).build().expect("a client");
    assert!(get(&most).await.is_err());
    // The number drawn (the first one is the call's UUID) modulo (limit + 1), for limits of 200 ms doubling up to 5 s.
    let limits = [(8, 200), (9, 400), (10, 800), (11, 1600), (12, 3200), (13, 5000), (14, 5000)];
    assert_eq!(script.waits(), limits.map(|(drawn, limit)| (4_000_000_000 + drawn) % (limit + 1)));
    let least = Script::new(Duration::from_secs(30));
    assert!(get(&on_script(builder(&server.url), &least).build().expect("a client")).await.is_err());
    assert_eq!(least.waits(), [1, 2]);
}

#[tokio::test]
async fn retry_after_is_obeyed_in_seconds_and_as_a_date() {
    for (header, wait) in [
        ("7", 7_000),
        ("0", 0),
        ("1.5", 2_000),
        ("0.01", 1_000),
        ("Sun, 06 Nov 1994 08:49:48 GMT", 11_000),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
    ] {
        let server = Server::start(vec![answer(503, &[("retry-after", header)], ""), json(200, "[]")]).await;
        let (builder, script) = scripted(&server.url);
        get(&builder.build().expect("a client")).await.expect("an answer");
        assert_eq!(script.waits(), [wait], "{header}");
    }
    let server = Server::start(vec![answer(503, &[("retry-after", "soon")], ""), json(200, "[]")]).await;
    let (builder, script) = scripted(&server.url);
    get(&builder.build().expect("a client")).await.expect("an answer");
    assert_eq!(script.waits(), [1]);
}

#[tokio::test]
async fn a_wait_beyond_the_total_timeout_is_not_begun() {
    let server = Server::start(vec![answer(429, &[("retry-after", "91")], "")]).await;
    let (builder, _) = scripted(&server.url);
    let error = get(&builder.build().expect("a client")).await.expect_err("an error");
    assert_eq!((server.count(), error.kind()), (1, &Kind::RateLimited));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(91)));
    assert!(error.is_retryable());
    assert!(error.to_string().ends_with("(attempt 1, retry after 91 s)"), "{error}");
}

#[tokio::test]
async fn a_wait_that_takes_all_the_time_there_is_left_is_not_begun() {
    for (wait, begun) in [("20", None), ("19", Some(19_000))] {
        let script = Script::new(Duration::from_secs(30));
        let slow = script.clone();
        let server = Server::answering(move |number, _| {
            if number == 0 {
                slow.advance(Duration::from_secs(80));
            }
            answer(429, &[("retry-after", wait)], "")
        })
        .await;
        let core = on_script(builder(&server.url), &script).timeout(Duration::from_secs(100)).max_attempts(2);
        let core = core.attempt_timeout(Duration::from_secs(100)).build().expect("a client");
        let error = get(&core).await.expect_err("an error");
        assert_eq!(
            (script.waits().first().copied(), error.retry_after().is_some()),
            (begun, begun.is_none()),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_absurd_wait_is_capped_at_a_day_and_not_repeated_into() {
    for header in ["1000000000", "99999999999999999999", "99999999999999999999.9", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let server = Server::start(vec![answer(503, &[("retry-after", header)], ""), json(200, "[]")]).await;
        let (builder, _) = scripted(&server.url);
        let error = get(&builder.build().expect("a client")).await.expect_err("an error");
        assert_eq!((server.count(), error.retry_after()), (1, Some(Duration::from_secs(86_400))), "{header}");
    }
    // A moment in the body is no wait of so many seconds: the header says it better.
    let body = r#"{"data":{"retryAfter":1790000000}}"#;
    for (headers, wait) in [(&[("retry-after", "7")][..], 7), (&[], 86_400)] {
        let server = Server::start(vec![answer(429, headers, body)]).await;
        let (builder, _) = scripted(&server.url);
        let error = get(&builder.max_attempts(1).build().expect("a client")).await.expect_err("an error");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(wait)));
    }
}

#[tokio::test]
async fn a_date_to_wait_for_is_read_by_the_providers_clock() {
    let headers = [("date", "Sun, 06 Nov 1994 09:49:37 GMT"), ("retry-after", "Sun, 06 Nov 1994 09:49:40 GMT")];
    let server = Server::start(vec![answer(503, &headers, ""), json(200, "[]")]).await;
    let (builder, script) = scripted(&server.url);
    get(&builder.build().expect("a client")).await.expect("an answer");
    assert_eq!(script.waits(), [3_000]);
}

#[tokio::test]
async fn every_attempt_is_dressed_anew_and_the_uuid_stays() {
    let server = Server::start(vec![answer(503, &[("retry-after", "5")], ""), json(200, "[]")]).await;
    let (builder, _) = scripted(&server.url);
    get(&builder.build().expect("a client")).await.expect("an answer");
    let seen = server.seen();
    let of = |name| seen.iter().map(|seen| seen.header(name).expect("the header").to_owned()).collect::<Vec<_>>();
    assert_eq!(of("date"), ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:42 GMT"]);
    assert_eq!(of("token"), ["SECRET-token", "SECRET-token"]);
    let ids = of("x-call");
    assert_eq!(ids[0], ids[1]);
    assert_eq!((ids[0].len(), &ids[0][14..15]), (36, "4"));
}

#[tokio::test]
async fn an_error_says_whether_a_later_call_is_worth_it_and_harmless() {
    let keyed = r#"{"meta":{"reference":"r-1"}}"#;
    for (status, read, money, with_reference) in [
        (400, false, false, false),
        (401, false, false, false),
        (409, false, false, false),
        (429, true, true, true),
        (503, true, false, true),
    ] {
        let server = Server::start(vec![json(status, "{}")]).await;
        let (builder, _) = scripted(&server.url);
        let core = builder.max_attempts(1).build().expect("a client");
        assert_eq!(get(&core).await.expect_err("an error").is_retryable(), read, "{status}");
        assert_eq!(transfer(&core).await.expect_err("an error").is_retryable(), money, "{status}");
        assert_eq!(payment(&core, keyed).await.expect_err("an error").is_retryable(), with_reference, "{status}");
    }
}
