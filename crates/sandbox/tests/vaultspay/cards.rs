//! Does a card live as the documentation says?

use bursar_sandbox::vaultspay::{NEW_PAN, PAN};
use serde_json::{Value, json};

use crate::caller::Caller;

fn wanted(kind: &str) -> Value {
    json!({ "cardTierId": 61, "customerId": 501, "accountId": 701, "cardType": kind, "cardHolderName": "A SAMPLE",
        "address": { "country": "ARE", "state": "Dubai", "city": "Dubai", "addressLine1": "1 Sample Street",
            "type": "MAILING", "postalCode": "00000" } })
}

#[tokio::test]
async fn a_physical_card_is_requested_frozen_and_unfrozen() {
    let caller = Caller::new().await;
    let card = caller.card("cards", wanted("PHYSICAL")).await.data();
    assert_eq!((&card["id"], &card["token"], &card["pinSet"]), (&json!(1601), &json!(335001601), &json!(false)));
    assert_eq!(caller.card_status(1601).await, Value::Null);
    let by_id = json!({ "cardId": 1601 });
    let process = json!({ "cardId": 1601, "status": "ISSUANCE_IN_PROGRESS", "statusReason": "Welcome" });
    let made = json!({ "cardId": 1601, "cardManufacturingStatus": "MANUFACTURED" });
    let delivered =
        json!({ "cardId": 1601, "deliveryStatus": "DELIVERED", "estimateDeliveryTime": "2026-02-10T12:00" });
    let activate = json!({ "cardToken": 335001601, "pan": NEW_PAN, "expiryDate": "01/30" });

    // Not before the PIN.
    let early = caller.card("process-card-request", process.clone()).await;
    assert_eq!((early.refusal(), early.faults("reason")), ((500, 1035), vec!["SET_PIN".to_owned()]));
    let bad_pin = caller.card("set-pin", json!({ "cardId": 1601, "pin": "12a4" })).await;
    assert_eq!((bad_pin.refusal(), bad_pin.faults("key")), ((422, 1000), vec!["pin".to_owned()]));
    let pin = caller.card("set-pin", json!({ "cardToken": 335001601, "pin": "0000" })).await.data();
    assert_eq!(pin["pinSet"], true);

    // No step before the one that goes ahead of it.
    for (operation, body) in [("update-card-manufacturing", &made), ("update-delivery-status", &delivered)] {
        assert_eq!(caller.card(operation, body.clone()).await.refusal(), (500, 1010), "{operation}");
    }
    let processed = caller.card("process-card-request", process.clone()).await.data();
    assert_eq!((&processed["status"], &processed["statusReason"]), (&json!("ISSUANCE_IN_PROGRESS"), &json!("Welcome")));
    assert_eq!((&processed["_3dsecure"]["id"], &processed["lastFourDigit"]), (&json!(2101), &json!("5100")));
    assert_eq!(caller.card("update-delivery-status", delivered.clone()).await.refusal(), (500, 1010));
    caller.card("update-card-manufacturing", made.clone()).await.data();
    assert_eq!(caller.card("activate-card", activate.clone()).await.refusal(), (500, 1010));
    let arrived = caller.card("update-delivery-status", delivered.clone()).await.data();
    assert_eq!(arrived["cardStatus"], "PENDING_VERIFICATION");
    assert_eq!(arrived["estimatedDeliveryTime"], "2026-02-10T12:00:00");

    for (pan, expiry) in [(PAN, "01/30"), (NEW_PAN, "30/01")] {
        let wrong = json!({ "cardId": 1601, "pan": pan, "expiryDate": expiry });
        assert_eq!(caller.card("activate-card", wrong).await.refusal(), (500, 1010), "{pan} {expiry}");
    }
    assert_eq!(caller.card("toggle-freeze-card", by_id.clone()).await.refusal(), (500, 1010));
    assert_eq!(caller.card("activate-card", activate.clone()).await.data()["cardStatus"], "ACTIVE");
    for (operation, body) in
        [("process-card-request", &process), ("update-card-manufacturing", &made), ("activate-card", &activate)]
    {
        assert_eq!(caller.card(operation, body.clone()).await.refusal(), (500, 1010), "{operation}");
    }
    for expected in ["FREEZE", "ACTIVE"] {
        assert_eq!(caller.card("toggle-freeze-card", by_id.clone()).await.data()["status"], expected);
    }
    assert_eq!(caller.card_status(1601).await, "ACTIVE");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_virtual_card_works_at_once() {
    let caller = Caller::new().await;
    let mut body = wanted("VIRTUAL");
    body.as_object_mut().unwrap().remove("address");
    assert_eq!(caller.card("cards", body).await.data()["status"], "ACTIVE");
    assert_eq!(caller.card("set-pin", json!({ "cardId": 1601, "pin": "0000" })).await.refusal(), (500, 1010));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_card_needs_its_owner_a_name_and_an_address() {
    let caller = Caller::new().await;
    for (name, value, refusal) in [
        ("cardHolderName", json!("Somebody"), (500, 1010)),
        ("cardTierId", json!(9), (500, 1010)),
        ("accountId", json!(801), (500, 1010)),
        ("customerId", json!(9), (500, 1010)),
        ("address", Value::Null, (422, 1000)),
    ] {
        let mut body = wanted("PHYSICAL");
        let members = body.as_object_mut().unwrap();
        if value.is_null() {
            members.remove(name)
        } else {
            members.insert(name.to_owned(), value)
        };
        assert_eq!(caller.card("cards", body).await.refusal(), refusal, "{name}");
    }
    let mut robins = wanted("PHYSICAL");
    for (name, value) in [("customerId", json!(502)), ("accountId", json!(801)), ("cardHolderName", json!("ROBIN"))] {
        robins[name] = value;
    }
    let unknown = caller.card("cards", robins).await;
    assert_eq!((unknown.refusal(), unknown.faults("reason")), ((500, 1035), vec!["COMPLETE_KYC".to_owned()]));
    assert_eq!(unknown.faults("key"), ["actionRequired"]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn what_stands_on_a_card_is_read_by_id_or_token() {
    let caller = Caller::new().await;
    for named in
        [json!({ "cardId": 1501 }), json!({ "token": 335001501 }), json!({ "cardId": 1501, "token": 335001501 })]
    {
        assert_eq!(caller.card("get-card-pan", named.clone()).await.data(), json!({ "pan": PAN }));
        assert_eq!(caller.card("get-card-cvv", named.clone()).await.data(), json!({ "cvv": "123" }));
        assert_eq!(caller.card("get-card-expiry", named.clone()).await.data(), json!({ "expiry": "29/12" }));
    }
    assert_eq!(caller.card("get-card-pan", json!({})).await.faults("key"), ["cardId"]);
    // Two names that are of two cards are of none.
    let two = json!({ "cardId": 1501, "token": 335001502 });
    assert_eq!(caller.card("get-card-pan", two).await.refusal(), (500, 1010));
    caller.assert_no_violations();
}

#[tokio::test]
async fn three_ds_is_on_or_off() {
    let caller = Caller::new().await;
    let card = json!({ "cardId": 1514 });
    for (operation, refusal, status) in [
        ("enroll-card-three-ds", None, true),
        ("enroll-card-three-ds", Some((500, 1010)), true),
        ("remove-card-three-ds", None, false),
        ("remove-card-three-ds", Some((500, 1010)), false),
    ] {
        let reply = caller.card(operation, card.clone()).await;
        match refusal {
            Some(refusal) => assert_eq!(reply.refusal(), refusal),
            None => assert_eq!(reply.data()["card3DSecure"]["status"], status),
        }
        let found = caller.card("cards/details", card.clone()).await.data();
        assert_eq!(found["_3dSecure"]["status"], status);
    }
    // A card that nobody has yet has no 3-D Secure to change.
    assert_eq!(caller.card("remove-card-three-ds", json!({ "cardId": 1503 })).await.refusal(), (500, 1010));
    caller.assert_no_violations();
}

#[tokio::test]
async fn block_is_not_freeze() {
    let caller = Caller::new().await;
    let status = |to: &str| json!({ "cardId": 1516, "cardStatus": to, "statusReason": "Why not" });
    assert_eq!(caller.card("update-card-status", status("BLOCK")).await.data()["status"], "BLOCK");
    assert_eq!(caller.card("toggle-freeze-card", json!({ "cardId": 1516 })).await.refusal(), (500, 1010));
    assert_eq!(caller.card("update-card-status", status("ACTIVE")).await.data()["statusReason"], "Why not");
    caller.card("toggle-freeze-card", json!({ "cardId": 1516 })).await.data();
    assert_eq!(caller.card("update-card-status", status("ACTIVE")).await.data()["status"], "ACTIVE");
    let early = json!({ "cardId": 1505, "cardStatus": "BLOCK", "statusReason": "Why not" });
    assert_eq!(caller.card("update-card-status", early).await.refusal(), (500, 1010));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_card_pays_from_the_account_it_is_given() {
    let caller = Caller::new().await;
    let robins = json!({ "cardId": 1518, "accountId": 801 });
    assert_eq!(caller.card("update-card-account", robins).await.refusal(), (500, 1010));
    let own = json!({ "cardId": 1518, "accountId": 702 });
    assert_eq!(caller.card("update-card-account", own).await.data()["accountId"], 702);
    let found = caller.card("cards/details", json!({ "cardId": 1518 })).await.data();
    assert_eq!(found["account"]["accountId"], 702);
    // There is nothing on it.
    let id = caller.sandbox.vaultspay().purchase(1518, "1".parse().unwrap()).unwrap();
    assert_eq!(caller.transaction_status(id.into()).await, "FAILED");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_virtual_card_becomes_physical_when_that_is_approved() {
    for (decision, kind, pin) in [("APPROVED", "PHYSICAL", 200), ("REJECTED", "VIRTUAL", 500)] {
        let caller = Caller::new().await;
        let decide = json!({ "cardId": 1502, "status": decision });
        assert_eq!(caller.card("virtual-to-physical-process", decide.clone()).await.refusal(), (500, 1010));
        assert_eq!(caller.card("virtual-to-physical", json!({ "cardId": 1502 })).await.faults("key"), ["address"]);
        let nowhere = json!({ "cardId": 1502, "addressId": 9 });
        assert_eq!(caller.card("virtual-to-physical", nowhere).await.refusal(), (500, 1010));
        let asked = json!({ "cardId": 1502, "addressId": 11 });
        assert!(caller.card("virtual-to-physical", asked.clone()).await.data().get("cardConversionStatus").is_none());
        assert_eq!(caller.card("virtual-to-physical", asked).await.refusal(), (500, 1010));
        let card = caller.card("virtual-to-physical-process", decide.clone()).await.data();
        assert_eq!((&card["cardConversionStatus"], &card["cardType"]), (&json!(decision), &json!(kind)));
        assert_eq!(card["status"], "ACTIVE");
        assert_eq!(caller.card("virtual-to-physical-process", decide).await.refusal(), (500, 1010));
        assert_eq!(caller.card("set-pin", json!({ "cardId": 1502, "pin": "0000" })).await.status, pin);
        caller.assert_no_violations();
    }
}
