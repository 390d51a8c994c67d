//! What is refused: other places, bent paths, bodies without end.

use bursar_runtime::generated::Call;
use bursar_runtime::http::StatusCode;
use bursar_runtime::{AnyError, Empty, Error, Kind, Options, Phase, path_segment, reqwest};

use crate::support::*;

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::start(vec![json(200, "{}")]).await;
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(vec![answer(status, &[("location", &format!("{}/things/7", other.url))], "")]).await;
        let error = get(&core(&server.url)).await.expect_err("an error");
        assert_eq!((error.status().map(|status| status.as_u16()), error.phase()), (Some(status), Phase::Answered));
        assert_eq!((server.count(), other.connections()), (1, 0));
        assert!(error.to_string().contains("the provider redirects"), "{error}");
    }
}

#[tokio::test]
async fn a_request_for_another_origin_is_not_sent() {
    let (server, other) = (Server::start(vec![json(200, "{}")]).await, Server::start(vec![json(200, "{}")]).await);
    let core = core(&server.url);
    let request = core.http().get(format!("{}/things/7", other.url));
    let error: Error<Empty> = core.call::<Empty, _>(&GET_THING, request).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase()), (&Kind::Config, Phase::NotSent));
    assert_eq!((server.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn a_bent_path_is_not_sent() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&server.url);
    for id in ["..", ".", "", "%2e%2e", "%2E", "../transfer", "7/8"] {
        // As progenitor's own encoding would have it: dots pass, the URL parser resolves them.
        let request = core.http().get(format!("{}/things/{id}", core.base_url()));
        let error = core.call::<Empty, Empty>(&GET_THING, request).await.expect_err(id);
        assert_eq!((error.phase(), error.outcome().name()), (Phase::NotSent, "not_sent"), "{id}");
    }
    assert_eq!(server.connections(), 0);
    let refused = || -> Result<String, Error<Empty>> { Ok(path_segment("id", "..")?) };
    let error = refused().expect_err("an error");
    assert_eq!((error.phase(), error.kind()), (Phase::NotSent, &Kind::Invalid { fields: vec!["id".into()] }));
    assert_eq!(
        error.to_string(),
        "path parameter `id` contains a dot segment (`.` or `..`): correct the request, a retry fails again"
    );
}

#[tokio::test]
async fn what_cannot_be_built_is_not_sent() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&server.url);
    let request = core.http().get(format!("{}/things/7", core.base_url())).header("x-id", "a\r\nx-admin: 1");
    let error: AnyError = core.call::<Empty, Empty>(&GET_THING, request).await.expect_err("an error").into();
    assert_eq!((error.phase(), error.kind()), (Phase::NotSent, &Kind::INVALID));
    let from_header = || -> Result<(), Error<Empty>> {
        let _: reqwest::header::HeaderValue = "a\nb".to_owned().try_into()?;
        Ok(())
    };
    assert_eq!(from_header().expect_err("an error").phase(), Phase::NotSent);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn bodies_without_end_are_not_sent() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = builder(&server.url).request_cap(10).build().expect("a client");
    let url = format!("{}/transfer", core.base_url());
    let stream = reqwest::Response::from(bursar_runtime::http::Response::new("stream"));
    for body in [reqwest::Body::from(stream), reqwest::Body::from("eleven byte")] {
        let error =
            core.call::<Empty, Empty>(&TRANSFER, core.http().post(&url).body(body)).await.expect_err("an error");
        assert_eq!(error.phase(), Phase::NotSent);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_answer_is_read_up_to_the_cap() {
    let chunked = |size: usize| {
        let body = format!("\"{}\"", "x".repeat(size - 2));
        let (one, two) = body.split_at(4);
        let text = format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
            two.len()
        );
        Step::Answer(text.into_bytes())
    };
    let plain = |size: usize| json(200, &format!("\"{}\"", "x".repeat(size - 2)));
    for (step, fits) in [(chunked(20), true), (chunked(21), false), (plain(20), true), (plain(21), false)] {
        let server = Server::start(vec![step]).await;
        let core = builder(&server.url).response_cap(20).build().expect("a client");
        match transfer(&core).await {
            Ok(answer) => assert!(fits && answer.raw().len() == 20),
            Err(error) => {
                assert!(!fits);
                assert_eq!(
                    (error.kind(), error.phase(), error.outcome().name()),
                    (&Kind::Decode, Phase::Undecodable, "unknown")
                );
                assert_eq!(error.status(), Some(StatusCode::OK));
                assert!(error.to_string().contains("the answer is longer than 20 bytes"), "{error}");
            }
        }
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_base_path_and_a_slash_at_its_end_are_kept_apart() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&format!("{}/api/v1/", server.url));
    assert!(core.base_url().ends_with("/api/v1"));
    get(&core).await.expect("an answer");
    assert_eq!(server.seen()[0].line, "GET /api/v1/things/7 HTTP/1.1");
    let localhost = builder(&server.url.replace("127.0.0.1", "localhost")).build().expect("a client");
    get(&localhost).await.expect("an answer");
}

#[tokio::test]
async fn a_path_that_the_caller_knows_better_is_called_and_guarded_like_any_other() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = builder(&server.url).path_of("get_thing", "/v2/all-things/{id}.json").build().expect("a client");
    for id in ["7", ".."] {
        let mut call = Call::new(&core, &GET_THING);
        call.path("id", id);
        let result = call.send::<Empty, Empty>().await;
        assert_eq!(result.is_ok(), id == "7", "{id}");
    }
    // The document's own path is no longer the operation's.
    for path in ["/things/7", "/v2/all-things/../things.json"] {
        let request = core.http().get(format!("{}{path}", core.base_url()));
        let error = core.call::<Empty, Empty>(&GET_THING, request).await.expect_err(path);
        assert_eq!(error.phase(), Phase::NotSent, "{path}");
    }
    assert_eq!(server.seen()[0].line, "GET /v2/all-things/7.json HTTP/1.1");
    assert_eq!((server.count(), core.path_of(&PING)), (1, "/ping"));
}

#[tokio::test]
async fn a_path_that_does_not_fit_its_operation_is_refused() {
    for (operation, template, fault) in [
        ("get_things", "/x", "a path is set for `get_things`, which is not an operation"),
        ("ping", "v1/ping", "`ping` does not start with a slash"),
        ("ping", "//evil.example/ping", "`ping` has a segment that is empty, `.` or `..`"),
        ("ping", "/v1/../ping", "`ping` has a segment that is empty, `.` or `..`"),
        ("ping", "/", "`ping` has a segment that is empty, `.` or `..`"),
        ("ping", "/ping?x=1", "`ping` contains characters that a path cannot contain"),
        ("ping", "/%2e%2e/ping", "`ping` contains characters that a path cannot contain"),
        ("ping", "/ping\\x", "`ping` contains characters that a path cannot contain"),
        ("ping", "/ping/{id}", "`ping` has a parameter, but the operation has none"),
        ("get_thing", "/things", "`get_thing` does not have exactly the parameters {id}"),
        ("get_thing", "/things/{name}", "`get_thing` does not have exactly the parameters {id}"),
        ("get_thing", "/{id}/{id}", "`get_thing` does not have exactly the parameters {id}"),
        ("get_thing", "/things/{id}}", "`get_thing` does not have exactly the parameters {id}"),
    ] {
        let error = builder("http://127.0.0.1:1").path_of(operation, template).build().expect_err(template).to_string();
        assert!(error.contains(fault), "{template}: {error}");
    }
}

#[tokio::test]
async fn unsafe_settings_are_refused() {
    let fault = |builder: bursar_runtime::Builder| builder.build().expect_err("a fault").to_string();
    assert_eq!(fault(bursar_runtime::Core::builder(&PROVIDER)), "the base URL is not set");
    assert!(fault(builder("http://bank.example")).contains("is http: to an address other than loopback"));
    let proxy = reqwest::Proxy::all("http://127.0.0.1:1").expect("a proxy");
    assert!(fault(builder("http://127.0.0.1:1").proxy(proxy)).contains("http: calls cannot be sent through a proxy"));
    assert_eq!(
        fault(builder("http://127.0.0.1:1").header("x-admin", "1")),
        "the header `x-admin` cannot be set, only date, locale, x-call"
    );
    assert_eq!(
        fault(builder("http://127.0.0.1:1").header("locale", "SECRET\r\nx-admin: 1")),
        "the value of the header `locale` cannot be sent"
    );
}

#[tokio::test]
async fn options_hold_for_one_clone_and_over_the_clients_own() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = builder(&server.url).header("locale", "en").build().expect("a client");
    let german = core.with(Options::new().header("locale", "de").header("x-call", "mine"));
    get(&core).await.expect("an answer");
    get(&german).await.expect("an answer");
    // An operation without the header ignores it.
    ping(&german).await.expect("an answer");
    get(&core.with(Options::new().header("x-call", "mine"))).await.expect("an answer");
    let seen = server.seen();
    assert_eq!(
        seen.iter().map(|seen| seen.header("locale")).collect::<Vec<_>>(),
        [Some("en"), Some("de"), None, Some("en")]
    );
    assert_eq!(seen[1].header("x-call"), Some("mine"));
    for bad in [
        Options::new().header("locale", "a\nb"),
        Options::new().header("x-admin", "1"),
        Options::new().header("no name", "1"),
    ] {
        let error = get(&core.with(bad)).await.expect_err("an error");
        assert_eq!((error.kind(), error.phase()), (&Kind::Config, Phase::NotSent));
    }
    assert_eq!(server.count(), 4);
}
