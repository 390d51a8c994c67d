//! Does money move exactly, once, and only where it may?

use bursar_sandbox::MovementKind::{CryptoOut, Deposit, Payment, Refund, Transfer, Withdrawal};
use bursar_sandbox::kotani::{SameMinute, Settings};
use serde_json::json;

use crate::caller::{Caller, movement};

#[tokio::test]
async fn a_deposit_is_credited_when_it_settles() {
    let caller = Caller::new().await;
    let accepted = caller.deposit("cust-1", "dep-2", "0.10").await.data();
    assert_eq!(accepted["reference_id"], "dep-2");
    assert_eq!(caller.deposits("wallet-kes"), "1000.50");
    assert!(caller.moved().is_empty());
    caller.advance(5);
    assert_eq!(caller.deposits("wallet-kes"), "1000.60");
    assert_eq!(caller.balance("wallet-kes"), "5000.00");

    let found = caller.get("/deposit/mobile-money/status/dep-2").await;
    assert!(found.text.contains(r#""initialDepositBalance":1000.50,"finalDepositBalance":1000.60"#), "{}", found.text);
    let moved = caller.sandbox.movements();
    assert_eq!((moved[0].kind, moved[0].amount.as_str(), moved[0].currency.as_str()), (Deposit, "0.10", "KES"));
    assert_eq!((moved[0].from.as_str(), moved[0].to.as_str()), ("cust-1", "wallet-kes/deposits"));
    assert_eq!(moved[0].reference.as_deref(), Some("dep-2"));
    assert_eq!(moved[0].id, accepted["id"]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_deposit_becomes_the_main_balance_when_it_is_moved() {
    let caller = Caller::new().await;
    let moved =
        caller.post("/wallet/transfer/deposit-balance", json!({ "walletId": "wallet-kes", "amount": 0.5 })).await;
    assert!(moved.text.contains(r#""balance":5000.50,"deposit_balance":1000.00"#), "{}", moved.text);
    let too_much = json!({ "walletId": "wallet-kes", "amount": 1000.01 });
    let refused = caller.post("/wallet/transfer/deposit-balance", too_much).await;
    assert_eq!(refused.refusal(), (400, "Insufficient deposit balance".to_owned()));
    // Without an amount everything is moved.
    caller.post("/wallet/transfer/deposit-balance", json!({ "walletId": "wallet-kes" })).await.data();
    assert_eq!((caller.balance("wallet-kes").as_str(), caller.deposits("wallet-kes").as_str()), ("6000.50", "0.00"));
    assert_eq!(caller.moved(), [movement(Transfer, "0.50 KES"), movement(Transfer, "1000.00 KES")]);
}

#[tokio::test]
async fn a_withdrawal_is_debited_at_once() {
    let caller = Caller::new().await;
    caller.withdraw("cust-1", "wd-2", "200.05").await.data();
    assert_eq!(caller.balance("wallet-kes"), "4799.95");
    assert_eq!(caller.withdrawal_status("wd-2").await, "PENDING");
    caller.advance(5);
    assert_eq!(caller.withdrawal_status("wd-2").await, "SUCCESSFUL");
    assert_eq!(caller.moved(), [movement(Withdrawal, "200.05 KES")]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_failed_withdrawal_comes_back() {
    let caller = Caller::new().await;
    let customer = caller.customer("+254700000011").await;
    caller.withdraw(&customer, "wd-2", "200").await.data();
    assert_eq!(caller.balance("wallet-kes"), "4800.00");
    caller.advance(5);
    assert_eq!(caller.balance("wallet-kes"), "5000.00");
    let found = caller.get("/withdraw/status/wd-2").await.data();
    assert_eq!((&found["status"], &found["transactionError"]), (&json!("FAILED"), &json!("ACCOUNT_NOT_FOUND")));
    assert_eq!(caller.moved(), [movement(Withdrawal, "200.00 KES"), movement(Refund, "200.00 KES")]);
}

#[tokio::test]
async fn a_reference_moves_money_once() {
    let caller = Caller::with(Settings::new().same_minute(SameMinute::Allow)).await;
    caller.deposit("cust-1", "dep-2", "1").await.data();
    caller.withdraw("cust-1", "wd-2", "1").await.data();
    let again = caller.deposit("cust-1", "dep-2", "1").await;
    assert_eq!(again.refusal(), (400, "Reference already used".to_owned()));
    let again = caller.withdraw("cust-1", "wd-2", "1").await;
    assert_eq!(again.refusal(), (400, "Duplicate referenceId".to_owned()));
    // Even if nothing else about it is right.
    assert_eq!(caller.withdraw("nobody", "wd-2", "0").await.refusal().1, "Duplicate referenceId");
    let chain = json!({ "chain": "POLYGON", "token": "USDT", "wallet_id": "wallet-polygon", "amount": 100,
        "customer_key": "cust-1", "reference_id": "chain-1" });
    assert_eq!(caller.post("/deposit/on-chain", chain).await.refusal(), (409, "Duplicate Transaction".to_owned()));
    caller.advance(10);
    assert_eq!(caller.moved(), [movement(Withdrawal, "1.00 KES"), movement(Deposit, "1.00 KES")]);
}

#[tokio::test]
async fn what_is_refused_leaves_its_reference_free() {
    let caller = Caller::new().await;
    for (digits, message) in [
        ("5000.01", "Insufficient funds in fiat wallet"),
        ("0", "Validation failed: amount must be a positive number with at most two decimals"),
        ("1.005", "Validation failed: amount must be a positive number with at most two decimals"),
        ("1e30", "Validation failed: amount must be a positive number with at most two decimals"),
    ] {
        assert_eq!(caller.withdraw("cust-1", "wd-2", digits).await.refusal(), (400, message.to_owned()), "{digits}");
    }
    assert!(caller.sandbox.movements().is_empty());
    caller.withdraw("cust-1", "wd-2", "5000").await.data();
    assert_eq!(caller.balance("wallet-kes"), "0.00");
}

#[tokio::test]
async fn amounts_beyond_a_double_are_exact() {
    let huge = "12345678901234567.89";
    let caller = Caller::with(Settings::new().balance("wallet-kes", huge.parse().unwrap())).await;
    caller.withdraw("cust-1", "wd-2", "12345678901234567.88").await.data();
    assert_eq!(caller.balance("wallet-kes"), "0.01");
    caller.deposit("cust-1", "dep-2", huge).await.data();
    caller.advance(5);
    assert_eq!(caller.deposits("wallet-kes"), "12345678901235568.39");
    let found = caller.get("/deposit/mobile-money/status/dep-2").await;
    assert!(found.text.contains(r#""amount":12345678901234567.89"#), "{}", found.text);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_locked_wallet_moves_nothing() {
    let caller = Caller::new().await;
    let lock = json!({ "name": "Main KES", "locked": true }).to_string();
    assert_eq!(caller.call("PATCH", "/wallet/fiat/wallet-kes", &lock).await.data()["status"], "suspended");
    assert_eq!(caller.withdraw("cust-1", "wd-2", "1").await.refusal(), (400, "Wallet is locked".to_owned()));
    assert_eq!(caller.deposit("cust-1", "dep-2", "1").await.refusal(), (400, "Wallet is locked".to_owned()));
}

#[tokio::test]
async fn tills_and_paybills_are_for_shillings() {
    let caller = Caller::new().await;
    let body =
        json!({ "amount": 1, "walletId": "wallet-zar", "lipaNaMpesaDetails": { "businessShortcode": "100001" } });
    let message = "Lipa na M-Pesa/Paybill only available for Kenya (KES)";
    assert_eq!(caller.post("/withdraw/lipa-na-mpesa", body).await.refusal(), (400, message.to_owned()));
}

#[tokio::test]
async fn crypto_leaves_the_wallet_that_has_it() {
    let caller = Caller::new().await;
    let send = |reference: &str, amount: f64, token: &str| {
        json!({ "receiverAddress": "0x-a", "chain": "POLYGON", "token": token, "cryptoAmount": amount,
            "referenceId": reference })
    };
    assert_eq!(caller.post("/onramp/crypto", send("send-2", 40.25, "USDT")).await.data()["status"], "PENDING");
    assert_eq!(caller.balance("wallet-polygon"), "59.75");
    let refused = caller.post("/onramp/crypto", send("send-3", 59.76, "USDT")).await;
    assert_eq!(refused.refusal(), (400, "Insufficient crypto amount".to_owned()));
    let refused = caller.post("/onramp/crypto", send("send-3", 1.0, "USDC")).await;
    assert_eq!(refused.refusal(), (400, "Chain or Token not supported".to_owned()));
    caller.advance(5);
    assert_eq!(caller.get("/onramp/crypto/send-2").await.data()["status"], "SUCCESSFUL");
    assert_eq!(caller.moved(), [movement(CryptoOut, "40.25 USDT")]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn an_invoice_is_paid_once_and_in_full() {
    let caller = Caller::new().await;
    let pay = |amount: u32| {
        json!({ "amount": amount, "currency": "KES", "referenceId": "invoice-1",
            "mobileMoney": { "phoneNumber": "+254700000001", "accountName": "Ann", "providerNetwork": "MPESA" } })
    };
    let status = async || caller.get("/cross-boarder/invoice/pay/invoice-1").await.data()["status"].clone();
    assert_eq!(status().await, "NOT_INITIATED");
    assert_eq!(caller.post("/cross-boarder/invoice/pay", pay(999)).await.status, 400);
    assert_eq!(caller.post("/cross-boarder/invoice/pay", pay(1000)).await.data()["status"], "PENDING");
    assert_eq!(caller.post("/cross-boarder/invoice/pay", pay(1000)).await.refusal().1, "Reference already used");
    caller.advance(5);
    assert_eq!(status().await, "SUCCESSFUL");
    assert_eq!(caller.moved(), [movement(Payment, "1000.00 KES")]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn movements_add_up_to_the_balances() {
    let caller = Caller::with(Settings::new().same_minute(SameMinute::Allow)).await;
    for (number, ending) in ["001", "010", "011", "012", "013", "020", "021"].into_iter().enumerate() {
        let phone = format!("+254700000{ending}");
        let customer = match number {
            0 => "cust-1".to_owned(),
            _ => caller.customer(&phone).await,
        };
        caller.deposit(&customer, &format!("dep-{number}-new"), "33.33").await.data();
        caller.withdraw(&customer, &format!("wd-{number}-new"), "12.34").await.data();
        let sale = json!({ "mobileMoneyReceiver": { "phoneNumber": phone, "accountName": "A", "networkProvider": "MPESA" },
            "cryptoAmount": 1.25, "currency": "KES", "chain": "POLYGON", "token": "USDT",
            "referenceId": format!("sale-{number}") });
        caller.post("/offramp", sale).await.data();
        caller
            .post("/wallet/transfer/deposit-balance", json!({ "walletId": "wallet-kes", "amount": 10.01 }))
            .await
            .data();
    }
    caller.call("POST", "/dashboard/bulk-payments/api/batches/batch-1/process", "").await.data();
    caller.advance(1000);

    let opening = [("wallet-kes", "5000.00"), ("wallet-kes/deposits", "1000.50"), ("wallet-polygon", "100.00")];
    for (name, opening) in opening {
        let mut expected: bursar_sandbox::Decimal = opening.parse().unwrap();
        for moved in caller.sandbox.movements() {
            let amount: bursar_sandbox::Decimal = moved.amount.parse().unwrap();
            if moved.to == name {
                expected += amount;
            }
            if moved.from == name {
                expected -= amount;
            }
        }
        let held = name.strip_suffix("/deposits").map_or_else(|| caller.balance(name), |id| caller.deposits(id));
        assert_eq!(held, expected.to_string(), "{name}");
    }
    // Of seven sales two were paid and one never settles; the crypto of the others is back.
    assert_eq!(caller.balance("wallet-polygon"), "96.25");
    caller.assert_no_violations();
}
