//! Does a provider do with a call what it was told to, and do the movements tell the truth?

use bursar_sandbox::{Exchange, FATE_HEADER, Fate, Movement, Sandbox, TAG_HEADER, Times, kasha, kontist, vaultspay};

use super::*;

const DAY: u64 = 24 * 60 * 60;

/// Makes a call without a socket: status and body.
fn call(sandbox: &Sandbox, method: &str, uri: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
    let mut request = axum::http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = if body.is_null() { String::new() } else { body.to_string() };
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    let Exchange::Answered(answer) = sandbox.exchange(request.body(body.into()).unwrap()) else { panic!("no answer") };
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

fn kotani(sandbox: &Sandbox, method: &str, path: &str, fate: &str, body: &Value) -> (u16, Value) {
    let key = format!("Bearer {}", kotani::API_KEY);
    let uri = format!("{}/api/v3{path}", sandbox.kotani_url());
    let mut headers = vec![("authorization", key.as_str()), (TAG_HEADER, "mine")];
    if !fate.is_empty() {
        headers.push((FATE_HEADER, fate));
    }
    call(sandbox, method, &uri, &headers, body)
}

/// What moved by the tagged call and was not given back, as kind and amount.
fn net(sandbox: &Sandbox) -> Vec<String> {
    let all = sandbox.movements();
    let is_undone = |one: &Movement| all.iter().any(|other| other.undoes == Some(one.sequence));
    let is_mine = |one: &&Movement| one.tag.as_deref() == Some("mine");
    let open = all.iter().filter(is_mine).filter(|one| one.undoes.is_none() && !is_undone(one));
    open.map(|one| format!("{} {} {}", one.kind.name(), one.amount, one.currency)).collect()
}

fn deposit(reference: &str) -> Value {
    json!({ "customer_key": "cust-1", "wallet_id": "wallet-kes", "reference_id": reference, "amount": 10 })
}

fn withdrawal(reference: &str) -> Value {
    json!({ "customer_key": "cust-1", "walletId": "wallet-kes", "referenceId": reference, "amount": 10 })
}

fn purchase(reference: &str) -> Value {
    json!({ "mobileMoney": { "phoneNumber": "+254700000001", "accountName": "Ann", "providerNetwork": "MPESA" },
        "fiatAmount": 1000, "currency": "KES", "chain": "POLYGON", "token": "USDT", "receiverAddress": "0x-a",
        "referenceId": reference })
}

fn sale(reference: &str) -> Value {
    json!({ "mobileMoneyReceiver": { "phoneNumber": "+254700000001", "accountName": "Ann", "networkProvider": "MPESA" },
        "cryptoAmount": 10, "currency": "KES", "chain": "POLYGON", "token": "USDT", "referenceId": reference })
}

#[test]
fn what_kotani_was_told_to_do_shows_in_status_and_movements() {
    let (paid, sent) = (["deposit 10.00 KES"].as_slice(), ["withdrawal 10.00 KES"].as_slice());
    let charged = ["deposit 1000.00 KES"].as_slice();
    let bought = ["deposit 1000.00 KES", "crypto_out 7.509578 USDT"].as_slice();
    let given = ["crypto_in 10.00 USDT"].as_slice();
    type Case = (&'static str, fn(&str) -> Value, &'static str, &'static str, Vec<(u64, &'static str, Vec<String>)>);
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let single =
        |path, body, status, name, early: &'static str, soon: &[&str], late: &'static str, end: &[&str]| -> Case {
            (path, body, status, name, vec![(60, early, texts(soon)), (2 * DAY, late, texts(end))])
        };
    let deposits = |name, early, soon: &[&str], late, end: &[&str]| {
        single("/deposit/mobile-money", deposit, "/deposit/mobile-money/status/", name, early, soon, late, end)
    };
    let withdrawals = |name, early, soon: &[&str], late, end: &[&str]| {
        single("/withdraw/mobile-money", withdrawal, "/withdraw/status/", name, early, soon, late, end)
    };
    let onramps = |name, early, soon: &[&str], late, end: &[&str]| {
        single("/onramp", purchase, "/onramp/", name, early, soon, late, end)
    };
    let offramps = |name, early, soon: &[&str], late, end: &[&str]| {
        single("/offramp", sale, "/offramp/", name, early, soon, late, end)
    };
    for (path, body, status, name, looks) in [
        deposits("declined", "FAILED", &[], "FAILED", &[]),
        deposits("stuck", "PENDING", &[], "PENDING", &[]),
        deposits("expires", "EXPIRED", &[], "EXPIRED", &[]),
        deposits("expires-then-paid", "EXPIRED", &[], "SUCCESSFUL", paid),
        deposits("cancelled", "CANCELLED", &[], "CANCELLED", &[]),
        deposits("cancelled-then-paid", "CANCELLED", &[], "SUCCESSFUL", paid),
        deposits("reversed", "SUCCESSFUL", paid, "REVERSED", &[]),
        withdrawals("declined", "FAILED", &[], "FAILED", &[]),
        withdrawals("expires-then-paid", "EXPIRED", &[], "SUCCESSFUL", sent),
        withdrawals("cancelled", "CANCELLED", &[], "CANCELLED", &[]),
        withdrawals("reversed", "SUCCESSFUL", sent, "REVERSED", &[]),
        onramps("declined", "FAILED CANCELLED", &[], "FAILED CANCELLED", &[]),
        onramps("declined-pending", "DECLINED PENDING", &[], "DECLINED PENDING", &[]),
        onramps("delivery-fails", "SUCCESSFUL FAILED", charged, "SUCCESSFUL FAILED", charged),
        onramps("expires-then-paid", "EXPIRED CANCELLED", &[], "SUCCESSFUL SUCCESSFUL", bought),
        offramps("cancelled", "CANCELLED", &[], "CANCELLED", &[]),
        offramps("expires", "TIMEOUT", &[], "TIMEOUT", &[]),
        offramps("returned", "REFUND_PENDING", given, "REFUNDED", &[]),
        offramps("return-fails", "FAILED", given, "REFUND_FAILED", given),
    ] {
        let sandbox = Sandbox::in_process(0).unwrap();
        let reference = "00000000-0000-4000-8000-000000000001";
        let (code, answer) = kotani(&sandbox, "POST", path, name, &body(reference));
        assert_eq!(code, 200, "{path} {name}: {answer}");
        for (seconds, expected, moved) in looks {
            sandbox.advance(Duration::from_secs(seconds));
            let (_, found) = kotani(&sandbox, "GET", &format!("{status}{reference}"), "", &Value::Null);
            let text = |name: &str| found["data"][name].as_str().map(str::to_owned);
            let both =
                text("depositStatus").zip(text("onchainStatus")).map(|(first, second)| format!("{first} {second}"));
            assert_eq!(both.or_else(|| text("status")).unwrap(), expected, "{path} {name}");
            assert_eq!(net(&sandbox), moved, "{path} {name} after {seconds} s");
        }
        assert_eq!(sandbox.violations(), [], "{path} {name}");
    }
}

#[test]
fn a_batch_ends_in_part() {
    let wages = |ends: &'static str| match ends {
        "declined" => vec![],
        "" => vec!["withdrawal 100.00 KES".to_owned(), "withdrawal 50.50 KES".to_owned()],
        _ => vec!["withdrawal 100.00 KES".to_owned()],
    };
    for (fate, status, successful) in [
        ("", "completed", 2),
        ("declined", "failed", 0),
        ("ends-with-errors", "completed_with_errors", 1),
        ("fails-in-part", "failed", 1),
        ("cancelled-in-part", "cancelled", 1),
    ] {
        let sandbox = Sandbox::in_process(0).unwrap();
        let path = "/dashboard/bulk-payments/api/batches/batch-1";
        kotani(&sandbox, "POST", &format!("{path}/process"), fate, &Value::Null);
        sandbox.advance(Duration::from_secs(60));
        let (_, found) = kotani(&sandbox, "GET", path, "", &Value::Null);
        assert_eq!(found["data"]["status"], status, "{fate}");
        assert_eq!(found["data"]["successfulPayments"], successful, "{fate}");
        assert_eq!(net(&sandbox), wages(fate), "{fate}");
        assert_eq!(sandbox.violations(), [], "{fate}");
    }
}

#[test]
fn every_fate_of_every_operation_is_one_of_its_provider_and_keeps_to_the_document() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let known = [
        ("kasha", "create_direct_payment", 9),
        ("kasha", "settle_payout", 5),
        ("kasha", "refund_by_reference", 2),
        ("kasisto", "create_transfer", 6),
        ("kontist", "confirm_transfer", 2),
        ("kotani", "create_onramp", 8),
        ("kotani", "create_crypto_bridge_deposit", 5),
        ("kotani", "list_deposits", 0),
        ("vaultspay", "create_direct_transfer", 6),
    ];
    for (provider, operation, count) in known {
        let applies = |fate: &&Fate| sandbox.faults().applies(provider, operation, **fate).unwrap();
        assert_eq!(Fate::ALL.iter().filter(applies).count(), count, "{provider} {operation}");
    }
    let refused = sandbox.faults().on("kotani", "list_deposits", Fate::Reversed, Times::Always).unwrap_err();
    assert_eq!(refused.to_string(), "reversed does not apply to list_deposits of kotani");
}

#[test]
fn a_rule_gives_calls_their_fate() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let rule =
        json!({ "provider": "kotani", "operation": "create_mobile_money_deposit", "fate": "declined", "nth": 2 });
    let (status, listing) = own(&sandbox, "POST", "/faults", &rule.to_string());
    assert_eq!((status, &listing["rules"][0]["fate"]), (201, &json!("declined")), "{listing}");
    assert_eq!(listing["fates"].as_array().unwrap().len(), Fate::ALL.len());
    for reference in ["first", "second"] {
        assert_eq!(kotani(&sandbox, "POST", "/deposit/mobile-money", "", &deposit(reference)).0, 200);
    }
    sandbox.advance(Duration::from_secs(60));
    assert_eq!(net(&sandbox), ["deposit 10.00 KES"]);
}

#[test]
fn a_refund_of_kasha_is_undone_later() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let headers = [("x-api-key", kasha::API_KEY), (FATE_HEADER, "reversed"), (TAG_HEADER, "mine")];
    let body = json!({ "merchantReference": "order-refund" });
    let status = |id: &str| {
        let uri = format!("{}/payments/{id}", sandbox.kasha_url());
        call(&sandbox, "GET", &uri, &headers[..1], &Value::Null).1["status"].clone()
    };
    let uri = format!("{}/refund/by-reference", sandbox.kasha_url());
    let (code, answer) = call(&sandbox, "POST", &uri, &headers, &body);
    assert_eq!(code, 200, "{answer}");
    assert_eq!(status("txn-refund"), "REFUNDED");
    sandbox.advance(Duration::from_secs(2 * 60 * 60));
    assert_eq!(status("txn-refund"), "COMPLETED");
    let kinds: Vec<&str> = sandbox.movements().iter().map(|one| one.kind.name()).collect();
    assert_eq!(kinds, ["refund", "reversal"]);
    assert_eq!(sandbox.movements()[1].undoes, Some(1));
}

#[test]
fn a_transfer_of_kontist_comes_back_after_it_was_paid() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let token = format!("Bearer {}", kontist::OAUTH_TOKEN);
    let order = json!({ "recipient": "Kim Example", "iban": "DE32110101001000000029", "amount": 2500 });
    let url = format!("{}/api/accounts/{}/transfer", sandbox.kontist_url(), kontist::ACCOUNT_ID);
    let headers = [("authorization", token.as_str())];
    let (_, registered) = call(&sandbox, "POST", &url, &headers, &order);
    let id = registered["links"]["self"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let mut confirmed = order;
    confirmed["authorizationToken"] = kontist::TAN.into();
    let headers = [headers[0], (FATE_HEADER, "reversed")];
    assert_eq!(call(&sandbox, "PUT", &format!("{url}/{id}"), &headers, &confirmed).0, 200);
    assert_eq!(sandbox.kontist().balance(), 247_500);
    sandbox.advance(Duration::from_secs(2 * 60 * 60));
    assert_eq!(sandbox.kontist().balance(), 250_000);
    assert_eq!(sandbox.movements()[1].undoes, Some(1));
    assert_eq!(sandbox.violations(), []);
}

#[test]
fn the_catch_all_of_vaultspay_says_nothing_about_the_transfer() {
    for (fate, moved) in [("catch-all-before", 0), ("catch-all-after", 1)] {
        let sandbox = Sandbox::in_process(0).unwrap();
        let token = format!("Bearer {}", vaultspay::ACCESS_TOKEN);
        let headers = [
            ("authorization", token.as_str()),
            ("x-device-os", "SAAS"),
            ("x-device-id", vaultspay::DEVICE_ID),
            (FATE_HEADER, fate),
        ];
        let body = json!({ "senderAccountId": "701", "paymentContactId": "301", "purpose": "FAMILY_SUPPORT",
            "description": "Pocket money", "amount": 2500 });
        let uri = format!("{}/tc/api/v1/direct-transfer", sandbox.vaultspay_url());
        let (status, answer) = call(&sandbox, "POST", &uri, &headers, &body);
        assert_eq!((status, &answer["code"]), (500, &json!(1010)), "{answer}");
        sandbox.advance(Duration::from_secs(60));
        assert_eq!(sandbox.movements().len().min(1), moved, "{fate}");
    }
}
