//! Without sockets: what a connection would have done is told.

use bursar_sandbox::fault::HEADER;
use bursar_sandbox::{Exchange, Fault, Sandbox, Times};
use serde_json::json;

use super::*;

/// An exchange in a word.
fn word(exchange: &Exchange) -> String {
    match exchange {
        Exchange::Answered(answer) => answer.status().as_u16().to_string(),
        Exchange::Truncated(answer, bytes) => {
            format!("{} of {} bytes", bytes, answer.headers()["content-length"].to_str().unwrap())
        }
        Exchange::Slow(_, after) => format!("after {after:?}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn every_fault_has_its_effect_and_its_ending() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let Exchange::Answered(whole) = transfer(&sandbox, None) else { panic!("no answer") };
    assert_eq!((whole.status().as_u16(), moved(&sandbox)), (200, 1));
    let length = whole.body().len();
    let expected = |fault| match fault {
        Fault::ConnectionRefused => "Refused".to_owned(),
        Fault::ResetBeforeSend => "ResetUnread".to_owned(),
        Fault::ResetAfterSend => "Reset".to_owned(),
        Fault::DropAfterAccept => "Dropped".to_owned(),
        Fault::ErrorBeforeEffect | Fault::ErrorAfterEffect => "500".to_owned(),
        Fault::Unavailable => "503".to_owned(),
        Fault::TooManyRequests => "429".to_owned(),
        Fault::TimeoutBeforeEffect | Fault::TimeoutAfterEffect => "Silent".to_owned(),
        Fault::TruncatedBody => format!("{} of {length} bytes", length / 2),
        Fault::SlowBody => "after 600s".to_owned(),
        _ => "200".to_owned(),
    };
    assert_eq!(Fault::ALL.len(), 19);
    let all = Fault::ALL.iter().filter(|fault| **fault != Fault::OtherReference);
    for fault in all {
        let sandbox = Sandbox::in_process(0).unwrap();
        let exchange = transfer(&sandbox, Some(fault.name()));
        assert_eq!(word(&exchange), expected(*fault), "{fault}");
        assert_eq!(moved(&sandbox), effects(*fault), "{fault}");
        if let Exchange::Answered(answer) = &exchange {
            let text = std::str::from_utf8(answer.body()).unwrap();
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(text).is_err(),
                *fault == Fault::GarbageBody,
                "{fault}"
            );
            let asks = matches!(fault, Fault::Unavailable | Fault::TooManyRequests);
            assert_eq!(answer.headers().get("retry-after").is_some(), asks, "{fault}");
            let refuses = *fault == Fault::SuccessFalse;
            assert_eq!(text.contains(r#""success":false"#), refuses, "{fault}");
        }
        assert_eq!(sandbox.violations(), [], "{fault}");
    }
}

#[test]
fn a_header_with_an_unknown_fault_is_reported() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let Exchange::Answered(answer) = transfer(&sandbox, Some("earthquake")) else { panic!("no answer") };
    let text = std::str::from_utf8(answer.body()).unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    assert!(text.contains(HEADER) && text.contains("GET /sandbox/faults"), "{text}");
    assert_eq!(moved(&sandbox), 0);
}

/// Which of so many transfers met a fault.
fn struck(sandbox: &Sandbox, calls: usize) -> Vec<usize> {
    let silent = |_: &usize| matches!(transfer(sandbox, None), Exchange::Silent);
    (1..=calls).filter(silent).collect()
}

#[test]
fn a_rule_strikes_the_calls_that_it_names() {
    for (times, expected) in [
        (Times::Always, vec![1, 2, 3, 4, 5, 6]),
        (Times::Nth(3), vec![3]),
        (Times::Every(2), vec![2, 4, 6]),
        (Times::Every(0), vec![]),
        (Times::PerMille(0), vec![]),
        (Times::PerMille(1000), vec![1, 2, 3, 4, 5, 6]),
    ] {
        for operation in [TRANSFER, "*"] {
            let sandbox = Sandbox::in_process(0).unwrap();
            sandbox.faults().on("kotani", operation, Fault::TimeoutBeforeEffect, times).unwrap();
            sandbox.faults().on("kotani", "create_offramp", Fault::TimeoutBeforeEffect, Times::Always).unwrap();
            sandbox.faults().on("kasisto", "*", Fault::TimeoutBeforeEffect, Times::Always).unwrap();
            assert_eq!(struck(&sandbox, 6), expected, "{times:?}");
            let rules = sandbox.faults().rules();
            assert_eq!((rules[0].calls, rules[0].hits), (6, expected.len() as u64));
            assert_eq!((rules[1].calls, rules[2].calls), (0, 0));
            sandbox.faults().clear();
            assert_eq!(struck(&sandbox, 2), [0; 0]);
        }
    }
}

#[test]
fn a_share_is_drawn_from_the_seed() {
    let draw = |seed| {
        let sandbox = Sandbox::in_process(seed).unwrap();
        sandbox.faults().on("kotani", TRANSFER, Fault::TimeoutBeforeEffect, Times::PerMille(100)).unwrap();
        struck(&sandbox, 1000)
    };
    let (first, again, other) = (draw(7), draw(7), draw(8));
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert!((60..140).contains(&first.len()), "{} of 1000", first.len());
}

#[test]
fn the_first_matching_rule_applies_and_a_header_precedes_all() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let faults = sandbox.faults();
    faults.on("kotani", "*", Fault::ErrorBeforeEffect, Times::Nth(2)).unwrap();
    faults.on("kotani", TRANSFER, Fault::Unavailable, Times::Always).unwrap();
    let words: Vec<String> = (0..3).map(|_| word(&transfer(&sandbox, None))).collect();
    assert_eq!(words, ["503", "500", "503"]);
    assert_eq!(word(&transfer(&sandbox, Some("429"))), "429");
}

#[test]
fn a_rule_that_does_not_apply_is_refused() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let faults = sandbox.faults();
    let refused =
        |provider, operation, fault| faults.on(provider, operation, fault, Times::Always).unwrap_err().to_string();
    assert_eq!(refused("nobody", "*", Fault::SlowBody), "unknown provider \"nobody\": the sandbox does not have it");
    assert_eq!(
        refused("kotani", "nothing", Fault::SlowBody),
        "operation of kotani not found: use an operation id, or `*`"
    );
    let verdict = refused("kasisto", "create_transfer", Fault::SuccessFalse);
    assert!(verdict.starts_with("success-false does not apply to create_transfer"), "{verdict}");
    let reference = refused("kotani", TRANSFER, Fault::OtherReference);
    assert!(reference.starts_with("other-reference does not apply"), "{reference}");
    assert!(faults.rules().is_empty());
    assert!(faults.applies("kotani", TRANSFER, Fault::SuccessFalse).unwrap());
    assert!(!faults.applies("vaultspay", "create_direct_transfer", Fault::SuccessFalse).unwrap());
}

#[test]
fn an_admin_call_sets_lists_and_forgets_rules() {
    let sandbox = Sandbox::in_process(0).unwrap();
    let rule = json!({ "provider": "kotani", "operation": TRANSFER, "fault": "timeout-after-effect", "nth": 1 });
    let (status, listing) = own(&sandbox, "POST", "/faults", &rule.to_string());
    assert_eq!(status, 201, "{listing}");
    assert_eq!(word(&transfer(&sandbox, None)), "Silent");
    assert_eq!(word(&transfer(&sandbox, None)), "200");
    let (_, listing) = own(&sandbox, "GET", "/faults", "");
    let mut expected = rule.clone();
    (expected["calls"], expected["hits"]) = (2.into(), 1.into());
    assert_eq!(listing["rules"], json!([expected]));
    assert_eq!(listing["faults"].as_array().unwrap().len(), Fault::ALL.len());

    let (status, listing) = own(&sandbox, "GET", "/movements", "");
    assert_eq!((status, listing["movements"].as_array().unwrap().len()), (200, 2));
    assert_eq!(listing["movements"][1]["amount"], "10.00");

    assert_eq!(own(&sandbox, "DELETE", "/faults", "").0, 204);
    assert!(sandbox.faults().rules().is_empty());
    for (method, path, body, status, words) in [
        ("POST", "/faults", "{", 400, "the body is not JSON"),
        ("POST", "/faults", r#"{"provider":"kotani","fault":"flood"}"#, 400, "unknown fault \"flood\""),
        ("POST", "/faults", r#"{"provider":"kotani","fault":"429","often":1}"#, 400, "unknown member \"often\""),
        ("POST", "/faults", r#"{"provider":"kotani","fault":"429","nth":1,"every":2}"#, 400, "only one of"),
        ("POST", "/faults", r#"{"provider":"kotani","fault":"429","per_mille":1001}"#, 400, "more than 1000"),
        ("PUT", "/faults", "", 405, ""),
        ("GET", "/nothing", "", 404, ""),
    ] {
        let (answered, said) = own(&sandbox, method, path, body);
        assert_eq!(answered, status, "{method} {path} {body}");
        assert!(said["message"].as_str().unwrap_or_default().contains(words), "{said}");
    }
}
