//! Listings, help and completions.

use serde_json::Value;

use crate::support::{bursar, finish, run};

fn json(words: &[&str]) -> Value {
    let done = run(words).ends(0);
    assert_eq!(done.err, "");
    serde_json::from_str(&done.out).expect("JSON")
}

#[test]
fn providers_come_with_their_variables() {
    let done = run(&["providers"]).ends(0);
    let lines: Vec<Vec<&str>> = done.out.lines().map(|line| line.split_whitespace().collect()).collect();
    let (kasha, kasisto, kontist, kotani, vaultspay) = {
        use {bursar_kasha as a, bursar_kasisto as b, bursar_kontist as c, bursar_kotani as d, bursar_vaultspay as e};
        (
            vec![a::env::URL, a::env::API_KEY, a::env::SIGNATURE_SECRET],
            vec![b::env::URL, b::env::SECRET, b::env::TOKEN],
            vec![c::env::URL, c::env::TOKEN, c::env::REFRESH_TOKEN, c::env::USERNAME, c::env::PASSWORD],
            vec![
                d::env::URL,
                d::env::API_KEY,
                d::env::ACCESS_TOKEN,
                d::env::REFRESH_TOKEN,
                d::env::SIGNING_SECRET,
                d::env::SETTLEMENT_SIGNATURE,
            ],
            vec![e::env::URL, e::env::CLIENT_ID, e::env::CLIENT_SECRET, e::env::DEVICE_ID, e::env::PUBLIC_KEY],
        )
    };
    let expected = [
        ("kasha", "12", kasha),
        ("kasisto", "18", kasisto),
        ("kontist", "39", kontist),
        ("kotani", "99", kotani),
        ("vaultspay", "53", vaultspay),
    ];
    assert_eq!(lines.len(), expected.len());
    for (line, (name, count, variables)) in lines.iter().zip(&expected) {
        assert_eq!((line[0], line[1], line[2]), (*name, *count, "operations"));
        assert_eq!(line[3..], variables[..]);
    }
    let listed = json(&["providers", "--json"]);
    let counts: Vec<(&str, u64)> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), one["operations"].as_u64().unwrap()))
        .collect();
    assert_eq!(counts, [("kasha", 12), ("kasisto", 18), ("kontist", 39), ("kotani", 99), ("vaultspay", 53)]);
    assert_eq!(listed[4]["public_key_variable"], "BURSAR_VAULTSPAY_PUBLIC_KEY");
}

#[test]
fn operations_come_with_what_they_are() {
    let done = run(&["operations", "kasisto"]).ends(0);
    let lines: Vec<Vec<&str>> = done.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines.len(), 18);
    assert_eq!(lines[7], ["create_transfer", "POST", "/transfer", "money", "secret+token", "Transfers"]);
    assert_eq!(lines[17].last(), Some(&"(inferred)"));

    let listed = json(&["operations", "kotani", "--json"]);
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 99);
    let batches = listed.iter().find(|one| one["id"] == "list_bulk_batches").unwrap();
    assert_eq!(batches["method"], "GET");
    assert_eq!(batches["effect"], "read");
    assert_eq!(batches["inferred"], false);
    assert_eq!(batches["auth"], serde_json::json!([["api_key"], ["access_token"]]));
    let limit = serde_json::json!({"name": "limit", "in": "query", "required": false});
    assert!(batches["parameters"].as_array().unwrap().contains(&limit), "{batches}");
    let inferred = listed.iter().filter(|one| one["inferred"] == true).count();
    let shown = run(&["operations", "kotani"]).ends(0).out.lines().filter(|line| line.contains("inferred)")).count();
    assert_eq!(inferred, shown);
}

#[test]
fn an_operation_shows_what_each_status_value_says() {
    let shown = run(&["operations", "kasisto", "create_transfer"]).ends(0).out;
    let lines: Vec<Vec<&str>> = shown.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0][..3], ["create_transfer", "POST", "/transfer"]);
    assert_eq!(lines[1], ["status", "/status"]);
    assert_eq!(lines[2], ["done", "processed"]);
    assert!(lines.iter().any(|line| line[0] == "failed"), "{shown}");
    let listed = json(&["operations", "kasisto", "create_transfer", "--json"]);
    assert_eq!(
        (&listed[0]["states"][0]["status"], &listed[0]["states"][0]["done"][0]),
        (&"/status".into(), &"processed".into())
    );
    run(&["operations", "kasisto", "create_trasnfer"]).ends(2);
    assert_eq!(run(&["operations", "kasisto", "list_accounts"]).ends(0).out.lines().count(), 1);
}

#[test]
fn help_and_readme_show_the_same_exit_codes() {
    let help = run(&["--help"]).ends(0).out;
    let (_, table) = help.split_once("Exit codes:\n").unwrap();
    let readme = include_str!("../../README.md");
    assert_eq!(table.trim_end().lines().count(), 11);
    for line in table.trim_end().lines() {
        assert!(readme.contains(line), "{line}");
    }
    assert!(run(&["call", "--help"]).ends(0).out.contains(table.trim_end()));
}

#[test]
fn completions_know_the_subcommands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell]).ends(0).out;
        for word in ["operations", "dry-run", "sandbox"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    run(&["completions", "cobol"]).ends(2);
}

#[test]
fn nothing_is_coloured() {
    for words in [&["operations", "kotani"][..], &["operations", "nobody"], &["--help"]] {
        let done = finish(bursar(words).env("NO_COLOR", "1"));
        assert!(!done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'), "{words:?}");
    }
}

#[test]
fn unknown_names_exit_with_2_and_suggestions() {
    let cases: &[(&[&str], &str)] = &[
        (
            &["operations", "krasisto"],
            "error: provider `krasisto` not found (did you mean `kasisto`?): the providers are kasha, kasisto, kontist, kotani, vaultspay\n",
        ),
        (
            &["call", "kotani", "vrify_human"],
            "error: operation `vrify_human` of kotani not found (did you mean `verify_human`?): `bursar operations kotani` lists all\n",
        ),
        (
            &["check", "kotani", "vrify_human", "request", "x.json"],
            "error: operation `vrify_human` of kotani not found (did you mean `verify_human`?): `bursar operations kotani` lists all\n",
        ),
        (
            &["call", "kotani", "list_bulk_batches", "--param", "pge=1"],
            "error: parameter `pge` of list_bulk_batches not found (did you mean `page`?): its parameters are currency, limit, page, status\n",
        ),
        (
            &["call", "kotani", "get_bulk_batch", "--dry-run"],
            "error: the path parameter `batchId` is missing: set --param batchId=VALUE\n",
        ),
        (
            &["call", "kotani", "get_bulk_batch", "--param", "batchId"],
            "error: --param expects path=value, or path:=json for JSON\n",
        ),
        (
            &["call", "kotani", "get_bulk_batch", "--param", "batchId=1", "--set", "a=1"],
            "error: get_bulk_batch has no body: remove --json and --set\n",
        ),
        (
            &["call", "kotani", "list_bulk_batches", "--dry-run", "--param", "page=SECRET"],
            "error: list_bulk_batches: argument `page` does not have the documented type\n",
        ),
        (
            &["call", "kotani", "create_mobile_money_deposit", "--dry-run"],
            "error: create_mobile_money_deposit: argument `body` is missing\n",
        ),
        (
            &[
                "call",
                "kotani",
                "create_mobile_money_deposit",
                "--dry-run",
                "--set",
                "amount=SECRET",
                "--set",
                "reference_id=r",
            ],
            "error: create_mobile_money_deposit: `amount` does not have the documented type; `customer_key` is missing; `wallet_id` is missing\n",
        ),
        (&["check", "kotani", "list_banks", "request", "x.json"], "error: list_banks has no JSON request body\n"),
        (
            &["call", "kotani", "send_magic_link", "--json", "/nowhere/x.json"],
            "error: cannot read /nowhere/x.json: No such file or directory (os error 2)\n",
        ),
    ];
    for (words, message) in cases {
        let done = run(words).ends(2);
        assert_eq!((done.err.as_str(), done.out.as_str()), (*message, ""));
    }
    for words in [
        &["call", "kotani"][..],
        &["frobnicate"],
        &["sandbox", "--port", "70000"],
        &["check", "kotani", "x", "sideways", "f"],
    ] {
        run(words).ends(2);
    }
}
