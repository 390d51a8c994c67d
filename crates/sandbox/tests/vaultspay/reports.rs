//! Are lost cards reported, reviewed and decided, in this order?

use bursar_sandbox::vaultspay::{NEW_PAN, PAN};
use serde_json::json;

use crate::caller::Caller;

#[tokio::test]
async fn a_report_freezes_the_card_until_it_is_decided() {
    let caller = Caller::new().await;
    let card = json!({ "cardId": 1508, "statusReason": "My card is lost.", "issueType": "LOST" });
    assert_eq!(caller.card("report-card-issue", card.clone()).await.data()["cardStatus"], "FREEZE");
    assert_eq!(caller.card("report-card-issue", card).await.refusal(), (500, 1010));
    assert_eq!(caller.card("toggle-freeze-card", json!({ "cardId": 1508 })).await.refusal(), (500, 1010));
    let activate = json!({ "cardId": 1508, "cardStatus": "ACTIVE", "statusReason": "Found" });
    assert_eq!(caller.card("update-card-status", activate).await.refusal(), (500, 1010));

    let found = caller.get("/pcs/api/v1/card-reported-issues?cardId=1508").await;
    assert_eq!(found.data()[0]["id"], 22);
    assert_eq!(found.json()["pagination"]["totalCount"], 1);
    let decision = json!({ "cardId": 1508, "remarks": "Found behind the sofa" });
    for operation in ["replace-card", "renew-card", "decline-card"] {
        let early = caller.card(operation, decision.clone()).await;
        let action = vec!["REVIEW_REPORTED_ISSUE".to_owned()];
        assert_eq!((early.refusal(), early.faults("reason")), ((500, 1035), action), "{operation}");
    }
    caller.card("review-report-card-issue", json!({ "cardId": 1508 })).await.data();
    assert_eq!(caller.card("review-report-card-issue", json!({ "cardId": 1508 })).await.refusal(), (500, 1010));
    let declined = caller.card("decline-card", decision.clone()).await.data();
    assert_eq!((&declined["cardStatus"], &declined["statusReason"]), (&json!("FREEZE"), &json!("My card is lost.")));
    assert_eq!(declined["remarks"], "Found behind the sofa");
    assert_eq!(caller.card("decline-card", decision).await.refusal(), (500, 1010));
    assert_eq!(caller.card("toggle-freeze-card", json!({ "cardId": 1508 })).await.data()["status"], "ACTIVE");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_new_card_takes_the_place_of_the_old_one() {
    for (operation, old, pan) in [("replace-card", 1510, NEW_PAN), ("renew-card", 1511, PAN)] {
        let caller = Caller::new().await;
        let new = caller.card(operation, json!({ "cardId": old })).await.data();
        assert_eq!((&new["cardId"], &new["cardToken"]), (&json!(1601), &json!(335001601)), "{operation}");
        assert_eq!(new["status"], "ISSUANCE_IN_PROGRESS");
        assert_eq!(caller.card("get-card-pan", json!({ "cardId": 1601 })).await.data()["pan"], pan);
        assert_eq!(caller.card("get-card-expiry", json!({ "cardId": 1601 })).await.data()["expiry"], "30/01");

        // The old one can be read, and nothing else.
        assert_eq!(caller.card_status(old).await, "FREEZE");
        assert_eq!(caller.card("toggle-freeze-card", json!({ "cardId": old })).await.refusal(), (500, 1010));
        assert_eq!(caller.card("report-card-issue", json!({ "cardId": old })).await.refusal(), (500, 1010));
        let twice = caller.card(operation, json!({ "cardId": old })).await;
        assert_eq!(twice.refusal(), (500, 1010));

        let made = json!({ "cardId": 1601, "cardManufacturingStatus": "MANUFACTURED" });
        caller.card("update-card-manufacturing", made).await.data();
        let delivered = json!({ "cardId": 1601, "deliveryStatus": "DELIVERED" });
        caller.card("update-delivery-status", delivered).await.data();
        let activate = json!({ "cardId": 1601, "pan": pan, "expiryDate": "01/30" });
        assert_eq!(caller.card("activate-card", activate).await.data()["cardStatus"], "ACTIVE");
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn only_an_issued_card_can_be_reported() {
    let caller = Caller::new().await;
    for card in [1503, 1505, 1507] {
        assert_eq!(caller.card("report-card-issue", json!({ "cardId": card })).await.refusal(), (500, 1010), "{card}");
    }
    assert_eq!(caller.card("review-report-card-issue", json!({ "cardId": 1501 })).await.refusal(), (500, 1010));
    let all = caller.get("/pcs/api/v1/card-reported-issues?userId=501&status=FREEZE&perPage=3").await;
    let ids: Vec<u64> = all.data().as_array().unwrap().iter().filter_map(|row| row["id"].as_u64()).collect();
    assert_eq!(ids, [21, 20, 19]);
    assert_eq!(all.json()["pagination"]["totalPages"], 2);
    assert_eq!(caller.get("/pcs/api/v1/card-reported-issues?userId=502").await.data(), json!([]));
    caller.assert_no_violations();
}
