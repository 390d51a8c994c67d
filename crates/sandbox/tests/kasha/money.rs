//! Does money move exactly once, exactly as much, and only when the status says so?

use bursar_sandbox::MovementKind::{Deposit, Refund};
use bursar_sandbox::kasha::{CARD, CARD_3DS};
use serde_json::json;

use crate::caller::{Caller, payment};

#[tokio::test]
async fn a_card_payment_moves_money_when_it_completes() {
    let caller = Caller::new().await;
    let (session, transaction) = caller.open("order-1", "55.30").await;
    let reply = caller.pay(&session, CARD).await.json();
    assert_eq!((reply["statusCode"].as_str(), reply["resultType"].as_str()), (Some("000"), Some("success")));
    assert_eq!(caller.status(&transaction).await, "PROCESSING");
    assert!(caller.moved().is_empty());
    caller.advance(3);
    assert_eq!(caller.status(&transaction).await, "COMPLETED");
    assert_eq!(caller.moved(), [(Deposit, "55.30 BRL".to_owned())]);
    assert_eq!(caller.balance("BRL"), "1055.30");
    let movement = &caller.sandbox.movements()[0];
    assert_eq!((movement.from.as_str(), movement.to.as_str()), ("cust-2", "merchant"));
    assert_eq!((movement.id.as_str(), movement.reference.as_deref()), (transaction.as_str(), Some("order-1")));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_session_is_good_once() {
    let caller = Caller::new().await;
    let (session, transaction) = caller.open("order-1", "10").await;
    assert_eq!(caller.pay(&session, CARD).await.status, 200);
    for _ in 0..3 {
        let again = caller.pay(&session, CARD).await;
        assert_eq!(again.refusal(), (400, "This session was completed.".to_owned()));
    }
    assert_eq!(caller.status(&transaction).await, "COMPLETED");
    assert_eq!(caller.moved().len(), 1);
}

#[tokio::test]
async fn a_reference_is_good_once() {
    let caller = Caller::new().await;
    caller.open("order-1", "10").await;
    let body = json!({
        "country": "AR", "currency": "ARS", "amount": 5, "customer": {}, "merchantReference": "order-1", "language": "ES"
    });
    for path in ["/payment-options", "/payment-session", "/payout-options", "/payout-session"] {
        let reply = caller.post(path, body.clone()).await;
        assert_eq!(reply.refusal(), (400, "The merchant reference needs to unique.".to_owned()), "{path}");
    }
    // Without one the provider makes one up each time.
    let mut body = body;
    body["merchantReference"] = json!(null);
    body.as_object_mut().unwrap().remove("merchantReference");
    for _ in 0..2 {
        assert_eq!(caller.post("/payout-options", body.clone()).await.status, 200);
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn amounts_keep_their_digits_and_have_bounds() {
    let caller = Caller::new().await;
    let transaction = caller.paid("order-1", "99999999999.99").await;
    let reply = caller.get(&format!("/payments/{transaction}")).await;
    assert!(reply.text.contains(r#""paymentAmount":99999999999.99"#), "{}", reply.text);
    assert_eq!(caller.balance("BRL"), "100000000999.99");
    for digits in ["0", "-1", "0.001", "1e30", "1000000000000"] {
        let body = format!(r#"{{"country":"BR","currency":"BRL","amount":{digits},"language":"PT","customer":{{}}}}"#);
        let reply = caller.text("/payment-options", &body).await;
        assert_eq!(reply.refusal(), (400, "amount must be a positive number".to_owned()), "{digits}");
    }
    let crypto = r#"{"country":"BR","currency":"BTC","amount":0.00000001,"language":"PT","customer":{}}"#;
    assert_eq!(caller.text("/payment-options", crypto).await.status, 200);
}

#[tokio::test]
async fn a_refund_gives_the_whole_back_once() {
    let caller = Caller::new().await;
    let transaction = caller.paid("order-1", "55.30").await;
    let reply = caller.refund("order-1").await.json();
    assert_eq!((reply["status"].as_str(), reply["_id"].as_str()), (Some("REFUNDED"), Some(transaction.as_str())));
    assert_eq!(caller.status(&transaction).await, "REFUNDED");
    assert_eq!(caller.refund("order-1").await.refusal(), (400, "Business Failed".to_owned()));
    assert_eq!(caller.moved(), [(Deposit, "55.30 BRL".to_owned()), (Refund, "55.30 BRL".to_owned())]);
    assert_eq!(caller.balance("BRL"), "1000.00");
    caller.assert_no_violations();
}

#[tokio::test]
async fn what_was_not_paid_is_not_refunded() {
    let caller = Caller::new().await;
    caller.open("order-open", "10").await;
    let (session, _) = caller.open("order-declined", "10").await;
    assert_eq!(caller.pay(&session, "4000000000003001").await.declined(), "3001");
    let (session, _) = caller.open("order-processing", "10").await;
    assert_eq!(caller.pay(&session, CARD).await.status, 200);
    for reference in ["order-processing", "order-open", "order-declined", "payout-pending"] {
        assert_eq!(caller.refund(reference).await.refusal(), (400, "Business Failed".to_owned()), "{reference}");
    }
    assert!(!caller.moved().iter().any(|(kind, _)| *kind == Refund));
}

#[tokio::test]
async fn three_d_secure_and_banks_wait_for_the_customer() {
    let bank = |option: &str| json!({ "paymentOptionId": "option-bank", "optionId": option, "extraData": { "phone": "+15550100" } });
    for (mut body, code, result_type, member) in [
        (payment("", CARD_3DS), "300", "redirect", "redirectUrl"),
        (payment("", "520000*0007"), "300", "redirect", "redirectUrl"),
        (json!({ "paymentOptionId": "option-pix" }), "081", "qrcode", "qrCodeString"),
        (bank("b_1"), "300", "redirect", "redirectUrl"),
        (bank("b_2"), "083", "receipt", "paymentDetails"),
        (bank("b_3"), "082", "request", "targetUrl"),
        (bank("b_4"), "084", "info", "paymentLocations"),
    ] {
        let caller = Caller::new().await;
        let (session, transaction) = caller.open("order-1", "10").await;
        body["sessionId"] = json!(session);
        let reply = caller.post("/direct-payment", body).await.json();
        assert_eq!((reply["statusCode"].as_str(), reply["resultType"].as_str()), (Some(code), Some(result_type)));
        assert!(!reply["result"][member].is_null() && reply["result"]["transactionId"] == transaction, "{reply}");
        caller.advance(10);
        assert_eq!(caller.status(&transaction).await, "PROCESSING");
        assert!(caller.moved().is_empty());
        assert!(caller.sandbox.kasha().customer_pays(&session));
        assert!(!caller.sandbox.kasha().customer_pays(&session));
        caller.advance(3);
        assert_eq!(caller.status(&transaction).await, "COMPLETED");
        assert_eq!(caller.moved(), [(Deposit, "10.00 BRL".to_owned())]);
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn a_link_moves_nothing_until_the_customer_pays() {
    let caller = Caller::new().await;
    let body = json!({ "sessionId": "session-hybrid", "paymentOptionId": "option-bank", "optionId": "b_2" });
    let reply = caller.post("/hybrid-payment", body).await.json();
    assert!(reply["result"]["redirectUrl"].as_str().unwrap().ends_with("?sessionId=session-hybrid"));
    let hosted =
        json!({ "country": "BR", "currency": "BRL", "amount": 5, "customer": {}, "merchantReference": "hosted" });
    let url = caller.post("/payment-session", hosted).await.json()["cashierUrl"].as_str().unwrap().to_owned();
    let session = url.rsplit('=').next().unwrap();
    caller.advance(60);
    assert!(caller.moved().is_empty());
    assert!(caller.sandbox.kasha().customer_pays("session-hybrid") && caller.sandbox.kasha().customer_cancels(session));
    caller.advance(3);
    assert_eq!(caller.status("txn-hybrid").await, "COMPLETED");
    assert_eq!(caller.moved(), [(Deposit, "130.00 BRL".to_owned())]);
    assert_eq!(caller.refund("hosted").await.status, 400);
    let statuses: Vec<String> = caller.sandbox.kasha().webhooks().into_iter().map(|one| one.body).collect();
    assert!(statuses[0].contains("USER_CANCEL") && statuses[1].contains("COMPLETED"), "{statuses:?}");
    caller.assert_no_violations();
}
