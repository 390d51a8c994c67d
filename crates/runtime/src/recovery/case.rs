//! The request of one lookup, made from the operation's row.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Request;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::call::ask::Ask;
use crate::call::options::Options;
use crate::error::Facts;
use crate::model::kind::Kind;
use crate::model::operation::{Lookup, Operation, Page, Slot};
use crate::model::outcome::Pending;
use crate::wire::compare::{Compared, Comparison};
use crate::wire::draft::Draft;
use crate::wire::envelope;
use crate::wire::reply::Reply;
use crate::wire::request::CallError;

/// A call to find out about, and how.
pub(super) struct Case<'a> {
    pub(super) ask: &'a dyn Ask,
    pub(super) options: &'a Options,
    pub(super) pending: &'a Pending,
    pub(super) operation: &'static Operation,
    pub(super) lookup: &'static Lookup,
    pub(super) asked: &'static Operation,
}

/// What selects a page.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Turn {
    First,
    /// A link of the page before.
    Link(String),
    /// A number or cursor for the page's parameter.
    Value(String),
}

impl Case<'_> {
    /// Makes the lookup, or asks for a page of its list, within `limit`.
    pub(super) async fn ask(&self, turn: &Turn, limit: Duration) -> Result<Reply, Facts> {
        let request = self.request(turn).map_err(|facts| facts.of(self.asked))?;
        let options = self.options.merged(Options::new().timeout(limit));
        self.ask.ask(self.asked, self.lookup, options, request).await
    }

    /// The answer, unless it is about another reference than that of the call.
    pub(super) fn checked(&self, reply: Reply) -> Result<Reply, Box<Facts>> {
        let found = match self.lookup.reference {
            "" => None,
            pointer => envelope::text_at(self.asked, &reply, pointer),
        };
        match self.pending.reference().zip(found) {
            Some((sent, found)) if sent.trim() != found.trim() => {
                let compared = Comparison::new(Compared::Reference, sent, Some(&found));
                Err(Box::new(Facts::unsent(Kind::Integrity, compared.to_string()).of(self.asked)))
            }
            _ => Ok(reply),
        }
    }

    fn request(&self, turn: &Turn) -> Result<Request, Box<Facts>> {
        let chain = self.ask.chain();
        let mut draft = Draft::new(&chain.base, chain.paths.of(self.asked), self.asked, &*chain.time.rng);
        let mut body = BTreeMap::new();
        for parameter in self.lookup.parameters {
            let name = parameter.to.name();
            let Some(value) = self.pending.value(name) else { continue };
            let single = parameter.list && !value.starts_with('[');
            let text = if single { format!("[{value}]") } else { value.to_owned() };
            let value = RawValue::from_string(text).map_err(|_| Box::new(CallError::unwritable(name).into()))?;
            match parameter.to {
                Slot::Path(name) => draft.path(name, &value),
                Slot::Query(name) => draft.query(name, &value),
                Slot::Header(name) => draft.header(name, &value),
                Slot::Body(pointer) => put(&mut body, pointer, value),
            }
        }
        if !body.is_empty() {
            draft.json(&body);
        }
        if !select(&mut draft, self.asked.page.as_ref(), turn) {
            return Err(Box::new(Facts::unsent(Kind::Integrity, "the link to the next page leaves the list")));
        }
        draft.request(self.options.checks_requests()).map_err(|fault| Box::new(fault.into()))
    }
}

/// Puts what selects a page into a request. `false` if its link leads elsewhere.
fn select(draft: &mut Draft<'_>, page: Option<&'static Page>, turn: &Turn) -> bool {
    match (turn, page) {
        (Turn::First, _) => true,
        (Turn::Link(link), _) => draft.follow(link),
        (Turn::Value(value), Some(page)) if !page.parameter.starts_with('/') => {
            draft.query(page.parameter, value);
            true
        }
        _ => false,
    }
}

/// A request body on its way from pointers to JSON; values keep their text.
#[derive(Serialize)]
#[serde(untagged)]
enum Node {
    Value(Box<RawValue>),
    Object(BTreeMap<String, Node>),
}

fn put(body: &mut BTreeMap<String, Node>, pointer: &str, value: Box<RawValue>) {
    let mut keys = pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"));
    let Some(first) = keys.next() else { return };
    let rest: Vec<String> = keys.collect();
    let mut slot = body.entry(first).or_insert_with(|| Node::Object(BTreeMap::new()));
    for key in rest {
        if let Node::Value(_) = slot {
            *slot = Node::Object(BTreeMap::new());
        }
        let Node::Object(members) = slot else { return };
        slot = members.entry(key).or_insert_with(|| Node::Object(BTreeMap::new()));
    }
    *slot = Node::Value(value);
}
