//! Lists that go on by a link: one item at a time, one page in memory.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::marker::PhantomData;

use serde::Serialize;
use serde_json::Value;

use crate::client::call::Call;
use crate::client::core::Core;
use crate::error::Error;
use crate::model::operation::Operation;
use crate::wire::decode::{Answer, ErrorBody};

/// A page of a list.
pub trait Paged: Answer + Serialize {
    /// The type of the items.
    type Item;
    /// The type of the ids that distinguish items.
    type Id: Eq + Hash;

    /// Returns the items, the link to the next page, and the total number of items.
    fn open(self) -> (Vec<Self::Item>, Option<String>, Option<u64>);

    /// The item's id. Items without an id are never duplicates.
    fn id(item: &Self::Item) -> Option<Self::Id>;
}

/// So many pages in a row may hold nothing new.
const EMPTY_PAGES: u32 = 100;

/// So many links are remembered at once; a longer list forgets them all and begins again, so a circle of fewer pages is always met.
const REMEMBERED: usize = 16_384;

/// Iterates over the items of a paginated list, page by page on demand.
///
/// It ends with a page without a link, or after the total number of items. An item that is repeated on the same or the next page, because the list grew,
/// is omitted. A link is followed once, and only to the operation that it came from. A cycle, or a hundred consecutive pages without new items, is an
/// error.
pub struct Walk<P: Paged, E> {
    core: Core,
    operation: &'static Operation,
    path: Vec<(&'static str, Value)>,
    state: State,
    items: std::vec::IntoIter<P::Item>,
    /// Ids of the last page.
    known: HashSet<P::Id>,
    links: Links,
    /// Pages in a row that held nothing new.
    empty: u32,
    given: u64,
    errors: PhantomData<fn() -> E>,
}

enum State {
    Start,
    Link(String),
    /// The list cannot be walked any further.
    Broken(&'static str),
    End,
}

/// The links that were followed, as hashes.
#[derive(Default)]
struct Links {
    seen: HashSet<u64>,
    hasher: RandomState,
}

impl Links {
    /// Remembers a link; `false` if it was followed before.
    fn add(&mut self, link: &str) -> bool {
        if self.seen.len() >= REMEMBERED {
            self.seen.clear();
        }
        self.seen.insert(self.hasher.hash_one(link))
    }
}

impl<P: Paged, E: ErrorBody> Walk<P, E> {
    /// Creates an iterator from the first page of an operation's list.
    pub fn new(core: &Core, operation: &'static Operation) -> Self {
        Self {
            core: core.clone(),
            operation,
            path: Vec::new(),
            state: State::Start,
            items: Vec::new().into_iter(),
            known: HashSet::new(),
            links: Links::default(),
            empty: 0,
            given: 0,
            errors: PhantomData,
        }
    }

    /// Sets a parameter of the path.
    #[must_use]
    pub fn path(mut self, name: &'static str, value: impl Serialize) -> Self {
        // What cannot be written is null here, which the call refuses to put into a path.
        self.path.push((name, serde_json::to_value(value).unwrap_or_default()));
        self
    }

    /// Returns the next item; `None` at the end.
    ///
    /// After an error of a call, the next call requests the same page again.
    ///
    /// # Errors
    ///
    /// As the operation; [`Kind::Integrity`](crate::Kind::Integrity), with nothing sent, if the link leaves the list, links form a cycle, or pages contain
    /// no new items.
    pub async fn next(&mut self) -> Result<Option<P::Item>, Error<E>> {
        loop {
            if let Some(item) = self.items.next() {
                return Ok(Some(item));
            }
            if matches!(self.state, State::End) {
                return Ok(None);
            }
            self.turn().await?;
        }
    }

    /// Gets the next page.
    async fn turn(&mut self) -> Result<(), Error<E>> {
        if let State::Broken(fault) = self.state {
            return Err(Error::integrity(self.operation, fault));
        }
        let mut call = Call::new(&self.core, self.operation);
        for (name, value) in &self.path {
            call.path(name, value);
        }
        if let State::Link(link) = &self.state
            && !call.follow(link)
        {
            return Err(Error::integrity(self.operation, "the link to the next page leaves the list"));
        }
        let (items, next, total) = call.send::<P, E>().await?.into_inner().open();
        let mut ids = HashSet::new();
        let is_new = |item: &P::Item| P::id(item).is_none_or(|id| !self.known.contains(&id) && ids.insert(id));
        let fresh: Vec<P::Item> = items.into_iter().filter(is_new).collect();
        self.given += fresh.len() as u64;
        self.empty = if fresh.is_empty() { self.empty + 1 } else { 0 };
        let is_whole = total.is_some_and(|total| self.given >= total);
        self.state = match next.filter(|next| !next.is_empty() && !is_whole) {
            None => State::End,
            Some(next) if !self.links.add(&next) => State::Broken("the links to the next pages form a cycle"),
            Some(_) if self.empty >= EMPTY_PAGES => State::Broken("100 consecutive pages contained no new items"),
            Some(next) => State::Link(next),
        };
        self.known = ids;
        self.items = fresh.into_iter();
        Ok(())
    }
}

impl<P: Paged, E> fmt::Debug for Walk<P, E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Walk({}, {} given)", self.operation.id, self.given)
    }
}
