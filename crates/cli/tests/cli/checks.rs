//! `bursar check`: every verdict, on both sides.

use serde_json::{Value, json};

use crate::support::{Done, Folder, bursar, finish, run_with_input};

/// Checks files of these names and contents, in their folder.
fn check(words: &[&str], files: &[(&str, &str)]) -> Done {
    let folder = Folder::new();
    let mut all = vec!["check"];
    all.extend(words);
    for (name, text) in files {
        folder.file(name, text);
        all.push(name);
    }
    let done = finish(bursar(&all).current_dir(folder.path()));
    assert!(!format!("{done:?}").contains("SECRET"), "{done:?}");
    done
}

/// Name and content of a payload.
type Payload = (&'static str, &'static str);

const STATUS: &[&str] = &["kotani", "get_deposit_status", "response"];
const OK: Payload = ("ok.json", r#"{"success":true,"message":"m","data":{"reference_id":"r","amount":10.50}}"#);
const DRIFT: Payload = (
    "drift.json",
    r#"{"success":true,"data":{"reference_id":"r","amount":"10.50","status":"SECRET-NEW","new":{"a":"SECRET"}}}"#,
);
const LOSSY: Payload = ("lossy.json", r#"{"data":{"reference_id":"r","amount":{"SECRET":1},"new":1}}"#);
const FAILS: Payload = ("fails.json", r#""SECRET""#);

#[test]
fn every_verdict_is_reached_and_the_worst_one_wins() {
    let cases: [(&[Payload], i32, &str); 5] = [
        (&[OK], 0, "ok     ok.json\n"),
        (
            &[DRIFT],
            0,
            "drift  drift.json
       /data/status  undocumented
       /data/new  undocumented
       /data/amount  of another type than documented, but decoded
",
        ),
        (
            &[LOSSY],
            1,
            "lossy  lossy.json
       /data/new  undocumented
       /data/amount  did not survive
",
        ),
        (&[FAILS], 1, "fails  fails.json\n       the answer has neither the documented payload nor a failure status\n"),
        (&[OK, OK], 0, "ok     ok.json\nok     ok.json\n"),
    ];
    for (files, code, text) in cases {
        let done = check(STATUS, files).ends(code);
        assert_eq!((done.out.as_str(), done.err.as_str()), (text, ""));
    }
    for (files, code) in [([OK, DRIFT], 0), ([OK, LOSSY], 1), ([FAILS, OK], 1)] {
        check(STATUS, &files).ends(code);
    }
}

#[test]
fn verdicts_are_json_on_demand() {
    let done = check(&[STATUS, &["--json"]].concat(), &[OK, DRIFT, LOSSY, FAILS]).ends(1);
    let found: Value = serde_json::from_str(&done.out).unwrap();
    let fault = "the answer has neither the documented payload nor a failure status";
    let expected = json!([
        {"file": "ok.json", "verdict": "ok", "unknown": [], "coerced": [], "lossy": [], "fault": null},
        {"file": "drift.json", "verdict": "drift", "unknown": ["/data/status", "/data/new"], "coerced": ["/data/amount"],
            "lossy": [], "fault": null},
        {"file": "lossy.json", "verdict": "lossy", "unknown": ["/data/new"], "coerced": [], "lossy": ["/data/amount"],
            "fault": null},
        {"file": "fails.json", "verdict": "fails", "unknown": [], "coerced": [], "lossy": [], "fault": fault},
    ]);
    assert_eq!(found, expected);
}

#[test]
fn answers_without_their_envelope_are_read() {
    let bare = ("bare.json", r#"{"reference_id":"r","new":1}"#);
    let done = check(STATUS, &[bare]).ends(0);
    assert_eq!(done.out, "drift  bare.json\n       /new  undocumented\n");
}

#[test]
fn errors_are_read_by_their_status() {
    let error = ("e.json", r#"{"success":false,"message":"No","new":1}"#);
    let done = check(&[STATUS, &["--status", "404"]].concat(), &[error, ("empty.json", "")]).ends(0);
    assert_eq!(done.out, "drift  e.json\n       /new  undocumented\nok     empty.json\n");
    let done = check(&[STATUS, &["--status", "418"]].concat(), &[error]).ends(1);
    assert!(done.out.starts_with("lossy  e.json\n       status 418  undocumented\n"), "{}", done.out);
    check(&[STATUS, &["--status", "99"]].concat(), &[error]).ends(2);
}

#[test]
fn a_success_that_says_it_failed_is_an_error() {
    let failed = ("failed.json", r#"{"success":false,"message":"No","data":{}}"#);
    let done = check(&[STATUS, &["--json"]].concat(), &[failed]).ends(0);
    let found: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((&found[0]["error"], &found[0]["verdict"]), (&json!("Failed"), &json!("ok")), "{found}");
}

#[test]
fn a_misspelt_member_has_one_verdict() {
    let misspelt =
        ("it.json", r#"{"success":true,"data":{"Reference_Id":"r","AMOUNT":"10.50","amount ":{"SECRET":1}}}"#);
    let done = check(&[STATUS, &["--json"]].concat(), &[misspelt]);
    let found: Value = serde_json::from_str(&done.out).unwrap();
    let lists = ["unknown", "coerced", "lossy"].map(|list| found[0][list].as_array().cloned().unwrap_or_default());
    let all: Vec<&Value> = lists.iter().flatten().collect();
    let distinct: std::collections::HashSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(all.len(), distinct.len(), "{found}");
}

/// Hours of cash machines come in words or by day, numbers of cheques as a number or as text; `"24 hours"` once was lost.
#[test]
fn does_either_form_of_kasistos_hours_and_check_numbers_survive() {
    let hours =
        [("words.json", r#"[{"atm_hours":"24 hours"}]"#), ("days.json", r#"[{"atm_hours":[{"day":"monday"}]}]"#)];
    let done = check(&["kasisto", "list_bank_locations", "response"], &hours).ends(0);
    assert_eq!(done.out, "ok     words.json\nok     days.json\n");
    let cheques = [
        ("number.json", r#"[{"transaction_id":"t","check_number":101}]"#),
        ("text.json", r#"[{"transaction_id":"t","check_number":"0101"}]"#),
    ];
    let done = check(&["kasisto", "list_transactions", "response"], &cheques).ends(0);
    assert_eq!(done.out, "ok     number.json\nok     text.json\n");
}

#[test]
fn is_a_capture_read_in_whatever_bytes_it_was_kept() {
    let folder = Folder::new();
    let text = r#"{"success":true,"data":{"reference_id":"Jürgen","amount":10.50}}"#;
    let wide = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(bytes).collect() };
    for bytes in [
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        [b"\xff\xfe", &wide(u16::to_le_bytes)[..]].concat(),
        [b"\xfe\xff", &wide(u16::to_be_bytes)[..]].concat(),
        wide(u16::to_le_bytes),
    ] {
        std::fs::write(folder.path().join("it.json"), bytes).expect("a file");
        let done = finish(bursar(&[&["check"], STATUS, &["it.json"]].concat()).current_dir(folder.path())).ends(0);
        assert_eq!(done.out, "ok     it.json\n");
    }
    // In which character set the provider sent it, the file does not say.
    std::fs::write(folder.path().join("it.json"), b"{\"data\":{\"reference_id\":\"J\xfcrgen\"}}").expect("a file");
    let done = finish(bursar(&[&["check"], STATUS, &["it.json"]].concat()).current_dir(folder.path())).ends(2);
    assert_eq!(done.err, "error: it.json: not JSON at line 1, column 27\n");
}

#[cfg(unix)]
#[test]
fn does_no_name_of_a_file_reach_the_terminal_as_a_command() {
    let done = check(STATUS, &[("a\u{1b}[31m\n.json", OK.1)]).ends(0);
    assert_eq!(done.out, "ok     a\\u{1b}[31m\\n.json\n");
}

#[cfg(target_os = "linux")]
#[test]
fn is_a_file_without_an_end_left_at_a_limit() {
    let done = finish(&mut bursar(&[&["check"], STATUS, &["/dev/zero"]].concat())).ends(2);
    assert_eq!(done.err, "error: cannot read /dev/zero: it is longer than 64 MiB\n");
}

#[test]
fn requests_are_strict() {
    let deposit = ["kotani", "createMobileMoneyDeposit", "request"];
    let files = [
        ("ok.json", r#"{"amount":5.10,"customer_key":"a","wallet_id":"w"}"#),
        ("drift.json", r#"{"amount":"5.10","customer_key":"a","wallet_id":"w","more":1}"#),
        ("fails.json", r#"{"amount":"SECRET","customer_key":1}"#),
    ];
    let done = check(&deposit, &files).ends(1);
    assert_eq!(
        done.out,
        "ok     ok.json
drift  drift.json
       /more  undocumented
       /amount  of another type than documented, but decoded
fails  fails.json
       the request does not have the documented type at `amount` (line 1, column 18)
"
    );
}

#[test]
fn an_invalid_file_exits_with_2_and_the_rest_is_checked() {
    let done = check(STATUS, &[("broken.json", "{\n \"a\": SECRET"), OK]).ends(2);
    assert_eq!(done.err, "error: broken.json: not JSON at line 2, column 7\n");
    assert_eq!(done.out, "ok     ok.json\n");
    let done = check(&[STATUS, &["missing.json"]].concat(), &[OK]).ends(2);
    assert_eq!(done.err, "error: cannot read missing.json: No such file or directory (os error 2)\n");
    let deep = "[".repeat(200_000) + &"]".repeat(200_000);
    let done = check(STATUS, &[("deep.json", &deep)]).ends(2);
    assert!(done.err.starts_with("error: deep.json: nested too deeply"), "{done:?}");
}

#[test]
fn stdin_is_a_file_too() {
    let done = run_with_input(&[&["check"], STATUS, &["-"]].concat(), OK.1).ends(0);
    assert_eq!(done.out, "ok     stdin\n");
}

/// Captured payloads of every provider: operation and side, payload, exit code and verdict.
#[test]
fn payloads_of_every_provider_are_checked() {
    let sample = |path: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/samples/");
        std::fs::read_to_string(format!("{folder}{path}")).expect("a sample")
    };
    let cases = [
        ("kasha create_direct_payment request", sample("kasha/createDirectPayment__request__1.json"), 0, "ok"),
        ("kasha create_direct_payment response", r#"{"resultType":{"SECRET":1}}"#.to_owned(), 1, "fails"),
        ("kasisto list_accounts response", sample("kasisto/accounts__response-200__1.json"), 0, "drift"),
        ("kasisto create_transfer request", r#"{"amount":[]}"#.to_owned(), 1, "fails"),
        ("kontist list_accounts response", r#"[{"id":1,"iban":"SECRET","balance":1250}]"#.to_owned(), 0, "ok"),
        ("kontist list_transactions response", r#"{"results":[{"id":1,"new":"SECRET"}]}"#.to_owned(), 0, "drift"),
        (
            "kontist create_transfer request",
            r#"{"recipient":"Kim","iban":"SECRET","amount":12.5}"#.to_owned(),
            1,
            "fails",
        ),
        ("kotani get_deposit_status response", OK.1.to_owned(), 0, "ok"),
        ("vaultspay create_account response", sample("vaultspay/accounts-create.response.200.json"), 0, "ok"),
        ("vaultspay get_account response", r#"{"data":{"id":701,"balance":"SECRET"}}"#.to_owned(), 1, "lossy"),
    ];
    for (words, payload, code, verdict) in cases {
        let words: Vec<&str> = words.split(' ').collect();
        let done = check(&words, &[("it.json", &payload)]).ends(code);
        assert_eq!(done.out.split_whitespace().next(), Some(verdict), "{words:?}: {}", done.out);
    }
}
