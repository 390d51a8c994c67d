//! All pages of a list that a lookup asks for, within bounds.

use std::collections::HashSet;
use std::time::Duration;

use super::case::{Case, Turn};
use crate::error::Facts;
use crate::json::lenient::{Json, JsonKind};
use crate::model::kind::Kind;
use crate::model::operation::{Entries, Page};
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// So many pages of a list are read at most.
const MOST: usize = 100;

/// The pages of a list that were read.
pub(super) struct Pages {
    /// Each with the place of its list; the first is always there.
    pub(super) replies: Vec<Reply>,
    /// Whether they are all pages.
    pub(super) complete: bool,
}

/// What follows a page.
enum Next {
    End,
    Page(Turn),
    /// The list goes on, and nothing says how.
    Lost,
}

impl Case<'_> {
    /// Reads a list page by page. A page that fails, circles, pages without an end and the end of the time leave it incomplete.
    ///
    /// # Errors
    ///
    /// The first page failed, or holds no list where one has to be.
    pub(super) async fn pages(&self, entries: &Entries, limit: Duration) -> Result<Pages, Facts> {
        let clock = &self.ask.chain().time.clock;
        let end = clock.elapsed().saturating_add(limit);
        let mut pages = Pages { replies: Vec::new(), complete: false };
        let (mut turn, mut asked, mut seen) = (Turn::First, HashSet::new(), HashSet::new());
        while pages.replies.len() < MOST {
            let left = end.saturating_sub(clock.elapsed());
            if !asked.insert(turn.clone()) {
                break;
            }
            let reply = match self.page(entries, &turn, left).await {
                Ok(reply) => reply,
                Err(facts) if pages.replies.is_empty() => return Err(facts),
                Err(_) => break,
            };
            let items = items(self, entries, &reply);
            let count = items.len();
            // A page that brings nothing new goes round in a circle, whatever its link says.
            let fresh = items.into_iter().filter(|item| seen.insert(item.text().to_owned())).count();
            let next = self.next(&turn, &reply, count);
            let is_circle = fresh == 0 && count > 0;
            pages.replies.push(reply);
            match next {
                Next::End => {
                    pages.complete = true;
                    break;
                }
                Next::Page(next) if !is_circle => turn = next,
                Next::Page(_) | Next::Lost => break,
            }
        }
        Ok(pages)
    }

    /// One page. It must hold its list: an object with an error in the list's place says nothing about entries.
    async fn page(&self, entries: &Entries, turn: &Turn, limit: Duration) -> Result<Reply, Facts> {
        let reply = self.ask(turn, limit).await?;
        match envelope::find_at(self.asked, &reply, entries.items).map(|list| list.kind()) {
            Some(JsonKind::Array) => Ok(reply),
            _ => {
                Err(Facts::unsent(Kind::Decode, "the answer contains no list at the documented position")
                    .of(self.asked))
            }
        }
    }

    fn next(&self, turn: &Turn, reply: &Reply, count: usize) -> Next {
        let Some(page) = &self.asked.page else { return Next::End };
        if page.next.is_empty() {
            return self.counted(page, turn, reply, count);
        }
        let Some(next) = envelope::find_at(self.asked, reply, page.next) else { return Next::End };
        match next.scalar() {
            None if next.kind() == JsonKind::Null => Next::End,
            None => Next::Lost,
            Some(text) if text.is_empty() => Next::End,
            Some(text) if text.contains(['/', '?']) => Next::Page(Turn::Link(text.into_owned())),
            Some(text) => Next::Page(Turn::Value(text.into_owned())),
        }
    }

    /// Pages count from 1. The last is the one whose number the answer gives, else the first without entries.
    fn counted(&self, page: &Page, turn: &Turn, reply: &Reply, count: usize) -> Next {
        let number: u64 = match turn {
            Turn::First => 1,
            Turn::Value(number) => number.parse().unwrap_or(u64::MAX),
            Turn::Link(_) => return Next::Lost,
        };
        let pages = match page.pages {
            "" => None,
            pointer => envelope::text_at(self.asked, reply, pointer).and_then(|pages| pages.parse::<u64>().ok()),
        };
        match pages {
            Some(pages) if number >= pages => Next::End,
            None if count == 0 => Next::End,
            _ => Next::Page(Turn::Value(number.saturating_add(1).to_string())),
        }
    }
}

/// The entries of a page.
pub(super) fn items<'a>(case: &Case<'_>, entries: &Entries, reply: &'a Reply) -> Vec<Json<'a>> {
    let list = envelope::find_at(case.asked, reply, entries.items);
    list.and_then(Json::items).into_iter().flatten().collect()
}
