//! Does money move exactly, once, and only where it may?

use std::time::Duration;

use bursar_sandbox::Decimal;
use bursar_sandbox::MovementKind::{Fee, Payment, Refund, Transfer};
use bursar_sandbox::vaultspay::Settings;
use serde_json::json;

use crate::caller::{Caller, movement};

const OUTSIDE: &str = "AE510440000000000000301";

#[tokio::test]
async fn a_transfer_is_held_and_then_booked() {
    let caller = Caller::new().await;
    let accepted = caller.transfer(301, 2505).await.data();
    assert_eq!((&accepted["status"], &accepted["amount"]), (&json!("PENDING"), &json!(2505)));
    assert_eq!(accepted["totalCharges"], 100);
    assert_eq!(caller.balance(701), "948.95");
    assert_eq!(caller.sandbox.vaultspay().held(701).as_deref(), Some("26.05"));
    assert!(caller.moved().is_empty());
    let account = caller.get("/be/api/v1/accounts/701").await;
    assert!(account.text.contains(r#""balance":94895,"balanceOnHold":2605"#), "{}", account.text);

    caller.advance(5);
    assert_eq!(caller.transaction_status(9003).await, "SUCCESS");
    assert_eq!(caller.balance(701), "948.95");
    assert_eq!(caller.sandbox.vaultspay().held(701).as_deref(), Some("0.00"));
    let payment = movement(Payment, &format!("701 > {OUTSIDE} 25.05"));
    assert_eq!(caller.moved(), [payment, movement(Fee, "701 > vaultspay 1.00")]);
    let moved = &caller.sandbox.movements()[0];
    assert_eq!((moved.id.as_str(), moved.currency.as_str()), ("9003", "AED"));
    let ledger = caller.get("/be/api/v1/account-ledger/701?transactionId=9003").await;
    assert!(ledger.text.contains(r#""debit":2505.00000000,"credit":0.00000000,"balance":94995.00000000"#));
    assert!(ledger.text.contains(r#""debit":100.00000000,"credit":0.00000000,"balance":94895.00000000"#));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_payee_here_is_credited() {
    let caller = Caller::new().await;
    let contact = caller.contact("AE070331234567890123456").await;
    caller.transfer(contact, 10).await.data();
    assert_eq!(caller.balance(801), "25.00");
    caller.advance(5);
    assert_eq!(caller.balance(801), "25.10");
    assert_eq!(caller.moved()[0], movement(Payment, "701 > 801 0.10"));
    let found = caller.get("/tme/api/v1/transactions?accountId=801&status=SUCCESS").await;
    let ids: Vec<u64> = found.data().as_array().unwrap().iter().filter_map(|row| row["id"].as_u64()).collect();
    assert_eq!(ids, [9003, 9002]);
    // To another account of one's own it is no payment.
    let own = caller.contact("AE460090000000123456789").await;
    let body = json!({ "senderAccountId": "701", "paymentContactId": own.to_string(), "purpose": "PERSONAL",
        "description": "", "amount": 1 });
    caller.post("/tc/api/v1/direct-transfer", body).await.data();
    caller.advance(5);
    assert_eq!(caller.moved()[2], movement(Transfer, "701 > 701 0.01"));
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_bank_decides_what_becomes_of_it() {
    for (iban, after_five, after_a_minute, balance, held, moved) in [
        ("AE120960000000000000301", "SUCCESS", "SUCCESS", "964.00", "0.00", 2),
        ("AE840970000000000000301", "SUCCESS", "REVERSED", "975.00", "0.00", 4),
        ("AE590980000000000000301", "FAILED", "FAILED", "975.00", "0.00", 0),
        ("AE340990000000000000301", "PENDING", "PENDING", "964.00", "11.00", 0),
    ] {
        let caller = Caller::new().await;
        let contact = caller.contact(iban).await;
        caller.transfer(contact, 1000).await.data();
        caller.advance(5);
        assert_eq!(caller.transaction_status(9003).await, after_five, "{iban}");
        caller.advance(60);
        assert_eq!(caller.transaction_status(9003).await, after_a_minute, "{iban}");
        assert_eq!(caller.balance(701), balance, "{iban}");
        assert_eq!(caller.sandbox.vaultspay().held(701).as_deref(), Some(held), "{iban}");
        assert_eq!(caller.moved().len(), moved, "{iban}");
        if after_a_minute == "REVERSED" {
            let back = [movement(Refund, &format!("{iban} > 701 10.00")), movement(Refund, "vaultspay > 701 1.00")];
            assert_eq!(caller.moved()[2..], back);
        }
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn a_repeat_is_a_second_transfer() {
    let caller = Caller::with(Settings::new().settlement(Duration::ZERO).charges(Decimal::ZERO)).await;
    for expected in ["974.99", "974.98"] {
        assert_eq!(caller.transfer(301, 1).await.data()["status"], "SUCCESS");
        assert_eq!(caller.balance(701), expected);
    }
    assert_eq!(caller.moved().len(), 2);
    caller.assert_no_violations();
}

#[tokio::test]
async fn what_is_not_there_cannot_be_sent() {
    let settings = Settings::new().balance(701, Decimal::new(1100, 2));
    let caller = Caller::with(settings).await;
    // The charges count, and so does what is held.
    assert_eq!(caller.transfer(301, 1001).await.refusal(), (500, 1010));
    caller.transfer(301, 1000).await.data();
    assert_eq!(caller.transfer(301, 1).await.refusal(), (500, 1010));
    assert_eq!(caller.balance(701), "0.00");
    for (change, refusal) in [
        (json!({ "amount": 0 }), (422, 1000)),
        (json!({ "amount": -5 }), (422, 1000)),
        (json!({ "senderAccountId": null, "currencyCode": null }), (422, 1000)),
        (json!({ "senderAccountId": "9" }), (500, 1010)),
        (json!({ "currencyCode": "USD" }), (500, 1010)),
        (json!({ "paymentContactId": "9" }), (500, 1010)),
        // Nothing is known about Robin yet.
        (json!({ "senderAccountId": "801" }), (500, 1035)),
    ] {
        let mut body = json!({ "senderAccountId": "701", "currencyCode": "AED", "paymentContactId": "301",
            "purpose": "RENT", "description": "Rent", "amount": 1 });
        for (name, value) in change.as_object().unwrap() {
            let body = body.as_object_mut().unwrap();
            if value.is_null() {
                body.remove(name)
            } else {
                body.insert(name.clone(), value.clone())
            };
        }
        let reply = caller.post("/tc/api/v1/direct-transfer", body).await;
        assert_eq!(reply.refusal(), refusal, "{change}: {reply:?}");
    }
    caller.advance(5);
    assert_eq!(caller.moved().len(), 2);
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_currency_alone_means_the_primary_account() {
    let caller = Caller::new().await;
    let body = json!({ "currencyCode": "AED", "paymentContactId": "301", "purpose": "RENT", "description": "Rent",
        "amount": 100 });
    caller.post("/tc/api/v1/direct-transfer", body).await.data();
    assert_eq!(caller.balance(701), "973.00");
}

#[tokio::test]
async fn movements_add_up_to_the_balances() {
    let caller = Caller::new().await;
    for (iban, amount) in [("AE070331234567890123456", 1234), ("AE840970000000000000301", 99), (OUTSIDE, 1)] {
        let contact = if iban == OUTSIDE { 301 } else { caller.contact(iban).await };
        caller.transfer(contact, amount).await.data();
    }
    caller.sandbox.vaultspay().purchase(1501, Decimal::new(705, 2)).unwrap();
    caller.advance(100);
    for (account, opening) in [(701, "975.00"), (801, "25.00")] {
        let mut balance: Decimal = opening.parse().unwrap();
        for one in caller.sandbox.movements() {
            let amount: Decimal = one.amount.parse().unwrap();
            balance += if one.to == account.to_string() { amount } else { Decimal::ZERO };
            balance -= if one.from == account.to_string() { amount } else { Decimal::ZERO };
        }
        assert_eq!(caller.balance(account), balance.to_string());
    }
    assert_eq!(caller.moved().len(), 9);
    caller.assert_no_violations();
}
