//! Can money move twice?
//!
//! A user's own retry layer, with its default strategy, stands around calls whose answers are failures; requests are counted on the wire.

use std::time::Duration;

use bursar::kasisto::responses::CreateTransferError;
use bursar::kasisto::{Builder, Client, Error, Options, types};
use bursar::{Kind, Outcome, Phase, Progress, major};
use bursar_runtime::dispatch::Failed;
use bursar_runtime::{AnyError, Effect};
use bursar_sandbox::{Sandbox, kasisto};
use httpmock::{Mock, MockServer};
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;

use crate::kasisto::{self as bank, ENTRIES, credential, operation};
use bursar_support::{Nobody, Server, Step, json_with as answer};

/// How often the user's layer repeats.
const REPEATS: usize = 3;

/// The layer as its documentation shows it, only faster.
fn with_retry(builder: Builder) -> Client {
    let policy = ExponentialBackoff::builder()
        .retry_bounds(Duration::from_millis(1), Duration::from_millis(2))
        .build_with_max_retries(u32::try_from(REPEATS).expect("a small number"));
    let retry = RetryTransientMiddleware::new_with_policy(policy);
    builder.core(|core| core.middleware(retry)).build().expect("a client")
}

fn transfer() -> types::CreateTransfer {
    let transfer = types::CreateTransfer::builder().source_account_id("acc-checking").dest_account_id("acc-savings");
    transfer.amount(major!(25.50)).currency_code("USD").build().expect("a request")
}

/// A mock that answers everything with a status.
async fn answering(server: &MockServer, status: u16) -> Mock<'_> {
    let body = r#"{"code":"server_error"}"#;
    server
        .mock_async(|when, then| {
            when.method("POST");
            then.status(status).header("content-type", "application/json").body(body);
        })
        .await
}

#[tokio::test]
async fn a_retry_layer_sends_a_failed_transfer_once() {
    let server = MockServer::start_async().await;
    let mock = answering(&server, 500).await;
    let client = with_retry(bank::customer(&server.base_url()));

    let error = client.create_transfer(&transfer()).await.expect_err("500");
    assert_eq!(mock.calls_async().await, 1);
    assert_eq!((error.outcome().name(), error.phase(), error.kind()), ("unknown", Phase::Answered, &Kind::Server));
    assert_eq!(error.attempts(), 1);
    assert!(!error.is_retryable());
    let Some(CreateTransferError::ServerError(Some(body))) = error.body() else { panic!("{error}") };
    assert_eq!(body.code.as_deref(), Some("server_error"));
    assert_eq!(
        error.to_string(),
        "kasisto create_transfer: 500, the provider failed: it may have taken effect, look it up before repeating it \
         (attempt 1, a retry was suppressed)"
    );
}

#[tokio::test]
async fn a_read_is_repeated() {
    let server = MockServer::start_async().await;
    let mock = answering(&server, 500).await;
    let client = with_retry(bank::customer(&server.base_url()));
    let error = client.list_accounts(&Default::default()).await.expect_err("500");
    assert_eq!(mock.calls_async().await, 1 + REPEATS);
    // A read has no effect to be unsure about.
    assert_eq!(error.outcome(), Outcome::Refused);
}

/// A repeat is never sent on the strength of a status, whatever the status is: no operation here has a reference of the caller's.
#[tokio::test]
async fn no_status_makes_a_layer_repeat_what_is_not_a_read() {
    for status in [408, 429, 500, 501, 502, 503, 504, 599] {
        let server = MockServer::start_async().await;
        let mock = answering(&server, status).await;
        for entry in ENTRIES {
            // Ours repeats some of these reads as well; one attempt each leaves the user's layer alone.
            let client = with_retry(bank::customer(&server.base_url())).with(Options::new().max_attempts(1));
            let before = mock.calls_async().await;
            let result = bank::call(&client, entry, operation(entry.operation.id).json_example()).await;
            let Err(Failed::Call { error, .. }) = result else { panic!("{} {status}", entry.operation.id) };
            let sent = mock.calls_async().await - before;
            let reads = entry.operation.effect == Effect::Read;
            assert_eq!(sent, if reads { 1 + REPEATS } else { 1 }, "{} {status}", entry.operation.id);
            // The defaults for undocumented statuses; a documented 501 is a refusal.
            let documented = operation(entry.operation.id).answers().iter().any(|answer| answer.status == 501);
            let refused = reads || status == 429 || (status == 501 && documented);
            let expected = if refused { "refused" } else { "unknown" };
            assert_eq!(error.outcome().name(), expected, "{} {status}", entry.operation.id);
        }
    }
}

#[tokio::test]
async fn our_own_retry_repeats_reads_only() {
    for status in [429, 503] {
        let server = MockServer::start_async().await;
        let mock = answering(&server, status).await;
        for entry in ENTRIES {
            let client = bank::customer(&server.base_url()).build().expect("a client");
            let client = client.with(Options::new().max_attempts(2));
            let before = mock.calls_async().await;
            let result = bank::call(&client, entry, operation(entry.operation.id).json_example()).await;
            assert!(result.is_err(), "{} {status}", entry.operation.id);
            let sent = mock.calls_async().await - before;
            let expected = if entry.operation.effect == Effect::Read { 2 } else { 1 };
            assert_eq!(sent, expected, "{} {status}", entry.operation.id);
        }
    }
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let nowhere = Nobody::new();
    for client in [bank::customer(&nowhere.url).build().expect("a client"), with_retry(bank::customer(&nowhere.url))] {
        let error = client.create_transfer(&transfer()).await.expect_err("nobody listens");
        assert_eq!((error.outcome(), error.phase(), error.kind()), (Outcome::NotSent, Phase::NotSent, &Kind::Connect));
        assert!(error.body().is_none() && error.status().is_none());
        assert!(error.is_retryable());
    }
}

/// Asserts that nobody can tell what became of the call.
fn is_unknown<E>(error: &Error<E>) {
    assert_eq!((error.outcome().name(), error.phase()), ("unknown", Phase::NoAnswer));
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("it may have taken effect, look it up before repeating it"), "{error}");
}

#[tokio::test]
async fn a_connection_dropped_after_the_request_leaves_the_outcome_open() {
    for retrying in [false, true] {
        let server = Server::start(vec![Step::Drop]).await;
        let builder = bank::customer(&server.url);
        let client = if retrying { with_retry(builder) } else { builder.build().expect("a client") };
        is_unknown(&client.create_transfer(&transfer()).await.expect_err("no answer"));
        assert_eq!(server.exchanges().len(), 1, "retrying: {retrying}");
    }
}

/// HTTP clients are tempted to repeat on a fresh connection what failed on one from the pool.
#[tokio::test]
async fn a_pooled_connection_that_breaks_is_not_replaced() {
    let server = Server::start(vec![answer(200, &[], "[]"), Step::Drop]).await;
    let client = with_retry(bank::customer(&server.url));
    client.list_accounts(&Default::default()).await.expect("accounts");
    is_unknown(&client.create_transfer(&transfer()).await.expect_err("no answer"));
    assert_eq!((server.count_of("/accounts"), server.count_of("/transfer")), (1, 1));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_the_outcome_open() {
    for body in ["<html>", r#"{"transfer_id""#, r#""accepted""#] {
        let server = Server::start(vec![answer(200, &[], body)]).await;
        let error = with_retry(bank::customer(&server.url)).create_transfer(&transfer()).await.expect_err("no answer");
        assert_eq!(
            (error.outcome().name(), error.phase(), error.kind()),
            ("unknown", Phase::Undecodable, &Kind::Decode)
        );
        assert_eq!(error.raw(), Some(body.as_bytes()));
        assert_eq!(server.exchanges().len(), 1);
    }
}

#[tokio::test]
async fn a_transfer_cut_off_by_its_time_limit_is_not_repeated() {
    let server = Server::start(vec![Step::Hang]).await;
    let client =
        with_retry(bank::customer(&server.url)).with(Options::new().attempt_timeout(Duration::from_millis(500)));
    let error = client.create_transfer(&transfer()).await.expect_err("no answer");
    is_unknown(&error);
    assert_eq!(error.kind(), Kind::Timeout);
    assert_eq!(server.exchanges().len(), 1);
}

/// The worst case, with a bank behind: the money has moved, and the answer is lost.
#[tokio::test]
async fn money_moves_once_though_the_answer_is_lost() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let script = vec![Step::Forward, Step::Swallow];
    let server = Server::before(&sandbox.kasisto_url(), script).await;
    let bank = with_retry(Client::builder().base_url(&server.url).secret(credential(kasisto::SECRET)));
    let login = types::CreateToken::builder().username(kasisto::USERNAME).password(kasisto::PASSWORD);
    bank.create_token(&login.build().expect("a request")).await.expect("a token");

    let error = bank.create_transfer(&transfer()).await.expect_err("the answer is lost");
    is_unknown(&error);
    assert_eq!((server.count_of("/transfer"), sandbox.movements().len()), (1, 1));
    // The facade's error keeps what is needed to decide.
    let erased: bursar::Error = error.into();
    assert_eq!((erased.outcome().name(), erased.operation(), erased.attempts()), ("unknown", "create_transfer", 1));
}

/// 450 says that nothing moved, so the caller's own second call, with a new token, is another call and goes out.
#[tokio::test]
async fn the_callers_own_repeat_is_a_call_of_its_own() {
    let server = Server::start(vec![
        answer(450, &[], r#"{"code":"otp_required"}"#),
        answer(200, &[], r#"{"token":"token-2"}"#),
        answer(200, &[], r#"{"status":"processed"}"#),
    ])
    .await;
    let client = with_retry(bank::customer(&server.url));
    let error = client.create_transfer(&transfer()).await.expect_err("450");
    assert_eq!((error.outcome(), server.count_of("/transfer")), (Outcome::Refused, 1));
    client
        .validate_otp(&types::ValidateOtp::builder().otp("123456").build().expect("a request"))
        .await
        .expect("a token");
    let answer = client.create_transfer(&transfer()).await.expect("200");
    assert_eq!((answer.progress(), server.count_of("/transfer")), (Progress::Done, 2));
    assert_eq!(server.exchanges()[2].request.header("token"), Some("token-2"));
}

#[test]
fn errors_stay_small_and_travel_between_threads() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Error<CreateTransferError>>();
    travels::<AnyError>();
    assert_eq!(size_of::<Error<CreateTransferError>>(), size_of::<usize>());
    assert_eq!(size_of::<AnyError>(), size_of::<usize>());
}
