//! Are users, their data and their addresses kept as they were sent?

use serde_json::{Value, json};

use crate::caller::Caller;

async fn personal(caller: &Caller, method: &str, body: Value) -> crate::caller::Reply {
    caller.call(method, "/us/api/v1/kyc/personal", body).await
}

#[tokio::test]
async fn a_user_is_created_and_receives_a_card() {
    let caller = Caller::new().await;
    let body = json!({ "firstName": "Kim", "lastName": "Sample", "email": "kim@example.com", "status": "ACTIVE",
        "parentId": 7 });
    let user = caller.post("/as/api/v1/users", body.clone()).await.data();
    assert_eq!((&user["id"], &user["parentId"], &user["userType"]), (&json!(503), &json!(100), &json!("USER")));
    assert_eq!(caller.post("/as/api/v1/users", body).await.refusal(), (500, 1010));
    assert_eq!(caller.get("/us/api/v1/kyc/503").await.data().get("personalInfo"), None);
    let account = json!({ "userId": 503, "currencyId": 2, "accountType": "DIGITAL" });
    assert_eq!(caller.post("/be/api/v1/accounts", account).await.data()["isPrimary"], true);
    let card = json!({ "cardTierId": 61, "customerId": 503, "accountId": 703, "cardType": "VIRTUAL",
        "cardHolderName": "KIM SAMPLE" });
    assert_eq!(caller.card("cards", card.clone()).await.refusal(), (500, 1035));
    let data = json!({ "userId": 503, "firstName": "Kim", "lastName": "Sample", "dob": "1992-05-15",
        "gender": "FEMALE", "nationality": "ARE" });
    let kept = personal(&caller, "POST", data).await.data();
    assert_eq!((&kept["dob"], &kept["status"]), (&json!("1992-05-15T00:00:00.000+00:00"), &json!("PENDING")));
    assert_eq!(caller.card("cards", card).await.data()["userId"], 503);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_user_needs_an_address_or_a_telephone() {
    let caller = Caller::new().await;
    for (given, key) in [
        (json!({}), "email"),
        (json!({ "phone": "500000109" }), "countryCode"),
        (json!({ "countryCode": "971" }), "email"),
    ] {
        let mut body = json!({ "firstName": "Kim", "lastName": "Sample", "status": "ACTIVE" });
        body.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        assert_eq!(caller.post("/as/api/v1/users", body).await.faults("key"), [key], "{given}");
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn what_is_not_sent_stays() {
    let caller = Caller::new().await;
    let changed = personal(&caller, "PATCH", json!({ "userId": 501, "nickName": "Lex" })).await.data();
    assert_eq!((&changed["nickName"], &changed["tin"]), (&json!("Lex"), &json!("TIN-501")));
    let found = caller.get("/us/api/v1/kyc/501").await.data();
    assert_eq!(found["personalInfo"], changed);
    assert_eq!(personal(&caller, "PATCH", json!({ "userId": 502, "nickName": "Bo" })).await.refusal(), (500, 1010));
    caller.assert_no_violations();
}

#[tokio::test]
async fn documents_keep_whatever_they_are_sent_with() {
    let caller = Caller::new().await;
    let body = json!({ "userId": 502, "documentType": "PASSPORT", "frontImage": "aGVsbG8=", "pages": [1, 2] });
    let sent = caller.post("/us/api/v1/kyc/identification", body.clone()).await.data();
    assert_eq!(
        (&sent["frontImage"], &sent["pages"], &sent["status"]),
        (&body["frontImage"], &body["pages"], &json!("PENDING"))
    );
    assert_eq!(caller.post("/us/api/v1/kyc/identification", body).await.refusal(), (500, 1010));
    assert_eq!(caller.get("/us/api/v1/kyc/502").await.data()["identificationInfo"], sent);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_decision_ends_the_changes() {
    for (is_verified, status) in [(true, "VERIFIED"), (false, "REJECTED")] {
        let caller = Caller::new().await;
        assert!(caller.sandbox.vaultspay().decide_kyc(501, is_verified));
        assert!(!caller.sandbox.vaultspay().decide_kyc(9, is_verified));
        let found = caller.get("/us/api/v1/kyc/501").await.data();
        assert_eq!((&found["status"], &found["personalInfo"]["status"]), (&json!(status), &json!(status)));
        let change = json!({ "userId": 501, "nickName": "Lex" });
        assert_eq!(personal(&caller, "PATCH", change).await.refusal(), (500, 1010));
        let document = json!({ "userId": 501, "documentNumber": "1" });
        let refused = caller.call("PATCH", "/us/api/v1/kyc/identification", document).await;
        assert_eq!(refused.refusal(), (500, 1010));
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn places_go_by_their_ids() {
    let caller = Caller::new().await;
    let mut body = json!({ "userId": 502, "type": "RESIDENTIAL", "countryId": 167, "countryCode": "USA",
        "stateId": 3169, "stateName": "California", "cityId": 85475, "cityName": "Los Angeles",
        "addressLine1": "3 Sample Street" });
    let kept = caller.post("/us/api/v1/kyc/addresses", body.clone()).await.data();
    assert_eq!((&kept["countryCode"], &kept["cityName"]), (&json!("PAK"), &json!("Islamabad")));
    assert_eq!(caller.post("/us/api/v1/kyc/addresses", body.clone()).await.refusal(), (500, 1010));
    body["type"] = json!("BUSINESS");
    body["cityId"] = json!(85501);
    assert_eq!(caller.post("/us/api/v1/kyc/addresses", body).await.faults("key"), ["cityId"]);
    let change = json!({ "userId": 502, "type": "RESIDENTIAL", "postalCode": "44000", "status": false });
    let changed = caller.call("PATCH", "/us/api/v1/kyc/addresses", change).await.data();
    assert_eq!((&changed["postalCode"], &changed["status"]), (&json!("44000"), &json!(false)));
    assert_eq!(changed["addressLine1"], "3 Sample Street");
    let none = json!({ "userId": 501, "type": "BUSINESS" });
    assert_eq!(caller.call("PATCH", "/us/api/v1/kyc/addresses", none).await.refusal(), (500, 1010));
    caller.assert_no_violations();
}
