//! `bursar call --dry-run`: the exact request, nothing secret in it, and not one connection.

use crate::support::{Done, Reaction, Server, bursar, finish, run, run_with_input};

/// A dry run at a server, with a key in the environment; the server must not see a connection.
fn dry(provider: &str, operation: &str, words: &[&str]) -> (String, Done) {
    let server = Server::start(Reaction::HangUp);
    let mut all = vec!["call", provider, operation, "--dry-run", "--base-url", &server.url];
    all.extend(words);
    let mut command = bursar(&all);
    for variable in ["BURSAR_KOTANI_API_KEY", "BURSAR_KASISTO_SECRET", "BURSAR_KASISTO_TOKEN"] {
        command.env(variable, "KEY-SECRET");
    }
    let done = finish(&mut command);
    assert_eq!(server.requests(), [""; 0], "something was sent");
    assert!(!format!("{done:?}").contains("KEY-SECRET"), "{done:?}");
    (server.url, done)
}

#[test]
fn the_request_is_shown_and_not_sent() {
    let words = ["--set", "amount=1000.50", "--set", "customer_key=c", "--set", "wallet_id=123"];
    let (url, done) = dry("kotani", "create_mobile_money_deposit", &words);
    assert_eq!(
        done.ends(0).out,
        format!(
            "POST {url}/api/v3/deposit/mobile-money
content-type: application/json
accept: application/json
authorization: Bearer ***

{{\"amount\":1000.50,\"customer_key\":\"c\",\"wallet_id\":\"123\"}}
"
        )
    );
}

#[test]
fn no_login_is_sent_either() {
    let (url, done) = dry("kasisto", "list_accounts", &["--set", "user_id=u", "--param", "locale=en_US"]);
    let shown = done.ends(0).out;
    let mut lines = shown.lines();
    assert_eq!(lines.next(), Some(&*format!("POST {url}/accounts")));
    for line in ["secret: ***", "token: ***", "locale: en_US"] {
        assert!(shown.lines().any(|other| other == line), "{shown}");
    }
    assert!(shown.ends_with("\n\n{\"user_id\":\"u\"}\n"), "{shown}");
}

#[test]
fn no_credential_is_needed() {
    let done = run(&["call", "kotani", "list_banks", "--dry-run"]).ends(0);
    assert_eq!(
        done.out,
        "GET https://sandbox-api.kotanipay.com/api/v3/customer/support/banks
accept: application/json
authorization: Bearer ***
"
    );
    let done = run(&["call", "kotani", "list_banks", "--dry-run", "--sandbox"]).ends(0);
    assert!(done.out.starts_with("GET http://127.0.0.1:"), "{}", done.out);
}

const CARD: &str = r#"{"amount":12345678901234567.10,"currency":"KES","fullName":"A","phoneNumber":"+254700000001",
    "card":{"number":"4111111111111111","holder":"A","paymentBrand":"VISA","cvv":"737","expiryMonth":"12","expiryYear":"30"}}"#;

#[test]
fn card_data_is_masked_unless_it_is_to_be_revealed() {
    let words = ["call", "kotani", "create_card_deposit", "--dry-run", "--json", "-"];
    let shown = run_with_input(&words, CARD).ends(0).out;
    for secret in ["4111111111111111", "737", "+254700000001"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("\"number\":\"***\"") && shown.contains("\"amount\":12345678901234567.10"), "{shown}");
    let shown = run_with_input(&[&words[..], &["--reveal"]].concat(), CARD).ends(0).out;
    assert!(
        shown.contains("\"number\":\"4111111111111111\"") && shown.contains("authorization: Bearer ***"),
        "{shown}"
    );
}

#[test]
fn a_sensitive_parameter_is_masked_in_the_path() {
    let words = ["call", "kotani", "get_customer_by_phone", "--dry-run", "--param", "phone_number=+254700000001"];
    let shown = run(&words).ends(0).out;
    assert!(shown.contains("/phone/***\n") && !shown.contains("254700000001"), "{shown}");
    let shown = run(&[&words[..], &["--reveal"]].concat()).ends(0).out;
    assert!(shown.contains("/phone/%2B254700000001\n"), "{shown}");
}

#[test]
fn of_a_file_its_length_is_shown() {
    let words = ["call", "kotani", "validate_bulk_csv", "--dry-run", "--json", "-"];
    let body = r#"{"file":{"filename":"pay.csv","content_type":"text/csv","text":"SECRET\n1"}}"#;
    let shown = run_with_input(&words, body).ends(0).out;
    let part =
        "Content-Disposition: form-data; name=\"file\"; filename=\"pay.csv\"\nContent-Type: text/csv\n\n(8 bytes)\n";
    assert!(shown.contains(part) && !shown.contains("SECRET"), "{shown}");
}

/// Every operation that takes neither a body nor a parameter shows itself without a setting, at every provider.
#[test]
fn every_bare_operation_of_every_provider_shows_itself() {
    let mut count = 0;
    for provider in ["kasisto", "kotani", "kasha", "vaultspay"] {
        let listed = run(&["operations", provider, "--json"]).ends(0).out;
        let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
        for one in listed.iter().filter(|one| one["body"] == "none") {
            let parameters = one["parameters"].as_array().unwrap();
            let (id, method) = (one["id"].as_str().unwrap(), one["method"].as_str().unwrap());
            let (path, server) = (one["path"].as_str().unwrap(), "http://127.0.0.1:1");
            if parameters.iter().all(|parameter| parameter["required"] == false) {
                let done = run(&["call", provider, id, "--dry-run", "--base-url", server]).ends(0);
                assert_eq!(done.out.lines().next(), Some(&*format!("{method} {server}{path}")));
                count += 1;
            }
        }
    }
    assert!(count > 30, "only {count} operations");
}

#[test]
fn what_cannot_be_built_is_explained() {
    let (_, done) = dry("kotani", "get_bulk_batch", &["--param", "batchId=.."]);
    let done = done.ends(3);
    assert!(done.err.contains("path parameter `batchId` holds a dot segment"), "{done:?}");
    assert_eq!(done.out, "");
}
