//! Is the list of a lookup read to its end, page by page, and no further?

use std::sync::LazyLock;
use std::time::Duration;

use bursar_runtime::{Core, Operation, Page, Provider, Reconciled};

use crate::money::*;
use crate::support::*;

/// A call whose lookup reads a list with pages of this kind.
fn sends(id: &'static str, operation: &'static str) -> Operation {
    let mut row = Operation { id, ..SEND.clone() };
    if let Some(lookup) = row.idempotency.as_mut().and_then(|idempotency| idempotency.lookup.as_mut()) {
        lookup.operation = operation;
    }
    row
}

fn lists(id: &'static str, parameter: &'static str, next: &'static str, pages: &'static str) -> Operation {
    Operation { id, page: Some(Page { parameter, items: "/list", next, pages }), ..LIST.clone() }
}

/// Pages are named by the page before, counted, or named by a value that a query cannot hold.
static BY_NEXT: LazyLock<Operation> = LazyLock::new(|| sends("by_next", "named"));
static BY_NUMBER: LazyLock<Operation> = LazyLock::new(|| sends("by_number", "counted"));
static IN_BODY: LazyLock<Operation> = LazyLock::new(|| sends("in_body", "bodied"));
static NAMED: LazyLock<Operation> = LazyLock::new(|| lists("named", "page", "/next", ""));
static COUNTED: LazyLock<Operation> = LazyLock::new(|| lists("counted", "page", "", "/pages"));
static BODIED: LazyLock<Operation> = LazyLock::new(|| lists("bodied", "/page", "/next", ""));

static LISTBANK: LazyLock<Provider> = LazyLock::new(|| Provider {
    operations: Vec::leak(
        [&BY_NEXT, &BY_NUMBER, &IN_BODY, &NAMED, &COUNTED, &BODIED]
            .into_iter()
            .map(|row| -> &Operation { row })
            .collect(),
    ),
    ..*PAYBANK
});

const SENT: &str = r#"{"amount":12.50,"currency":"EUR","account":"a-1","user":7}"#;
const OURS: &str = r#"{"id":1,"amount":-12.50,"currency":"EUR"}"#;
const OTHER: &str = r#"{"id":2,"amount":-99,"currency":"EUR","way":"in"}"#;

/// Whether the list of the call was read whole, and the pages that were asked for.
async fn read(row: &'static LazyLock<Operation>, steps: Vec<Step>) -> (bool, Vec<String>) {
    let server = Server::start([vec![cut()], steps].concat()).await;
    let script = Script::new(Duration::from_secs(8));
    let builder = on_script(Core::builder(&LISTBANK).base_url(&server.url), &script);
    let core = builder.timeout(Duration::from_secs(100)).build().expect("a client");
    let state = core.reconcile(&lost(send_by(&core, row, SENT)).await).await.expect("a state");
    let Reconciled::Candidates { complete, found, .. } = state else { panic!("{state:?}") };
    assert_eq!(found.iter().filter(|it| it.differences().is_empty()).count(), 1, "{found:?}");
    let page = |seen: &Seen| {
        let query = seen.line.split(' ').nth(1).expect("a target").split_once("branch=b%2F1").expect("the branch").1;
        query.trim_start_matches('&').to_owned()
    };
    (complete, server.seen()[1..].iter().map(page).collect())
}

fn list(entries: &str, more: &str) -> Step {
    json(200, &format!(r#"{{"list":[{entries}]{more}}}"#))
}

#[tokio::test]
async fn pages_that_are_counted_end_at_the_number_that_the_answer_names_or_at_an_empty_page() {
    for (steps, asked) in [
        (vec![list(OURS, r#","pages":1"#)], vec![""]),
        (vec![list(OTHER, r#","pages":2"#), list(OURS, r#","pages":2"#)], vec!["", "page=2"]),
        (vec![list(OTHER, r#","pages":"2""#), list(OURS, r#","pages":"2""#)], vec!["", "page=2"]),
        (vec![list(OURS, ""), list(OTHER, ""), list("", "")], vec!["", "page=2", "page=3"]),
    ] {
        assert_eq!(read(&BY_NUMBER, steps).await, (true, asked.into_iter().map(str::to_owned).collect()));
    }
}

#[tokio::test]
async fn pages_that_are_named_end_where_none_is_named() {
    for (steps, asked) in [
        (vec![list(OURS, "")], vec![""]),
        (vec![list(OURS, r#","next":null"#)], vec![""]),
        (vec![list(OURS, r#","next":"""#)], vec![""]),
        (vec![list(OTHER, r#","next":"c=7""#), list(OURS, "")], vec!["", "page=c%3D7"]),
        // An empty page is not the last one.
        (vec![list(OTHER, r#","next":2"#), list("", r#","next":3"#), list(OURS, "")], vec!["", "page=2", "page=3"]),
    ] {
        assert_eq!(read(&BY_NEXT, steps).await, (true, asked.into_iter().map(str::to_owned).collect()));
    }
}

#[tokio::test]
async fn pages_that_go_round_in_a_circle_are_left_and_prove_nothing() {
    let other = |id: u32| format!(r#"{{"id":{id},"amount":-99,"currency":"EUR","way":"in"}}"#);
    for (steps, asked) in [
        // The same entries under names that are always new.
        (vec![list(OURS, r#","next":2"#), list(OURS, r#","next":3"#), list(OURS, "")], vec!["", "page=2"]),
        // A page that names itself.
        (vec![list(OURS, r#","next":2"#), list(&other(3), r#","next":2"#), list(&other(4), "")], vec!["", "page=2"]),
    ] {
        assert_eq!(read(&BY_NEXT, steps).await, (false, asked.into_iter().map(str::to_owned).collect()));
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_asked_for_leaves_the_list_incomplete() {
    assert_eq!(read(&IN_BODY, vec![list(OURS, r#","next":2"#)]).await, (false, vec![String::new()]));
}
