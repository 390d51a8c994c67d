//! Do the three ways to confirm an order work, and nothing but them?

use bursar_sandbox::kontist::{Settings, TAN};
use serde_json::{Value, json};

use crate::caller::{Caller, until_october};

const STANDING: &str = "/api/accounts/1001/standing-orders";
const TIMED: &str = "/api/accounts/1001/timed-orders";

fn standing(first: &str) -> Value {
    json!({ "recipient": "Kim Example", "iban": "DE79000000000000000002", "amount": 1000,
        "reoccurrence": "MONTHLY", "firstExecutionDate": first })
}

impl Caller {
    /// Asks for a change of standing orders; answers the request's id.
    async fn ask(&self, method: &str, path: &str, body: Value) -> String {
        let answer = self.call(method, path, body).await.data();
        assert_eq!(answer["status"], "CONFIRMATION_REQUIRED");
        answer["requestId"].as_str().unwrap().to_owned()
    }

    async fn confirm_standing(&self, request: &str, code: &str) -> crate::caller::Reply {
        let body = json!({ "requestId": request, "authorizationToken": code });
        self.call("POST", &format!("{STANDING}/confirm"), body).await
    }

    /// Registers a timed order; answers its path.
    async fn timed(&self, cents: i64, date: &str) -> String {
        let body =
            json!({ "recipient": "Kim Example", "iban": "DE79000000000000000002", "amount": cents, "date": date });
        let answer = self.call("POST", TIMED, body).await.data();
        assert_eq!(answer["status"], "CONFIRMATION_REQUIRED");
        format!("{TIMED}/{}", answer["id"].as_str().unwrap())
    }
}

#[tokio::test]
async fn the_third_wrong_code_voids_an_order() {
    let caller = Caller::new().await;
    let path = caller.register(100).await;
    let wrong = (400, "Invalid authorization token".to_owned());
    for _ in 0..3 {
        assert_eq!(caller.confirm(&path, 100, "999999").await.refusal(), wrong);
    }
    assert_eq!(caller.confirm(&path, 100, TAN).await.refusal().1, "Too many wrong authorization tokens");

    let request = caller.ask("POST", STANDING, standing("2019-10-01T09:30:00.000Z")).await;
    let timed = format!("{}/confirm", caller.timed(100, "2019-10-01T09:30:00Z").await);
    for _ in 0..3 {
        assert_eq!(caller.confirm_standing(&request, "12345").await.refusal(), wrong);
        assert_eq!(caller.call("POST", &timed, json!({ "token": "" })).await.refusal(), wrong);
    }
    assert_eq!(caller.confirm_standing(&request, TAN).await.status, 400);
    assert_eq!(caller.call("POST", &timed, json!({ "token": TAN })).await.status, 400);
    caller.advance(until_october(30));
    // Only the standing order that was there from the start is paid.
    assert_eq!(caller.moved(), [("25.00".to_owned(), "11".to_owned())]);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_standing_order_is_created_changed_and_canceled() {
    let caller = Caller::new().await;
    let request = caller.ask("POST", STANDING, standing("2019-10-02T14:32:08.604Z")).await;
    assert_eq!(caller.get(STANDING).await.data().as_array().unwrap().len(), 2);
    let order = caller.confirm_standing(&request, TAN).await.data();
    assert_eq!((&order["id"], &order["status"]), (&json!(13), &json!("ACTIVE")));
    assert_eq!(order["nextOccurrence"], "2019-10-02T00:00:00.000+00:00");
    assert_eq!(caller.confirm_standing(&request, TAN).await.refusal().0, 400);

    let path = format!("{STANDING}/13");
    let change = json!({ "amount": 2000, "reoccurrence": "QUARTERLY", "e2eId": "REF-1", "lastExecutionDate": "2020-01-02T00:00:00Z" });
    let request = caller.ask("PATCH", &path, change).await;
    assert_eq!(caller.get(STANDING).await.data()[2]["amount"], 1000, "not before it is confirmed");
    let order = caller.confirm_standing(&request, TAN).await.data();
    assert_eq!((&order["amount"], &order["reoccurrence"]), (&json!(2000), &json!("QUARTERLY")));
    let request = caller.ask("PATCH", &path, json!({ "e2eId": null })).await;
    assert_ne!(caller.confirm_standing(&request, TAN).await.data()["e2eId"], "REF-1");

    let request = caller.ask("PATCH", &format!("{path}/cancel"), Value::Null).await;
    assert_eq!(caller.confirm_standing(&request, TAN).await.data()["status"], "CANCELED");
    assert_eq!(caller.get(STANDING).await.data()[2]["status"], "CANCELED");
    assert_eq!(caller.call("PATCH", &format!("{path}/cancel"), Value::Null).await.status, 400);
    assert_eq!(caller.call("PATCH", &format!("{STANDING}/99/cancel"), Value::Null).await.status, 404);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_standing_order_is_paid_at_each_of_its_dates() {
    let mut caller = Caller::new().await;
    let mut order = standing("2019-10-05T09:30:00Z");
    order["lastExecutionDate"] = json!("2019-12-05T09:30:00Z");
    let request = caller.ask("POST", STANDING, order).await;
    caller.confirm_standing(&request, TAN).await.data();
    // A change that is asked for before a date and confirmed after it does not pay that date again.
    let change = caller.ask("PATCH", &format!("{STANDING}/13"), json!({ "note": "later" })).await;
    caller.wait(until_october(5)).await;
    assert_eq!(caller.confirm_standing(&change, TAN).await.data()["nextOccurrence"], "2019-11-05T00:00:00.000+00:00");
    caller.wait(200 * 86_400).await;
    let paid: Vec<String> =
        caller.sandbox.movements().into_iter().filter(|one| one.id == "13").map(|one| one.at).collect();
    assert_eq!(paid, ["2019-10-05T00:00:00Z", "2019-11-05T00:00:00Z", "2019-12-05T00:00:00Z"]);
    let total: i64 = caller.moved().iter().map(|(_, id)| if id == "13" { 1000 } else { 2500 }).sum();
    assert_eq!(caller.balance(), 250_000 - total);
}

#[tokio::test]
async fn an_order_that_is_not_covered_is_left_out() {
    let mut caller = Caller::with(Settings::new().balance(2600)).await;
    let path = caller.timed(2000, "2019-10-02T09:30:00Z").await;
    caller.call("POST", &format!("{path}/confirm"), json!({ "token": TAN })).await.data();
    // The standing order of the start takes 25.00 of the 26.00 the day before.
    caller.wait(until_october(3)).await;
    assert_eq!((caller.balance(), caller.moved().len()), (100, 1));
    assert_eq!(caller.get(TIMED).await.data(), json!([]));
    assert_eq!(caller.call("PATCH", &format!("{path}/cancel"), Value::Null).await.status, 400);
}

#[tokio::test]
async fn a_timed_order_is_scheduled_listed_and_paid_at_noon() {
    let mut caller = Caller::new().await;
    let path = caller.timed(12_012, "2019-10-03T14:32:08.604Z").await;
    assert_eq!(caller.get(TIMED).await.data(), json!([]));
    let confirm = format!("{path}/confirm");
    let order = caller.call("POST", &confirm, json!({ "token": TAN })).await.data();
    assert_eq!((&order["status"], &order["execute_at"]), (&json!("SCHEDULED"), &json!("2019-10-03T12:00:00.000Z")));
    assert_eq!(
        order["scheduled_transaction"]["amount"],
        json!({ "value": 12_012, "currency": "EUR", "unit": "cents" })
    );
    assert_eq!(caller.call("POST", &confirm, json!({ "token": TAN })).await.status, 400);
    let listed = caller.get(TIMED).await.data();
    assert_eq!((&listed[0]["amount"], &listed[0]["status"]), (&json!(-12_012), &json!("scheduled")));
    let future = caller.get("/api/accounts/1001/future-transactions").await.data();
    assert_eq!(future["results"][0]["id"], order["id"]);

    caller.wait(until_october(3) + 11 * 3600).await;
    assert!(!caller.moved().iter().any(|(amount, _)| amount == "120.12"));
    caller.wait(3600).await;
    assert_eq!(caller.moved().iter().filter(|(amount, _)| amount == "120.12").count(), 1);
    assert_eq!(caller.sandbox.movements()[1].at, "2019-10-03T12:00:00Z");
    assert_eq!(caller.get(TIMED).await.data(), json!([]));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_timed_order_can_be_canceled_and_is_then_never_paid() {
    let mut caller = Caller::new().await;
    let path = caller.timed(700, "2019-10-03T09:30:00Z").await;
    caller.call("POST", &format!("{path}/confirm"), json!({ "token": TAN })).await.data();
    let order = caller.call("PATCH", &format!("{path}/cancel"), Value::Null).await.data();
    assert_eq!((&order["status"], &order["scheduled_transaction"]["status"]), (&json!("CANCELED"), &json!("canceled")));
    caller.wait(until_october(20)).await;
    assert!(!caller.moved().iter().any(|(amount, _)| amount == "7.00"));
    let late = json!({ "recipient": "Kim Example", "iban": "DE79000000000000000002", "amount": 1, "date": "2019-09-01T09:30:00Z" });
    assert_eq!(caller.call("POST", TIMED, late).await.refusal().1, "The date is not in the future");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_bank_may_destroy_what_was_confirmed_or_guessed_at() {
    let caller = Caller::with(Settings::new().one_try()).await;
    let path = caller.register(100).await;
    assert_eq!(caller.confirm(&path, 100, TAN).await.status, 200);
    assert_eq!(caller.confirm(&path, 100, TAN).await.status, 404);
    let path = caller.register(100).await;
    assert_eq!(caller.confirm(&path, 100, "999999").await.status, 403);
    assert_eq!(caller.confirm(&path, 100, TAN).await.status, 404);
    let request = caller.ask("POST", STANDING, standing("2019-10-01T09:30:00.000Z")).await;
    assert_eq!(caller.confirm_standing(&request, TAN).await.status, 200);
    assert_eq!(caller.confirm_standing(&request, TAN).await.status, 404);
    assert_eq!(caller.moved().len(), 1);
    caller.assert_no_violations();
}
