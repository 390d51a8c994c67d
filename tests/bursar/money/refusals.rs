//! What does a refusal mean whose words or code the provider documents?

use std::time::Duration;

use bursar::Options;
use bursar_runtime::dispatch::Failed;

use crate::providers::ALL;
use crate::support::document;
use crate::support::example::example;
use crate::support::provider::Provider;
use bursar_support::{Server, json_with as answer};

/// An answer, and what the client makes of it: kind, outcome, and seconds to wait.
struct Refusal {
    provider: &'static str,
    operation: &'static str,
    status: u16,
    body: &'static str,
    says: (&'static str, &'static str, Option<u64>),
}

const fn refusal(
    provider: &'static str,
    operation: &'static str,
    status: u16,
    body: &'static str,
    says: (&'static str, &'static str, Option<u64>),
) -> Refusal {
    Refusal { provider, operation, status, body, says }
}

#[rustfmt::skip]
static REFUSALS: &[Refusal] = &[
    // The platform gave up: nothing moved by its word, and the transaction is to be read before anybody pays again.
    refusal("kasha", "create_direct_payment", 200, r#"{"statusCode":"999","resultType":"error","result":{"transactionId":"t","errors":[{"code":"998"}]}}"#, ("not_processed", "refused", None)),
    refusal("kasha", "create_direct_payment", 200, r#"{"statusCode":"999","resultType":"error","result":{"transactionId":"t","errors":[{"code":"999"}]}}"#, ("not_processed", "refused", None)),
    refusal("kasha", "create_direct_payment", 402, r#"{"statusCode":402,"message":"Request failed"}"#, ("not_processed", "refused", None)),
    refusal("kasha", "create_direct_payment", 200, r#"{"statusCode":"999","resultType":"error","result":{"errors":[{"code":"3007"}]}}"#, ("declined", "refused", None)),
    refusal("kasha", "create_direct_payment", 200, r#"{"statusCode":"999","resultType":"error","result":{"errors":[{"code":"3000"}]}}"#, ("insufficient_funds", "refused", None)),
    refusal("kasha", "create_direct_payment", 200, r#"{"statusCode":"999","resultType":"error","result":{"errors":[{"code":"1100"}]}}"#, ("outcome_unknown", "unknown", None)),
    refusal("kasha", "refund_by_reference", 400, r#"{"statusCode":400,"message":"Business Failed"}"#, ("declined", "refused", None)),
    refusal("kasisto", "create_transfer", 450, "{}", ("otp_required", "refused", None)),
    refusal("kasisto", "create_transfer", 501, "{}", ("not_found", "refused", None)),
    refusal("kontist", "confirm_transfer", 400, r#"{"type":"https://api.kontist.com/problems/transfer/insufficient-funds"}"#, ("insufficient_funds", "refused", None)),
    // Held back by the provider: nothing moved, and the reference was not used.
    refusal("kotani", "create_mobile_money_withdrawal", 400, r#"{"success":false,"message":"Transaction Denied","error_code":400,"data":{}}"#, ("too_soon", "refused", Some(60))),
    refusal("kotani", "create_mobile_money_withdrawal", 400, r#"{"success":false,"message":"Insufficient funds in fiat wallet","data":{}}"#, ("insufficient_funds", "refused", None)),
    refusal("kotani", "create_onramp", 400, r#"{"success":false,"message":"Insufficient balance in fiat wallet","data":{}}"#, ("insufficient_funds", "refused", None)),
    refusal("kotani", "create_offramp", 400, r#"{"statusCode":400,"message":"Rate expired. Please get a new rate."}"#, ("expired", "refused", None)),
    refusal("kotani", "create_offramp", 400, r#"{"success":false,"message":"Invalid crypto address","data":{}}"#, ("invalid", "refused", None)),
    refusal("kotani", "create_offramp", 429, r#"{"statusCode":429,"message":"Too many","data":{"retryAfter":7}}"#, ("rate_limited", "refused", Some(7))),
    // One code stands for anything; only words that are known to be checks say that nothing was sent.
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1010,"message":"Invalid IBAN","type":"BAD_REQUEST"}"#, ("invalid", "refused", None)),
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1010,"message":"Insufficient balance","type":"BAD_REQUEST"}"#, ("insufficient_funds", "refused", None)),
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1010,"message":"Something went wrong","type":"BAD_REQUEST"}"#, ("invalid", "unknown", None)),
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1010}"#, ("invalid", "unknown", None)),
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1050,"type":"TRANSACTION_LOCKED_BY_RULE"}"#, ("declined", "refused", None)),
    refusal("vaultspay", "create_payment_contact", 500, r#"{"code":1010,"message":"Something went wrong","type":"BAD_REQUEST"}"#, ("invalid", "refused", None)),
];

/// What the client says: kind, outcome, wait, and its line.
async fn said(refusal: &Refusal) -> (&'static str, &'static str, Option<u64>, String) {
    let provider = *ALL.iter().find(|provider| provider.name == refusal.provider).expect("a provider");
    let server = Server::start(vec![answer(refusal.status, &[], refusal.body)]).await;
    let documented = document::operation(provider.name, refusal.operation);
    let options = Options::new().max_attempts(1).timeout(Duration::from_secs(3));
    let (api, arguments) = example(provider, &documented, provider.client(&server.url).with(options));
    let Err(Failed::Call { error, .. }) = api.call(refusal.operation, &arguments).await else {
        panic!("{} {} is no error", refusal.operation, refusal.body);
    };
    let wait = error.retry_after().map(|wait| wait.as_secs());
    (error.kind().name(), error.outcome().name(), wait, error.to_string())
}

/// The refusals of a provider, for its table.
pub(super) async fn lines(provider: &Provider) -> Vec<String> {
    let mut lines = Vec::new();
    for refusal in REFUSALS.iter().filter(|refusal| refusal.provider == provider.name) {
        let (kind, outcome, _, line) = said(refusal).await;
        lines.push(format!("{} {} {}\n  {kind}, {outcome}\n  {line}", refusal.operation, refusal.status, refusal.body));
    }
    lines
}

#[tokio::test]
async fn a_refusal_with_a_documented_message_has_its_documented_kind() {
    for refusal in REFUSALS {
        let (kind, outcome, wait, line) = said(refusal).await;
        assert_eq!((kind, outcome, wait), refusal.says, "{} {}", refusal.operation, refusal.body);
        assert!(!line.contains('\n'), "{line}");
    }
}

/// "Transaction Denied" speaks of another withdrawal, so that nothing is looked up: one request, at once.
#[tokio::test]
async fn a_second_withdrawal_within_the_minute_is_no_used_reference() {
    let denied = REFUSALS.iter().find(|refusal| refusal.body.contains("Transaction Denied")).expect("the refusal");
    let provider = *ALL.iter().find(|provider| provider.name == "kotani").expect("a provider");
    let server = Server::start(vec![answer(denied.status, &[], denied.body)]).await;
    let documented = document::operation("kotani", denied.operation);
    let (api, arguments) = example(provider, &documented, provider.client(&server.url));
    let Err(Failed::Call { error, .. }) = api.call(denied.operation, &arguments).await else { panic!("accepted") };
    assert_eq!(server.exchanges().len(), 1);
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "kotani create_mobile_money_withdrawal: 400, too soon after a similar call, the call had no effect: send it again after \
         the wait (attempt 1, retry after 60 s)"
    );
}
