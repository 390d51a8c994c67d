//! Are accounts, their ledger and contacts what they should be?

use serde_json::{Value, json};

use crate::caller::Caller;

fn ids(rows: &Value) -> Vec<u64> {
    rows.as_array().unwrap().iter().filter_map(|row| row["id"].as_u64()).collect()
}

#[tokio::test]
async fn accounts_have_pages_and_filters() {
    let caller = Caller::new().await;
    for _ in 0..3 {
        let body = json!({ "userId": 501, "currencyId": 2, "accountType": "SAVINGS" });
        caller.post("/be/api/v1/accounts", body).await.data();
    }
    for (query, expected) in [
        ("", vec![801, 705, 704, 703, 702, 701]),
        ("?userId=502", vec![801]),
        ("?shownMyAccounts=true&accountType=DIGITAL", vec![702, 701]),
        ("?currencyCode=USD", vec![]),
        ("?page=2&perPage=4", vec![702, 701]),
        ("?page=3&perPage=4", vec![]),
    ] {
        let reply = caller.get(&format!("/be/api/v1/accounts{query}")).await;
        assert_eq!(ids(&reply.data()), expected, "{query}");
    }
    let page = caller.get("/be/api/v1/accounts?page=2&perPage=4").await.json()["pagination"].clone();
    let expected = json!({ "currentPage": 2, "perPage": 4, "totalPages": 2, "totalCount": 6, "sort": "id: DESC" });
    assert_eq!(page, expected);
    let other = json!({ "userId": 501, "currencyId": 9, "accountType": "DIGITAL" });
    assert_eq!(caller.post("/be/api/v1/accounts", other).await.refusal(), (500, 1010));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_hundred_accounts_have_a_hundred_ids() {
    let caller = Caller::new().await;
    let mut made = Vec::new();
    for _ in 0..100 {
        let body = json!({ "userId": 501, "currencyId": 2, "accountType": "DIGITAL" });
        made.push(caller.post("/be/api/v1/accounts", body).await.data()["id"].as_u64().unwrap());
    }
    assert!(!made.contains(&801));
    made.dedup();
    assert_eq!(made.len(), 100);
}

#[tokio::test]
async fn a_ledger_is_cut_by_dates_user_and_transaction() {
    let caller = Caller::new().await;
    for (query, expected) in [
        ("", vec![8001, 8002]),
        ("?startDate=2026-01-15", vec![8002]),
        ("?endDate=2026-01-14", vec![8001]),
        ("?transactionId=9001", vec![8001]),
        ("?userId=502", vec![]),
    ] {
        let reply = caller.get(&format!("/be/api/v1/account-ledger/701{query}")).await;
        assert_eq!(ids(&reply.data()), expected, "{query}");
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn transactions_are_filtered() {
    let caller = Caller::new().await;
    for (query, expected) in [
        ("", vec![9002, 9001]),
        ("?transactionType=Transfer", vec![9002]),
        ("?cardId=1501", vec![9001]),
        ("?accountId=801", vec![9002]),
        ("?startDate=2026-01-15&endDate=2026-01-15", vec![9002]),
        ("?status=FAILED", vec![]),
    ] {
        let reply = caller.get(&format!("/tme/api/v1/transactions{query}")).await;
        assert_eq!(ids(&reply.data()), expected, "{query}");
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn an_iban_is_checked_before_it_is_kept() {
    let caller = Caller::new().await;
    let check = async |body: Value| caller.post("/be/api/v1/validate-iban", body).await;
    let invalid = check(json!({ "iban": "AE000000000000000000000" })).await;
    assert_eq!(invalid.json(), json!({ "code": 1010, "message": "Invalid IBAN", "type": "BAD_REQUEST" }));
    assert_eq!(invalid.status, 500);
    // Bank 095 tells no titles.
    let silent = "AE370950000000000000301";
    assert_eq!(check(json!({ "iban": silent, "accountTitle": null })).await.faults("key"), ["accountTitle"]);
    let given = check(json!({ "iban": silent, "accountTitle": "Kim Sample" })).await.data();
    assert_eq!((&given["details"]["accountTitle"], &given["details"]["bankCode"]), (&json!("kim *"), &json!("095")));

    let keep = async |body: Value| caller.post("/be/api/v1/direct-payment-contact", body).await;
    let body = json!({ "title": "Robin", "iban": "AE070331234567890123456" });
    let kept = keep(body.clone()).await.data();
    assert_eq!((&kept["id"], &kept["details"]["accountTitle"]), (&json!(302), &json!("robi*")));
    assert_eq!(keep(body).await.refusal(), (500, 1010));
    assert_eq!(keep(json!({ "title": " ", "iban": silent })).await.faults("key"), ["title"]);
    caller.assert_no_violations();
    assert_eq!(keep(json!({ "iban": silent })).await.faults("key"), ["title"]);
}
