//! Does money move exactly, once, and only where it may?

use bursar_sandbox::MovementKind;
use bursar_sandbox::kontist::{Settings, TAN};
use serde_json::{Value, json};

use crate::caller::{Caller, V2, V2_1, transfer};

#[tokio::test]
async fn a_transfer_moves_balance_transactions_and_movements_alike() {
    let caller = Caller::new().await;
    let path = caller.register(10_005).await;
    assert_eq!((caller.balance(), caller.moved().len()), (250_000, 0));
    let answer = caller.confirm(&path, 10_005, TAN).await.data();
    assert_eq!((&answer["status"], &answer["amount"]), (&json!("accepted"), &json!(10_005)));

    assert_eq!(caller.balance(), 239_995);
    assert_eq!(caller.get("/api/accounts").await.data()[0]["balance"], 239_995);
    let moved = caller.sandbox.movements();
    assert_eq!(moved.len(), 1);
    assert_eq!((moved[0].kind, moved[0].amount.as_str()), (MovementKind::Payment, "100.05"));
    assert_eq!((moved[0].from.as_str(), moved[0].to.as_str()), ("1001", "DE79000000000000000002"));
    assert!(path.ends_with(&moved[0].id) && path.ends_with("ctrx"), "{path}");

    let newest = caller.transactions(V2_1, "").await.data()["results"][0].clone();
    assert_eq!((&newest["amount"], &newest["purpose"]), (&json!(-10_005), &json!("Rent")));
    let listed = caller.get("/api/accounts/1001/transfer").await.data();
    assert_eq!(listed["results"][0]["status"], "accepted");
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_transfer_is_paid_once_and_only_as_it_was_registered() {
    let caller = Caller::new().await;
    let path = caller.register(500).await;
    assert_eq!(caller.confirm(&path, 501, TAN).await.status, 400);
    assert_eq!(caller.moved().len(), 0);
    caller.confirm(&path, 500, TAN).await.data();
    assert_eq!(caller.confirm(&path, 500, TAN).await.refusal().0, 400);
    assert_eq!((caller.balance(), caller.moved().len()), (249_500, 1));
    // Registering again is another transfer.
    assert_ne!(caller.register(500).await, path);
}

#[tokio::test]
async fn what_the_balance_does_not_cover_is_refused() {
    let caller = Caller::with(Settings::new().balance(1000)).await;
    let reply = caller.call("POST", "/api/accounts/1001/transfer", transfer(1001)).await;
    assert_eq!(reply.refusal(), (400, "Insufficient funds".to_owned()));
    let problem: Value = serde_json::from_str(&reply.text).unwrap();
    assert_eq!(problem["type"], "https://api.kontist.com/problems/transfer/insufficient-funds");

    let (first, second) = (caller.register(600).await, caller.register(600).await);
    caller.confirm(&first, 600, TAN).await.data();
    assert_eq!(caller.confirm(&second, 600, TAN).await.refusal().1, "Insufficient funds");
    assert_eq!((caller.balance(), caller.moved().len()), (400, 1));
    caller.assert_no_violations();
}

#[tokio::test]
async fn amounts_ibans_and_accounts_that_cannot_be_are_refused() {
    let caller = Caller::new().await;
    for (cents, iban) in [
        (0, "DE79000000000000000002"),
        (-1, "DE79000000000000000002"),
        (1, "DE00"),
        (1, ""),
        (1, "de00000000000000000002"),
    ] {
        let mut body = transfer(cents);
        body["iban"] = iban.into();
        assert_eq!(caller.call("POST", "/api/accounts/1001/transfer", body).await.status, 400, "{cents} {iban}");
    }
    assert_eq!(caller.call("POST", "/api/accounts/7/transfer", transfer(1)).await.refusal().0, 404);
    caller.assert_no_violations();
    let mut body = transfer(1);
    body["amount"] = json!(1.5);
    assert_eq!(caller.call("POST", "/api/accounts/1001/transfer", body).await.status, 400);
    assert_eq!(caller.sandbox.violations()[0].pointer, "/amount");
}

#[tokio::test]
async fn every_version_tells_the_direction_in_its_own_way() {
    let caller = Caller::with(Settings::new().page_size(10)).await;
    let signed = caller.transactions(V2_1, "").await.data()["results"].clone();
    let unsigned = caller.transactions(V2, "").await.data()["results"].clone();
    let bare = caller.transactions("*/*", "").await.data();
    for (index, (cents, from, to)) in
        [(-1250, json!(1001), Value::Null), (-930, json!(1001), Value::Null), (50_000, Value::Null, json!(1001))]
            .into_iter()
            .enumerate()
    {
        assert_eq!(signed[index]["amount"], cents);
        assert!(signed[index].get("from").is_none() && signed[index].get("bookingDate").is_some());
        assert_eq!(unsigned[index]["amount"], i64::abs(cents));
        assert_eq!((&unsigned[index]["from"], &unsigned[index]["to"]), (&from, &to));
        assert!(unsigned[index].get("bookingDate").is_some());
        assert_eq!((&bare[index]["from"], &bare[index]["to"]), (&from, &to));
        assert!(bare[index].get("booking_date").is_some());
    }
    let alone = caller.get("/api/accounts/1001/transactions/5001").await.data();
    assert_eq!(alone["amount"], 1250);
    assert!(alone.get("from").is_none());
    let early = Caller::with(Settings::new().early_names()).await;
    let early = early.transactions(V2, "").await.data()["results"][0].clone();
    assert!(early.get("booking_date").is_some() && early.get("bookingDate").is_none());
    caller.assert_no_violations();
}
