//! Where a provider knows no reference: is its list read whole, and are entries told apart by what they show?

use std::time::Duration;

use bursar_runtime::{Candidate, Kind, Progress, Reason, Reconciled};

use crate::money::*;
use crate::support::*;

const SENT: &str = r#"{"amount":12.50,"currency":"EUR","account":"a-1","user":7}"#;

/// The call of this body without an answer, looked up with these answers.
async fn listed(body: &'static str, steps: Vec<Step>) -> (Result<Reconciled, Kind>, Vec<Seen>) {
    let server = Server::start([vec![cut()], steps].concat()).await;
    let (builder, _) = paybank(&server.url);
    let core = builder.timeout(Duration::from_secs(100)).build().expect("a client");
    let pending = lost(send(&core, body)).await;
    let state = core.reconcile(&pending).await.map_err(|error| error.kind().clone());
    (state, server.seen().split_off(1))
}

async fn found(body: &'static str, steps: Vec<Step>) -> (Vec<Candidate>, bool, usize) {
    let (state, seen) = listed(body, steps).await;
    let Ok(Reconciled::Candidates { found, complete, .. }) = state else { panic!("{state:?}") };
    (found, complete, seen.len())
}

fn ids(found: &[Candidate]) -> Vec<serde_json::Value> {
    let id = |it: &Candidate| serde_json::from_str::<serde_json::Value>(it.json()).expect("JSON")["id"].clone();
    found.iter().map(id).collect()
}

fn list(entries: &str, next: &str) -> Step {
    json(200, &format!(r#"{{"next":{next},"list":[{entries}]}}"#))
}

#[tokio::test]
async fn entries_are_ranked_by_what_speaks_for_them_and_differences_are_named() {
    let entries = r#"
        {"id":1,"amount":-12.5,"currency":"EUR","at":"1994-11-05"},
        {"id":2,"amount":-12.50,"currency":"EUR","at":"1994-11-06T08:50:37Z","way":"out","from":"A-1"},
        {"id":3,"amount":-12.51,"currency":"EUR","at":"1994-11-06T08:50:37Z"},
        {"id":4,"amount":-12.50,"currency":"USD","at":"1994-11-06T08:50:37Z"},
        {"id":5,"amount":12.50,"currency":"EUR","at":"1994-11-06T08:50:37Z"},
        {"id":6,"amount":-12.50,"currency":"EUR","at":"1994-11-06T08:50:37Z","way":"in"},
        {"id":7,"amount":-12.50,"currency":"EUR","at":"1994-11-01T08:50:37Z"},
        {"id":8,"amount":-12.50,"currency":"EUR","at":"1994-12-06T08:50:37Z"},
        {"id":9,"amount":-12.50},
        {"id":10,"amount":-12.50,"currency":"EUR","at":"1994-11-06T08:50:37Z","from":"a-2"},
        {"id":11,"amount":-12.50,"currency":"EUR","at":"1994-11-06T08:50:37Z","way":"card"},
        {"id":12,"amount":-12.51,"currency":"EUR","at":"1994-12-06T08:50:37Z"}"#;
    let (state, seen) = listed(SENT, vec![list(entries, "null")]).await;
    let Ok(Reconciled::Candidates { found, complete: true, .. }) = state else { panic!("{state:?}") };
    // Money that came in, entries of another account and purchases by card are not the call; what was there before neither.
    assert_eq!(ids(&found), [2, 1, 8, 9, 3, 4]);
    let apart = Duration::from_secs(60);
    let all = [Reason::Amount, Reason::Currency, Reason::Account, Reason::Direction, Reason::Time { apart }];
    assert_eq!(found[0].reasons(), all);
    assert_eq!(found[3].reasons(), [Reason::Amount, Reason::Direction]);
    let differs = |index: usize| found[index].differences().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(differs(0).is_empty());
    assert_eq!(differs(4), ["amount 12.50 was sent, the answer contains 12.51"]);
    assert_eq!(differs(5), ["currency EUR was sent, the answer contains USD"]);
    assert!(!format!("{found:?}").contains("12.5"));
    assert_eq!(
        (seen[0].line.as_str(), seen[0].header("x-desk")),
        ("POST /movements?branch=b%2F1 HTTP/1.1", Some("d-1"))
    );
    assert_eq!(seen[0].body, r#"{"filter":{"accounts":["a-1"]},"user":7}"#);
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn of_equal_entries_the_closest_in_time_is_the_likeliest() {
    let entries = r#"
        {"id":1,"amount":-12.50,"at":"1994-11-06T09:49:37Z"},
        {"id":2,"amount":-12.50,"at":"1994-11-06T08:49:30Z"},
        {"id":3,"amount":-12.50,"at":"1994-11-06T08:52:37Z"}"#;
    let (found, ..) = found(SENT, vec![list(entries, "null")]).await;
    assert_eq!(ids(&found), [2, 3, 1]);
}

#[tokio::test]
async fn an_entry_is_too_old_by_a_day_and_a_half_and_late_by_five_days() {
    // Sent at 08:49:37 on 6 November.
    for (at, shown, is_near) in [
        ("1994-11-04T20:49:36Z", false, false),
        ("1994-11-04T20:49:37Z", true, true),
        ("1994-11-11T08:49:37Z", true, true),
        ("1994-11-11T08:49:38Z", true, false),
    ] {
        let (found, ..) = found(SENT, vec![list(&format!(r#"{{"id":1,"amount":-12.50,"at":"{at}"}}"#), "null")]).await;
        assert_eq!(found.len(), usize::from(shown), "{at}");
        let has_time = |it: &Candidate| it.reasons().iter().any(|reason| matches!(reason, Reason::Time { .. }));
        assert_eq!(found.iter().any(has_time), is_near, "{at}");
    }
}

#[tokio::test]
async fn a_word_for_the_direction_counts_more_than_a_sign() {
    for (row, entry, direction) in [
        (&SEND, r#""amount":12.50,"way":"OUT""#, Some(true)),
        (&SEND, r#""amount":-12.50,"way":"In""#, Some(false)),
        (&SEND, r#""amount":-12.50,"way":"card""#, Some(false)),
        (&SEND, r#""amount":-12.50,"way":"odd""#, Some(true)),
        (&SEND, r#""amount":12.50,"way":"odd""#, Some(false)),
        (&SEND, r#""amount":12.50"#, Some(false)),
        (&SEND_BY_ID, r#""amount":-12.50"#, Some(true)),
        (&SEND_BY_ID, r#""amount":12.50"#, None),
        (&SEND_BY_ID, r#""amount":12.50,"way":"in""#, Some(false)),
    ] {
        let server = Server::start(vec![cut(), list(&format!("{{{entry}}}"), "null")]).await;
        let core = paybank(&server.url).0.timeout(Duration::from_secs(100)).build().expect("a client");
        let state = core.reconcile(&lost(send_by(&core, row, SENT)).await).await.expect("a state");
        let Reconciled::Candidates { found, reply, .. } = &state else { panic!("{state:?}") };
        assert_eq!(found.is_empty(), direction == Some(false), "{entry}");
        let went_out = found.iter().any(|it| it.reasons().contains(&Reason::Direction));
        assert_eq!(went_out, direction == Some(true), "{entry}");
        assert_eq!(state.reply().map(|first| first.bytes()), Some(reply.bytes()));
    }
}

const OURS: &str = r#"{"id":1,"amount":-12.50,"currency":"EUR"}"#;
const OTHER: &str = r#"{"id":2,"amount":-99,"currency":"EUR","way":"in"}"#;

#[tokio::test]
async fn a_list_is_complete_only_if_all_its_pages_were_read() {
    let link = r#""/movements?branch=b%2F1&page=2""#;
    // By a link, and by a number.
    for next in [link, "2", r#""2""#] {
        let (found, complete, asked) = found(SENT, vec![list(OTHER, next), list(OURS, "null")]).await;
        assert_eq!((ids(&found), complete, asked), (vec![1.into()], true, 2), "{next}");
    }
    for next in [link, "2", r#""2""#] {
        let (_, seen) = listed(SENT, vec![list(OTHER, next), list(OURS, "null")]).await;
        assert_eq!(seen[1].line, "POST /movements?branch=b%2F1&page=2 HTTP/1.1", "{next}");
    }
    // A link that leads elsewhere, a page that fails, pages that go round in a circle.
    let other = r#"{"id":3,"amount":-12.50}"#;
    for steps in [
        vec![list(OURS, r#""/p2""#)],
        vec![list(OURS, link), json(500, "{}")],
        vec![list(OURS, link), json(200, r#"{"error":{"list":[]}}"#)],
        vec![list(OURS, link), list(OURS, r#""/movements?page=3""#)],
        vec![list(OURS, "2"), list(other, "3"), list(OURS, "4")],
        vec![list(OURS, r#"{"page":2}"#)],
    ] {
        let (found, complete, asked) = found(SENT, steps).await;
        assert!(!found.is_empty() && !complete && asked <= 6, "{found:?} {complete} {asked}");
    }
}

#[tokio::test]
async fn pages_without_an_end_are_left_after_a_bounded_number() {
    let server = Server::answering(|number, _| match number {
        0 => cut(),
        number => list(&format!(r#"{{"id":{number},"amount":-12.50}}"#), &(number + 1).to_string()),
    })
    .await;
    let core = paybank(&server.url).0.build().expect("a client");
    let pending = lost(send(&core, SENT)).await;
    let state = core.reconcile(&pending).await.expect("a state");
    assert!(matches!(state, Reconciled::Candidates { complete: false, .. }) && server.count() == 101, "{state:?}");
}

#[tokio::test]
async fn what_is_no_list_says_nothing_about_entries() {
    for body in [
        r#"{"error":"maintenance"}"#,
        r#"{"list":{"error":"maintenance"}}"#,
        r#"{"list":null}"#,
        r#"{"data":{"list":[]}}"#,
        "{}",
        "[]",
    ] {
        let (state, seen) = listed(SENT, vec![json(200, body)]).await;
        assert!(matches!(state, Err(Kind::Decode | Kind::Timeout)), "{body}: {state:?}");
        assert!(seen.len() > 2);
    }
}

#[tokio::test]
async fn a_list_without_a_likely_candidate_is_read_again_and_proves_nothing() {
    let weak = r#"{"id":1,"amount":-12.51,"at":"1994-11-06T08:50:37Z"}"#;
    let (late, complete, asked) = found(SENT, vec![list("", "null"), list(weak, "null"), list(OURS, "null")]).await;
    assert_eq!((ids(&late), complete, asked), (vec![1.into()], true, 3));
    let (none, complete, asked) = found(SENT, vec![list("", "null")]).await;
    assert!(none.is_empty() && complete && asked > 2);
}

#[tokio::test]
async fn a_wrong_clock_hides_no_entry() {
    // The client believes that it is 6 November; the provider knows better, before or after the call was made.
    let entry = r#"{"id":1,"amount":-12.50,"at":"1994-11-01T08:50:37Z"}"#;
    let body = format!(r#"{{"next":null,"list":[{entry}]}}"#);
    for (date, shown) in [("Tue, 01 Nov 1994 08:49:37 GMT", 1), ("Sun, 06 Nov 1994 08:49:37 GMT", 0)] {
        let headers = [("content-type", "application/json"), ("date", date)];
        let (found, ..) = found(SENT, vec![answer(200, &headers, &body)]).await;
        assert_eq!(found.len(), shown, "{date}");
        assert!(found.iter().all(|it| it.reasons() == [Reason::Amount, Reason::Direction]));
    }
}

#[tokio::test]
async fn a_call_that_was_sent_by_a_wrong_clock_stays_so_in_storage() {
    // An answer shows that the clock is wrong; the call's own answer is lost, and the list's has no date.
    let headers = [("content-type", "application/json"), ("date", "Tue, 01 Nov 1994 08:49:37 GMT")];
    for (date, is_wrong) in [(&headers[..], true), (&headers[..1], false)] {
        let entry = r#"{"id":1,"amount":-12.50,"at":"1994-11-01T08:50:37Z"}"#;
        let server = Server::start(vec![answer(200, date, "{}"), cut(), list(entry, "null")]).await;
        let core = paybank(&server.url).0.timeout(Duration::from_secs(100)).build().expect("a client");
        let _ = call(&core, &ADD, "{}").await;
        let stored = serde_json::to_string(&lost(send(&core, SENT)).await).expect("JSON");
        assert_eq!(stored.contains("wrong_clock"), is_wrong, "{stored}");
        let pending = serde_json::from_str(&stored).expect("a pending");
        let state = core.reconcile(&pending).await.expect("a state");
        let Reconciled::Candidates { found, .. } = state else { panic!("{state:?}") };
        assert_eq!(found.len(), usize::from(is_wrong));
    }
}

#[tokio::test]
async fn an_order_for_a_later_day_is_found_on_that_day() {
    let later = r#"{"amount":12.50,"currency":"EUR","account":"a-1","user":7,"date":"1994-12-06T10:00:00Z"}"#;
    let entries =
        r#"{"id":1,"amount":-12.51,"at":"1994-12-06T10:01:00Z"},{"id":2,"amount":-12.51,"at":"1994-12-20T10:01:00Z"}"#;
    let (found, ..) = found(later, vec![list(entries, "null")]).await;
    assert_eq!(ids(&found), [1]);
    assert!(found[0].reasons().contains(&Reason::Time { apart: Duration::from_secs(60) }), "{found:?}");
}

#[tokio::test]
async fn an_entry_that_failed_is_no_money_that_left() {
    let server = Server::start(vec![
        cut(),
        list(
            r#"{"id":1,"amount":-12.50,"currency":"EUR","status":"refused"},{"id":2,"amount":-12.50,"status":"booked"}"#,
            "null",
        ),
    ])
    .await;
    let core = paybank(&server.url).0.build().expect("a client");
    let pending = lost(send_by(&core, &SEND_KEYED, SENT)).await;
    let Ok(Reconciled::Candidates { found, .. }) = core.reconcile(&pending).await else { panic!("candidates") };
    assert_eq!(ids(&found), [2, 1]);
    assert_eq!([found[0].state(), found[1].state()], [Some(Progress::Done), Some(Progress::Failed)]);
}
