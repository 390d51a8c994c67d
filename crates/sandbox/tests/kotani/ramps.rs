//! Do ramps exchange what they say, and give back what they could not?

use bursar_sandbox::MovementKind::{CryptoIn, CryptoOut, Deposit, Refund, Withdrawal};
use serde_json::{Value, json};

use crate::caller::{Caller, movement};

fn buying(reference: &str, phone: &str) -> Value {
    json!({ "mobileMoney": { "phoneNumber": phone, "accountName": "Ann", "providerNetwork": "MPESA" },
        "fiatAmount": 1000, "currency": "KES", "chain": "POLYGON", "token": "USDT", "receiverAddress": "0x-a",
        "referenceId": reference })
}

fn selling(reference: &str, phone: &str) -> Value {
    json!({ "mobileMoneyReceiver": { "phoneNumber": phone, "accountName": "Ann", "networkProvider": "MPESA" },
        "cryptoAmount": 10, "currency": "KES", "chain": "POLYGON", "token": "USDT", "referenceId": reference,
        "senderAddress": "0x-b" })
}

async fn status(caller: &Caller, reference: &str) -> String {
    caller.get(&format!("/offramp/{reference}")).await.data()["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn buying_takes_money_and_then_sends_crypto() {
    let caller = Caller::new().await;
    let states = async || {
        let found = caller.get("/onramp/onramp-2").await.data();
        (found["depositStatus"].as_str().unwrap().to_owned(), found["onchainStatus"].as_str().unwrap().to_owned())
    };
    let is = |deposit: &str, chain: &str| (deposit.to_owned(), chain.to_owned());
    caller.post("/onramp", buying("onramp-2", "+254700000001")).await.data();
    assert_eq!(states().await, is("PENDING", "PENDING"));
    caller.advance(4);
    assert_eq!(states().await, is("SUCCESSFUL", "IN_PROGRESS"));
    caller.advance(5);
    assert_eq!(states().await, is("SUCCESSFUL", "SUCCESSFUL"));
    assert_eq!(caller.moved(), [movement(Deposit, "1000.00 KES"), movement(CryptoOut, "7.509578 USDT")]);
    let refused = caller.post("/onramp", buying("onramp-2", "+254700000001")).await;
    assert_eq!(refused.refusal(), (400, "Reference already used".to_owned()));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_buyer_who_does_not_pay_gets_nothing() {
    let caller = Caller::new().await;
    caller.post("/onramp", buying("onramp-2", "+254700000010")).await.data();
    caller.advance(60);
    let found = caller.get("/onramp/onramp-2").await.data();
    assert_eq!((&found["depositStatus"], &found["onchainStatus"]), (&json!("FAILED"), &json!("CANCELLED")));
    assert_eq!(found["error"]["code"], "INSUFFICIENT_FUNDS");
    assert!(caller.moved().is_empty());
    caller.assert_no_violations();
}

#[tokio::test]
async fn selling_waits_for_crypto_and_then_pays() {
    let caller = Caller::new().await;
    caller.post("/offramp", selling("offramp-2", "+254700000001")).await.data();
    assert_eq!(status(&caller, "offramp-2").await, "PENDING");
    caller.advance(4);
    assert_eq!(status(&caller, "offramp-2").await, "CRYPTO_RECEIVED");
    assert_eq!(caller.get("/offramp/cancel/offramp-2").await.refusal(), (400, "Transaction In Progress".to_owned()));
    caller.advance(5);
    assert_eq!(status(&caller, "offramp-2").await, "SUCCESSFUL");
    assert_eq!(caller.moved(), [movement(CryptoIn, "10.00 USDT"), movement(Withdrawal, "1278.90 KES")]);
    assert_eq!(caller.get("/offramp/refund-status/offramp-2").await.status, 400);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_payout_that_fails_sends_the_crypto_back_after_five_minutes() {
    let caller = Caller::new().await;
    caller.post("/offramp", selling("offramp-2", "+254700000011")).await.data();
    caller.advance(10);
    assert_eq!(status(&caller, "offramp-2").await, "REFUND_PENDING");
    assert_eq!(caller.get("/offramp/refund-status/offramp-2").await.data().get("refundStatus"), None);
    caller.advance(300);
    assert_eq!(status(&caller, "offramp-2").await, "REVERSED");
    assert_eq!(caller.get("/offramp/refund-status/offramp-2").await.data()["refundStatus"], "SUCCESSFUL");
    assert_eq!(caller.moved(), [movement(CryptoIn, "10.00 USDT"), movement(Refund, "10.00 USDT")]);
    let moved = caller.sandbox.movements();
    assert_eq!(moved[0].from, moved[1].to);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_sale_from_the_own_wallet_debits_it_until_it_is_cancelled() {
    let caller = Caller::new().await;
    let mut sale = selling("offramp-2", "+254700000001");
    sale.as_object_mut().unwrap().remove("senderAddress");
    let accepted = caller.post("/offramp", sale).await.data();
    assert_eq!(
        (&accepted["usingIntegratedWallet"], &accepted["senderAddress"]),
        (&json!(true), &json!("0x-sample-wallet"))
    );
    assert_eq!(caller.balance("wallet-polygon"), "90.00");
    caller.get("/offramp/cancel/offramp-2").await.data();
    assert_eq!(caller.balance("wallet-polygon"), "100.00");
    caller.advance(600);
    assert_eq!(status(&caller, "offramp-2").await, "CANCELLED");
    assert_eq!(caller.moved(), [movement(CryptoIn, "10.00 USDT"), movement(Refund, "10.00 USDT")]);
}

#[tokio::test]
async fn a_failed_refund_can_be_tried_again_once() {
    let caller = Caller::new().await;
    caller.call("POST", "/offramp/retry-refund/offramp-4", "").await.data();
    assert_eq!(status(&caller, "offramp-4").await, "REVERSED");
    let again = caller.call("POST", "/offramp/retry-refund/offramp-4", "").await;
    assert_eq!(again.refusal(), (400, "Cannot retry refund".to_owned()));
    let several = caller.post("/offramp/retry-refunds-multiple", json!({ "referenceIds": ["offramp-4"] })).await;
    assert_eq!(several.data(), json!({ "retried": [], "refused": ["offramp-4"] }));
    assert_eq!(caller.moved(), [movement(Refund, "10.00 USDT")]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_lightning_deposit_is_refunded_to_an_invoice() {
    let caller = Caller::new().await;
    let mut sale = selling("offramp-2", "+254700000011");
    sale["chain"] = json!("LIGHTNING");
    sale["token"] = json!("MSAT");
    sale["cryptoAmount"] = json!(10_000_000);
    caller.post("/offramp", sale).await.data();
    caller.advance(1000);
    assert_eq!(caller.get("/offramp/refund-status/offramp-2").await.data()["refundStatus"], "INVOICE_NEEDED");
    let path = "/offramp/submit-refund-invoice/offramp-2";
    assert_eq!(caller.post(path, json!({ "invoice": "no invoice" })).await.status, 400);
    caller.post(path, json!({ "invoice": "lnbc1-mine" })).await.data();
    assert_eq!(status(&caller, "offramp-2").await, "REVERSED");
    assert_eq!(caller.post(path, json!({ "invoice": "lnbc1-mine" })).await.status, 400);
    assert_eq!(caller.moved().len(), 2);
    caller.assert_no_violations();
}

#[tokio::test]
async fn quotes_end() {
    let caller = Caller::new().await;
    let offer = json!({ "from": "USDT", "to": "KES", "cryptoAmount": 10 });
    let quote = caller.post("/rate/offramp", offer).await.data();
    assert_eq!((&quote["value"], &quote["transactionAmount"]), (&json!("130.50"), &json!(1278.9)));
    let mut sale = selling("offramp-2", "+254700000001");
    sale["rateId"] = quote["id"].clone();
    caller.advance(60);
    let (status, message) = caller.post("/offramp", sale.clone()).await.refusal();
    assert!(status == 400 && message.starts_with("Rate expired. Rates are valid for 60 seconds."), "{message}");
    sale["rateId"] = json!("rate-onramp-1");
    assert_eq!(caller.post("/offramp", sale).await.refusal().1, "Rate not found");
    let offer = json!({ "from": "KES", "to": "USDT", "fiatAmount": 1000 });
    let quote = caller.post("/rate/onramp", offer).await.data();
    caller.advance(1700);
    let mut purchase = buying("onramp-2", "+254700000001");
    purchase["rateId"] = quote["id"].clone();
    caller.post("/onramp", purchase).await.data();
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_deposit_on_a_chain_fills_the_crypto_wallet() {
    let caller = Caller::new().await;
    let body = json!({ "chain": "POLYGON", "token": "USDT", "wallet_id": "wallet-polygon", "amount": 1000,
        "customer_key": "cust-1", "reference_id": "chain-2" });
    caller.post("/deposit/on-chain", body).await.data();
    caller.advance(10);
    let found = caller.get("/deposit/on-chain/status/chain-2").await.data();
    assert_eq!(
        (&found["mobile_money"]["status"], &found["onchain"]["status"]),
        (&json!("SUCCESSFUL"), &json!("SUCCESSFUL"))
    );
    assert_eq!(caller.balance("wallet-polygon"), "107.509578");
    assert_eq!(caller.moved(), [movement(Deposit, "1000.00 KES"), movement(CryptoOut, "7.509578 USDT")]);
    caller.assert_no_violations();
}
