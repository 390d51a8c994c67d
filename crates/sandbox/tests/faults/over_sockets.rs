//! Over sockets: what a client's connection does.

use bursar_sandbox::fault::HEADER;
use bursar_sandbox::{Fault, Sandbox, kotani};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

/// Sends the transfer with a fault, and reads until the connection ends or nothing comes for a while.
async fn raw(sandbox: &Sandbox, fault: Fault) -> (String, &'static str) {
    let address = sandbox.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let (body, key) = (body(), kotani::API_KEY);
    let head = format!(
        "POST /kotani{PATH} HTTP/1.1\r\nhost: {address}\r\n{HEADER}: {fault}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let end = loop {
        let patience =
            if matches!(fault, Fault::SlowBody) || fault.name().starts_with("timeout") { 300 } else { 10_000 };
        match tokio::time::timeout(Duration::from_millis(patience), stream.read_buf(&mut read)).await {
            Err(_) => break "open",
            Ok(Ok(0)) => break "closed",
            Ok(Ok(_)) => {}
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionReset => break "reset",
            Ok(Err(error)) => panic!("{fault}: {error}"),
        }
    };
    (String::from_utf8_lossy(&read).into_owned(), end)
}

#[tokio::test]
async fn every_fault_ends_its_connection_as_it_says() {
    // The transfer has no reference of the caller.
    for fault in Fault::ALL.iter().filter(|fault| **fault != Fault::OtherReference) {
        let sandbox = Sandbox::start().await.unwrap();
        let (text, end) = raw(&sandbox, *fault).await;
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: Option<usize> = length.map(|length| length.parse().unwrap());
        let (status, expected) = match fault {
            Fault::ConnectionRefused | Fault::ResetBeforeSend | Fault::ResetAfterSend => (None, "reset"),
            Fault::DropAfterAccept => (None, "closed"),
            Fault::TimeoutBeforeEffect | Fault::TimeoutAfterEffect => (None, "open"),
            Fault::SlowBody => (Some("200"), "open"),
            Fault::ErrorBeforeEffect | Fault::ErrorAfterEffect => (Some("500"), "closed"),
            Fault::Unavailable => (Some("503"), "closed"),
            Fault::TooManyRequests => (Some("429"), "closed"),
            _ => (Some("200"), "closed"),
        };
        assert_eq!((head.split(' ').nth(1), end), (status, expected), "{fault}: {text}");
        let is_whole = length == Some(body.len());
        let breaks_off = matches!(fault, Fault::TruncatedBody | Fault::SlowBody);
        assert_eq!(is_whole, status.is_some() && !breaks_off, "{fault}: {text}");
        if breaks_off {
            assert_eq!(Some(body.len()), length.map(|length| length / 2), "{fault}");
        }
        assert_eq!(moved(&sandbox), effects(*fault), "{fault}");
        assert_eq!(sandbox.violations(), [], "{fault}");
    }
}

#[tokio::test]
async fn the_sandbox_answers_its_own_calls() {
    let sandbox = Sandbox::start().await.unwrap();
    let http = reqwest::Client::new();
    let rule = format!(r#"{{"provider":"kotani","operation":"{TRANSFER}","fault":"503-retry-after","every":2}}"#);
    let url = format!("{}/sandbox/faults", sandbox.url());
    assert_eq!(http.post(&url).body(rule).send().await.unwrap().status(), 201);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let call = http.post(format!("{}{PATH}", sandbox.kotani_url())).bearer_auth(kotani::API_KEY);
        let call = call.header("content-type", "application/json").body(body());
        statuses.push(call.send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [200, 503, 200, 503]);
    let movements =
        http.get(format!("{}/sandbox/movements", sandbox.url())).send().await.unwrap().text().await.unwrap();
    let movements: Value = serde_json::from_str(&movements).unwrap();
    assert_eq!(movements["movements"].as_array().unwrap().len(), 2);
}
