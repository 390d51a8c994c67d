//! Do test data decline as they say, with a success by the status, and move nothing?

use bursar_sandbox::kasha::CARD;
use serde_json::json;

use crate::caller::{Caller, payment};

#[tokio::test]
async fn the_card_number_says_the_code() {
    for (card, code) in [
        ("4000000000003000", "3000"),
        ("4000 0000 0000 3026", "3026"),
        ("4000000000000999", "999"),
        ("4000000000001009", "1009"),
        ("4000000000002005", "2005 - 2005205"),
    ] {
        let caller = Caller::new().await;
        let (session, transaction) = caller.open("order-1", "10").await;
        let reply = caller.pay(&session, card).await;
        assert_eq!(reply.declined(), code, "{card}");
        assert_eq!(
            (&reply.json()["statusCode"], &reply.json()["result"]["transactionId"]),
            (&json!("999"), &json!(transaction))
        );
        caller.advance(100);
        let looked_up = caller.get(&format!("/payments/{transaction}")).await.json();
        assert_eq!(
            (looked_up["status"].as_str(), looked_up["errors"]["code"].as_str()),
            (Some("DECLINED"), Some(code))
        );
        // Another attempt takes another session.
        assert_eq!(caller.pay(&session, CARD).await.refusal().1, "This session was completed.");
        assert!(caller.moved().is_empty());
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn date_and_verification_value_count_too() {
    for (name, value, code) in [("expiryyear", "2025", "3007"), ("cardcvv", "000", "3004")] {
        let caller = Caller::new().await;
        let (session, _) = caller.open("order-1", "10").await;
        let mut body = payment(&session, CARD);
        body["extraData"][name] = json!(value);
        assert_eq!(caller.post("/direct-payment", body).await.declined(), code);
    }
    let caller = Caller::new().await;
    let (session, _) = caller.open("order-1", "10").await;
    let mut body = payment(&session, CARD);
    (body["extraData"]["expiryyear"], body["extraData"]["expirymonth"]) = (json!("2026"), json!("03"));
    assert_eq!(caller.post("/direct-payment", body).await.json()["resultType"], "success");
}

#[tokio::test]
async fn an_unknown_outcome_can_be_a_payment() {
    let caller = Caller::new().await;
    let (session, transaction) = caller.open("order-1", "10").await;
    assert_eq!(caller.pay(&session, "4000000000001100").await.declined(), "1100");
    caller.advance(50);
    assert_eq!(caller.status(&transaction).await, "ERROR");
    assert!(caller.moved().is_empty());
    caller.advance(10);
    assert_eq!(caller.status(&transaction).await, "COMPLETED");
    assert_eq!(caller.balance("BRL"), "1010.00");
}

#[tokio::test]
async fn the_telephone_decides_where_there_is_no_card() {
    let caller = Caller::new().await;
    let (session, _) = caller.open("order-1", "10").await;
    let body = json!({
        "sessionId": session, "paymentOptionId": "option-bank", "optionId": "b_1", "extraData": { "phone": "+15553021" }
    });
    assert_eq!(caller.post("/direct-payment", body).await.declined(), "3021");
    caller.assert_no_violations();
}

#[tokio::test]
async fn nothing_pays_in_a_currency_without_options() {
    let caller = Caller::new().await;
    let body = json!({ "country": "BR", "currency": "XXX", "amount": 5, "customer": {}, "language": "PT" });
    for path in ["/payment-options", "/payout-options"] {
        assert_eq!(caller.post(path, body.clone()).await.declined(), "995", "{path}");
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn what_is_not_filled_in_is_refused_and_the_session_stays() {
    let caller = Caller::new().await;
    let (session, _) = caller.open("order-1", "10").await;
    let mut body = payment(&session, CARD);
    body["extraData"] = json!({ "cardnum": CARD, "cardcvv": "12" });
    let reply = caller.post("/direct-payment", body).await;
    let expected = [
        "extraData.cardholder should not be empty",
        "extraData.expiryyear should not be empty",
        "extraData.expirymonth should not be empty",
        "extraData.cardcvv must be longer than or equal to 3 characters",
    ];
    assert_eq!((reply.status, &reply.json()["message"]), (400, &json!(expected)));
    for (option, suboption, message) in [
        ("option-bank", json!(null), "optionId should not be empty"),
        ("option-bank", json!("b_9"), "Invalid option id."),
        ("option-transfer", json!("d_1"), "Invalid payment option id."),
    ] {
        let body = json!({ "sessionId": session, "paymentOptionId": option, "optionId": suboption });
        assert_eq!(caller.post("/direct-payment", body).await.refusal(), (400, message.to_owned()));
    }
    assert_eq!(caller.pay(&session, CARD).await.json()["resultType"], "success");
    caller.assert_no_violations();
}
