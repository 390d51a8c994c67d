//! Can everything that the provider's pages describe be called?

use std::collections::{BTreeMap, BTreeSet};

use bursar::kotani::operations;

use super::{ENTRIES, entry, example, operation};
use crate::support::document;
use crate::support::server::{Server, answer};
use crate::support::tree::Tree;

/// The pages of the provider's documentation, each with the operation that it is about: `system/health -> check_health`.
const PAGES: &str = include_str!("../../pages/kotani.txt");

/// Operation by page.
fn pages() -> BTreeMap<&'static str, &'static str> {
    let rows: Vec<_> = PAGES.lines().map(|line| line.split_once(" -> ").expect("page -> operation")).collect();
    let pages: BTreeMap<_, _> = rows.iter().copied().collect();
    assert_eq!(pages.len(), rows.len(), "a page is listed twice");
    pages
}

#[test]
fn every_page_has_its_operation() {
    let pages = pages();
    let named: BTreeSet<&str> = pages.values().copied().collect();
    assert_eq!((pages.len(), named.len()), (94, 87));
    // What the table says is what the operations themselves say.
    let row = |row: &'static bursar_runtime::Operation| {
        let is_page = |alias: &&&str| alias.contains('/') && !alias.ends_with("_api/v3");
        row.aliases.iter().filter(is_page).map(|alias| (*alias, row.id))
    };
    assert_eq!(operations::ALL.iter().copied().flat_map(row).collect::<BTreeMap<_, _>>(), pages);
}

#[tokio::test]
async fn every_operation_of_a_page_can_be_called() {
    let server = Server::start(vec![answer(200, &[], "{}")]).await;
    let mut called = BTreeSet::new();
    for id in pages().into_values() {
        let documented = operation(id);
        let client = super::builder(&server.url, &super::wire::KEYS).build().expect("a client");
        let (client, arguments) = example(&documented, client);
        let before = server.exchanges().len();
        // A list cannot be read out of `{}`; that it was sent is what counts here.
        let _ = (entry(id).call)(&client, &arguments).await;
        assert_eq!(server.exchanges().len(), before + 1, "{id}");
        called.insert(id);
    }
    assert_eq!(called.len(), 87);
}

#[test]
fn table_document_and_calls_name_the_same_operations() {
    let ids = |rows: &mut dyn Iterator<Item = &'static str>| rows.collect::<BTreeSet<_>>();
    let rows = ids(&mut operations::ALL.iter().map(|row| row.id));
    assert_eq!(rows.len(), 99);
    assert_eq!(rows, ids(&mut ENTRIES.iter().map(|entry| entry.operation.id)));
    assert_eq!(rows, ids(&mut document::kotani_operations().iter().map(|operation| operation.id)));
    for row in operations::ALL {
        let node = operation(row.id).node;
        let texts = |pointer: &str| node.at(pointer).map(Tree::texts).unwrap_or_default();
        assert_eq!(texts("/x-aliases"), row.aliases, "{}", row.id);
        assert_eq!(texts("/tags"), [row.tag], "{}", row.id);
        assert_eq!(texts("/x-effect"), [format!("{:?}", row.effect).to_lowercase()], "{}", row.id);
    }
}
