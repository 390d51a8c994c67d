//! Are customers kept as they were described, and found again?

use serde_json::json;

use crate::caller::Caller;

#[tokio::test]
async fn a_customer_is_found_by_key_and_telephone() {
    let caller = Caller::new().await;
    let key = caller.customer("+254711222333").await;
    let found = caller.get("/customer/mobile-money/phone/0711222333").await.data();
    assert_eq!((&found["customer_key"], &found["network"]), (&json!(key), &json!("NOT_SUPPORTED")));
    let again = json!({ "phone_number": "+254711222333", "country_code": "KE" });
    assert_eq!(
        caller.post("/customer/mobile-money", again).await.refusal(),
        (400, "Customer already exists".to_owned())
    );
    let change = json!({ "country_code": "KE", "first_name": "Zoë", "phone_number": "+254711222333" }).to_string();
    caller.call("PATCH", &format!("/customer/mobile-money/{key}"), &change).await.data();
    assert_eq!(caller.get(&format!("/customer/mobile-money/{key}")).await.data()["first_name"], "Zoë");
    let taken = json!({ "country_code": "KE", "phone_number": "+254700000001" }).to_string();
    assert_eq!(caller.call("PATCH", &format!("/customer/mobile-money/{key}"), &taken).await.status, 400);
    assert_eq!(caller.get("/customer/mobile-money").await.data().as_array().unwrap().len(), 2);
    assert_eq!(caller.get("/customer/mobile-money?page=2&limit=1").await.data()[0]["customer_key"], key);
    caller.assert_no_violations();
}

#[tokio::test]
async fn an_identification_is_done_when_all_is_there() {
    let caller = Caller::new().await;
    let key = caller.customer("+254711222333").await;
    let details = json!({ "userEmail": "z@example.com", "customerKey": key, "firstName": "Zoë", "lastName": "E",
        "dob": "1990-01-31", "gender": "F", "country": "KE", "phone": "+254711222333" });
    let id = caller.post("/kyc", details).await.data()["kycId"].clone();
    let address = json!({ "kycId": id, "street": "1 Street", "town": "Nairobi", "country": "KE" });
    assert_eq!(caller.post("/kyc/address", address).await.data()["kycStatus"], false);
    let document = json!({ "kycId": id, "nationality": "Kenyan", "documentNo": "P1",
        "documentExpirationDate": "2030-01-31", "country": "KE", "documentName": "PASSPORT" });
    assert_eq!(caller.post("/kyc/document", document).await.data()["status"], "VERIFIED");
    let users = caller.get("/kyc/integrator/users").await.data();
    assert_eq!(users.as_array().unwrap().len(), 2);
    assert_eq!(users[1]["basicDetails"]["firstName"], "Zoë");
    caller.assert_no_violations();
}

#[tokio::test]
async fn test_accounts_have_their_owners() {
    let caller = Caller::new().await;
    for (digit, status, matched) in [
        (1, "MATCHED", Some(true)),
        (2, "MATCHED", Some(false)),
        (3, "NOT_FOUND", None),
        (4, "UNSUPPORTED", None),
        (5, "TIMEOUT", None),
        (6, "ERROR", None),
        (7, "MATCHED", Some(true)),
    ] {
        let phone = json!({ "phoneNumber": format!("+25470000000{digit}"), "accountName": "Ann Example" });
        let bank = json!({ "accountNumber": format!("100000000{digit}"), "bankCode": "68", "countryCode": "KE",
            "accountName": "Ann Example" });
        for reply in [
            caller.post("/customer/validate/mobile-money", phone).await,
            caller.post("/customer/validate/bank", bank).await,
        ] {
            let found = reply.data();
            assert_eq!(found["nameLookupStatus"], status);
            assert_eq!(found["nameMatch"]["matched"].as_bool(), matched, "{digit}: {found}");
            assert_eq!(found["nameMatch"]["masked"].as_bool().unwrap_or_default(), digit == 7);
        }
    }
    let till = json!({ "accountType": "till", "shortCode": "100003" });
    assert_eq!(caller.post("/customer/validate/mobile-money", till).await.data()["nameLookupStatus"], "NOT_FOUND");
    caller.assert_no_violations();
}
