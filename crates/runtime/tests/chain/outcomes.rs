//! Does a failed call say what is needed to find out, and nothing that nobody should read?

use bursar_runtime::{AnyError, Kind, Outcome, Pending};

use crate::money::*;
use crate::support::*;

#[tokio::test]
async fn an_unknown_outcome_contains_the_values_of_its_lookup() {
    let server = Server::start(vec![cut()]).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.max_attempts(1).build().expect("a client");
    let pending = lost(call(&core, &PAY, ORDER)).await;
    assert_eq!((pending.provider(), pending.operation()), ("paybank", "pay"));
    assert_eq!((pending.reference(), pending.amount(), pending.currency()), (Some("r-1"), Some("12.50"), Some("EUR")));
    assert_eq!((pending.sent_at().text(), pending.lookup()), ("1994-11-06T08:49:37Z", Some("get_payment")));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_pending_survives_storage_and_prints_no_secret() {
    let server = Server::start(vec![cut()]).await;
    let (builder, _) = paybank(&server.url);
    let body = r#"{"amount":1,"currency":"EUR","account":"SECRET-account","user":"SECRET-user","pin":"SECRET-pin"}"#;
    let pending = lost(send(&builder.build().expect("a client"), body)).await;
    let stored = serde_json::to_string(&pending).expect("JSON");
    assert_eq!(serde_json::from_str::<Pending>(&stored).expect("a pending"), pending);
    // The lookup needs the account and the user; the rest of the body is nobody's business.
    assert!(stored.contains("SECRET-account") && stored.contains("SECRET-user") && !stored.contains("SECRET-pin"));
    assert!(!format!("{pending:?}{:?}", Outcome::Unknown(pending.clone())).contains("SECRET"));
    assert!(pending.reference().is_none());
}

#[tokio::test]
async fn writes_have_outcomes_and_reads_are_never_unknown() {
    let server = Server::start(vec![json(502, "{}")]).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.max_attempts(1).build().expect("a client");
    assert_eq!(lost(call(&core, &ADD, r#"{"reference":"t-1"}"#)).await.reference(), Some("t-1"));
    let server = Server::start(vec![json(502, "{}")]).await;
    let (builder, _) = scripted(&server.url);
    let error = get(&builder.build().expect("a client")).await.expect_err("an error");
    assert_eq!((error.outcome() == Outcome::Refused, error.outcome().pending()), (true, None));
}

#[tokio::test]
async fn the_error_of_any_operation_says_everything_and_what_to_do() {
    let headers = [("x-request-id", "req-7"), ("retry-after", "3")];
    let server = Server::start(vec![answer(503, &headers, r#"{"code":"BUSY_17","data":{"pan":"SECRET"}}"#)]).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.max_attempts(1).build().expect("a client");
    let error = AnyError::from(call(&core, &PAY, ORDER).await.expect_err("an error"));
    assert_eq!((error.kind(), error.operation(), error.provider_code()), (&Kind::Server, "pay", Some("BUSY_17")));
    assert_eq!((error.request_id(), error.retry_after().map(|wait| wait.as_secs())), (Some("req-7"), Some(3)));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    // A reference makes the repeat harmless, so that it may be asked for although the outcome is unknown.
    assert!(error.is_retryable() && error.outcome().is_unknown());
    let line = error.to_string();
    assert!(line.contains("look it up before repeating it") && !line.contains("BUSY_17"), "{line}");
    assert!(!line.contains('\n') && !format!("{line}{error:?}").contains("SECRET"));
    assert!(size_of::<AnyError>() == size_of::<usize>() && size_of::<Outcome>() <= 2 * size_of::<usize>());
}

#[tokio::test]
async fn the_providers_message_is_reachable_and_never_printed() {
    for (body, words) in [
        (r#"{"statusCode":404,"message":"Wallet SECRET Not Found"}"#, Some("Wallet SECRET Not Found")),
        (
            r#"{"message":["amount must be positive"," ","currency SECRET"]}"#,
            Some("amount must be positive; currency SECRET"),
        ),
        (r#"{"message":"","error":{"message":"SECRET"}}"#, Some("SECRET")),
        (r#"{"errors":[{"message":"SECRET"}]}"#, Some("SECRET")),
        (r#"{"error":"invalid_grant","error_description":"SECRET"}"#, Some("SECRET")),
        (r#"{"title":"SECRET"}"#, Some("SECRET")),
        (r#"{"message":{"SECRET":1}}"#, None),
        ("SECRET", None),
        ("", None),
    ] {
        let server = Server::start(vec![json(400, body)]).await;
        let (builder, _) = paybank(&server.url);
        let error = call(&builder.build().expect("a client"), &PAY, ORDER).await.expect_err("an error");
        assert_eq!(error.message().as_deref(), words, "{body}");
        let error = AnyError::from(error);
        assert_eq!(error.message().as_deref(), words, "{body}");
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
    }
}

#[tokio::test]
async fn a_code_that_may_be_data_is_not_printed() {
    for code in ["\"4111111111111111\"", "\"a b\"", "\"<x>\"", "{}"] {
        let server = Server::start(vec![json(400, &format!(r#"{{"code":{code}}}"#))]).await;
        let (builder, _) = paybank(&server.url);
        let error = call(&builder.build().expect("a client"), &PAY, ORDER).await.expect_err("an error");
        assert_eq!(error.provider_code(), None, "{code}");
    }
}
