//! Does anything of VaultsPay's own leak: sealed bodies, keys, logins?

use std::sync::{Arc, LazyLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bursar::Credential;
use bursar::vaultspay::types::CardStatusEvent;
use bursar::vaultspay::{Builder, Client, Environment, Options, Sealing, Tokens};
use bursar_vaultspay::dispatch::ENTRIES;

use crate::leaks::marked_example;
use crate::providers::VAULTSPAY;
use crate::support::document::{component, operation};
use crate::support::marks::{DIGITS, MARK, debugged, hides, marked, marked_through, printed, search, watched};
use crate::support::provider::Api;
use crate::support::tree::Tree;
use crate::support::workspace::read;
use bursar_support::{Message, Server, Step, bytes, json_with as answer};

/// The provider's key pair, made for this run.
static PRIVATE: LazyLock<PrivateDecryptingKey> =
    LazyLock::new(|| PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key"));

fn sealing() -> Sealing {
    let der: PublicKeyX509Der<'_> = PRIVATE.public_key().as_der().expect("DER");
    Sealing::new(&BASE64_STANDARD.encode(der.as_ref())).expect("a key")
}

fn credential(name: &str) -> Credential {
    Credential::new(format!("{MARK}-{name}")).expect("a credential")
}

fn builder(url: &str) -> Builder {
    Client::builder().environment(Environment::Custom(url.to_owned())).device_id("17")
}

fn build(builder: Builder) -> Client {
    hides("the builder", &debugged(&builder));
    let client = builder.build().expect("a client").with(Options::new().max_attempts(1));
    hides("the client", &debugged(&client));
    client
}

/// The key that a request was sealed with.
fn key(request: &Message) -> LessSafeKey {
    let wrapped = BASE64_STANDARD.decode(request.header("x-auth-signature").expect("a wrapped key")).expect("Base64");
    let mut room = vec![0; wrapped.len()];
    let private = OaepPrivateDecryptingKey::new(PRIVATE.clone()).expect("a key");
    let key = private.decrypt(&OAEP_SHA256_MGF1SHA256, &wrapped, &mut room, None).expect("a key of this padding");
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("32 bytes"))
}

/// An answer under the key of its request; `change` may spoil the sealed bytes.
fn sealed(status: u16, body: String, change: fn(&mut Vec<u8>)) -> Step {
    Step::Make(Arc::new(move |request| {
        let nonce = *b"answer nonce";
        let mut text = body.clone().into_bytes();
        let unique = Nonce::assume_unique_for_key(nonce);
        key(request).seal_in_place_append_tag(unique, Aad::empty(), &mut text).expect("sealed");
        change(&mut text);
        let envelope = format!(r#"{{"encryptedData":"{}"}}"#, BASE64_STANDARD.encode(text));
        let nonce = BASE64_STANDARD.encode(nonce);
        let headers = [("x-session-nonce", nonce.as_str()), ("content-type", "application/json")];
        bytes(status, &headers, envelope.as_bytes())
    }))
}

/// Every operation, sealed, with answers that can be opened and such that cannot.
#[tokio::test]
async fn no_sealed_call_leaks() {
    let refusal = r#"{"code":1010,"message":"LEAK7Q","type":"LEAK7Q","errors":[{"key":"LEAK7Q","reason":"LEAK7Q"}]}"#;
    let mut sealed_requests = 0;
    for row in VAULTSPAY.operations {
        let documented = operation("vaultspay", row.id);
        let success = documented.success();
        let body = match (success.example, success.schema) {
            (Some(example), Some(schema)) => marked_through(example, schema).to_string(),
            _ => "{}".to_owned(),
        };
        let mut steps = vec![
            ("plain success", answer(success.status, &[], &body)),
            ("plain refusal", answer(400, &[], refusal)),
            ("no text to open", answer(200, &[], r#"{"encryptedData":"LEAK7Q!"}"#)),
            ("too short to open", answer(200, &[("x-session-nonce", MARK)], r#"{"encryptedData":"TEVBSzdR"}"#)),
            ("no answer", Step::Drop),
        ];
        if row.sealed {
            steps.extend([
                ("sealed success", sealed(success.status, body, |_| {})),
                ("sealed refusal", sealed(400, refusal.to_owned(), |_| {})),
                ("sealed words", sealed(200, "LEAK7Q".to_owned(), |_| {})),
                ("tampered", sealed(200, refusal.to_owned(), |text| text[0] ^= 1)),
            ]);
        }
        for (what, step) in steps {
            let server = Server::start(vec![step]).await;
            let client = build(builder(&server.url).tokens(Tokens::new(credential("token"))).sealing(sealing()));
            let api = Api::new(String::new(), client, ENTRIES, |client, options| client.with(options));
            let what = format!("{}: {what}", row.id);
            // A client that seals says so by its headers.
            let (api, arguments) = marked_example(&VAULTSPAY, &documented, api, &["x-enable-encryption"]);
            search(&what, &api, row.id, &arguments).await;
            let seen = server.exchanges();
            assert!(!seen.is_empty(), "{what}: nothing was sent");
            for request in seen.iter().map(|exchange| &exchange.request).filter(|_| row.sealed) {
                assert!(request.header("x-auth-signature").is_some(), "{what}: not sealed");
                hides(&what, &request.body);
                sealed_requests += 1;
            }
        }
    }
    assert!(sealed_requests >= 300, "only {sealed_requests} requests were sealed");
}

#[test]
fn no_key_leaks() {
    hides("the sealing", &debugged(&sealing()));
    let pem = |kind: &str| format!("-----BEGIN {kind}-----\nTEVBSzdR\n-----END {kind}-----");
    for key in [MARK.to_owned(), "TEVBSzdRTEVBSzdR".to_owned(), pem("PRIVATE KEY"), pem("PUBLIC KEY"), pem(MARK)] {
        let error = Sealing::new(&key).expect_err("no key");
        hides("a key", &printed(&error));
    }
    hides("a key", &printed(&Sealing::from_der(MARK.as_bytes()).expect_err("no key")));
}

#[test]
fn no_webhook_leaks() {
    let sample = Tree::parse(&read("tests/samples/vaultspay/webhook-card-status.request.json"));
    let body = marked(&sample, component("vaultspay", "CardStatusEvent")).to_string();
    assert!(body.contains(DIGITS));
    hides("a webhook", &debugged(&serde_json::from_str::<CardStatusEvent>(&body).expect("an event")));
}

/// Logins by id and secret, and refreshes, with every way in which they fail.
#[tokio::test]
async fn no_login_leaks() {
    let tokens = |access: &str| {
        let expiry = "2999-01-01T00:00:00.000+00:00";
        let members = format!(
            r#""accessToken":"{access}","accessTokenExpiry":"{expiry}","refreshToken":"LEAK7Q-refresh","refreshTokenExpiry":"{expiry}""#
        );
        answer(200, &[], &format!("{{{members}}}"))
    };
    let refusal =
        |status, code| answer(status, &[], &format!(r#"{{"code":{code},"message":"LEAK7Q","type":"LEAK7Q"}}"#));
    let done = || answer(200, &[], r#"{"data":[]}"#);
    let scripts = [
        ("logged in", vec![tokens("LEAK7Q-access"), done()], true),
        ("logged in again", vec![tokens("LEAK7Q-1"), refusal(401, 1004), tokens("LEAK7Q-2"), done()], true),
        ("refreshed", vec![tokens("LEAK7Q-1"), refusal(401, 1003), tokens("LEAK7Q-2"), done()], true),
        ("refresh refused", vec![tokens("LEAK7Q-1"), refusal(401, 1003), refusal(401, 1004)], false),
        ("a token for no header", vec![tokens("LEAK7Q\\n")], false),
        ("no token", vec![answer(200, &[], r#"{"LEAK7Q":"LEAK7Q"}"#)], false),
        ("no JSON", vec![answer(200, &[], "LEAK7Q")], false),
        ("refused", vec![refusal(401, 1001)], false),
        ("failed", vec![refusal(500, 1000)], false),
        ("no answer", vec![Step::Drop], false),
    ];
    for (what, script, is_good) in scripts {
        let server = Server::start(script).await;
        let client = build(builder(&server.url).client(credential("id"), credential("secret")));
        let result = watched(what, client.list_countries()).await;
        assert_eq!(result.is_ok(), is_good, "{what}: {result:?}");
        hides(what, &debugged(&client));
    }
}
