//! Are batches paid once, and counted as they went?

use bursar_sandbox::MovementKind::{Refund, Withdrawal};
use serde_json::{Value, json};

use crate::caller::{Caller, movement};

const BULK: &str = "/dashboard/bulk-payments/api";

fn recipient(phone: &str, reference: &str, amount: f64) -> Value {
    json!({ "recipientName": "Ann", "recipientEmail": "ann@example.com", "recipientPhone": phone, "amount": amount,
        "currency": "KES", "reference": reference })
}

async fn create(caller: &Caller, recipients: Value) -> String {
    let body = json!({ "batchName": "Wages", "recipients": recipients,
        "walletSelections": [{ "currency": "KES", "walletId": "wallet-kes" }] });
    let batches = caller.post(&format!("{BULK}/batches/create"), body).await.data();
    batches[0]["id"].as_str().unwrap().to_owned()
}

async fn process(caller: &Caller, batch: &str) -> crate::caller::Reply {
    caller.call("POST", &format!("{BULK}/batches/{batch}/process"), "").await
}

#[tokio::test]
async fn a_batch_is_paid_once() {
    let caller = Caller::new().await;
    assert_eq!(process(&caller, "batch-1").await.data()["status"], "processing");
    assert_eq!(caller.balance("wallet-kes"), "4849.50");
    assert_eq!(process(&caller, "batch-1").await.refusal(), (400, "Batch was already processed".to_owned()));
    caller.advance(5);
    let batch = caller.get(&format!("{BULK}/batches/batch-1")).await.data();
    assert_eq!((&batch["status"], &batch["successfulPayments"]), (&json!("completed"), &json!(2)));
    assert_eq!(caller.moved(), [movement(Withdrawal, "100.00 KES"), movement(Withdrawal, "50.50 KES")]);
    assert_eq!(caller.withdrawal_status("pay-2").await, "SUCCESSFUL");
    let statistics = caller.get(&format!("{BULK}/stats")).await.data();
    assert_eq!((&statistics["successRate"], &statistics["averageBatchSize"]), (&json!(100), &json!(2)));
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_payment_that_fails_comes_back_alone() {
    let caller = Caller::new().await;
    let batch =
        create(&caller, json!([recipient("+254700000001", "a", 10.0), recipient("+254700000012", "b", 5.25)])).await;
    process(&caller, &batch).await.data();
    caller.advance(5);
    let found = caller.get(&format!("{BULK}/batches/{batch}")).await.data();
    assert_eq!((&found["status"], &found["failedPayments"]), (&json!("completed_with_errors"), &json!(1)));
    assert_eq!(caller.balance("wallet-kes"), "4990.00");
    assert_eq!(caller.moved()[2], movement(Refund, "5.25 KES"));
    let failed = caller.get(&format!("{BULK}/batches/{batch}/payments?status=FAILED")).await.data();
    assert_eq!(failed["data"][0]["errorMessage"], "Transaction limit exceeded");
    assert_eq!(failed["meta"]["total"], 1);
    caller.assert_no_violations();
}

#[tokio::test]
async fn a_reference_is_paid_in_one_batch_only() {
    let caller = Caller::new().await;
    let batch = create(&caller, json!([recipient("+254700000001", "pay-1", 10.0)])).await;
    process(&caller, "batch-1").await.data();
    process(&caller, &batch).await.data();
    caller.advance(5);
    assert_eq!(caller.moved().len(), 2);
    assert_eq!(caller.get(&format!("{BULK}/batches/{batch}")).await.data()["status"], "failed");
}

#[tokio::test]
async fn a_batch_beyond_the_wallet_moves_nothing() {
    let caller = Caller::new().await;
    let batch =
        create(&caller, json!([recipient("+254700000001", "a", 4000.0), recipient("+254700000002", "b", 1000.01)]))
            .await;
    assert_eq!(process(&caller, &batch).await.refusal(), (400, "Insufficient funds in fiat wallet".to_owned()));
    assert!(caller.moved().is_empty());
    assert_eq!(caller.get(&format!("{BULK}/batches/{batch}")).await.data()["status"], "pending");
}

#[tokio::test]
async fn a_file_is_checked_row_by_row() {
    let caller = Caller::new().await;
    let check = async |file: &str| {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{file}\r\n--x--\r\n"
        );
        let key = format!("Bearer {}", bursar_sandbox::kotani::API_KEY);
        let headers = [("authorization", key.as_str()), ("content-type", "multipart/form-data; boundary=x")];
        caller.send("POST", &format!("/api/v3{BULK}/validate-csv"), &headers, &body).await.data()
    };
    let header = "recipient_name,recipient_email,recipient_phone,amount,currency,reference";
    let good = check(&format!(
        "{header}\nAnn,a@example.com,+254700000001,100.10,KES,pay-1\nBen,b@example.com,+254700000002,0.05,KES,pay-2\n"
    ))
    .await;
    assert_eq!((&good["isValid"], &good["totalRecords"]), (&json!(true), &json!(2)));
    assert_eq!(good["currencyBreakdown"], json!({ "KES": { "count": 2, "totalAmount": 100.15 } }));
    let bad = check(&format!("{header}\nAnn,,+254700000001,-1,KES,pay-1\n")).await;
    assert_eq!(bad["isValid"], false);
    assert_eq!(bad["errors"].as_array().unwrap().len(), 2, "{bad}");
    assert_eq!(check("a,b\n").await["isValid"], false);
    caller.assert_no_violations();
}
