//! `bursar call`: answers, errors, exit codes, masks.

use crate::support::{Done, Folder, Reaction, Server, bursar, finish, run, run_with_input};

const KEY: &str = "key-from-the-environment";

/// A call of Kotani at a server, with a key in the environment.
fn at(server: &Server, operation: &str, words: &[&str]) -> Done {
    let mut all = vec!["call", "kotani", operation, "--base-url", &server.url];
    all.extend(words);
    finish(bursar(&all).env("BURSAR_KOTANI_API_KEY", KEY))
}

const DEPOSIT: &str = r#"{"customer_key":"c","wallet_id":"w","amount":1}"#;

#[test]
fn an_answer_is_json_on_stdout_with_sensitive_fields_masked() {
    let words = ["call", "kasisto", "accounts", "--sandbox", "--set", "user_id=user-1"];
    let done = run(&words).ends(0);
    assert!(done.out.starts_with("[\n  {\n    \"account_id\": \"acc-checking\",\n"), "{}", done.out);
    assert!(done.out.contains("\n    \"account_number\": \"***\",\n"));
    // Digits as the bank wrote them.
    assert!(done.out.contains("\n    \"available_balance\": 1200.50,\n"));
    assert_eq!(done.err, "");
    let revealed = run(&[&words[..], &["--reveal"]].concat()).ends(0).out;
    assert!(!revealed.contains("\"***\"") && revealed.contains("\"account_number\": \""));
}

#[test]
fn masks_hold_in_the_envelope_and_without_it() {
    let wrapped = r#"{"success":true,"data":{"id":"i","customer_key":"c","phone_number":"+254700000001"}}"#;
    for body in [wrapped, r#"{"id":"i","customer_key":"c","phone_number":"+254700000001"}"#] {
        let server = Server::start(Reaction::Answer(200, body));
        let done = at(&server, "get_customer", &["--param", "customer_key=c"]).ends(0);
        assert!(done.out.contains("\"phone_number\": \"***\"") && !done.out.contains("+254700000001"), "{}", done.out);
        let done = at(&server, "get_customer", &["--param", "customer_key=c", "--reveal"]).ends(0);
        assert!(done.out.contains("\"phone_number\": \"+254700000001\""), "{}", done.out);
    }
}

#[test]
fn the_request_is_the_documented_one() {
    let server = Server::start(Reaction::Answer(200, r#"{"success":true,"data":{"reference_id":"r","new":1}}"#));
    let folder = Folder::new();
    let file = folder.file("deposit.json", DEPOSIT);
    let set = "amount=12345678901234567.10";
    let done = at(
        &server,
        "createMobileMoneyDeposit",
        &["--json", file.to_str().unwrap(), "--set", set, "--set", "reference_id=r"],
    )
    .ends(6);
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /api/v3/deposit/mobile-money HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("\r\nauthorization: Bearer {KEY}\r\n")), "{head}");
    assert_eq!(body, r#"{"amount":12345678901234567.10,"customer_key":"c","reference_id":"r","wallet_id":"w"}"#);
    assert_eq!(
        done.err,
        "note: 200, accepted, not settled yet: look it up again later, do not send it again\nnote: undocumented: /data/new\n"
    );
    assert!(!format!("{done:?}").contains(KEY));
}

#[test]
fn a_body_comes_from_stdin_too() {
    let server = Server::start(Reaction::Answer(200, r#"{"success":true,"data":{"status":"PENDING"}}"#));
    let address = ["--base-url", &server.url, "--json", "-"];
    run_with_input(&[&["call", "kotani", "create_mobile_money_deposit"][..], &address].concat(), DEPOSIT).ends(3);
    let words = [&["call", "kotani", "send_magic_link"][..], &address].concat();
    run_with_input(&words, r#"{"email":"alex@example.com"}"#).ends(0);
    assert!(server.requests()[0].ends_with("\r\n\r\n{\"email\":\"alex@example.com\"}"), "{:?}", server.requests());
}

#[test]
fn parameters_take_the_type_of_their_place() {
    let server = Server::start(Reaction::Answer(200, r#"{"success":true,"data":{"data":[]}}"#));
    let words = ["--param", "limit=2", "--param", "currency=123", "--param", "page:=3"];
    at(&server, "list_bulk_batches", &words).ends(0);
    let line = "GET /api/v3/dashboard/bulk-payments/api/batches?page=3&limit=2&currency=123 HTTP/1.1\r\n";
    assert!(server.requests()[0].starts_with(line), "{:?}", server.requests());
}

#[test]
fn exit_codes_tell_what_happened() {
    let deposit = ["--set", "customer_key=c", "--set", "wallet_id=w", "--set", "amount=1"];
    let cases = [
        (Reaction::Answer(200, r#"{"success":true,"data":{"status":"PENDING"}}"#), 6, "accepted, not settled yet"),
        (
            Reaction::Answer(400, r#"{"success":false,"message":"No"}"#),
            1,
            "  outcome  refused: the call had no effect\n",
        ),
        (
            Reaction::Answer(500, "{}"),
            4,
            "  outcome  unknown: the call may have taken effect, look it up before repeating it\n",
        ),
        (Reaction::HangUp, 4, "  outcome  unknown: the call may have taken effect, look it up before repeating it\n"),
    ];
    for (reaction, code, words) in cases {
        let server = Server::start(reaction);
        let done = at(&server, "create_mobile_money_deposit", &deposit).ends(code);
        assert!(done.err.contains(words), "{done:?}");
        // The reference is filled in, so that every attempt is the same deposit.
        let requests = server.requests();
        let body = |request: &String| request.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        assert!(body(&requests[0]).is_some_and(|body| body.contains("\"reference_id\":\"")), "{requests:?}");
        assert!(requests.iter().all(|request| body(request) == body(&requests[0])), "{requests:?}");
    }
    for (body, code, note) in [
        (
            r#"{"success":true,"data":{"status":"completed","totalPayments":2,"successfulPayments":2,"failedPayments":0,"pendingPayments":0}}"#,
            0,
            "note: 200, done\n  entries  2 in all, 2 done, 0 failed, 0 pending\n",
        ),
        (
            r#"{"success":true,"data":{"status":"failed","totalPayments":2,"successfulPayments":0,"failedPayments":2,"pendingPayments":0}}"#,
            1,
            "note: 200, failed, nothing moved: the same money may be sent again, with a new reference\n  entries  2 in all, 0 done, 2 failed, 0 pending\n",
        ),
    ] {
        let server = Server::start(Reaction::Answer(200, body));
        let done = at(&server, "process_bulk_batch", &["--param", "batchId=b"]).ends(code);
        assert_eq!(done.err, note);
    }
    let mut nobody = Server::start(Reaction::HangUp);
    nobody.url = "http://127.0.0.1:1".to_owned();
    let done = at(&nobody, "create_mobile_money_deposit", &deposit).ends(3);
    assert!(done.err.contains("  kind     connect\n  outcome  not sent\n"), "{done:?}");
}

#[test]
fn an_error_is_explained_with_the_providers_answer_masked() {
    let words = ["--sandbox", "--set", "username=user-1", "--set", "password=SECRET"];
    let done = run(&[&["call", "kasisto", "create_token"][..], &words].concat()).ends(1);
    assert_eq!(
        done.err,
        "error: kasisto create_token: 401, the credentials were not accepted: check the credentials or log in again (attempt 1)
  kind     unauthenticated
  outcome  refused: the call had no effect
  message  The secret, token or credentials are not valid
  answer   AuthenticationFailed {\"code\":\"AUTHENTICATION_FAILED\",\"message\":\"The secret, token or credentials are not valid\"}
"
    );
    let transfer = [
        "user_id=user-1",
        "source_account_id=acc-checking",
        "dest_account_id=acc-savings",
        "amount=600.50",
        "currency_code=USD",
    ];
    let words = transfer.iter().flat_map(|word| ["--set", *word]).collect::<Vec<_>>();
    let done = run(&[&["call", "kasisto", "create_transfer", "--sandbox"][..], &words].concat()).ends(1);
    assert!(done.err.contains("  kind     otp_required\n") && done.err.contains("\"otp_details\":\"***\""), "{done:?}");
}

#[test]
fn a_missing_credential_is_named_and_nothing_is_sent() {
    let server = Server::start(Reaction::HangUp);
    let done = run(&["call", "kotani", "list_banks", "--base-url", &server.url]).ends(3);
    assert_eq!(done.err, "error: kotani list_banks: credentials are missing: set BURSAR_KOTANI_API_KEY\n");
    let done = run(&["call", "kasisto", "list_offers", "--base-url", &server.url]).ends(3);
    let named = "set BURSAR_KASISTO_SECRET and BURSAR_KASISTO_TOKEN\n";
    assert!(done.err.ends_with(named), "{done:?}");
    let done = run(&["call", "kasisto", "list_offers"]).ends(3);
    assert_eq!(done.err, "error: kasisto: the base URL is missing: set BURSAR_KASISTO_URL or --base-url\n");
    let mut command = bursar(&["call", "kotani", "list_banks", "--base-url", &server.url]);
    let done = finish(command.env("BURSAR_KOTANI_API_KEY", "SECRET\n")).ends(3);
    assert!(
        done.err.contains("`BURSAR_KOTANI_API_KEY` contains a line break") && !done.err.contains("SECRET"),
        "{done:?}"
    );
    assert_eq!(server.requests(), [""; 0]);
}

#[test]
fn credentials_never_go_to_a_plain_address_elsewhere() {
    let mut command = bursar(&["call", "kotani", "list_banks", "--base-url", "http://kotani.example"]);
    let done = finish(command.env("BURSAR_KOTANI_API_KEY", KEY)).ends(3);
    assert!(done.err.contains("kind     config") && !done.err.contains(KEY), "{done:?}");
}

#[test]
fn the_sandbox_knows_which_fakes_it_has() {
    run(&["call", "kotani", "list_banks", "--sandbox"]).ends(0);
    run(&["call", "kotani", "list_banks", "--sandbox", "--base-url", "http://127.0.0.1:1"]).ends(2);
}

/// Operation and its parameter, the answer's payload, exit code, and what stands on stderr.
type State = ((&'static str, &'static str), &'static str, i32, &'static [&'static str]);

#[test]
fn an_exit_code_and_words_for_each_state_of_the_money() {
    const RAMP: (&str, &str) = ("get_onramp_status", "referenceId=r");
    const OFF: (&str, &str) = ("get_offramp_status", "referenceId=r");
    const DEPOSIT: (&str, &str) = ("get_deposit_status", "reference_id=r");
    const BATCH: (&str, &str) = ("get_bulk_batch", "batchId=b");
    #[rustfmt::skip]
    let cases: &[State] = &[
        (RAMP, r#"{"depositStatus":"SUCCESSFUL","onchainStatus":"SUCCESSFUL"}"#, 0, &["note: 200, done\n"]),
        (RAMP, r#"{"onchainStatus":"FAILED","depositStatus":"SUCCESSFUL"}"#, 7,
            &["note: 200, moved in part: ", "do not send it again\n", "  leg      collection: SUCCESSFUL (done)\n", "  leg      delivery: FAILED (failed)\n"]),
        (RAMP, r#"{"depositStatus":"DECLINED","onchainStatus":"PENDING"}"#, 1, &["note: 200, failed, nothing moved: "]),
        (RAMP, r#"{"depositStatus":"EXPIRED","onchainStatus":"CANCELLED"}"#, 9, &["note: 200, expired or cancelled, may still be corrected"]),
        (RAMP, r#"{"depositStatus":"SUCCESSFUL","onchainStatus":"4111111111111111"}"#, 6, &["  leg      delivery: an undocumented value\n"]),
        (RAMP, r#"{"onchainStatus":"FAILED"}"#, 6, &["  leg      collection: not in the answer\n"]),
        (OFF, r#"{"status":"FAILED","onchainStatus":"SUCCESSFUL"}"#, 6, &["look it up again later"]),
        (OFF, r#"{"status":"REFUNDED","onchainStatus":"SUCCESSFUL"}"#, 8, &["note: 200, the money moved and came back: "]),
        (OFF, r#"{"status":"REFUND_FAILED","onchainStatus":"SUCCESSFUL"}"#, 7, &["note: 200, moved in part: "]),
        (DEPOSIT, r#"{"status":"CANCELLED"}"#, 9, &["look it up again later"]),
        (DEPOSIT, r#"{"status":"REVERSED"}"#, 8, &["came back"]),
        (DEPOSIT, r#"{"status":"FAILED"}"#, 1, &["may be sent again"]),
        (BATCH, r#"{"status":"failed","totalPayments":3,"successfulPayments":2,"failedPayments":1,"pendingPayments":0}"#, 7,
            &["moved in part", "  entries  3 in all, 2 done, 1 failed, 0 pending\n"]),
        (BATCH, r#"{"status":"completed_with_errors","totalPayments":3,"successfulPayments":2,"failedPayments":1,"pendingPayments":0}"#, 7, &["moved in part"]),
        (BATCH, r#"{"status":"cancelled","totalPayments":3,"successfulPayments":0,"failedPayments":3,"pendingPayments":0}"#, 1, &["nothing moved"]),
    ];
    for ((operation, parameter), data, code, words) in cases {
        let body = format!(r#"{{"success":true,"message":"Found","data":{data}}}"#);
        let server = Server::start(Reaction::Answer(200, body.leak()));
        let done = at(&server, operation, &["--param", parameter]).ends(*code);
        for word in *words {
            assert!(done.err.contains(word), "{operation} {data}: {}", done.err);
        }
        assert!(!done.err.contains("4111"), "{}", done.err);
    }
}

#[test]
fn a_read_that_is_refused_is_no_declined_payment() {
    let server = Server::start(Reaction::Answer(200, r#"{"success":false,"message":"No rates"}"#));
    let done = at(&server, "list_rates", &[]).ends(1);
    assert!(done.err.contains("  kind     refused\n") && !done.err.contains("pay"), "{}", done.err);
}
