//! Does anything of Kotani's own leak: signing, sessions, and where their tokens are kept?

use std::fs;

use bursar::Credential;
use bursar::kotani::{Builder, Client, Environment, FileStore, Options, TokenStore};
use bursar_kotani::dispatch::ENTRIES;
use bursar_runtime::{BoxFuture, MemoryStore, StoreError, Stored, Tokens};

use crate::leaks::search_marked;
use crate::providers::KOTANI;
use crate::support::document::operation;
use crate::support::marks::{MARK, debugged, hides, watched};
use crate::support::provider::Api;
use bursar_support::{Nobody, Server, Step, json_with as answer};

fn credential(name: &str) -> Credential {
    Credential::new(format!("{MARK}-{name}")).expect("a credential")
}

fn builder(url: &str) -> Builder {
    Client::builder().environment(Environment::Custom(url.to_owned()))
}

fn build(builder: Builder) -> Client {
    hides("the builder", &debugged(&builder));
    let client = builder.build().expect("a client").with(Options::new().max_attempts(1));
    hides("the client", &debugged(&client));
    client
}

/// Every operation, signed where it can be.
#[tokio::test]
async fn no_signing_leaks() {
    let nobody = Nobody::new();
    let refusal = r#"{"success":false,"message":"LEAK7Q","error_code":401}"#;
    let mut signed = 0;
    for row in KOTANI.operations {
        let success = operation("kotani", row.id).success();
        let body = success.example.map(ToString::to_string).unwrap_or_default();
        for step in [Some(answer(success.status, &[], &body)), Some(answer(401, &[], refusal)), None] {
            let server = Server::start(step.clone().into_iter().collect()).await;
            let url = if step.is_some() { &server.url } else { &nobody.url };
            let client = build(builder(url).api_key(credential("key")).signing_secret(credential("signing")));
            let api = Api::new(String::new(), client, ENTRIES, |client, options| client.with(options));
            search_marked(&format!("{}: signed", row.id), &KOTANI, row.id, api).await;
            let is_signed = |name| server.exchanges().iter().any(|exchange| exchange.request.header(name).is_some());
            signed += usize::from(is_signed("x-signature"));
        }
    }
    assert!(signed >= 150, "only {signed} requests were signed");
}

/// A store as somebody else might write it.
enum Odd {
    Unreadable,
    Unwritable,
    Holds(&'static str),
}

impl TokenStore for Odd {
    fn load(&self) -> BoxFuture<'_, Result<Option<Stored>, StoreError>> {
        Box::pin(std::future::ready(match self {
            Self::Unreadable => Err(StoreError::new("it is locked")),
            Self::Unwritable => Ok(None),
            Self::Holds(text) => Ok(Some(Stored::new(text.as_bytes().to_vec()))),
        }))
    }

    fn swap<'a>(&'a self, _: Option<&'a Stored>, new: &'a Stored) -> BoxFuture<'a, Result<bool, StoreError>> {
        hides("what a store is given", &debugged(new));
        assert!(!new.as_bytes().is_empty());
        Box::pin(std::future::ready(Err(StoreError::new("it is full"))))
    }
}

const SESSION: &str =
    r#"{"success":true,"message":"LEAK7Q","data":{"token":"LEAK7Q-token-2","refresh_token":"LEAK7Q-refresh-2"}}"#;

/// What the provider may say to a refresh or a sign-in, and whether it brings tokens.
fn sessions() -> Vec<(&'static str, Step, bool)> {
    let refusal = r#"{"success":false,"message":"LEAK7Q","error_code":"LEAK7Q"}"#;
    vec![
        ("tokens", answer(200, &[], SESSION), true),
        ("a token for no header", answer(200, &[], r#"{"success":true,"data":{"token":"LEAK7Q\n"}}"#), false),
        ("no token", answer(200, &[], r#"{"success":true,"message":"LEAK7Q","data":{"LEAK7Q":"LEAK7Q"}}"#), false),
        ("a failure that says 200", answer(200, &[], refusal), false),
        ("no JSON", answer(200, &[], "<p>LEAK7Q"), false),
        ("a refusal", answer(401, &[], refusal), false),
        ("a failure", answer(500, &[], refusal), false),
        ("no answer", Step::Drop, false),
    ]
}

/// A call that needs a session.
async fn call(what: &str, client: &Client) -> bool {
    watched(what, client.get_integrator()).await.is_ok()
}

#[tokio::test]
async fn no_token_source_leaks() {
    let integrator = operation("kotani", "get_integrator").success().example.expect("an example").to_string();
    for (what, step, is_good) in sessions() {
        let stores: Vec<(&str, Option<Box<dyn TokenStore>>)> = vec![
            ("no store", None),
            ("memory", Some(Box::new(MemoryStore::new()))),
            ("unwritable", Some(Box::new(Odd::Unwritable))),
            ("unreadable", Some(Box::new(Odd::Unreadable))),
            ("broken", Some(Box::new(Odd::Holds(r#"{"access":"LEAK7Q-stored","refresh":"LEAK7Q"#)))),
            ("strange", Some(Box::new(Odd::Holds(r#"{"LEAK7Q":["LEAK7Q"],"access":1717171717}"#)))),
        ];
        for (store_name, store) in stores {
            let what = format!("{what}, {store_name}");
            let server = Server::start(vec![step.clone(), answer(200, &[], &integrator)]).await;
            let mut builder = builder(&server.url).refresh_token(credential("refresh"));
            if let Some(store) = store {
                builder = builder.token_store(store);
            }
            let client = build(builder);
            let is_ok = call(&what, &client).await;
            assert!(!is_ok || is_good, "{what}");
            // Once more, with whatever is kept now.
            call(&what, &client).await;
            hides(&what, &debugged(&client));
        }
    }
    let tokens = Tokens::new(credential("access")).with_refresh(credential("refresh"));
    hides("tokens", &debugged(&tokens));
    hides("tokens", &debugged(&Tokens::to_refresh(credential("refresh"))));
    hides("a store's content", &debugged(&Stored::new(MARK.into())));
}

#[tokio::test]
async fn no_file_of_tokens_leaks() {
    let integrator = operation("kotani", "get_integrator").success().example.expect("an example").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("session");
    let store = FileStore::new(&path);
    hides("the store", &debugged(&store));

    let later = answer(200, &[], &integrator);
    let server = Server::start(vec![answer(200, &[], SESSION), later.clone(), later]).await;
    let first = build(builder(&server.url).refresh_token(credential("refresh")).token_store(store.clone()));
    assert!(call("the first process", &first).await);
    let kept = fs::read_to_string(&path).expect("a file");
    assert!(kept.contains("LEAK7Q-token-2"), "the tokens are in the file, and only there");

    assert!(call("the next process", &build(builder(&server.url).token_store(store.clone()))).await);
    let half = &kept[..kept.len() / 2];
    for (what, content) in [("cut off", half), ("another file", "LEAK7Q"), ("another form", r#"["LEAK7Q"]"#)] {
        fs::write(&path, content).expect("a file");
        call(what, &build(builder(&server.url).token_store(store.clone()))).await;
    }
    fs::remove_file(&path).expect("a file");
    fs::create_dir(&path).expect("a folder where the file should be");
    assert!(!call("no file", &build(builder(&server.url).token_store(store.clone()))).await);
}

#[tokio::test]
async fn no_sign_in_leaks() {
    for (what, step, is_good) in sessions() {
        let server = Server::start(vec![step]).await;
        let client = build(builder(&server.url));
        watched(what, client.mail_sign_in_link("LEAK7Q@example.com")).await.ok();
        for link in ["https://elsewhere.example/?hash=LEAK7Q-hash", "LEAK7Q-hash"] {
            let client = build(builder(&server.url));
            assert_eq!(watched(what, client.sign_in(link)).await.is_ok(), is_good, "{what}");
            hides(what, &debugged(&client));
        }
        assert_eq!(watched(what, client.sign_in_as_human(MARK)).await.is_ok(), is_good, "{what}");
        for link in ["https://elsewhere.example/?LEAK7Q", "https://LEAK7Q.example/LEAK7Q?hash=", ""] {
            watched(link, client.sign_in(link)).await.expect_err("a link without a hash");
        }
    }
}
