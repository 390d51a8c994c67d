//! Do the reading operations filter as they are asked to?

use bursar_sandbox::kasisto::SECRET;
use serde_json::{Value, json};

use crate::caller::Caller;

fn ids(list: &[Value], member: &str) -> Vec<String> {
    list.iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn accounts_by_none_one_or_several_ids() {
    let caller = Caller::new().await;
    let all = ["acc-checking", "acc-savings", "acc-card", "acc-euro"];
    for (asked, found) in [
        (json!({}), all.as_slice()),
        (json!({ "account_id": null }), &all),
        (json!({ "account_id": [] }), &all),
        (json!({ "account_id": "acc-card" }), &["acc-card"]),
        (json!({ "account_id": ["acc-euro", "acc-savings"] }), &["acc-savings", "acc-euro"]),
        (json!({ "account_id": "acc-nowhere" }), &[]),
    ] {
        let reply = caller.post("/accounts", asked.clone()).await;
        assert_eq!(ids(&reply.list(), "account_id"), found, "{asked}");
    }
    assert_eq!(caller.account("acc-euro", "fcy_currency_code").await, r#""EUR""#);
    caller.assert_no_violations();
}

#[tokio::test]
async fn transactions_by_account_time_and_limit_newest_first() {
    let caller = Caller::new().await;
    let count = async |asked: Value| caller.post("/transactions", asked).await.list().len();
    assert_eq!(count(json!({})).await, 8);
    assert_eq!(count(json!({ "limit": 0 })).await, 8);
    assert_eq!(count(json!({ "limit": null })).await, 8);
    assert_eq!(count(json!({ "limit": 3 })).await, 3);
    assert_eq!(count(json!({ "account_ids": ["acc-card"] })).await, 3);
    assert_eq!(count(json!({ "account_ids": ["acc-card", "acc-euro"], "limit": 2 })).await, 2);

    let all = caller.post("/transactions", json!({})).await.list();
    let dates = ids(&all, "transaction_date");
    assert!(dates.is_sorted_by(|newer, older| newer >= older), "{dates:?}");
    assert_eq!(dates[0], "2019-03-25T09:30:00.000+0000");

    for from in ["2019-03-19", "2019-03-19T00:00:00.000+0000", "2019-03-19T00:00Z"] {
        assert_eq!(count(json!({ "start_date": from })).await, 3, "{from}");
    }
    assert_eq!(count(json!({ "end_date": "2019-03-19" })).await, 6);
    assert_eq!(count(json!({ "start_date": "2019-03-19", "end_date": "2019-03-19" })).await, 1);
    let id = all[4]["transaction_id"].clone();
    assert_eq!(count(json!({ "transaction_ids": [id] })).await, 1);
    caller.assert_no_violations();
}

#[tokio::test]
async fn places_and_offers_by_location_and_places_without_a_token() {
    let caller = Caller::new().await;
    for (asked, found) in [
        (json!({}), 2),
        (json!({ "location": { "city": "springfield" } }), 1),
        (json!({ "location": { "country": "DE" } }), 0),
    ] {
        let reply = caller.send("/bank_locations", &[("secret", SECRET)], &asked.to_string()).await;
        assert_eq!(reply.list().len(), found, "{asked}");
        assert_eq!(caller.post("/offers", asked.clone()).await.list().len(), found, "{asked}");
    }
    let headers = [("secret", SECRET), ("token", "tok-unknown")];
    assert_eq!(caller.send("/bank_locations", &headers, "{}").await.status, 401);
    caller.assert_no_violations();
}

#[tokio::test]
async fn customer_actions_do_what_they_say_once() {
    let caller = Caller::new().await;
    let act = async |action: &str, account: &str| {
        let parameters = json!([{ "name": "account_id", "value": account }]);
        let reply = caller.post("/customer_action", json!({ "action": action, "parameters": parameters })).await;
        reply.json()["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(caller.account("acc-card", "account_status").await, r#""inactive""#);
    assert_eq!(act("credit_card_activate", "acc-card").await, "processed");
    assert_eq!(caller.account("acc-card", "account_status").await, r#""active""#);
    assert_eq!(act("credit_card_activate", "acc-card").await, "failed");
    assert_eq!(act("credit_card_waive_fee", "acc-card").await, "processed");
    assert_eq!(caller.account("acc-card", "can_waive_fee").await, "false");
    assert_eq!(act("credit_card_waive_fee", "acc-checking").await, "failed");
    assert_eq!(act("credit_card_explode", "acc-card").await, "failed");
    assert_eq!(act("credit_card_activate", "acc-nowhere").await, "failed");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_guided_conversation_ends_with_its_answer() {
    let caller = Caller::new().await;
    let step = caller.post("/start_conversation", json!({ "form_name": "card_replacement" })).await.json();
    assert_eq!(step["form_state"], "PENDING_USER");
    let (form, question) = (&step["form_id"], &step["request_user_input"]["name"]);
    let answer = json!({ "form_id": form, "user_inputs": [{ "name": question, "value": "2021-08" }] });
    assert_eq!(caller.post("/send_user_input", answer).await.json()["form_state"], "COMPLETED");
    let unknown = json!({ "form_id": "form-7", "user_inputs": [] });
    assert_eq!(caller.post("/send_user_input", unknown).await.json()["form_state"], "FAILED");
    caller.assert_no_violations();
}
