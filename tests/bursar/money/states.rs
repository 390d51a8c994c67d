//! What does each documented status say about the money, on the wire?

use bursar::Progress::{self, Done, Failed, InPart, MayStillCome, Pending, Returned};

use crate::providers::ALL;
use crate::support::document;
use crate::support::example::example;
use bursar_support::{Server, json_with as answer};

/// Provider, operation, the answer's body, and what it says.
type Row = (&'static str, &'static str, &'static str, Progress);

#[rustfmt::skip]
static ROWS: &[Row] = &[
    // Kotani: a deposit that expired or was cancelled may still be paid.
    ("kotani", "get_deposit_status", r#"{"success":true,"data":{"status":"SUCCESSFUL"}}"#, Done),
    ("kotani", "get_deposit_status", r#"{"success":true,"data":{"status":"FAILED"}}"#, Failed),
    ("kotani", "get_deposit_status", r#"{"success":true,"data":{"status":"DECLINED"}}"#, Failed),
    ("kotani", "get_deposit_status", r#"{"success":true,"data":{"status":"EXPIRED"}}"#, MayStillCome),
    ("kotani", "get_deposit_status", r#"{"success":true,"data":{"status":"CANCELLED"}}"#, MayStillCome),
    ("kotani", "get_deposit_status", r#"{"success":true,"data":{"status":"REVERSED"}}"#, Returned),
    ("kotani", "get_deposit_status", r#"{"success":true,"data":{"status":"REQUIRE_REVIEW"}}"#, Pending),
    ("kotani", "get_deposit_status", r#"{"success":true,"data":{"status":"CHARGEBACK"}}"#, Pending),
    ("kotani", "get_bank_checkout_status", r#"{"success":true,"data":{"status":"EXPIRED"}}"#, MayStillCome),
    ("kotani", "get_card_deposit_status", r#"{"success":true,"data":{"status":"CANCELLED"}}"#, MayStillCome),
    // Collected and not sent on: the customer has paid.
    ("kotani", "get_onchain_deposit_status", r#"{"success":true,"data":{"mobile_money":{"status":"SUCCESSFUL"},"onchain":{"status":"SUCCESSFUL"}}}"#, Done),
    ("kotani", "get_onchain_deposit_status", r#"{"success":true,"data":{"mobile_money":{"status":"SUCCESSFUL"},"onchain":{"status":"FAILED"}}}"#, InPart),
    ("kotani", "get_onchain_deposit_status", r#"{"success":true,"data":{"mobile_money":{"status":"FAILED"},"onchain":{"status":"CANCELLED"}}}"#, Failed),
    ("kotani", "get_onchain_deposit_status", r#"{"success":true,"data":{"mobile_money":{"status":"SUCCESSFUL"},"onchain":{"status":"PENDING"}}}"#, Pending),
    // Withdrawals.
    ("kotani", "get_withdrawal_status", r#"{"success":true,"data":{"status":"TRANSACTION_RETRY_SUCCESSFUL"}}"#, Done),
    ("kotani", "get_withdrawal_status", r#"{"success":true,"data":{"status":"FAILED"}}"#, Failed),
    ("kotani", "get_withdrawal_status", r#"{"success":true,"data":{"status":"EXPIRED"}}"#, MayStillCome),
    ("kotani", "get_withdrawal_status", r#"{"success":true,"data":{"status":"CANCELLED"}}"#, MayStillCome),
    ("kotani", "get_withdrawal_status", r#"{"success":true,"data":{"status":"REVERSED"}}"#, Returned),
    ("kotani", "get_withdrawal_status", r#"{"success":true,"data":{"status":"DUPLICATE_PENDING"}}"#, Pending),
    ("kotani", "get_bank_withdrawal_status", r#"{"success":true,"data":{"status":"EXPIRED"}}"#, MayStillCome),
    // On-ramp: the payer was charged, nothing was delivered; and the other way round.
    ("kotani", "get_onramp_status", r#"{"success":true,"data":{"depositStatus":"SUCCESSFUL","onchainStatus":"SUCCESSFUL"}}"#, Done),
    ("kotani", "get_onramp_status", r#"{"success":true,"data":{"depositStatus":"SUCCESSFUL","onchainStatus":"FAILED"}}"#, InPart),
    ("kotani", "get_onramp_status", r#"{"success":true,"data":{"depositStatus":"SUCCESSFUL","onchainStatus":"CANCELLED"}}"#, InPart),
    ("kotani", "get_onramp_status", r#"{"success":true,"data":{"depositStatus":"SUCCESSFUL","onchainStatus":"IN_PROGRESS"}}"#, Pending),
    ("kotani", "get_onramp_status", r#"{"success":true,"data":{"depositStatus":"DECLINED","onchainStatus":"PENDING"}}"#, Failed),
    ("kotani", "get_onramp_status", r#"{"success":true,"data":{"depositStatus":"FAILED","onchainStatus":"CANCELLED"}}"#, Failed),
    ("kotani", "get_onramp_status", r#"{"success":true,"data":{"depositStatus":"EXPIRED","onchainStatus":"CANCELLED"}}"#, MayStillCome),
    ("kotani", "get_onramp_status", r#"{"success":true,"data":{"onchainStatus":"FAILED"}}"#, Pending),
    ("kotani", "get_crypto_send_status", r#"{"success":true,"data":{"status":"EXPIRED"}}"#, MayStillCome),
    // Off-ramp: after the crypto arrived a failure is followed by a refund.
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"SUCCESSFUL","onchainStatus":"SUCCESSFUL"}}"#, Done),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"SUCCESSFUL"}}"#, Done),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"FAILED","onchainStatus":"SUCCESSFUL"}}"#, Pending),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"FAILED","onchainStatus":"FAILED"}}"#, Failed),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"FAILED"}}"#, Pending),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"REFUND_PENDING","onchainStatus":"SUCCESSFUL"}}"#, Pending),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"TIMEOUT","onchainStatus":"SUCCESSFUL"}}"#, Pending),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"REFUNDED","onchainStatus":"SUCCESSFUL"}}"#, Returned),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"REVERSED","onchainStatus":"SUCCESSFUL"}}"#, Returned),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"REFUND_FAILED","onchainStatus":"SUCCESSFUL"}}"#, InPart),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"CANCELLED","onchainStatus":"PENDING"}}"#, MayStillCome),
    ("kotani", "get_offramp_status", r#"{"success":true,"data":{"status":"EXPIRED"}}"#, MayStillCome),
    ("kotani", "create_offramp", r#"{"success":true,"data":{"referenceId":"offramp-2","status":"PENDING","onchainStatus":"PENDING"}}"#, Pending),
    ("kotani", "get_refund_status", r#"{"success":true,"data":{"refundStatus":"SUCCESSFUL"}}"#, Done),
    ("kotani", "get_refund_status", r#"{"success":true,"data":{"refundStatus":"FAILED"}}"#, InPart),
    // Bridge: where it failed decides.
    ("kotani", "get_crypto_bridge_status", r#"{"success":true,"data":{"status":"COMPLETED","stages":{"deposit":{"status":"DEPOSIT_CONFIRMED"},"crypto_payment":{"status":"PAYMENT_SENT"},"settlement":{"status":"COMPLETED"}}}}"#, Done),
    ("kotani", "get_crypto_bridge_status", r#"{"success":true,"data":{"status":"FAILED","stages":{"deposit":{"status":"FAILED"}}}}"#, Failed),
    ("kotani", "get_crypto_bridge_status", r#"{"success":true,"data":{"status":"FAILED","stages":{"deposit":{"status":"DEPOSIT_CONFIRMED"},"crypto_payment":{"status":"FAILED"}}}}"#, InPart),
    ("kotani", "get_crypto_bridge_status", r#"{"success":true,"data":{"status":"FAILED","stages":{"deposit":{"status":"DEPOSIT_CONFIRMED"},"crypto_payment":{"status":"PAYMENT_SENT"},"settlement":{"status":"FAILED"}}}}"#, InPart),
    ("kotani", "get_crypto_bridge_status", r#"{"success":true,"data":{"status":"REFUNDED","stages":{"deposit":{"status":"DEPOSIT_CONFIRMED"},"crypto_payment":{"status":"PAYMENT_SENT"},"settlement":{"status":"FAILED"}}}}"#, Returned),
    ("kotani", "get_crypto_bridge_status", r#"{"success":true,"data":{"status":"FAILED"}}"#, Pending),
    ("kotani", "create_crypto_bridge_deposit", r#"{"success":true,"data":{"kotani_reference_id":"b","provider_reference_id":"partner-2","status":"FAILED"}}"#, Pending),
    ("kotani", "create_crypto_bridge_deposit", r#"{"success":true,"data":{"kotani_reference_id":"b","provider_reference_id":"partner-2","status":"REFUNDED"}}"#, Returned),
    // Invoices: the payer's money, and the invoice.
    ("kotani", "get_invoice_payment", r#"{"success":true,"data":{"status":"SUCCESSFUL","invoice":{"status":"PAID"}}}"#, Done),
    ("kotani", "get_invoice_payment", r#"{"success":true,"data":{"status":"SUCCESSFUL","invoice":{"status":"FAILED"}}}"#, InPart),
    ("kotani", "get_invoice_payment", r#"{"success":true,"data":{"status":"SUCCESSFUL","invoice":{"status":"PENDING"}}}"#, Pending),
    ("kotani", "get_invoice_payment", r#"{"success":true,"data":{"status":"DECLINED","invoice":{"status":"PENDING"}}}"#, Failed),
    ("kotani", "get_invoice_payment", r#"{"success":true,"data":{"status":"EXPIRED","invoice":{"status":"PENDING"}}}"#, MayStillCome),
    // Batches: by the counts.
    ("kotani", "get_bulk_batch", r#"{"success":true,"data":{"id":"b","status":"completed","totalPayments":3,"successfulPayments":3,"failedPayments":0,"pendingPayments":0}}"#, Done),
    ("kotani", "get_bulk_batch", r#"{"success":true,"data":{"id":"b","status":"completed","totalPayments":3,"successfulPayments":3,"failedPayments":0}}"#, Done),
    ("kotani", "get_bulk_batch", r#"{"success":true,"data":{"id":"b","status":"failed","totalPayments":3,"successfulPayments":2,"failedPayments":1,"pendingPayments":0}}"#, InPart),
    ("kotani", "get_bulk_batch", r#"{"success":true,"data":{"id":"b","status":"cancelled","totalPayments":3,"successfulPayments":2,"failedPayments":0,"pendingPayments":1}}"#, InPart),
    ("kotani", "get_bulk_batch", r#"{"success":true,"data":{"id":"b","status":"failed","totalPayments":3,"successfulPayments":0,"failedPayments":3,"pendingPayments":0}}"#, Failed),
    ("kotani", "get_bulk_batch", r#"{"success":true,"data":{"id":"b","status":"failed"}}"#, Pending),
    ("kotani", "get_bulk_batch", r#"{"success":true,"data":{"batchId":"b","status":"completed_with_errors","summary":{"total":100,"successful":95,"failed":5},"failedPayments":[{"reference":"r"}]}}"#, InPart),
    ("kotani", "get_bulk_transaction", r#"{"success":true,"data":{"id":"t","status":"completed"}}"#, Done),
    ("kotani", "get_bulk_transaction", r#"{"success":true,"data":{"id":"t","status":"failed","totalBatches":2,"completedBatches":1,"failedBatches":1}}"#, InPart),
    // Kasha: what ended a session may still be paid, and what was given back moved.
    ("kasha", "get_transaction", r#"{"id":"t","status":"COMPLETED"}"#, Done),
    ("kasha", "get_transaction", r#"{"id":"t","status":"DECINED"}"#, Failed),
    ("kasha", "get_transaction", r#"{"id":"t","status":"EXPIRED"}"#, MayStillCome),
    ("kasha", "get_transaction", r#"{"id":"t","status":"USER_CANCEL"}"#, MayStillCome),
    ("kasha", "get_transaction", r#"{"id":"t","status":"REFUNDED"}"#, Returned),
    ("kasha", "get_transaction", r#"{"id":"t","status":"ERROR"}"#, Pending),
    ("kasha", "settle_payout", r#"{"statusCode":"000","status":"DECLINED","transactionId":"t"}"#, Failed),
    ("kasha", "refund_by_reference", r#"{"statusCode":"000","status":"REFUNDED"}"#, Done),
    ("kasha", "refund_by_reference", r#"{"statusCode":"000","status":"COMPLETED"}"#, Pending),
    // What a declined refund is of the transaction's words, no source says.
    ("kasha", "refund_by_reference", r#"{"statusCode":"000","status":"DECLINED"}"#, MayStillCome),
    ("kasha", "refund_by_reference", r#"{"statusCode":"000","status":"ERROR"}"#, Pending),
    ("kasha", "refund_by_reference", r#"{"statusCode":"000","status":"EXPIRED"}"#, MayStillCome),
    // VaultsPay: reversed follows success; the third party's word counts too.
    ("vaultspay", "create_direct_transfer", r#"{"data":{"id":1,"status":"REVERSED"}}"#, Returned),
    ("vaultspay", "get_transaction", r#"{"data":{"id":1,"status":"SUCCESS"}}"#, Done),
    ("vaultspay", "get_transaction", r#"{"data":{"id":1,"status":"REVERSED"}}"#, Returned),
    ("vaultspay", "get_transaction", r#"{"data":{"id":1,"status":"FAILED"}}"#, Failed),
    ("vaultspay", "get_transaction", r#"{"data":{"id":1,"status":"FAILED","apiStatus":"SUCCESS"}}"#, InPart),
    ("vaultspay", "get_transaction", r#"{"data":{"id":1,"status":"SUCCESS","apiStatus":"FAILED"}}"#, InPart),
    ("vaultspay", "get_transaction", r#"{"data":{"id":1,"status":"FAILED","apiStatus":"FAILED"}}"#, Failed),
    ("kasisto", "create_transfer", r#"{"transfer_id":"t","status":"processed"}"#, Done),
    ("kasisto", "create_payment", r#"{"payment_id":"p","status":"failed"}"#, Failed),
    // Who cancels, when, and whether it is final, no source says.
    ("kasisto", "create_payment", r#"{"payment_id":"p","status":"cancelled"}"#, MayStillCome),
    ("kasisto", "create_transfer", r#"{"transfer_id":"t","status":"cancelled"}"#, MayStillCome),
    ("kasisto", "create_payment", r#"{"payment_id":"p","status":"unspecified"}"#, Pending),
    ("kontist", "confirm_timed_order", r#"{"id":"o","status":"SCHEDULED"}"#, Pending),
    ("kontist", "confirm_timed_order", r#"{"id":"o","status":"EXECUTED"}"#, Done),
    ("kontist", "confirm_timed_order", r#"{"id":"o","status":"CANCELED"}"#, Failed),
    ("kontist", "confirm_timed_order", r#"{"id":"o","status":"FAILED"}"#, MayStillCome),
    ("kontist", "confirm_transfer", r#"{"status":"accepted"}"#, Pending),
];

#[tokio::test]
async fn a_status_says_what_became_of_the_money() {
    let mut wrong = Vec::new();
    for (name, operation, body, expected) in ROWS {
        let provider = *ALL.iter().find(|provider| provider.name == *name).expect("a provider");
        let server = Server::start(vec![answer(200, &[], body)]).await;
        let documented = document::operation(provider.name, operation);
        let (api, arguments) = example(provider, &documented, provider.client(&server.url));
        match api.call(operation, &arguments).await {
            Ok(answer) if answer.progress() == *expected => {}
            Ok(answer) => wrong.push(format!("{operation} {body}: {} {:?}", answer.progress(), answer.legs())),
            Err(failed) => wrong.push(format!("{operation} {body}: {failed}")),
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// Only a failure allows to send the same money again, and no other state's advice says so.
#[test]
fn only_a_failure_allows_to_send_again() {
    for state in [Done, Returned, InPart, MayStillCome, Pending] {
        assert!(!state.allows_resend(), "{state}");
    }
    assert!(Failed.allows_resend());
}
