//! Does time, and nothing else, settle what is pending?

use crate::caller::Caller;

#[tokio::test]
async fn polling_settles() {
    let caller = Caller::new().await;
    caller.deposit("cust-1", "dep-2", "10").await.data();
    let mut polls = 1;
    while caller.deposit_status("dep-2").await == "PENDING" {
        polls += 1;
        assert!(polls < 20);
    }
    assert_eq!(polls, 5);
    assert_eq!(caller.deposit_status("dep-2").await, "SUCCESSFUL");
}

#[tokio::test]
async fn the_telephone_decides() {
    for (phone, after_five, after_sixty) in [
        ("+254700000002", "SUCCESSFUL", "SUCCESSFUL"),
        ("0700000010", "FAILED", "FAILED"),
        ("+254700000011", "FAILED", "FAILED"),
        ("+254700000012", "FAILED", "FAILED"),
        ("+254700000013", "CANCELLED", "CANCELLED"),
        ("+254700000020", "PENDING", "PENDING"),
        ("+254700000021", "PENDING", "SUCCESSFUL"),
        ("+254711222333", "SUCCESSFUL", "SUCCESSFUL"),
    ] {
        let caller = Caller::new().await;
        let customer = caller.customer(phone).await;
        caller.deposit(&customer, "dep-2", "10").await.data();
        caller.withdraw(&customer, "wd-2", "10").await.data();
        caller.advance(5);
        let both = [caller.deposit_status("dep-2").await, caller.withdrawal_status("wd-2").await];
        assert_eq!(both, [after_five, after_five], "{phone}");
        caller.advance(60);
        let both = [caller.deposit_status("dep-2").await, caller.withdrawal_status("wd-2").await];
        assert_eq!(both, [after_sixty, after_sixty], "{phone}");
        let credited = if after_sixty == "SUCCESSFUL" { "1010.50" } else { "1000.50" };
        assert_eq!(caller.deposits("wallet-kes"), credited, "{phone}");
        caller.assert_no_violations();
    }
}

#[tokio::test]
async fn lists_have_pages_and_filters() {
    let caller = Caller::new().await;
    for number in 2..6 {
        caller.deposit("cust-1", &format!("dep-{number}"), "10").await.data();
    }
    let page = caller.get("/deposit/mobile-money/transactions?page=2&per_page=2").await.data();
    let references: Vec<&str> =
        page["data"].as_array().unwrap().iter().filter_map(|row| row["reference_id"].as_str()).collect();
    assert_eq!(references, ["dep-3", "dep-2"]);
    assert_eq!((&page["meta"]["total"], &page["meta"]["total_pages"]), (&5.into(), &3.into()));
    let total = async |query: &str| {
        let reply = caller.get(&format!("/deposit/mobile-money/transactions?{query}")).await;
        reply.data()["meta"]["total"].as_u64().unwrap()
    };
    assert_eq!(total("status=SUCCESSFUL").await, 2);
    assert_eq!(total("currency=ZAR").await, 0);
    assert_eq!(total("start_date=2026-03-02&end_date=2026-03-02").await, 5);
    assert_eq!(total("end_date=2026-03-01").await, 0);
    assert_eq!(caller.get("/withdraw/transactions?start_date=soon").await.status, 400);
    caller.assert_no_violations();
}
