//! `bursar call --sandbox`: operations of every provider, among them one that moves money.

use serde_json::Value;

use crate::support::{run, run_with_input};

/// Operation, parameters, body, something that stands in the answer, and what is said on stderr.
type Case = (&'static str, &'static [&'static str], &'static str, (&'static str, &'static str), &'static str);

const DONE: &str = "note: 200, done\n";
const PENDING: &str = "note: 200, accepted, not settled yet: look it up again later, do not send it again\n";

fn each(provider: &str, cases: &[Case]) {
    for (operation, parameters, body, (pointer, expected), notes) in cases {
        let mut words = vec!["call", provider, operation, "--sandbox"];
        parameters.iter().for_each(|parameter| words.extend(["--param", parameter]));
        let done = if body.is_empty() {
            run(&words)
        } else {
            words.extend(["--json", "-"]);
            run_with_input(&words, body)
        };
        let done = done.ends(if *notes == PENDING { 6 } else { 0 });
        let answer: Value = serde_json::from_str(&done.out).expect("JSON");
        let found = answer.pointer(pointer).unwrap_or_else(|| panic!("{operation}: {answer}"));
        assert_eq!((found.to_string().trim_matches('"'), &*done.err), (*expected, *notes), "{operation}");
    }
}

#[test]
fn kasha_is_called() {
    let pay_out = r#"{"action":"APPROVE","transactionId":"txn-pending"}"#;
    each(
        "kasha",
        &[
            ("get_transaction", &["transactionId=txn-paid"], "", ("/currency", "GBP"), DONE),
            ("refund_by_reference", &[], r#"{"merchantReference":"order-refund"}"#, ("/status", "REFUNDED"), DONE),
            ("settle_payout", &[], pay_out, ("/transactionId", "txn-pending"), PENDING),
        ],
    );
}

#[test]
fn kasisto_is_called() {
    let transfer = r#"{"user_id":"user-1","source_account_id":"acc-checking","dest_account_id":"acc-savings","amount":25.50,
        "currency_code":"USD"}"#;
    each(
        "kasisto",
        &[
            ("list_accounts", &[], r#"{"user_id":"user-1"}"#, ("/0/account_id", "acc-checking"), ""),
            ("list_payees", &[], r#"{"user_id":"user-1"}"#, ("/0/payee_id", "payee-1"), ""),
            ("create_transfer", &[], transfer, ("/status", "processed"), DONE),
        ],
    );
}

#[test]
fn kontist_is_called() {
    let order = r#""recipient":"Kim Example","iban":"DE79000000000000000002","amount":1250,"note":"Lunch""#;
    let registered = format!("{{{order}}}").leak();
    let confirmed = format!(r#"{{{order},"authorizationToken":"012345"}}"#).leak();
    let transfer: &[&str] = &["account_id=1001", "transfer_id=transfer1ctrx"];
    each(
        "kontist",
        &[
            ("list_accounts", &[], "", ("/0/balance", "250000"), ""),
            ("list_transactions", &["account_id=1001"], "", ("/results/0/amount", "-1250"), ""),
            ("create_auth_token", &[], "", ("/token", "***"), ""),
            ("create_transfer", &["account_id=1001"], registered, ("/status", "confirmation_required"), ""),
            ("confirm_transfer", transfer, confirmed, ("/status", "accepted"), PENDING),
        ],
    );
}

#[test]
fn kotani_is_called() {
    let deposit = r#"{"customer_key":"cust-1","wallet_id":"wallet-kes","amount":1000.50,"currency":"KES","reference_id":"order-1"}"#;
    each(
        "kotani",
        &[
            ("get_customer", &["customer_key=cust-1"], "", ("/customer_key", "cust-1"), ""),
            ("create_api_key", &[], "", ("/key", "***"), ""),
            ("create_mobile_money_deposit", &[], deposit, ("/customer_key", "cust-1"), PENDING),
        ],
    );
}

#[test]
fn vaultspay_is_called() {
    let transfer =
        r#"{"senderAccountId":"701","paymentContactId":"301","purpose":"RENT","description":"x","amount":2500}"#;
    each(
        "vaultspay",
        &[
            ("ping", &[], "", ("", "Service is up and running!"), ""),
            ("get_account", &["id=701"], "", ("/balance", "97500"), ""),
            ("get_card_pan", &[], r#"{"cardId":1501}"#, ("/pan", "***"), ""),
            ("create_direct_transfer", &[], transfer, ("/status", "PENDING"), PENDING),
        ],
    );
}
