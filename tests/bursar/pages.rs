//! Can everything that a provider's pages describe be called?

use std::collections::{BTreeMap, BTreeSet};

use bursar_runtime::Operation;

use crate::providers::per_provider;
use crate::support::document::{self, operation};
use crate::support::example::example;
use crate::support::provider::Provider;
use crate::support::tree::Tree;
use crate::support::workspace::read;
use bursar_support::{Server, json_with as answer};

per_provider!(fn every_page_has_its_operation, async every_operation_of_a_page_can_be_called, fn table_document_and_calls_name_the_same_operations);

/// Pages and the operations that each describes: `system/health -> check_health`. A `#` begins a remark, `none` is no operation of ours.
fn pages(provider: &Provider) -> BTreeMap<String, Vec<String>> {
    let text = read(format!("tests/pages/{}.txt", provider.name));
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.contains(" -> none"));
    let rows = lines.map(|line| {
        let (page, ids) = line.split_once(" -> ").unwrap_or_else(|| panic!("no page -> operation: {line}"));
        (page.to_owned(), ids.split(", ").map(str::to_owned).collect())
    });
    let rows: Vec<(String, Vec<String>)> = rows.collect();
    let pages: BTreeMap<_, _> = rows.iter().cloned().collect();
    assert_eq!(pages.len(), rows.len(), "a page is listed twice");
    pages
}

/// The operations that the pages describe.
fn described(provider: &Provider) -> BTreeSet<String> {
    pages(provider).into_values().flatten().collect()
}

/// A normalised route: without names of parameters, a trailing slash, or a remark.
fn plain(route: &str) -> String {
    let route = route.split(" (").next().unwrap_or(route).trim_end_matches('/');
    let pieces = route.split('{').enumerate();
    let nameless = |(at, piece): (usize, &str)| match piece.split_once('}') {
        Some((_, rest)) if at > 0 => format!("{{}}{rest}"),
        _ => piece.to_owned(),
    };
    pieces.map(nameless).collect()
}

/// Whether a page calls an operation by a name that it goes by: `Confirm Payout [settlePayout]`, `2.1 GET /api/accounts, Accept v2`.
fn is_about(page: &str, row: &Operation) -> bool {
    let route = plain(&format!("{} {}", row.method, row.path));
    let has_route = page.split(", ").map(plain).any(|part| part == route || part.ends_with(&format!(" {route}")));
    let has_name = |name: &&str| page == *name || page.ends_with(&format!("[{name}]"));
    has_route || row.aliases.iter().any(has_name)
}

fn every_page_has_its_operation(provider: &Provider) {
    let (pages, described) = (pages(provider), described(provider));
    assert_eq!((pages.len(), described.len()), provider.pages.counts);
    for (page, ids) in &pages {
        for id in ids {
            let row = provider.operations.iter().find(|row| row.id == id);
            let row = row.unwrap_or_else(|| panic!("{page}: there is no operation {id}"));
            assert!(is_about(page, row), "{page} is not about {id}");
        }
    }
    let without: BTreeSet<&str> = provider.pages.without.iter().map(|(id, _)| *id).collect();
    let missing = provider.operations.iter().map(|row| row.id).filter(|id| !described.contains(*id));
    assert_eq!(missing.collect::<BTreeSet<_>>(), without);
    // Where aliases are addresses of pages, there are no others.
    let is_page = |alias: &&&str| alias.contains('/') && !alias.ends_with("_api/v3");
    let aliases =
        provider.operations.iter().flat_map(|row| row.aliases.iter().filter(is_page).map(|alias| (*alias, row.id)));
    let stray =
        aliases.filter(|(alias, id)| provider.pages.aliases && pages.get(*alias).is_none_or(|ids| ids != &[*id]));
    assert_eq!(stray.collect::<Vec<_>>(), []);
}

async fn every_operation_of_a_page_can_be_called(provider: &Provider) {
    let server = Server::start(vec![answer(200, &[], "{}")]).await;
    let mut called = BTreeSet::new();
    for id in described(provider) {
        let documented = operation(provider.name, &id);
        let (api, arguments) = example(provider, &documented, provider.client(&server.url));
        let before = server.exchanges().len();
        // A list cannot be read out of `{}`; that it was sent is what counts here.
        let _ = api.call(&id, &arguments).await;
        assert_eq!(server.exchanges().len(), before + 1, "{id}");
        called.insert(id);
    }
    assert_eq!(called.len(), provider.pages.counts.1);
}

fn table_document_and_calls_name_the_same_operations(provider: &Provider) {
    let ids = |rows: &mut dyn Iterator<Item = &'static str>| rows.collect::<BTreeSet<_>>();
    let rows = ids(&mut provider.operations.iter().map(|row| row.id));
    assert_eq!(rows.len(), provider.operations.len());
    assert_eq!(rows.len(), provider.pages.counts.1 + provider.pages.without.len());
    assert_eq!(rows, ids(&mut (provider.codecs)().iter().map(|codec| codec.operation.id)));
    assert_eq!(rows, ids(&mut document::operations(provider.name).iter().map(|operation| operation.id)));
    for row in provider.operations {
        let documented = operation(provider.name, row.id);
        let texts = |pointer: &str| documented.node.at(pointer).map(Tree::texts).unwrap_or_default();
        assert_eq!(texts("/x-aliases"), row.aliases, "{}", row.id);
        assert_eq!(texts("/tags"), [row.tag], "{}", row.id);
        assert_eq!(texts("/x-effect"), [format!("{:?}", row.effect).to_lowercase()], "{}", row.id);
        let headers: BTreeSet<String> = documented.answers().into_iter().flat_map(|answer| answer.headers).collect();
        assert_eq!(headers.iter().collect::<Vec<_>>(), row.answer_headers, "{}", row.id);
    }
}
