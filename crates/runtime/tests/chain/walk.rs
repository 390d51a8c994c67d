//! Lists that go on by a link: every item once, one page at a time, and nowhere else.

use bursar_runtime::{Empty, Kind, List, Outcome, Paged, Walk, lenient_object};
use serde::Serialize;

use crate::support::*;

#[derive(Debug, Default, Serialize)]
pub(crate) struct Page {
    next: Option<String>,
    total: Option<u64>,
    results: List<u32>,
}

lenient_object!(Page { "next" => next, "total" => total, "results" => results });

impl Paged for Page {
    type Item = u32;
    type Id = u32;

    fn open(self) -> (Vec<u32>, Option<String>, Option<u64>) {
        (self.results.into_vec(), self.next, self.total)
    }

    /// Zero stands for an item without an id.
    fn id(item: &u32) -> Option<u32> {
        Some(*item).filter(|id| *id != 0)
    }
}

fn page(next: &str, total: u32, results: &[u32]) -> Step {
    json(200, &format!(r#"{{"next":{next},"total":{total},"results":{results:?}}}"#))
}

fn walk(url: &str) -> Walk<Page, Empty> {
    Walk::new(&core(url), &LIST_ENTRIES).path("id", 7)
}

async fn all(walk: &mut Walk<Page, Empty>) -> Vec<u32> {
    let mut found = Vec::new();
    while let Some(item) = walk.next().await.expect("an item") {
        found.push(item);
    }
    found
}

fn lines(server: &Server) -> Vec<String> {
    server.seen().into_iter().map(|seen| seen.line).collect()
}

#[tokio::test]
async fn a_page_is_asked_for_when_the_one_before_is_used_up() {
    let second = page("null", 3, &[3]);
    let server = Server::start(vec![page(r#""/things/7/entries?page=2&size=a%26b""#, 3, &[1, 2]), second]).await;
    let mut walk = walk(&server.url);
    assert_eq!(server.count(), 0);
    for item in [1, 2] {
        assert_eq!(walk.next().await.expect("an item"), Some(item));
        assert_eq!(server.count(), 1);
    }
    assert_eq!(all(&mut walk).await, [3]);
    assert_eq!(walk.next().await.expect("the end"), None);
    assert_eq!(lines(&server), ["GET /things/7/entries HTTP/1.1", "GET /things/7/entries?page=2&size=a%26b HTTP/1.1"]);
    assert_eq!(server.seen()[1].header("token"), Some("SECRET-token"));
    assert_eq!(format!("{walk:?}"), "Walk(list_entries, 3 given)");
}

#[tokio::test]
async fn what_comes_again_at_a_border_is_left_out() {
    let next = |number: u32| format!(r#""?page={number}""#);
    let script = vec![
        page(&next(2), 9, &[1, 2, 2]),
        page(&next(3), 9, &[2, 1]),
        page(&next(4), 9, &[3, 0, 0]),
        page("null", 9, &[3, 4]),
    ];
    let server = Server::start(script).await;
    assert_eq!(all(&mut walk(&server.url)).await, [1, 2, 3, 0, 0, 4]);
    assert_eq!(server.count(), 4);
}

#[tokio::test]
async fn the_walk_ends_when_all_there_are_were_given() {
    let server = Server::start(vec![page(r#""?page=2""#, 4, &[1, 2]), page(r#""?page=3""#, 4, &[3, 4])]).await;
    assert_eq!(all(&mut walk(&server.url)).await, [1, 2, 3, 4]);
    assert_eq!(server.count(), 2, "the third page is not asked for");
}

#[tokio::test]
async fn a_link_may_have_or_lack_the_path_of_the_base() {
    for link in ["/base/things/7/entries?page=2", "/things/7/entries/?page=2", "entries?page=2", "?page=2"] {
        let server = Server::start(vec![page(&format!("{link:?}"), 2, &[1]), page("null", 2, &[2])]).await;
        assert_eq!(all(&mut walk(&format!("{}/base", server.url))).await, [1, 2], "{link}");
        assert_eq!(lines(&server)[1], "GET /base/things/7/entries?page=2 HTTP/1.1");
    }
}

#[tokio::test]
async fn a_link_to_another_place_is_not_followed() {
    for link in [
        "https://evil.example/things/7/entries?page=2",
        "//evil.example/things/7/entries?page=2",
        "/things/8/entries?page=2",
        "/things/7",
        "/things/7/entries/../../8/entries",
        "http://user@127.0.0.1/things/7/entries",
        "http://[",
    ] {
        let server = Server::start(vec![page(&format!("{link:?}"), 2, &[1])]).await;
        let mut walk = walk(&server.url);
        assert_eq!(walk.next().await.expect("an item"), Some(1), "{link}");
        let error = walk.next().await.expect_err(link);
        assert_eq!((error.kind(), error.outcome(), server.count()), (&Kind::Integrity, Outcome::NotSent, 1), "{link}");
        assert!(!error.to_string().contains("evil"), "{error}");
    }
}

#[tokio::test]
async fn a_link_that_leads_in_a_circle_is_an_error() {
    let server = Server::start(vec![page(r#""?page=2""#, 9, &[1]), page(r#""?page=2""#, 9, &[2])]).await;
    let mut walk = walk(&server.url);
    assert_eq!(walk.next().await.expect("an item"), Some(1));
    assert_eq!(walk.next().await.expect("an item"), Some(2));
    for _ in 0..2 {
        let error = walk.next().await.expect_err("a circle");
        assert_eq!((error.kind(), error.outcome()), (&Kind::Integrity, Outcome::NotSent));
        assert!(error.to_string().contains("the links to the next pages form a cycle"), "{error}");
    }
    assert_eq!(server.count(), 2, "a link is followed once");
}

#[tokio::test]
async fn a_circle_of_several_pages_ends_with_an_error() {
    let server = Server::answering(|number, _| {
        let next = if number % 2 == 0 { 2 } else { 3 };
        page(&format!(r#""?page={next}""#), 9, &[number as u32 + 1])
    })
    .await;
    let mut walk = walk(&server.url);
    for item in [1, 2, 3] {
        assert_eq!(walk.next().await.expect("an item"), Some(item));
    }
    assert_eq!(walk.next().await.expect_err("a circle").kind(), Kind::Integrity);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn empty_pages_with_ever_new_links_end_with_an_error() {
    let server = Server::answering(|number, _| page(&format!(r#""?page={number}""#), 9, &[])).await;
    let mut walk = walk(&server.url);
    for _ in 0..2 {
        let error = walk.next().await.expect_err("no end");
        assert_eq!((error.kind(), server.count()), (&Kind::Integrity, 100));
        assert!(error.to_string().contains("100 consecutive pages contained no new items"), "{error}");
    }
}

#[tokio::test]
async fn some_empty_pages_between_full_ones_are_no_fault() {
    let server = Server::answering(|number, _| match number {
        0..=198 if number % 100 != 99 => page(&format!(r#""?page={number}""#), 9, &[]),
        0..=198 => page(&format!(r#""?page={number}""#), 9, &[1]),
        _ => page("null", 9, &[2]),
    })
    .await;
    assert_eq!(all(&mut walk(&server.url)).await, [1, 2]);
}

#[tokio::test]
async fn after_an_error_the_same_page_is_tried_again() {
    let script = vec![page(r#""?page=2""#, 2, &[1]), json(404, ""), page("null", 2, &[2])];
    let server = Server::start(script).await;
    let mut walk = walk(&server.url);
    assert_eq!(walk.next().await.expect("an item"), Some(1));
    assert_eq!(walk.next().await.expect_err("a refusal").kind(), Kind::NotFound);
    assert_eq!(all(&mut walk).await, [2]);
}
