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
    let words =
        ["--set", "amount=1000.50", "--set", "customer_key=c", "--set", "reference_id=r", "--set", "wallet_id=123"];
    let (url, done) = dry("kotani", "create_mobile_money_deposit", &words);
    assert_eq!(
        done.ends(0).out,
        format!(
            "POST {url}/api/v3/deposit/mobile-money
content-type: application/json
accept: application/json
authorization: Bearer ***

{{\"amount\":1000.50,\"customer_key\":\"c\",\"reference_id\":\"r\",\"wallet_id\":\"123\"}}
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
    for provider in ["kasha", "kasisto", "kontist", "kotani", "vaultspay"] {
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

/// A call that moves money, at every provider: words, first line of the request, its credentials and its body.
#[test]
fn a_money_call_of_every_provider_shows_itself() {
    let vaultspay =
        r#"{"amount":2500,"description":"x","paymentContactId":"301","purpose":"RENT","senderAccountId":"701"}"#;
    let cases: &[(&[&str], &str, &[&str], &str)] = &[
        (
            &["kasha", "refund_by_reference", "--base-url", "https://kasha.example/v2", "--set", "merchantReference=r"],
            "POST https://kasha.example/v2/refund/by-reference",
            &["x-api-key: ***", "x-signature: ***"],
            r#"{"merchantReference":"r"}"#,
        ),
        (
            &["kasisto", "create_transfer", "--base-url", "https://bank.example/api", "--json", "-"],
            "POST https://bank.example/api/transfer",
            &["secret: ***", "token: ***"],
            r#"{"amount":25.50,"currency_code":"USD","dest_account_id":"b","source_account_id":"a","user_id":"u"}"#,
        ),
        (
            &["kontist", "create_transfer", "--param", "account_id=1001", "--json", "-"],
            "POST https://api.kontist.com/api/accounts/1001/transfer",
            &["authorization: Bearer ***"],
            r#"{"amount":1250,"iban":"***","recipient":"Kim"}"#,
        ),
        (
            &["kotani", "transfer_deposit_balance", "--json", "-"],
            "POST https://sandbox-api.kotanipay.com/api/v3/wallet/transfer/deposit-balance",
            &["authorization: Bearer ***"],
            r#"{"amount":1000.50,"walletId":"w"}"#,
        ),
        (
            &["vaultspay", "create_direct_transfer", "--json", "-"],
            "POST https://api.vaultspay.dev/tc/api/v1/direct-transfer",
            &["authorization: Bearer ***", "x-device-id: ***", "x-enable-encryption: false"],
            vaultspay,
        ),
    ];
    for (words, line, headers, body) in cases {
        let all = [&["call", words[0], words[1], "--dry-run"], &words[2..]].concat();
        let shown = run_with_input(&all, &body.replace("***", "DE79000000000000000002")).ends(0).out;
        let (head, shown_body) = shown.split_once("\n\n").unwrap();
        assert_eq!(head.lines().next(), Some(*line));
        assert!(headers.iter().all(|header| head.lines().any(|line| line == *header)), "{head}");
        assert_eq!(shown_body.trim_end(), *body);
    }
}

/// An RSA key of 2048 bits that nobody has the private half of.
const PUBLIC_KEY: &str = "\
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuUz9kjOk9EkWOTBlottAJiEuFGNmsnW94+EXmc1FT79d+gAExFUXKK/e\
    pLjgwjBsZJa6hTG0Hp/gcum7oZpjqNARXrk9D4MrsgkzLjcyWk49AdQQbgejJt9FER2JnBTD3HgYdinotkpr+2L6F02XpeNJOXH4\
    u574p236aXkXqTm+zfVK9Cz8Wtngj0ZeUpFiDBcRKpwNkbf5wb5Jh9wpyA4j3hOs2zSo+8LmEGnu6K8SvZv4VSSWwMugl4iB+ih1\
    oJfl2bAFUQkpFfIUXT+LXDNMPTB5I7Aw8RI+tnt8uAqwdjiZ36VJVltigF/tEuV8DMOwIF5B+8vB2k6zqXiHHQIDAQAB";

#[test]
fn a_request_that_travels_sealed_is_shown_before_that() {
    let words = ["call", "vaultspay", "get_account", "--dry-run", "--param", "id=701"];
    let done = finish(bursar(&words).env("BURSAR_VAULTSPAY_PUBLIC_KEY", "no key"));
    assert!(done.err.contains("kind     config") && !done.err.contains("no key"), "{done:?}");
    assert_eq!((done.code, &*done.out), (3, ""));
    let done = finish(bursar(&words).env("BURSAR_VAULTSPAY_PUBLIC_KEY", PUBLIC_KEY)).ends(0);
    assert_eq!(done.err, "note: the request is encrypted before it is sent, and shown here in plain text\n");
    assert!(done.out.starts_with("GET https://api.vaultspay.dev/be/api/v1/accounts/701\n"), "{}", done.out);
    assert!(!done.out.contains("x-enable-encryption"), "{}", done.out);
}

#[test]
fn production_is_not_called_in_clear_text() {
    let words = ["call", "vaultspay", "ping", "--dry-run", "--base-url", "https://rest.vaultspay.com"];
    let done = run(&words).ends(3);
    assert!(done.err.contains("production requires encrypted bodies"), "{done:?}");
}

/// Refused before it is sent, whether or not it is to be sent: every field is named, no value is.
#[test]
fn what_the_document_does_not_allow_is_named_by_field() {
    let server = Server::start(Reaction::HangUp);
    let long = format!("https://shop.example/{}", "SECRET".repeat(100));
    let body = serde_json::json!({
        "country": "BR", "currency": "BRL", "amount": 55.30, "language": "PT", "redirectUrl": long, "merchantReference": "",
        "customer": {"name": "A", "email": "alex@example.com", "phone": "+15550100", "ip": "192.0.2.10"},
    });
    let words = ["call", "kasha", "get_payment_options", "--base-url", &server.url, "--json", "-"];
    for more in [&[][..], &["--dry-run"]] {
        let mut command = bursar(&[&words[..], more].concat());
        let done = crate::support::feed(command.env("BURSAR_KASHA_API_KEY", "KEY-SECRET"), &body.to_string()).ends(2);
        let (first, rest) = done.err.split_once('\n').unwrap();
        assert!(first.starts_with("error: kasha get_payment_options: `merchantReference` is blank: "), "{first}");
        assert!(first.contains("`redirectUrl` has 621 characters, "), "{first}");
        assert_eq!(
            rest,
            "  kind     invalid
  outcome  not sent
  field    merchantReference
  field    redirectUrl
"
        );
        assert_eq!(done.out, "");
        assert!(!done.err.contains("SECRET"), "{done:?}");
    }
    assert_eq!(server.requests(), [""; 0]);
}

#[test]
fn what_cannot_be_built_is_explained() {
    let (_, done) = dry("kotani", "get_bulk_batch", &["--param", "batchId=.."]);
    let done = done.ends(2);
    assert!(done.err.contains("path parameter `batchId` contains a dot segment"), "{done:?}");
    assert_eq!(done.out, "");
}
