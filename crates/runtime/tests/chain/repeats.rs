//! May a caller who makes the same call again, in a new process, take its refusal for that of the first?

use std::sync::Arc;

use bursar_runtime::journal::Memory;
use bursar_runtime::{Builder, Journal, Kind, Outcome, Progress, Reconciled};

use crate::money::*;
use crate::support::*;

/// What a provider may say to a repeat because the first call worked: the money is gone, the quote is used up, and so on.
const REFUSALS: [(u16, &str); 5] =
    [(400, "{}"), (402, "{}"), (404, "{}"), (429, "{}"), (200, r#"{"success":false,"message":"no funds"}"#)];

/// A client in a process of its own, which draws its own ids.
fn process(number: u64, server: &Server, journal: &Arc<Memory>) -> Builder {
    let (builder, script) = paybank(&server.url);
    on_script(builder, &script.drawing(1000 * number)).journal(Arc::clone(journal)).max_attempts(1)
}

#[tokio::test]
async fn a_refusal_does_not_speak_for_an_earlier_call_with_the_same_reference() {
    for (status, body) in REFUSALS {
        let server = Server::start(vec![cut(), json(status, body)]).await;
        let journal = Arc::new(Memory::new());
        let process = |number| process(number, &server, &journal).build().expect("a client");
        let first = lost(call(&process(1), &PAY, ORDER)).await;
        let error = call(&process(2), &PAY, ORDER).await.expect_err("an error");
        assert_eq!(error.outcome().name(), "unknown", "{status} {body}");
        let line = error.to_string();
        assert!(line.contains("an earlier call with the same reference is still open"), "{line}");
        assert!(!matches!(error.kind(), Kind::Invalid { .. } | Kind::Declined), "{line}");
        // Both stay open, and either finds the payment.
        let open = journal.open("paybank").await.expect("a journal").entries;
        assert_eq!(open.len(), 2, "{status} {body}");
        let pending = error.outcome().pending().expect("an unknown outcome").clone();
        assert_eq!(pending.reference(), first.reference());
    }
}

#[tokio::test]
async fn a_refusal_is_one_where_nothing_with_the_reference_is_open() {
    for (earlier, other) in [
        // It is closed; it has another reference; it is of another account.
        (json(400, "{}"), ORDER),
        (cut(), r#"{"reference":"r-2","amount":12.50,"currency":"EUR","account":"acc-12345678"}"#),
    ] {
        let server = Server::start(vec![earlier, json(400, "{}")]).await;
        let journal = Arc::new(Memory::new());
        let process = |number| process(number, &server, &journal).build().expect("a client");
        call(&process(1), &PAY, ORDER).await.expect_err("an error");
        let error = call(&process(2), &PAY, other).await.expect_err("an error");
        assert_eq!((error.kind(), error.outcome()), (&Kind::INVALID, Outcome::Refused));
    }
    let server = Server::start(vec![cut(), json(400, "{}")]).await;
    let journal = Arc::new(Memory::new());
    for (number, account, name) in [(1, "shop-1", "unknown"), (2, "shop-2", "refused")] {
        let builder = process(number, &server, &journal).account(account);
        let error = call(&builder.build().expect("a client"), &PAY, ORDER).await.expect_err("an error");
        assert_eq!(error.outcome().name(), name);
    }
}

#[tokio::test]
async fn what_came_too_soon_after_itself_is_found_by_its_reference() {
    let soon = || json(400, r#"{"code":"SOON"}"#);
    for (found, asked) in [(state("OPEN"), true), (json(404, "{}"), false), (json(500, "{}"), false)] {
        let server = Server::start(vec![soon(), found]).await;
        let core = paybank(&server.url).0.max_attempts(1).build().expect("a client");
        let result = call(&core, &PAY, ORDER).await;
        // Once: nothing is waited for.
        assert_eq!(server.count(), 2);
        match result {
            Ok(answer) => {
                assert_eq!((answer.progress(), answer.is_looked_up(), asked), (Progress::Pending, true, true))
            }
            Err(error) => {
                assert!(matches!(error.kind(), Kind::TooSoon { .. }), "{error}");
                assert_eq!((error.outcome(), asked), (Outcome::Refused, false));
            }
        }
    }
    // Without a reference there is nothing to ask with.
    let server = Server::start(vec![soon()]).await;
    let core = paybank(&server.url).0.max_attempts(1).build().expect("a client");
    let error = call(&core, &RETRY, "{}").await.expect_err("an error");
    assert_eq!((error.outcome(), server.count()), (Outcome::Refused, 1));
}

#[tokio::test]
async fn what_still_waits_for_a_call_that_works_once_is_told_from_what_is_under_way() {
    for (word, waits) in [("FAILED", true), ("OPEN", false)] {
        let server = Server::start(vec![cut(), state(word)]).await;
        let core = paybank(&server.url).0.max_attempts(1).build().expect("a client");
        let pending = lost(call(&core, &RETRY_SOME, r#"{"payments":["p-1"]}"#)).await;
        let Reconciled::Pending(found) = core.reconcile(&pending).await.expect("an answer") else { panic!("{word}") };
        assert_eq!(found.waits(), waits, "{word}");
        assert!(server.seen()[1].line.starts_with("GET /payments/p-1 "), "{:?}", server.seen());
    }
    // Any other call may have moved money a second time.
    let server = Server::start(vec![cut(), state("FAILED")]).await;
    let core = paybank(&server.url).0.max_attempts(1).build().expect("a client");
    let request = core.http().post(format!("{}/payments/p-1/retry", core.base_url()));
    let pending = lost(core.call(&RETRY, request)).await;
    let state = core.reconcile(&pending).await.expect("an answer");
    assert_eq!(state.found().map(bursar_runtime::Found::waits), Some(false));
}

#[tokio::test]
async fn one_of_several_does_not_speak_for_the_others() {
    let server = Server::start(vec![cut()]).await;
    let core = paybank(&server.url).0.max_attempts(1).build().expect("a client");
    let pending = lost(call(&core, &RETRY_SOME, r#"{"payments":["p-1","p-2"]}"#)).await;
    let state = core.reconcile(&pending).await.expect("an answer");
    assert_eq!((state.name(), server.count()), ("undecidable", 1));
}
