//! Sealed calls against a provider that does its half.

use std::collections::BTreeSet;

use bursar_vaultspay::types::{CreateDirectTransfer, TransferPurpose};
use bursar_vaultspay::{AnswerNonce, Client, Kind, Minor, Options, Padding, Phase, Progress, WrappedKey};

use crate::provider::*;

const ACCOUNT: &str = r#"{"data":{"id":701,"accountTitle":"Ann Example"}}"#;

fn transfer() -> CreateDirectTransfer {
    CreateDirectTransfer::builder()
        .sender_account_id("701")
        .payment_contact_id("301")
        .purpose(TransferPurpose::FamilySupport)
        .description("SECRET pocket money")
        .amount(Minor::new(2500))
        .build()
        .expect("a transfer")
}

async fn account_id(client: &Client) -> Option<i64> {
    client.get_account(701).await.expect("an account").id
}

#[tokio::test]
async fn body_and_answer_travel_encrypted() {
    let provider = Provider::start(|_, request| sealed(request, 200, r#"{"data":{"status":"SUCCESS"}}"#)).await;
    let answer = provider.sealing_client().create_direct_transfer(&transfer()).await.expect("an answer");
    assert_eq!(answer.progress(), Progress::Done);
    assert_eq!(answer.raw()[..], *br#"{"data":{"status":"SUCCESS"}}"#);
    assert!(answer.drift().is_empty());

    let seen = &provider.seen()[0];
    let body: serde_json::Value = serde_json::from_str(&seen.plain).expect("JSON");
    assert_eq!((&body["amount"], &body["senderAccountId"]), (&2500.into(), &"701".into()));
    assert!(seen.wire.starts_with(r#"{"encryptedData":""#) && !seen.wire.contains("SECRET"));
    assert_eq!(seen.key.len(), 32);
    assert_eq!(seen.header("x-session-nonce").map(str::len), Some(16));
    assert_eq!(seen.header("x-auth-signature").map(str::len), Some(344), "2048 bits in Base64");
    assert_eq!(seen.header("x-enable-encryption"), None);
    assert_eq!(seen.header("authorization"), Some("Bearer SECRET-token"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!((seen.header("x-device-os"), seen.header("x-device-id")), (Some("SAAS"), Some("17")));
}

#[tokio::test]
async fn a_call_without_a_body_has_a_key_for_its_answer() {
    let provider = Provider::start(|_, request| sealed_under_its_nonce(request, 200, ACCOUNT)).await;
    assert_eq!(account_id(&provider.sealing_client()).await, Some(701));
    let seen = &provider.seen()[0];
    assert_eq!((seen.wire.as_str(), seen.key.len()), ("", 32));
    assert_eq!(seen.line, "GET /be/api/v1/accounts/701");
}

#[tokio::test]
async fn every_attempt_has_a_key_and_an_iv_of_its_own() {
    let provider = Provider::start(|number, request| match number % 3 {
        2 => sealed(request, 200, ACCOUNT),
        _ => sealed(request, 503, "{}"),
    })
    .await;
    let client = provider.sealing_client();
    assert_eq!(account_id(&client).await, Some(701));
    assert_eq!(account_id(&client).await, Some(701));
    let seen = provider.seen();
    assert_eq!(seen.len(), 6);
    let keys: BTreeSet<_> = seen.iter().map(|one| one.key.clone()).collect();
    let nonces: BTreeSet<_> = seen.iter().map(|one| one.header("x-session-nonce")).collect();
    assert_eq!((keys.len(), nonces.len()), (6, 6));
}

#[tokio::test]
async fn every_padding_and_wrapped_form_is_spoken() {
    for padding in [Padding::OaepSha256, Padding::OaepSha1, Padding::Pkcs1] {
        for wrapped in [WrappedKey::Raw, WrappedKey::Base64] {
            let provider = Provider::with(padding, wrapped, |_, request| sealed(request, 200, ACCOUNT)).await;
            let sealing = sealing().padding(padding).wrapped_key(wrapped);
            let client = provider.builder().sealing(sealing).build().expect("a client");
            assert_eq!(account_id(&client).await, Some(701), "{padding:?} {wrapped:?}");
        }
    }
}

#[tokio::test]
async fn the_member_of_the_envelope_is_a_setting() {
    let provider =
        Provider::start(|_, request| sealed(request, 200, ACCOUNT).map(|body| body.replace("encryptedData", "a/b~c")))
            .await;
    let sealing = sealing().member("a/b~c");
    let client = provider.builder().sealing(sealing).build().expect("a client");
    client.create_direct_transfer(&transfer()).await.expect("an answer");
    assert!(provider.seen()[0].wire.starts_with(r#"{"a/b~c":""#));
}

#[tokio::test]
async fn an_envelope_is_found_inside_the_usual_one() {
    let provider =
        Provider::start(|_, request| sealed(request, 200, ACCOUNT).map(|body| format!(r#"{{"data":{body}}}"#))).await;
    assert_eq!(account_id(&provider.sealing_client()).await, Some(701));
}

#[tokio::test]
async fn which_iv_opens_an_answer_is_a_setting() {
    // An answer under the request's IV whose header names another one, and the other way round.
    for (setting, opened) in [
        (AnswerNonce::HeaderOrRequest, [false, true, true]),
        (AnswerNonce::Header, [false, true, false]),
        (AnswerNonce::Request, [true, false, true]),
    ] {
        let provider = Provider::start(|number, request| match number {
            0 => sealed_under_its_nonce(request, 200, ACCOUNT).with("x-session-nonce", "AAAAAAAAAAAAAAAA"),
            1 => sealed(request, 200, ACCOUNT),
            _ => sealed_under_its_nonce(request, 200, ACCOUNT),
        })
        .await;
        let sealing = sealing().answer_nonce(setting);
        let client = provider.builder().sealing(sealing).build().expect("a client");
        for expected in opened {
            assert_eq!(client.get_account(701).await.is_ok(), expected, "{setting:?}, request {}", provider.count());
        }
    }
}

/// The answer to a transfer that cannot be read as it should, and what the error says about it.
async fn unreadable(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> (Kind, String) {
    let provider = Provider::start(move |_, request| answer(request)).await;
    let error = provider.sealing_client().create_direct_transfer(&transfer()).await.expect_err("an error");
    assert_eq!(provider.count(), 1, "a transfer is sent once");
    assert_eq!((error.phase(), error.outcome().name()), (Phase::Undecodable, "unknown"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert!(error.raw().is_some_and(|raw| !raw.is_empty()), "the raw answer is kept");
    assert!(!format!("{error} {error:?}").contains("SECRET"));
    let text = error.to_string();
    let text = text.strip_prefix("vaultspay create_direct_transfer: 200, ").expect("who and what");
    let (message, advice) = text.split_once(": it may have taken effect").expect("what to do");
    assert_eq!(advice, ", look it up before repeating it (attempt 1)");
    (error.kind().clone(), message.to_owned())
}

const PAID: &str = r#"{"data":{"status":"SUCCESS"}}"#;
const BROKEN: &str = "the encrypted answer was modified, or `Sealing` has the wrong settings for its key or IV";

#[tokio::test]
async fn a_tampered_answer_is_an_error() {
    let tampered = unreadable(|request| {
        // The last digits of the Base64 are the tag's, or its first ones the text's.
        sealed(request, 200, PAID).map(|body| body.replace("\"}", "").replace(":\"", ":\"AAAA") + "\"}")
    });
    assert_eq!(tampered.await, (Kind::Integrity, BROKEN.to_owned()));
    let other_key = unreadable(|request| {
        let other = Seen { key: vec![7; 32], ..request.clone() };
        sealed(&other, 200, PAID)
    });
    assert_eq!(other_key.await, (Kind::Integrity, BROKEN.to_owned()));
    // One flipped bit of the tag.
    let flipped = unreadable(|request| {
        sealed(request, 200, PAID).map(|body| {
            let (head, last) = body.split_at(body.len() - 6);
            format!("{head}{}{}", if last.starts_with('A') { 'B' } else { 'A' }, &last[1..])
        })
    });
    assert_eq!(flipped.await, (Kind::Integrity, BROKEN.to_owned()));
}

#[tokio::test]
async fn an_answer_that_cannot_be_decrypted_says_why() {
    let decode = |message: &str| (Kind::Decode, message.to_owned());
    assert_eq!(
        unreadable(|_| plain(200, PAID)).await,
        decode("the answer is not encrypted: it has no member `encryptedData`, the name set in `Sealing`")
    );
    assert_eq!(
        unreadable(|_| plain(200, r#"{"encryptedData":"!"}"#)).await,
        decode("the encrypted answer is not Base64")
    );
    assert_eq!(unreadable(|_| plain(200, r#"{"encryptedData":"AAAA"}"#)).await, (Kind::Integrity, BROKEN.to_owned()));
    assert_eq!(
        unreadable(|request| sealed(request, 200, PAID).with("x-session-nonce", "AAAA")).await,
        decode("the encrypted answer has no 12 bytes of Base64 in its `x-session-nonce`")
    );
}

#[tokio::test]
async fn errors_are_read_sealed_and_plain() {
    const REFUSED: &str = r#"{"code":1050,"message":"Locked","type":"TRANSACTION_LOCKED_BY_RULE"}"#;
    let provider = Provider::start(|number, request| match number {
        0 => sealed(request, 500, REFUSED),
        // A service that cannot unwrap the key cannot encrypt.
        1 => plain(500, r#"{"code":1018,"message":"Invalid headers","type":"INVALID_HEADERS"}"#),
        _ => plain(502, "<html>Bad gateway</html>"),
    })
    .await;
    let client = provider.sealing_client();
    for (kind, outcome) in [(Kind::Declined, "refused"), (Kind::Config, "refused"), (Kind::Server, "unknown")] {
        let error = client.create_direct_transfer(&transfer()).await.expect_err("an error");
        assert_eq!((error.kind(), error.outcome().name()), (&kind, outcome));
    }
    assert_eq!(provider.count(), 3);
}

#[tokio::test]
async fn plain_and_sealed_do_not_mix() {
    let provider = Provider::start(|_, request| sealed(request, 200, ACCOUNT)).await;
    let client = provider.sealing_client().with(Options::new().header("x-enable-encryption", "false"));
    let error = client.create_direct_transfer(&transfer()).await.expect_err("an error");
    assert_eq!((error.kind(), error.phase()), (&Kind::Config, Phase::NotSent));
    assert_eq!(
        error.to_string(),
        "vaultspay create_direct_transfer: the header `x-enable-encryption` is set on a client with encryption: \
         correct the settings"
    );
    assert_eq!(provider.count(), 0);
}
