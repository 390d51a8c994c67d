//! Is "this reference was used before" answered the same way, whenever and however the provider says it?

use std::time::Duration;

use bursar_runtime::{Kind, Outcome, Progress};

use crate::money::*;
use crate::support::*;

/// The ways of saying it: by status, by a code of the provider, and by a code inside a success.
fn used() -> [Step; 3] {
    [json(412, "{}"), json(400, r#"{"code":"USED"}"#), json(200, r#"{"success":false,"code":"USED"}"#)]
}

/// A call that is answered by these steps, the last again and again. Says what came of it, and the requests.
async fn called(steps: Vec<Step>) -> (Answered, Vec<String>) {
    let server = Server::start(steps).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.timeout(Duration::from_secs(100)).build().expect("a client");
    let result = call(&core, &PAY, ORDER).await;
    (result, server.seen().into_iter().map(|seen| seen.line).collect())
}

fn payments(lines: &[String]) -> usize {
    lines.iter().filter(|line| line.starts_with("POST /payments ")).count()
}

#[tokio::test]
async fn what_is_there_under_the_reference_is_the_call_if_amount_currency_and_account_agree() {
    for used in used() {
        for (word, progress) in [("PAID", Progress::Done), ("FAILED", Progress::Failed), ("OPEN", Progress::Pending)] {
            // At the first attempt, as after a restart of the process; and at a repeat after an attempt without an answer.
            for (before, sent) in [(vec![], 1), (vec![cut()], 2)] {
                let steps = [before, vec![used.clone(), json(404, "{}"), state(word)]].concat();
                let (result, lines) = called(steps).await;
                let answer = result.expect("an answer");
                assert_eq!((answer.progress(), answer.attempts(), answer.is_looked_up()), (progress, sent, true));
                assert_eq!((payments(&lines), lines.len()), (sent as usize, sent as usize + 2), "{lines:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_same_request_gives_the_same_answer_in_every_process() {
    let server = Server::answering(|number, seen| match (seen.line.starts_with("POST"), number) {
        (true, 0) => state("PAID"),
        (true, _) => json(412, "{}"),
        (false, _) => state("PAID"),
    })
    .await;
    for process in 0..3 {
        let core = paybank(&server.url).0.build().expect("a client");
        let answer = call(&core, &PAY, ORDER).await.expect("an answer");
        assert_eq!((answer.progress(), answer.is_looked_up()), (Progress::Done, process > 0));
    }
}

#[tokio::test]
async fn another_call_under_the_reference_is_a_refusal_that_says_what_differs() {
    let shown = |amount, currency, account| {
        json(
            200,
            &format!(
                r#"{{"data":{{"status":"PAID","amount":"{amount}","currency":"{currency}","account":"{account}"}}}}"#
            ),
        )
    };
    for (other, said) in [
        (shown("99", "EUR", "acc-12345678"), "amount 12.50 was sent, the answer contains 99"),
        (shown("12.50", "USD", "acc-12345678"), "currency EUR was sent, the answer contains USD"),
        (shown("12.50", "EUR", "acc-87654321"), "account *5678 was sent, the answer contains *4321"),
    ] {
        for used in used() {
            for before in [vec![], vec![cut()]] {
                let (result, _) = called([before, vec![used.clone(), other.clone()]].concat()).await;
                let error = result.expect_err("an error");
                assert_eq!((error.kind(), error.outcome()), (&Kind::Duplicate, Outcome::Refused), "{error}");
                assert!(error.to_string().contains(&format!("belongs to another call: {said}")), "{error}");
                assert!(!error.to_string().contains("acc-"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn what_the_lookup_does_not_tell_stays_unknown() {
    for step in [
        json(200, r#"{"data":{"status":"PAID","currency":"EUR","account":"acc-12345678"}}"#),
        json(200, r#"{"data":{"status":"PAID","amount":"12.50","currency":"EUR"}}"#),
        json(404, "{}"),
        json(403, "{}"),
        json(500, "{}"),
    ] {
        for before in [vec![], vec![cut()]] {
            let (result, lines) = called([before, vec![json(412, "{}"), step.clone()]].concat()).await;
            let error = result.expect_err("an error");
            assert_eq!(error.kind(), &Kind::Duplicate);
            let outcome = error.outcome();
            let pending = outcome.pending().expect("something to find out with");
            assert_eq!((pending.reference(), pending.amount()), (Some("r-1"), Some("12.50")));
            assert!(payments(&lines) <= 2 && lines.len() > payments(&lines), "{lines:?}");
        }
    }
}

#[tokio::test]
async fn the_lookup_ends_with_the_calls_total_timeout() {
    let server = Server::start(vec![json(412, "{}"), json(404, "{}")]).await;
    let (builder, script) = paybank(&server.url);
    let core = builder.timeout(Duration::from_secs(20)).build().expect("a client");
    let error = call(&core, &PAY, ORDER).await.expect_err("an error");
    let waited: u128 = script.waits().iter().sum();
    assert!(error.outcome().is_unknown() && waited <= 20_000, "{waited}");
}

#[tokio::test]
async fn a_money_call_without_a_way_to_ask_stays_unknown() {
    for row in [&GIVE, &CONFIRM] {
        let server = Server::start(vec![json(400, r#"{"code":"USED"}"#)]).await;
        let core = paybank(&server.url).0.build().expect("a client");
        let error = call(&core, row, "{}").await.expect_err("an error");
        // A row without a rule for references says nothing about duplicates.
        let name = if row.idempotency.is_some() { "unknown" } else { "refused" };
        assert_eq!((error.kind(), error.outcome().name(), server.count()), (&Kind::Duplicate, name, 1));
    }
}

#[tokio::test]
async fn what_works_only_once_is_refused_by_nothing_but_what_did_not_let_it_in() {
    for (status, body, name) in [
        (400, "{}", "unknown"),
        (402, "{}", "unknown"),
        (403, "{}", "unknown"),
        (404, "{}", "unknown"),
        (406, "{}", "unknown"),
        (409, "{}", "unknown"),
        (410, "{}", "unknown"),
        (415, "{}", "unknown"),
        // Although the document calls this status a refusal.
        (422, "{}", "unknown"),
        (200, r#"{"success":false}"#, "unknown"),
        (401, "{}", "refused"),
        (429, "{}", "refused"),
        (450, "{}", "refused"),
        // The provider documents that this code says: not applied.
        (403, r#"{"code":"WRONG"}"#, "refused"),
    ] {
        let server = Server::start(vec![json(status, body)]).await;
        let core = paybank(&server.url).0.build().expect("a client");
        let error = call(&core, &CONFIRM, "{}").await.expect_err("an error");
        assert_eq!((error.outcome().name(), server.count()), (name, 1), "{status} {body}");
        if name == "unknown" {
            // Neither "ask for the permission" nor "a repeat is answered the same" is what to do.
            assert_eq!(error.kind(), &Kind::OutcomeUnknown, "{error}");
            let (once, lost) = ("look it up, and start over only if it is not found", "look it up before repeating it");
            assert!(error.to_string().contains(if status < 300 { lost } else { once }), "{error}");
        }
    }
}
