//! What the command says of a request body before it sends it: every fault by name, and the reference that it fills in.

use crate::support::{Folder, bursar, finish, run, run_with_input};

const DEPOSIT: [&str; 4] = ["call", "kotani", "create_mobile_money_deposit", "--dry-run"];

#[test]
fn a_member_that_the_operation_does_not_have_is_refused_with_the_nearest_name() {
    let sound =
        ["--set", "amount=10.50", "--set", "customer_key=c", "--set", "wallet_id=w", "--set", "reference_id=r-1"];
    let words = [&DEPOSIT[..], &sound, &["--set", "callbackUrl=https://shop.example/back"]].concat();
    let done = run(&words).ends(2);
    assert_eq!(
        done.err,
        "error: create_mobile_money_deposit: `callbackUrl` is unknown (did you mean `callback_url`?)\n"
    );
    assert_eq!(done.out, "");
    let words = [&DEPOSIT[..], &sound, &["--set", "wholly_other=1", "--drop-unknown"]].concat();
    let shown = run(&words).ends(0).out;
    assert!(shown.contains("\"amount\":10.50") && !shown.contains("wholly_other"), "{shown}");
    let body = r#"{"amount":1,"customer_key":"c","wallet_id":"w","refrence_id":"r"}"#;
    let done = run_with_input(&[&DEPOSIT[..], &["--json", "-"]].concat(), body).ends(2);
    assert!(done.err.contains("`refrence_id` is unknown (did you mean `reference_id`?)"), "{}", done.err);
}

#[test]
fn all_faults_of_a_body_are_named_at_once_and_no_value_is() {
    let body = r#"{"amount":"SECRET","callbackUrl":"SECRET","customer_key":{"SECRET":1}}"#;
    let done = run_with_input(&[&DEPOSIT[..], &["--json", "-"]].concat(), body).ends(2);
    let line = done.err.lines().last().unwrap_or_default();
    for fault in [
        "`amount` does not have the documented type",
        "`customer_key` does not have the documented type",
        "`callbackUrl` is unknown (did you mean `callback_url`?)",
    ] {
        assert!(line.contains(fault), "{fault}: {line}");
    }
    assert!(!done.err.contains("SECRET"), "{}", done.err);
}

#[test]
fn a_missing_reference_is_filled_and_printed() {
    let words = [&DEPOSIT[..], &["--set", "amount=10.50", "--set", "customer_key=c", "--set", "wallet_id=w"]].concat();
    let done = run(&words).ends(0);
    let filled = done.err.strip_prefix("note: reference_id is ").and_then(|rest| rest.split(':').next());
    let filled = filled.unwrap_or_else(|| panic!("{}", done.err)).to_owned();
    assert_eq!(filled.len(), 36, "{filled}");
    assert!(done.out.contains(&format!("\"reference_id\":\"{filled}\"")), "{}", done.out);
    let done = run(&[&words[..], &["--set", "reference_id=mine"]].concat()).ends(0);
    assert_eq!(done.err, "");
    assert!(done.out.contains("\"reference_id\":\"mine\""), "{}", done.out);
}

#[test]
fn a_file_is_read_whatever_its_byte_order_mark() {
    let folder = Folder::new();
    let text = r#"{"amount":10.50,"customer_key":"c","wallet_id":"w","reference_id":"r"}"#;
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("marked.json", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("wide.json", [b"\xff\xfe", &wide[..]].concat()),
        ("wide_without_a_mark.json", wide.clone()),
    ] {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
        let words = [&DEPOSIT[..], &["--json", name]].concat();
        let done = finish(bursar(&words).current_dir(folder.path())).ends(0);
        assert!(done.out.contains("\"amount\":10.50"), "{name}: {}", done.out);
    }
}
