//! Do pages hold everything once, say how they go on, and shift as real ones do?

use bursar_sandbox::kontist::Settings;
use serde_json::{Value, json};

use crate::caller::{Caller, V2, V2_1};

fn ids(page: &Value) -> Vec<i64> {
    page["results"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn pages_go_on_by_a_link_without_a_host() {
    let caller = Caller::new().await;
    for accept in [V2, V2_1] {
        let first = caller.transactions(accept, "").await.data();
        assert_eq!((ids(&first), &first["total"]), (vec![5001, 5002], &json!(3)));
        assert_eq!(first["next"], "/api/accounts/1001/transactions?page=2");
        let last = caller.transactions(accept, "?page=2").await.data();
        assert_eq!((ids(&last), &last["next"]), (vec![5003], &Value::Null));
        let beyond = caller.transactions(accept, "?page=3").await.data();
        assert_eq!((ids(&beyond), &beyond["next"]), (vec![], &Value::Null));
        assert_eq!(caller.transactions(accept, "?page=0").await.status, 400);
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_payment_between_two_pages_shows_a_transaction_twice() {
    let caller = Caller::new().await;
    let first = caller.transactions(V2_1, "").await.data();
    caller.transfer(100).await;
    let second = caller.transactions(V2_1, "?page=2").await.data();
    assert_eq!(ids(&first), [5001, 5002]);
    assert_eq!(ids(&second), [5002, 5003]);
    assert_eq!(second["total"], 4);
}

#[tokio::test]
async fn version_one_has_no_pages_and_is_the_default() {
    let caller = Caller::new().await;
    for accept in ["*/*", "application/json", "application/json, text/plain, */*"] {
        let list = caller.transactions(accept, "").await.data();
        assert_eq!(list.as_array().unwrap().len(), 3, "{accept}");
    }
    caller.assert_no_violations();
}

#[tokio::test]
async fn the_size_of_a_page_can_be_set() {
    let caller = Caller::with(Settings::new().page_size(1)).await;
    let mut found = Vec::new();
    let mut query = String::new();
    loop {
        let page = caller.transactions(V2_1, &query).await.data();
        found.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => query = next[next.find('?').unwrap()..].to_owned(),
            None => break,
        }
    }
    assert_eq!(found, [5001, 5002, 5003]);
}
