//! Does anything of it print?

use std::error::Error as StdError;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bursar_runtime::{AnyError, Credential, Credentials, Options};

use crate::support::*;

/// `Display`, `Debug` and the whole chain of causes.
fn all_of(error: &AnyError) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    text
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_secret_prints_whatever_happens() {
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(move || sink.clone())
        .finish();
    // For all threads: a scoped subscriber misses callsites that another test's thread has met first. So the other tests are searched too.
    tracing::subscriber::set_global_default(subscriber).expect("the only subscriber");

    const BODY: &str = r#"{"pan":"SECRET-answer","status":"SECRET-status"}"#;
    const HEADERS: &[(&str, &str)] =
        &[("set-cookie", "SECRET-cookie"), ("token", "SECRET-renewed"), ("x-request-id", "q-1")];
    let mut text = String::new();
    for step in [
        answer(200, HEADERS, BODY),
        answer(200, HEADERS, "SECRET-html"),
        answer(400, HEADERS, BODY),
        answer(450, HEADERS, BODY),
        answer(500, HEADERS, BODY),
        answer(302, &[("location", "https://SECRET-location/")], BODY),
        Step::Cut(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\nset-cookie: SECRET-cookie\r\n\r\nSECRET-cut".to_vec()),
        Step::Cut(b"SECRET-garbage\r\n\r\n".to_vec()),
        Step::Cut(Vec::new()),
        Step::Hang,
    ] {
        let hangs = matches!(step, Step::Hang);
        let server = Server::start(vec![step]).await;
        let core = core(&server.url);
        let core = if hangs { core.with(Options::new().timeout(Duration::from_millis(50))) } else { core };
        match transfer(&core).await {
            Ok(answer) => text.push_str(&format!("{answer:?} {:?} {:?}", answer.drift(), answer.progress())),
            Err(error) => {
                text.push_str(&format!("{error} {error:?} {:?}", error.reply()));
                text.push_str(&all_of(&error.into()));
            }
        }
        text.push_str(&format!("{core:?}"));
    }
    let refused = core(&nobody().await);
    text.push_str(&all_of(&transfer(&refused).await.expect_err("an error").into()));
    let elsewhere = refused.http().get("http://eve:SECRET-user@127.0.0.1:1/SECRET-path?key=SECRET-query");
    let error = refused
        .call::<bursar_runtime::Empty, bursar_runtime::Empty>(&GET_THING, elsewhere)
        .await
        .expect_err("an error");
    text.push_str(&all_of(&error.into()));
    let unbuilt = refused.http().get("SECRET-no-url");
    let error =
        refused.call::<bursar_runtime::Empty, bursar_runtime::Empty>(&GET_THING, unbuilt).await.expect_err("an error");
    text.push_str(&all_of(&error.into()));

    let credentials = credentials();
    text.push_str(&format!("{credentials:?} {:?} {:?}", Credential::new("SECRET-x"), Credential::new("SECRET-x\n")));
    let builder = builder("http://127.0.0.1:1").header("locale", "SECRET-locale");
    text.push_str(&format!("{builder:?}"));
    text.push_str(&format!("{:?}", builder.build()));
    text.push_str(&format!("{:?}", Options::new().header("locale", "SECRET-locale").header("x", "SECRET\n")));
    text.push_str(&format!("{:?}", Credentials::new()));

    let at = text.find("SECRET").map(|at| &text[at.saturating_sub(200)..(at + 60).min(text.len())]);
    assert_eq!(at, None);

    // The spans name the call and its end.
    let log = String::from_utf8(log.0.lock().expect("the log").clone()).expect("text");
    assert!(log.contains("operation=\"create_transfer\"") && log.contains("http.request.method=\"POST\""), "{log}");
    assert!(
        log.contains("http.response.status_code=450")
            && log.contains("kind=\"otp_required\"")
            && log.contains("outcome=\"refused\"")
            && log.contains("outcome=\"unknown\"")
            && log.contains("outcome=\"not_sent\"")
            && log.contains("attempts=1"),
        "{log}"
    );
    let at = log.find("SECRET").map(|at| &log[at.saturating_sub(300)..(at + 60).min(log.len())]);
    assert_eq!(at, None);
}
