//! Does a call end in time, and say what is known, whatever comes back over the socket?

use std::time::{Duration, Instant};

use bursar_runtime::{Core, Empty, Error, Kind, List, Outcome, Phase, Response, lenient_object};
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::*;

/// A server that answers every request with these bytes, and then with others until nobody reads them any more.
async fn endless(first: impl Into<Vec<u8>>, again: impl Into<Vec<u8>>, pause: Duration) -> String {
    let (first, again) = (first.into(), again.into());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (first, again) = (first.clone(), again.clone());
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = socket.read(&mut request).await;
                let mut next = first;
                while !next.is_empty() && socket.write_all(&next).await.is_ok() {
                    next.clone_from(&again);
                    tokio::time::sleep(pause).await;
                }
            });
        }
    });
    url
}

fn client(url: &str) -> Core {
    let limit = Duration::from_millis(300);
    builder(url).attempt_timeout(limit).max_attempts(1).response_cap(100_000).build().expect("a client")
}

#[tokio::test]
async fn what_never_ends_is_left_in_time() {
    let now = Duration::ZERO;
    let chunked = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n";
    for (name, first, again, pause) in [
        ("early hints", "HTTP/1.1 ".to_owned(), "103 X\r\nlink: </x>\r\n\r\nHTTP/1.1 ".to_owned(), now),
        ("continue", String::from("HTTP/1.1 "), "100 Continue\r\n\r\nHTTP/1.1 ".to_owned(), now),
        ("headers", "HTTP/1.1 200 X\r\n".to_owned(), "x-more: 1\r\n".to_owned(), now),
        ("one header", "HTTP/1.1 200 X\r\nx-long: ".to_owned(), "x".repeat(1000), now),
        ("a header, byte by byte", "HTTP/1.1 200 X\r\nx-slow: ".to_owned(), "x".to_owned(), Duration::from_millis(20)),
        ("a status line", "HTTP/1.1 200 ".to_owned(), "x".repeat(1000), now),
        ("chunks", chunked.to_owned(), "1\r\n \r\n".to_owned(), now),
        ("a chunk's size", chunked.to_owned(), "0".repeat(1000), now),
        ("a chunk's extension", format!("{chunked}1;x="), "x".repeat(1000), now),
        ("trailers", format!("{chunked}2\r\n{{}}\r\n0\r\n"), "x-more: 1\r\n".to_owned(), now),
        ("a trailer", format!("{chunked}2\r\n{{}}\r\n0\r\nx-long: "), "x".repeat(1000), now),
        ("a body until the end", "HTTP/1.1 200 X\r\n\r\n[".to_owned(), "1,".repeat(500), now),
        (
            "a body, byte by byte",
            "HTTP/1.1 200 X\r\ncontent-length: 90000\r\n\r\n".to_owned(),
            " ".to_owned(),
            Duration::from_millis(20),
        ),
    ] {
        let url = endless(first, again, pause).await;
        let core = client(&url);
        let started = Instant::now();
        let error = transfer(&core).await.expect_err(name);
        assert!(started.elapsed() < Duration::from_secs(3), "{name} took {:?}", started.elapsed());
        // It left this machine, and nobody knows what became of it.
        assert_eq!(error.outcome().name(), "unknown", "{name}: {error}");
        let error = get(&core).await.expect_err(name);
        assert_eq!(error.outcome(), Outcome::Refused, "{name}: {error}");
    }
}

#[tokio::test]
async fn what_is_no_answer_is_none_and_prints_nothing_of_it() {
    let many = format!("HTTP/1.1 200 X\r\ncontent-length: 2\r\n{}\r\n{{}}", "x-more: SECRET\r\n".repeat(5_000));
    let nested = format!("HTTP/1.1 200 X\r\ncontent-length: 90000\r\n\r\n{}", "[".repeat(90_000));
    for (name, bytes) in [
        ("no HTTP", "SECRET\r\n\r\n".to_owned()),
        ("HTTP 0.9", "{\"status\":\"done\",\"x\":\"SECRET\"}".to_owned()),
        ("another version", "HTTP/7.3 200 X\r\ncontent-length: 2\r\n\r\n{}".to_owned()),
        ("a status of letters", "HTTP/1.1 abc SECRET\r\ncontent-length: 2\r\n\r\n{}".to_owned()),
        ("two lengths", "HTTP/1.1 200 X\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}".to_owned()),
        ("a negative length", "HTTP/1.1 200 X\r\ncontent-length: -1\r\n\r\n{}".to_owned()),
        ("a length beyond any memory", "HTTP/1.1 200 X\r\ncontent-length: 18446744073709551615\r\n\r\n{}".to_owned()),
        ("a length of forty digits", format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n{{}}", "9".repeat(40))),
        (
            "a chunk beyond any memory",
            "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nSECRET".to_owned(),
        ),
        ("a chunk of no size", "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nSECRET\r\n".to_owned()),
        ("a header with a zero", "HTTP/1.1 200 X\r\nx: SECRET\0\r\ncontent-length: 2\r\n\r\n{}".to_owned()),
        ("five thousand headers", many),
        ("a body that is all brackets", nested),
    ] {
        let server = Server::start(vec![Step::Cut(bytes.into_bytes())]).await;
        let error = transfer(&client(&server.url)).await.expect_err(name);
        assert_eq!(error.outcome().name(), "unknown", "{name}: {error}");
        let mut shown = format!("{error} {error:?}");
        let mut cause = std::error::Error::source(&error);
        while let Some(fault) = cause {
            shown += &format!(" {fault} {fault:?}");
            cause = fault.source();
        }
        assert!(!shown.contains("SECRET"), "{name}: {shown}");
        assert_eq!(server.count(), 1, "{name}");
    }
}

#[tokio::test]
async fn trailers_and_early_hints_before_a_whole_answer_are_no_fault() {
    let chunked = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n";
    for bytes in [
        format!("{chunked}f\r\n{{\"status\":\"done\"\r\n1\r\n}}\r\n0\r\nx-sum: 1\r\n\r\n").replace("f\r\n", "10\r\n"),
        format!(
            "HTTP/1.1 103 X\r\nlink: </x>\r\n\r\nHTTP/1.1 100 X\r\n\r\nHTTP/1.1 200 X\r\ncontent-length: 17\r\n\r\n{}",
            "{\"status\":\"done\"}"
        ),
    ] {
        let server = Server::start(vec![Step::Answer(bytes.clone().into_bytes())]).await;
        let answer = transfer(&client(&server.url)).await.unwrap_or_else(|error| panic!("{bytes}: {error}"));
        assert_eq!(answer["status"], "done");
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_protocol_that_is_switched_without_being_asked_is_no_success() {
    let bytes = b"HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n{\"status\":\"done\"}".to_vec();
    let server = Server::start(vec![Step::Answer(bytes)]).await;
    let error = transfer(&client(&server.url)).await.expect_err("no answer");
    assert_eq!(error.outcome().name(), "unknown", "{error}");
}

#[tokio::test]
async fn what_an_answer_wants_to_be_kept_or_done_is_not() {
    let other = Server::start(vec![json(200, "{}")]).await;
    let wishes = [
        ("set-cookie", "session=SECRET; Path=/".to_owned()),
        ("location", format!("{}/steal", other.url)),
        ("refresh", format!("0; url={}/steal", other.url)),
        ("link", format!("<{}/steal>; rel=next", other.url)),
        ("alt-svc", "h2=\"evil.example:443\"".to_owned()),
        ("www-authenticate", "Basic realm=\"x\"".to_owned()),
        ("proxy-authenticate", "Basic realm=\"x\"".to_owned()),
        ("content-location", format!("{}/things/8", other.url)),
    ];
    let wishes: Vec<(&str, &str)> = wishes.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for status in [200, 201, 300, 305, 401, 407] {
        let server = Server::start(vec![answer(status, &wishes, "{}"), json(200, "{}")]).await;
        let core = client(&server.url);
        let first = get(&core).await;
        assert_eq!(first.is_ok(), status < 300, "{status}");
        get(&core).await.expect("an answer");
        for seen in server.seen() {
            assert_eq!((seen.line.as_str(), seen.header("cookie")), ("GET /things/7 HTTP/1.1", None), "{status}");
            assert!(seen.headers.iter().all(|(_, value)| !value.starts_with("Basic")), "{status}");
        }
        assert_eq!((server.count(), other.connections()), (2, 0), "{status}");
    }
}

#[tokio::test]
async fn a_number_of_any_size_is_no_reason_to_work_for_long() {
    for amount in ["1e999999999", "1e-999999999", "-0e0", &"9".repeat(90_000), &format!("0.{}1", "0".repeat(90_000))] {
        let server = Server::start(vec![json(200, &format!("{{\"status\":\"done\",\"amount\":{amount}}}"))]).await;
        let started = Instant::now();
        let result = transfer(&client(&server.url)).await;
        assert!(started.elapsed() < Duration::from_secs(3));
        if let Err(error) = result {
            assert_eq!((error.kind(), error.phase()), (&Kind::Decode, Phase::Undecodable), "{error}");
        }
    }
}

/// An item that is large though there is nothing in it.
#[derive(Debug, Default, Serialize)]
struct Large {
    id: Option<u32>,
    name: [Option<String>; 32],
    children: List<Large>,
    child: Option<Box<Large>>,
}
lenient_object!(Large { "id" => id, "children" => children, "child" => child });

#[tokio::test]
async fn a_short_text_does_not_become_a_gigabyte() {
    let list = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
    let nested = format!("[{}]", vec![format!("{{\"id\":1,\"children\":{}}}", list("{}", 100)); 2_000].join(","));
    for (name, body, fits) in [
        ("real items", list(&format!("{{\"id\":7,\"name\":\"{}\"}}", "x".repeat(100)), 50_000), true),
        ("a few empty items", format!("[{{\"id\":1}},{}]", "{},".repeat(9_999) + "{}"), true),
        ("very many empty items", format!("[{{\"id\":1}},{}]", "{},".repeat(99_999) + "{}"), false),
        ("lists of empty items", nested, false),
        ("boxes", list("{\"id\":1,\"child\":{\"child\":{\"child\":{}}}}", 20_000), false),
    ] {
        let server = Server::start(vec![json(200, &body)]).await;
        let core = builder(&server.url).max_attempts(1).build().expect("a client");
        let request = core.http().get(format!("{}/things/7", core.base_url()));
        let result: Result<Response<Vec<Large>>, Error<Empty>> = core.call(&GET_THING, request).await;
        match result {
            Ok(_) => assert!(fits, "{name}"),
            Err(error) => {
                assert_eq!((error.kind(), fits), (&Kind::Decode, false), "{name}: {error}");
                assert!(error.to_string().contains("the answer takes far more memory than its text"), "{error}");
            }
        }
    }
}
