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
    refusal("kasha", "refund_by_reference", 400, r#"{"statusCode":400,"message":"Business Failed"}"#, ("outcome_unknown", "unknown", None)),
    // What works only once is refused the second time because the first worked, whatever the status and the words.
    refusal("kasha", "settle_payout", 400, r#"{"statusCode":400,"message":["The payout does not wait for approval."]}"#, ("outcome_unknown", "unknown", None)),
    refusal("kasha", "settle_payout", 404, r#"{"statusCode":404,"message":["Transaction not found."]}"#, ("outcome_unknown", "unknown", None)),
    refusal("kasha", "settle_payout", 401, r#"{"statusCode":401,"message":"Unauthorized"}"#, ("unauthenticated", "refused", None)),
    refusal("kasisto", "create_transfer", 450, "{}", ("otp_required", "refused", None)),
    refusal("kasisto", "create_transfer", 501, "{}", ("not_found", "refused", None)),
    refusal("kontist", "confirm_transfer", 400, r#"{"type":"https://api.kontist.com/problems/transfer/insufficient-funds"}"#, ("outcome_unknown", "unknown", None)),
    // A wrong code, which ends the registration; and a second confirmation.
    refusal("kontist", "confirm_transfer", 403, r#"{"title":"Forbidden","status":403}"#, ("outcome_unknown", "unknown", None)),
    refusal("kontist", "confirm_transfer", 400, r#"{"title":"Invalid authorization token","status":400}"#, ("outcome_unknown", "unknown", None)),
    refusal("kontist", "confirm_standing_order", 400, "{}", ("outcome_unknown", "unknown", None)),
    // Held back by the provider: nothing moved, and the reference was not used.
    refusal("kotani", "create_mobile_money_withdrawal", 400, r#"{"success":false,"message":"Transaction Denied","error_code":400,"data":{}}"#, ("too_soon", "refused", Some(60))),
    refusal("kotani", "create_mobile_money_withdrawal", 400, r#"{"success":false,"message":"Insufficient funds in fiat wallet","data":{}}"#, ("insufficient_funds", "refused", None)),
    refusal("kotani", "create_onramp", 400, r#"{"success":false,"message":"Insufficient balance in fiat wallet","data":{}}"#, ("insufficient_funds", "refused", None)),
    refusal("kotani", "create_offramp", 400, r#"{"statusCode":400,"message":"Rate expired. Please get a new rate."}"#, ("expired", "refused", None)),
    refusal("kotani", "create_offramp", 400, r#"{"success":false,"message":"Invalid crypto address","data":{}}"#, ("invalid", "refused", None)),
    refusal("kotani", "create_offramp", 429, r#"{"statusCode":429,"message":"Too many","data":{"retryAfter":7}}"#, ("rate_limited", "refused", Some(7))),
    // One code stands for anything; only words that the provider shows for a check say that nothing was sent.
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1010,"message":"Invalid IBAN","type":"BAD_REQUEST"}"#, ("invalid", "refused", None)),
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1010,"message":"Insufficient balance","type":"BAD_REQUEST"}"#, ("outcome_unknown", "unknown", None)),
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1010,"message":"Something went wrong","type":"BAD_REQUEST"}"#, ("outcome_unknown", "unknown", None)),
    refusal("vaultspay", "create_direct_transfer", 500, r#"{"code":1010}"#, ("outcome_unknown", "unknown", None)),
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

/// "Transaction Denied" speaks of another withdrawal, or of an earlier attempt of this one: the reference is looked up once, and at once.
#[tokio::test]
async fn a_second_withdrawal_within_the_minute_is_no_used_reference() {
    let denied = REFUSALS.iter().find(|refusal| refusal.body.contains("Transaction Denied")).expect("the refusal");
    let provider = *ALL.iter().find(|provider| provider.name == "kotani").expect("a provider");
    let server = Server::start(vec![answer(denied.status, &[], denied.body)]).await;
    let documented = document::operation("kotani", denied.operation);
    let (api, arguments) = example(provider, &documented, provider.client(&server.url));
    let Err(Failed::Call { error, .. }) = api.call(denied.operation, &arguments).await else { panic!("accepted") };
    assert_eq!(server.exchanges().len(), 2);
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "kotani create_mobile_money_withdrawal: 400, too soon after a similar call, the call had no effect: retry after \
         the wait (attempt 1, retry after 60 s)"
    );
}

/// A wrong code uses the registration up. "Ask the provider for the permission" would be of no use, and "register anew" alone would pay twice
/// where the code had worked before.
#[tokio::test]
async fn a_refused_confirmation_is_looked_up_before_anything_is_registered_anew() {
    for status in [400, 403, 404, 409, 422] {
        let server = Server::start(vec![answer(status, &[], r#"{"title":"No","status":0}"#)]).await;
        let provider = *ALL.iter().find(|provider| provider.name == "kontist").expect("a provider");
        let documented = document::operation("kontist", "confirm_transfer");
        let (api, arguments) = example(provider, &documented, provider.client(&server.url));
        let Err(Failed::Call { error, .. }) = api.call("confirm_transfer", &arguments).await else {
            panic!("accepted")
        };
        // One request: no second guess at the code, and no lookup that nobody asked for.
        assert_eq!((server.exchanges().len(), error.outcome().name(), error.is_retryable()), (1, "unknown", false));
        assert_eq!(
            error.to_string(),
            format!(
                "kontist confirm_transfer: {status}, refused, but the operation succeeds only once, and an earlier attempt may have \
                 succeeded: look it up, and start over only if it is not found (attempt 1)"
            )
        );
    }
}
