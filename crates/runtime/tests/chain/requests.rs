//! What a generated method makes of its arguments.

use bursar_runtime::generated::{Call, CallError, Form};
use bursar_runtime::http::Method;
use bursar_runtime::{AnyError, Effect, Empty, FilePart, Kind, Multipart, Operation, Phase, Secret};
use serde::Serialize;

use crate::support::*;

fn row(method: Method, path: &'static str) -> &'static Operation {
    Box::leak(Box::new(Operation { id: "made", method, path, effect: Effect::Write, ..PING.clone() }))
}

#[derive(Serialize)]
struct Filter {
    state: &'static str,
    min: Option<u8>,
}

#[tokio::test]
async fn every_part_of_a_request_finds_its_place() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&server.url);
    let mut call = Call::new(&core, row(Method::PUT, "/things/{id}/x-{part}.json"));
    call.path("id", "a/b c");
    call.path("part", &7);
    call.query("ids", &["1", "a,b"]);
    call.query("none", &None::<u8>);
    call.query("filter", &Filter { state: "open&x", min: None });
    call.header("x-one", &Some(true));
    call.header("x-none", &None::<u8>);
    call.cookie("sid", "1");
    call.cookie("lang", "de");
    call.json_as("application/vnd.test+json", &Filter { state: "x", min: Some(1) });
    call.send::<Empty, Empty>().await.expect("an answer");
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "PUT /things/a%2Fb%20c/x-7.json?ids=1&ids=a%2Cb&state=open%26x HTTP/1.1");
    assert_eq!((seen.header("x-one"), seen.header("x-none")), (Some("true"), None));
    assert_eq!(seen.header("cookie"), Some("sid=1; lang=de"));
    assert_eq!(seen.header("content-type"), Some("application/vnd.test+json"));
    assert_eq!(seen.body, r#"{"state":"x","min":1}"#);
}

#[tokio::test]
async fn forms_are_whole_bytes_with_a_length() {
    struct Upload;
    impl Form for Upload {
        fn parts(&self, form: &mut Multipart) -> Result<(), CallError> {
            form.value("note", &Some("a"))?;
            form.value("tags", &["x", "y"])?;
            form.value("meta", &Filter { state: "open", min: None })?;
            form.files("file", [&FilePart::new("id.png", "image/png", "PNG")]);
            Ok(())
        }
    }
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&server.url);
    let mut call = Call::new(&core, row(Method::POST, "/upload"));
    call.multipart(&Upload);
    call.send::<Empty, Empty>().await.expect("an answer");
    let mut call = Call::new(&core, row(Method::POST, "/form"));
    call.form(&Filter { state: "a b&c", min: Some(1) });
    call.send::<Empty, Empty>().await.expect("an answer");
    let seen = server.seen();
    let media = seen[0].header("content-type").expect("a type");
    let boundary = media.strip_prefix("multipart/form-data; boundary=bursar-form-").expect("a boundary");
    assert!(boundary.len() == 32 && boundary.bytes().all(|byte| byte.is_ascii_hexdigit()), "{media}");
    assert_eq!(seen[0].header("content-length"), Some(seen[0].body.len().to_string().as_str()));
    let names: Vec<_> = seen[0].body.lines().filter(|line| line.starts_with("Content-Disposition")).collect();
    assert_eq!(names.len(), 5);
    assert!(names[4].ends_with("name=\"file\"; filename=\"id.png\""), "{}", names[4]);
    assert!(seen[0].body.contains("Content-Type: application/json\r\n\r\n{\"state\":\"open\",\"min\":null}"));
    assert_eq!(seen[1].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen[1].body, "state=a+b%26c&min=1");
}

#[tokio::test]
async fn a_body_that_is_left_out_has_a_length_where_one_may_stand() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&server.url);
    let methods = [Method::POST, Method::PUT, Method::PATCH, Method::GET, Method::DELETE];
    for method in methods.clone() {
        Call::new(&core, row(method, "/things")).send::<Empty, Empty>().await.expect("an answer");
    }
    let lengths = server.seen().into_iter().map(|seen| seen.header("content-length").map(str::to_owned));
    assert_eq!(lengths.collect::<Vec<_>>(), [Some("0".to_owned()), Some("0".into()), Some("0".into()), None, None]);
}

#[tokio::test]
async fn what_cannot_travel_is_refused_without_its_value_and_nothing_is_sent() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&server.url);
    let secret = Secret::from("SECRET\r\nx-admin: 1".to_owned());
    type Step<'a> = Box<dyn Fn(&mut Call<'_>) + 'a>;
    let steps: Vec<(&str, Step)> = vec![
        ("id", Box::new(|call| call.path("id", ".."))),
        ("id", Box::new(|call| call.path("id", ""))),
        ("id", Box::new(|call| call.path("id", &["SECRET"]))),
        ("id", Box::new(|call| call.path("id", &"7".repeat(200_000)))),
        ("ids", Box::new(|call| call.query("ids", &"7".repeat(200_000)))),
        ("ids", Box::new(|call| call.query("ids", &vec!["7777"; 50_000]))),
        ("x-key", Box::new(|call| call.header("x-key", &secret))),
        ("x-key", Box::new(|call| call.header("x-key", &["SECRET"]))),
        ("sid", Box::new(|call| call.cookie("sid", "SECRET; admin=1"))),
        ("ids", Box::new(|call| call.query("ids", &[["SECRET"]]))),
        ("body", Box::new(|call| call.form(&[["SECRET"]]))),
    ];
    for (name, step) in steps {
        let mut call = Call::new(&core, row(Method::GET, "/things/{id}"));
        call.path("id", "1");
        step(&mut call);
        // What comes after a fault does not heal it.
        call.header("x-fine", "1");
        let error = call.send::<Empty, Empty>().await.expect_err("a fault");
        assert_eq!((error.phase(), error.kind()), (Phase::NotSent, &Kind::Invalid { fields: vec![name.into()] }));
        let any: AnyError = error.into();
        let shown = format!("{any} {any:?}");
        assert!(!any.operation().is_empty() && shown.contains(any.operation()), "{shown}");
        assert!(!shown.contains("SECRET"), "{shown}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_url_that_no_server_takes_is_not_sent() {
    let server = Server::start(vec![json(200, "{}")]).await;
    let core = core(&server.url);
    for (count, fits) in [(1, true), (3, false)] {
        let mut call = Call::new(&core, row(Method::GET, "/things"));
        (0..count).for_each(|_| call.query("ids", &"7".repeat(8000)));
        let error = call.send::<Empty, Empty>().await.err();
        let said = error.map(|error| (error.kind().clone(), error.to_string()));
        let refused =
            said.is_some_and(|(kind, text)| kind == Kind::INVALID && text.contains("longer than 16384 bytes"));
        assert_eq!(refused, !fits, "{count}");
    }
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_reference_of_blanks_is_refused_before_anything_is_sent() {
    use crate::money::{NOTE, PAY};
    let server = Server::start(vec![crate::money::state("PAID")]).await;
    let core = crate::money::paybank(&server.url).0.build().expect("a client");
    #[derive(Serialize)]
    struct Order {
        reference: Option<&'static str>,
    }
    for (reference, sent) in [(Some(""), 0), (Some(" \t"), 0), (Some("r-1"), 1), (None, 2)] {
        let mut call = Call::new(&core, &PAY);
        call.json(&Order { reference });
        let result = call.send::<serde_json::Value, Empty>().await;
        assert_eq!(server.count(), sent);
        if let Err(error) = result {
            assert_eq!(
                (error.kind(), error.phase()),
                (&Kind::Invalid { fields: vec!["reference".into()] }, Phase::NotSent)
            );
            assert!(error.to_string().contains("`reference` is blank"), "{error}");
        }
    }
    let mut call = Call::new(&core, &NOTE);
    call.header("x-reference", " ");
    let error = call.send::<serde_json::Value, Empty>().await.expect_err("an error");
    assert_eq!((error.phase(), server.count()), (Phase::NotSent, 2));
}
