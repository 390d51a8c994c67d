//! Does a lookup decide what it can, and nothing that it cannot?

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bursar_runtime::http::Method;
use bursar_runtime::journal::{Ending, Memory};
use bursar_runtime::{Core, Effect, Journal, Kind, Lookup, Operation, Options, Provider, Reconciled};

use crate::money::*;
use crate::support::*;

/// The payment of a call that got no answer, looked up with these answers. Says what came of it, and the requests.
async fn looked_up(steps: Vec<Step>, timeout: u64) -> (Reconciled, Vec<Seen>, Script) {
    let server = Server::start([vec![cut()], steps].concat()).await;
    let (builder, script) = paybank(&server.url);
    let core = builder.max_attempts(1).build().expect("a client");
    let pending = lost(call(&core, &PAY, ORDER)).await;
    let patient = core.with(Options::new().timeout(Duration::from_secs(timeout)));
    let state = patient.reconcile(&pending).await.expect("a state");
    (state, server.seen().split_off(1), script)
}

#[tokio::test]
async fn the_lookups_word_decides() {
    for (word, name) in [("PAID", "done"), ("FAILED", "failed")] {
        let (state, seen, _) = looked_up(vec![state(word)], 60).await;
        assert_eq!((state.name(), seen.len()), (name, 1));
        assert_eq!(seen[0].line, "GET /payments/r-1 HTTP/1.1");
        assert!(state.reply().is_some_and(|reply| reply.status().is_success()));
    }
}

#[tokio::test]
async fn it_asks_until_the_provider_has_decided_with_growing_waits() {
    let (state, seen, script) = looked_up(vec![state("OPEN"), state("ODD"), json(503, "{}"), state("PAID")], 60).await;
    assert_eq!((state.name(), seen.len()), ("done", 4));
    let waits = script.waits();
    assert!(waits.len() == 3 && waits.is_sorted() && waits[0] >= 250, "{waits:?}");
}

#[tokio::test]
async fn waits_between_lookups_double_and_half_of_each_is_drawn() {
    let answers = [vec![cut()], vec![state("OPEN"); 7], vec![state("PAID")]].concat();
    let server = Server::start(answers).await;
    let script = Script::new(Duration::from_secs(16)).drawing(4_000_000_007);
    let builder = on_script(Core::builder(&PAYBANK).base_url(&server.url), &script).max_attempts(1);
    let core = builder.timeout(Duration::from_secs(200)).attempt_timeout(Duration::from_secs(60)).build();
    let core = core.expect("a client");
    let pending = lost(call(&core, &PAY, ORDER)).await;
    assert_eq!(core.reconcile(&pending).await.expect("a state").name(), "done");
    // The number drawn modulo (limit + 1), for limits of 250 ms doubling up to 7.5 s.
    let limits = [(7, 250), (8, 500), (9, 1000), (10, 2000), (11, 4000), (12, 7500), (13, 7500)];
    assert_eq!(script.waits(), limits.map(|(drawn, limit)| limit + (4_000_000_000 + drawn) % (limit + 1)));
}

#[tokio::test]
async fn it_ends_at_the_total_timeout_with_what_is_known() {
    let (state, seen, _) = looked_up(vec![state("OPEN")], 100).await;
    let Reconciled::Pending(found) = state else { panic!("{state:?}") };
    assert_eq!(found.word(), Some("OPEN"));
    assert!((3..30).contains(&seen.len()), "{}", seen.len());
}

#[tokio::test]
async fn not_found_proves_nothing_however_often_it_is_said() {
    for step in [json(404, "{}"), json(400, r#"{"code":"NO_SUCH"}"#)] {
        let (state, seen, _) = looked_up(vec![step], 100).await;
        assert!(matches!(state, Reconciled::NotFound { proven: false, age, .. } if age.as_secs() > 50), "{state:?}");
        assert!(seen.len() > 2);
    }
}

#[tokio::test]
async fn a_payment_that_shows_late_is_found() {
    let (state, seen, _) = looked_up(vec![json(404, "{}"), json(404, "{}"), state("PAID")], 60).await;
    assert_eq!((state.name(), seen.len()), ("done", 3));
}

#[tokio::test]
async fn not_found_is_a_proof_only_where_documented_and_after_the_delay() {
    let server = Server::start(vec![cut(), json(404, "{}")]).await;
    let (builder, script) = paybank(&server.url);
    let core = builder.max_attempts(1).timeout(Duration::from_secs(60)).build().expect("a client");
    let pending = lost(call(&core, &PAY_SURE, ORDER)).await;
    let hasty = core.with(Options::new().timeout(Duration::from_secs(60)));
    let state = hasty.reconcile(&pending).await.expect("a state");
    assert!(
        matches!(state, Reconciled::NotFound { proven: false, visible_after, .. } if visible_after.as_secs() == 200)
    );
    let before = server.count();
    script.advance(Duration::from_secs(200));
    let state = core.reconcile(&pending).await.expect("a state");
    assert!(matches!(state, Reconciled::NotFound { proven: true, .. }), "{state:?}");
    assert_eq!(server.count(), before + 1);
}

#[tokio::test]
async fn another_amount_currency_or_account_is_never_ours() {
    for data in [
        r#"{"status":"PAID","amount":"12.51","currency":"EUR"}"#,
        r#"{"status":"PAID","amount":"12.50","currency":"USD"}"#,
        r#"{"status":"PAID","amount":"12.50"}"#,
        r#"{"status":"PAID","amount":"12.50","currency":"EUR"}"#,
        r#"{"status":"PAID","amount":"12.50","currency":"EUR","account":"acc-87654321"}"#,
        r#"{"status":"FAILED","currency":"EUR"}"#,
        r#"{"status":"OPEN","amount":"99","currency":"EUR"}"#,
    ] {
        let (state, seen, _) = looked_up(vec![json(200, &format!(r#"{{"data":{data}}}"#))], 60).await;
        let Reconciled::Differs(found) = state else { panic!("{data}: {state:?}") };
        assert!(found.comparisons().iter().any(|comparison| !comparison.agrees()));
        assert_eq!(seen.len(), 1, "{data}");
    }
    // What is only not shown yet may still come.
    let (state, seen, _) = looked_up(vec![json(200, r#"{"data":{"status":"OPEN"}}"#), state("PAID")], 60).await;
    assert_eq!((state.name(), seen.len()), ("done", 2));
}

#[tokio::test]
async fn an_answer_that_tells_nothing_is_asked_for_again() {
    for step in [
        json(200, "<html>"),
        json(200, ""),
        json(200, "7"),
        Step::Cut(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec()),
    ] {
        let (state, ..) = looked_up(vec![step, state("PAID")], 60).await;
        assert_eq!(state.name(), "done");
    }
}

#[tokio::test]
async fn a_lookup_that_is_refused_is_an_error_and_decides_nothing() {
    let server = Server::start(vec![cut(), json(403, "{}")]).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.max_attempts(1).build().expect("a client");
    let pending = lost(call(&core, &PAY, ORDER)).await;
    let error = core.reconcile(&pending).await.expect_err("an error");
    assert_eq!((error.kind(), error.operation(), server.count()), (&Kind::Forbidden, "get_payment", 2));
}

#[tokio::test]
async fn a_state_that_may_be_older_than_the_call_decides_nothing() {
    let server = Server::start(vec![
        cut(),
        json(200, r#"{"data":{"status":"FAILED"}}"#),
        json(200, r#"{"data":{"status":"PAID"}}"#),
    ])
    .await;
    let (builder, _) = paybank(&server.url);
    let core = builder.build().expect("a client");
    let retry = core.call(&RETRY, core.http().post(format!("{}/payments/p%201/retry", core.base_url())));
    let pending = lost(retry).await;
    assert_eq!(core.reconcile(&pending).await.expect("a state").name(), "done");
    let lines: Vec<_> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines[1..], ["GET /payments/p%201 HTTP/1.1", "GET /payments/p%201 HTTP/1.1"]);
}

#[tokio::test]
async fn a_write_that_is_there_is_done() {
    let server = Server::start(vec![cut(), json(200, r#"{"data":{"id":1}}"#)]).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.max_attempts(1).build().expect("a client");
    let pending = lost(call(&core, &ADD, r#"{"reference":"t-1"}"#)).await;
    assert_eq!(core.reconcile(&pending).await.expect("a state").name(), "done");
}

#[tokio::test]
async fn a_call_without_a_lookup_is_undecidable() {
    let server = Server::start(vec![cut()]).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.max_attempts(1).build().expect("a client");
    for (row, body) in [(&GIVE, "{}"), (&PAY, r#"{"amount":1}"#)] {
        let pending = lost(call(&core, row, body)).await;
        let before = server.count();
        assert!(matches!(core.reconcile(&pending).await, Ok(Reconciled::Undecidable { .. })));
        assert_eq!(server.count(), before);
    }
    let other = scripted(&server.url).0.build().expect("a client");
    let error = other.reconcile(&lost(call(&core, &GIVE, "{}")).await).await.expect_err("an error");
    assert_eq!((error.kind(), error.outcome().name()), (&Kind::Config, "not_sent"));
}

#[tokio::test]
async fn an_answer_about_another_reference_is_asked_for_again() {
    let other =
        r#"{"data":{"status":"PAID","amount":"12.5","currency":"EUR","account":"acc-12345678","reference":"r-2"}}"#;
    let (state, seen, _) = looked_up(vec![json(200, other), state("PAID")], 60).await;
    assert_eq!((state.name(), seen.len()), ("done", 2));
}

/// A call under a reference, and what its lookup shows.
fn asks(id: &'static str, effect: Effect, change: fn(&mut Lookup)) -> Operation {
    let mut row = Operation { id, effect, ..PAY.clone() };
    if let Some(lookup) = row.idempotency.as_mut().and_then(|idempotency| idempotency.lookup.as_mut()) {
        lookup.account = "";
        change(lookup);
    }
    row
}

/// The lookup shows no status; it does, and of money only the currency.
static PLAIN: LazyLock<Operation> = LazyLock::new(|| asks("plain", Effect::Money, |it| it.operation = "get_plain"));
static PLAIN_WRITE: LazyLock<Operation> =
    LazyLock::new(|| asks("plain_write", Effect::Write, |it| it.operation = "get_plain"));
static CURRENCY_ONLY: LazyLock<Operation> =
    LazyLock::new(|| asks("currency_only", Effect::Money, |it| (it.operation, it.amount) = ("get_state", "")));
static GET_PLAIN: LazyLock<Operation> = LazyLock::new(|| Operation {
    id: "get_plain",
    method: Method::GET,
    path: "/payments/{id}",
    effect: Effect::Read,
    idempotency: None,
    settled: None,
    money: None,
    ..PAY.clone()
});
static GET_STATE: LazyLock<Operation> =
    LazyLock::new(|| Operation { id: "get_state", settled: PAY.settled.clone(), ..GET_PLAIN.clone() });

static ASKBANK: LazyLock<Provider> = LazyLock::new(|| Provider {
    operations: Vec::leak(
        [&PLAIN, &PLAIN_WRITE, &CURRENCY_ONLY, &GET_PLAIN, &GET_STATE]
            .into_iter()
            .map(|row| -> &Operation { row })
            .collect(),
    ),
    ..*PAYBANK
});

async fn askbank(steps: Vec<Step>) -> (Core, Server) {
    let server = Server::start(steps).await;
    let script = Script::new(Duration::from_secs(8));
    let builder = on_script(Core::builder(&ASKBANK).base_url(&server.url), &script).max_attempts(1);
    (builder.timeout(Duration::from_secs(100)).build().expect("a client"), server)
}

#[tokio::test]
async fn where_the_lookup_shows_no_status_a_write_is_done_and_money_is_not_known_to_be() {
    let equal = r#"{"data":{"amount":"12.5","currency":"EUR"}}"#;
    let less = r#"{"data":{"currency":"EUR"}}"#;
    let other = r#"{"data":{"amount":"12.51","currency":"EUR"}}"#;
    for (row, body, name) in [
        (&PLAIN, equal, "pending"),
        (&PLAIN, less, "pending"),
        (&PLAIN, other, "differs"),
        (&PLAIN_WRITE, equal, "done"),
        (&PLAIN_WRITE, less, "differs"),
        (&PLAIN_WRITE, other, "differs"),
    ] {
        let (core, server) = askbank(vec![cut(), json(200, body)]).await;
        let pending = lost(call(&core, row, ORDER)).await;
        assert_eq!(core.reconcile(&pending).await.expect("a state").name(), name, "{} {body}", row.id);
        assert_eq!(server.count(), 2, "it will never say more");
    }
    for body in [r#"{"error":"maintenance"}"#, r#"{"data":{"status":"PAID"}}"#] {
        let (core, _) = askbank(vec![cut(), json(200, body)]).await;
        let pending = lost(call(&core, &PLAIN, ORDER)).await;
        assert!(core.reconcile(&pending).await.is_err(), "{body}");
    }
}

#[tokio::test]
async fn a_used_reference_is_this_call_only_if_the_lookup_shows_its_amount() {
    let shown = json(200, r#"{"data":{"status":"PAID","currency":"EUR"}}"#);
    let (core, _) = askbank(vec![json(412, "{}"), shown.clone()]).await;
    let error = call(&core, &CURRENCY_ONLY, ORDER).await.expect_err("an error");
    assert_eq!((error.kind(), error.outcome().name()), (&Kind::Duplicate, "unknown"));
    // A call that names no amount has none to compare.
    let (core, _) = askbank(vec![json(412, "{}"), shown]).await;
    let answer = call(&core, &CURRENCY_ONLY, r#"{"reference":"r-1","currency":"EUR"}"#).await.expect("an answer");
    assert!(answer.is_looked_up());
}

#[tokio::test]
async fn an_absence_is_proven_after_the_documented_time_and_not_at_it() {
    let server = Server::start(vec![cut(), json(404, "{}")]).await;
    let (builder, script) = paybank(&server.url);
    let journal = Arc::new(Memory::new());
    let core = builder.max_attempts(1).timeout(Duration::from_secs(60)).journal(Arc::clone(&journal));
    let core = core.build().expect("a client");
    lost(call(&core, &PAY_SURE, ORDER)).await;
    for (wait, is_proven) in [(200_000, false), (1, true)] {
        script.advance(Duration::from_millis(wait));
        let recovery = core.recover(&*journal as &dyn Journal).await.expect("a recovery");
        let state = recovery[0].result().expect("a state");
        assert!(matches!(state, Reconciled::NotFound { proven, .. } if *proven == is_proven), "{state:?}");
        assert_eq!((state.allows_resend(), recovery[0].is_closed()), (is_proven, is_proven));
    }
    assert_eq!(journal.entries("paybank")[0].ending, Some(Ending::Refused));
}
