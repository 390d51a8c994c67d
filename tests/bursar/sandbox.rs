//! Do the typed clients and the sandbox, which knows only the documents, agree about every operation?
//!
//! Each operation is called with the document's examples in a world of its own. A recording server stands between client and sandbox, so
//! that what is said about requests is said about bytes. What happens to money stands in each provider's own folder.

use std::collections::BTreeSet;

use bursar_sandbox::{Builder, Sandbox};

use crate::providers::{self, per_provider};
use crate::support::document::operation;
use crate::support::example::example;
use crate::support::provider::{Api, Fake, Keys, Provider, payload};
use crate::support::tree::Tree;
use bursar_support::{Server, Step};

per_provider!(async every_operation_is_answered_as_documented);

async fn every_operation_is_answered_as_documented(provider: &Provider) {
    if provider.sandbox.is_none() {
        return;
    }
    walk(provider, |builder| builder, &[], |_, _, _| {}).await;
}

/// A provider without a fake is named here, so that none is forgotten.
#[test]
fn every_provider_has_a_fake() {
    let without = providers::ALL.iter().filter(|provider| provider.sandbox.is_none()).map(|provider| provider.name);
    assert_eq!(without.collect::<Vec<_>>(), [""; 0]);
}

/// A sandbox, the recorder in front of it, and a client.
struct World {
    sandbox: Sandbox,
    recorder: Server,
    api: Api,
}

impl World {
    /// One for an operation, with the credentials that it takes.
    async fn new(provider: &Provider, fake: &Fake, id: &str, builder: Builder) -> Self {
        let sandbox = builder.start().await.expect("a sandbox");
        let recorder = Server::before(&(fake.url)(&sandbox), vec![Step::Forward]).await;
        let keys = fake.other_keys.iter().find(|(of, _)| *of == id).map_or(fake.keys, |(_, keys)| *keys);
        let api = (provider.open)(&recorder.url, &Keys::named(keys)).expect("a client");
        Self { sandbox, recorder, api }
    }

    fn violations(&self) -> Vec<String> {
        self.sandbox.violations().iter().map(ToString::to_string).collect()
    }
}

/// Calls every operation with its example, after what has to come before it, and shows the status and the body that came.
pub(crate) async fn walk(
    provider: &Provider,
    settings: impl Fn(Builder) -> Builder,
    without_evidence: &[&str],
    check: impl Fn(&str, u16, &Tree),
) {
    let fake = provider.fake();
    let before = |id: &str| fake.before.iter().find(|(of, _)| *of == id).map_or(&[][..], |(_, ids)| *ids);
    let mut unanswered = BTreeSet::new();
    for row in provider.operations {
        let world = World::new(provider, fake, row.id, settings(Sandbox::builder())).await;
        for first in before("").iter().chain(before(row.id)).filter(|first| **first != row.id) {
            let (api, arguments) =
                example(provider, &operation(provider.name, first), world.api.with(Default::default()));
            let result = api.call(first, &arguments).await;
            assert!(result.is_ok(), "{first} before {}: {result:?}", row.id);
        }
        let calls = world.recorder.exchanges().len();
        let documented = operation(provider.name, row.id);
        let (api, arguments) = example(provider, &documented, world.api.with(Default::default()));
        let result = api.call(row.id, &arguments).await;
        assert_eq!(world.violations(), [""; 0], "{}", row.id);
        assert_eq!(world.recorder.exchanges().len(), calls + 1, "{}: requests on the wire", row.id);
        if fake.unanswered.iter().any(|(id, _)| *id == row.id) {
            assert!(result.is_err(), "{} is answered, and listed as unanswered", row.id);
            let said = world.recorder.exchanges().pop().expect("an exchange").answer.line;
            let is_documented =
                documented.answers().iter().any(|answer| said.contains(&format!(" {} ", answer.status)));
            assert!(is_documented, "{}: {said}", row.id);
            unanswered.insert(row.id);
            continue;
        }
        if without_evidence.contains(&row.id) {
            let error = result.expect_err("nothing in the answer shows that it is one");
            assert!(error.to_string().contains("none of the documented members"), "{}: {error}", row.id);
            continue;
        }
        let answer = result.unwrap_or_else(|error| panic!("{}: {error}", row.id));
        // What the provider sent is what the client read; text is handed over as it came.
        let raw = std::str::from_utf8(answer.raw()).expect("text");
        let said = world.recorder.exchanges().pop().expect("an exchange").answer;
        assert_eq!(said.body, raw, "{}", row.id);
        let is_text = documented.success().schema.is_none() && !raw.is_empty();
        let body = if is_text { Tree::Text(raw.to_owned()) } else { Tree::parse(raw) };
        if !is_text {
            let lost = payload(row, &body).1.differences_but_nulls(&Tree::parse(&answer.json));
            assert_eq!(lost, [""; 0], "{}: {body} {}", row.id, answer.json);
        }
        let status = answer.status().as_u16();
        assert!(documented.answers().iter().any(|answer| answer.status == status), "{}: {status}", row.id);
        check(row.id, status, &body);
    }
    let listed: BTreeSet<&str> = fake.unanswered.iter().map(|(id, _)| *id).collect();
    assert_eq!(unanswered, listed);
}
