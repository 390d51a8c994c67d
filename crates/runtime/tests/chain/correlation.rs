//! Does a token in a request tell its entry in a list, and does an id of an earlier answer find a payment?

use std::sync::Arc;
use std::time::Duration;

use bursar_runtime::journal::Memory;
use bursar_runtime::{Compared, Journal, Operation, Options, Pending, Reconciled};
use std::sync::LazyLock;

use crate::money::*;
use crate::support::*;

const TOKEN: &str = "0192f3a4b5c67d8e9f00112233445566";
const SENT: &str =
    r#"{"amount":12.50,"currency":"EUR","account":"a-1","user":7,"note":"Rent 0192f3a4b5c67d8e9f00112233445566"}"#;
const WITHOUT: &str = r#"{"amount":12.50,"currency":"EUR","account":"a-1","user":7,"note":"Rent for May 1994"}"#;

fn entry(id: u32, note: &str, amount: &str, status: &str) -> String {
    format!(r#"{{"id":{id},"note":"{note}","amount":{amount},"currency":"EUR","status":"{status}"}}"#)
}

async fn looked_up(row: &'static LazyLock<Operation>, body: &'static str, entries: &[String]) -> Reconciled {
    let list = format!(r#"{{"next":null,"list":[{}]}}"#, entries.join(","));
    let server = Server::start(vec![cut(), json(200, &list)]).await;
    let core = paybank(&server.url).0.timeout(Duration::from_secs(30)).build().expect("a client");
    let pending = lost(send_by(&core, row, body)).await;
    let stored = serde_json::to_string(&pending).expect("JSON");
    assert!(!stored.contains("Rent"), "{stored}");
    let pending: Pending = serde_json::from_str(&stored).expect("a pending");
    core.reconcile(&pending).await.expect("a state")
}

#[tokio::test]
async fn the_one_entry_with_the_token_decides_by_its_state() {
    for row in [&SEND_KEYED, &SEND_INFERRED] {
        for (status, name) in [("booked", "done"), ("refused", "failed"), ("returned", "returned"), ("odd", "pending")]
        {
            for note in [format!("Rent {TOKEN}"), "RENT 0192F3A4-B5C6-7D8E-9F00-112233445566".to_owned()] {
                let entries = [entry(1, &note, "-12.5", status), entry(2, "Rent", "-12.50", "booked")];
                let state = looked_up(row, SENT, &entries).await;
                assert_eq!(state.name(), name, "{note}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_else_decides() {
    let hit = |amount: &str| entry(1, TOKEN, amount, "booked");
    let stranger = entry(3, "0192f3a4b5c67d8e9f00112233445577", "-12.50", "booked");
    for (body, entries, count) in [
        // Twice: both may have been paid.
        (SENT, vec![hit("-12.50"), entry(2, TOKEN, "-12.50", "booked")], 2),
        // Another amount: fees, or a mistake.
        (SENT, vec![hit("-12.51"), entry(2, "Rent", "-12.50", "booked")], 1),
        // A text of the caller's own may be on many entries.
        (WITHOUT, vec![entry(1, "Rent for May 1994", "-12.50", "booked")], 1),
        (SENT, vec![entry(1, "Rent", "-12.50", "booked")], 1),
    ] {
        let state = looked_up(&SEND_KEYED, body, &entries).await;
        assert!(matches!(&state, Reconciled::Candidates { found, .. } if found.len() == count), "{state:?}");
    }
    // Where the provider documents the field, an entry with another token is another call; else it may be the call's.
    for (row, count) in [(&SEND_KEYED, 0), (&SEND_INFERRED, 1)] {
        let state = looked_up(row, SENT, std::slice::from_ref(&stranger)).await;
        assert!(matches!(&state, Reconciled::Candidates { found, .. } if found.len() == count), "{state:?}");
    }
}

#[tokio::test]
async fn the_entry_with_the_token_shows_what_agrees() {
    let state = looked_up(&SEND_KEYED, SENT, &[entry(1, TOKEN, "-12.5", "booked")]).await;
    let found = state.found().expect("the entry");
    let compared: Vec<_> = found.comparisons().iter().map(|it| (it.what(), it.found(), it.agrees())).collect();
    assert_eq!(compared, [(Compared::Amount, Some("12.5"), true), (Compared::Currency, Some("EUR"), true)]);
}

#[tokio::test]
async fn an_entry_with_the_token_that_is_not_decided_is_read_again() {
    let list = |status: &str| json(200, &format!(r#"{{"next":null,"list":[{}]}}"#, entry(1, TOKEN, "-12.5", status)));
    let server = Server::start(vec![cut(), list("open"), list("open"), list("booked")]).await;
    let core = paybank(&server.url).0.timeout(Duration::from_secs(30)).build().expect("a client");
    let pending = lost(send_by(&core, &SEND_KEYED, SENT)).await;
    assert_eq!(core.reconcile(&pending).await.expect("a state").name(), "done");
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn an_id_that_the_call_names_decides_by_equality_and_an_empty_one_never() {
    let entries = [r#"{"order":" o-1 ","amount":-12.5,"currency":"EUR","status":"booked"}"#.to_owned()];
    for (order, name) in [("o-1", "done"), (" o-1 ", "done"), ("o-10", "candidates"), ("o", "candidates")] {
        let body = format!(r#"{{"amount":12.50,"currency":"EUR","account":"a-1","user":7,"order":"{order}"}}"#);
        let state = looked_up(&SEND_BY_ID, body.leak(), &entries).await;
        assert_eq!(state.name(), name, "{order:?}");
    }
    let blank = [r#"{"order":"","amount":-12.5,"currency":"EUR","status":"booked"}"#.to_owned()];
    for order in ["\"\"", "\" \"", "null"] {
        let body = format!(r#"{{"amount":12.50,"currency":"EUR","account":"a-1","user":7,"order":{order}}}"#);
        let state = looked_up(&SEND_BY_ID, body.leak(), &blank).await;
        assert!(matches!(&state, Reconciled::Candidates { found, .. } if found.len() == 1), "{order}: {state:?}");
    }
}

const SESSION: &str = r#"{"session":"s-1"}"#;

async fn opened(steps: Vec<Step>) -> (bursar_runtime::Builder, Server) {
    let open = json(200, r#"{"success":true,"data":{"session":"s-1","payment":"p-1"}}"#);
    let server = Server::start([vec![open], steps].concat()).await;
    (paybank(&server.url).0.max_attempts(1), server)
}

#[tokio::test]
async fn an_id_of_an_earlier_answer_finds_the_payment_after_a_crash_too() {
    let (builder, server) = opened(vec![cut(), state("PAID")]).await;
    let journal = Arc::new(Memory::new());
    let core = builder.journal(Arc::clone(&journal)).build().expect("a client");
    call(&core, &OPEN, "{}").await.expect("a session");
    lost(call(&core, &PAY_SESSION, SESSION)).await;
    // The next process knows what the journal knows.
    let next = paybank(&server.url).0.build().expect("a client");
    let recovered = next.recover(&*journal as &dyn Journal).await.expect("a recovery");
    assert_eq!(recovered[0].result().expect("a state").name(), "done");
    assert_eq!(server.seen()[2].line, "GET /payments/p-1 HTTP/1.1");
}

#[tokio::test]
async fn a_caller_can_hand_the_id_in() {
    let server = Server::start(vec![cut(), state("PAID")]).await;
    let core = paybank(&server.url).0.build().expect("a client");
    let pending = lost(call(&core, &PAY_SESSION, SESSION)).await;
    assert!(matches!(core.reconcile(&pending).await, Ok(Reconciled::Undecidable { .. })));
    let state = core.reconcile(&pending.with("id", "p-7")).await.expect("a state");
    assert_eq!((state.name(), server.seen()[1].line.as_str()), ("done", "GET /payments/p-7 HTTP/1.1"));
    let server = Server::start(vec![cut(), crate::money::state("PAID")]).await;
    let core = paybank(&server.url).0.build().expect("a client").with(Options::new().lookup_value("id", "p-8"));
    let pending = lost(call(&core, &PAY_SESSION, SESSION)).await;
    assert_eq!(core.reconcile(&pending).await.expect("a state").name(), "done");
    assert_eq!(server.seen()[1].line, "GET /payments/p-8 HTTP/1.1");
}
