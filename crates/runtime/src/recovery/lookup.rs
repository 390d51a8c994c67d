//! One lookup: its request made from the operation's row, its answer judged by the document.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use reqwest::{Request, RequestBuilder};
use serde::Serialize;
use serde_json::value::RawValue;

use super::candidates::{Candidate, Wanted};
use super::pages::{self, Pages, Turn};
use super::reconcile::{Found, Reconciled};
use crate::call::options::Options;
use crate::client::call::Call;
use crate::client::core::Core;
use crate::error::Facts;
use crate::model::kind::Kind;
use crate::model::operation::{Absent, Effect, Entries, Lookup, Operation, Slot};
use crate::model::outcome::Pending;
use crate::model::progress::{self, Leg, Progress};
use crate::wire::compare::{Compared, Comparison};
use crate::wire::envelope;
use crate::wire::reply::Reply;
use crate::wire::request::CallError;
use crate::wire::settled;

/// The first wait between two lookups; each further one is twice as long, up to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(15);

/// How long to go on asking.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Until the fate of the call is decided.
    UntilDecided,
    /// Until the provider knows the call, decided or not.
    UntilFound,
    /// Once.
    Once,
}

/// A call to find out about, and how.
pub(super) struct Case<'a> {
    pub(super) core: &'a Core,
    pub(super) pending: &'a Pending,
    pub(super) operation: &'static Operation,
    pub(super) lookup: &'static Lookup,
    pub(super) asked: &'static Operation,
}

impl Case<'_> {
    pub(super) async fn run(self, patience: Patience, limit: Duration) -> Result<Reconciled, Facts> {
        let missing = self.lookup.parameters.iter().any(|parameter| self.pending.value(parameter.to.name()).is_none());
        if missing {
            return Ok(Reconciled::Undecidable { reason: "the call has no value for a parameter of the lookup" });
        }
        let time = &self.core.chain().time;
        let end = time.clock.elapsed().saturating_add(limit);
        let left = || end.saturating_sub(time.clock.elapsed());
        let (mut wait, mut known) = (FIRST, None);
        loop {
            let mut asked_wait = None;
            let answered = match &self.lookup.entries {
                Some(entries) => self.pages(entries, left()).await.map(|pages| self.judge_entries(entries, &pages)),
                None => {
                    let reply = self.ask(&Turn::First, left()).await.map_err(Box::new);
                    let checked = reply.and_then(|reply| self.checked(reply));
                    checked.map(|reply| self.judge(reply)).map_err(|facts| *facts)
                }
            };
            let failed = match answered {
                Ok(state) => {
                    if is_enough(patience, &state, &self) {
                        return Ok(state);
                    }
                    known = Some(state);
                    None
                }
                Err(facts) if *facts.kind() == Kind::NotFound => {
                    let state = self.absent();
                    if is_enough(patience, &state, &self) {
                        return Ok(state);
                    }
                    // What was seen before counts more.
                    known = known.filter(|known| !matches!(known, Reconciled::NotFound { .. })).or(Some(state));
                    None
                }
                Err(facts) if facts.kind().is_transient() || matches!(facts.kind(), Kind::Decode | Kind::Integrity) => {
                    asked_wait = facts.retry_after();
                    Some(facts)
                }
                Err(facts) => return Err(facts),
            };
            // Half of the wait is fixed and half is drawn, so that many clients do not ask at once.
            let next = (wait / 2 + time.jitter(wait / 2)).max(asked_wait.unwrap_or_default());
            if patience == Patience::Once || next >= left() {
                return match (known, failed) {
                    (Some(state), _) => Ok(state),
                    (None, Some(facts)) => Err(facts),
                    (None, None) => Ok(self.absent()),
                };
            }
            time.sleep.sleep(next).await;
            wait = wait.saturating_mul(2).min(LONGEST);
        }
    }

    /// Makes the lookup, or asks for a page of its list, within `limit`.
    pub(super) async fn ask(&self, turn: &Turn, limit: Duration) -> Result<Reply, Facts> {
        let request = self.request(turn).map_err(|facts| facts.of(self.asked))?;
        let request = RequestBuilder::from_parts(self.core.http().clone(), request);
        let options = self.core.options().merged(Options::new().timeout(limit));
        self.core.ask(self.asked, self.lookup, options, request).await
    }

    /// The answer, unless it is about another reference than that of the call.
    fn checked(&self, reply: Reply) -> Result<Reply, Box<Facts>> {
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
        let mut call = Call::new(self.core, self.asked);
        let mut body = BTreeMap::new();
        for parameter in self.lookup.parameters {
            let name = parameter.to.name();
            let Some(value) = self.pending.value(name) else { continue };
            let single = parameter.list && !value.starts_with('[');
            let text = if single { format!("[{value}]") } else { value.to_owned() };
            let value = RawValue::from_string(text).map_err(|_| Box::new(CallError::unwritable(name).into()))?;
            match parameter.to {
                Slot::Path(name) => call.path(name, &value),
                Slot::Query(name) => call.query(name, &value),
                Slot::Header(name) => call.header(name, &value),
                Slot::Body(pointer) => put(&mut body, pointer, value),
            }
        }
        if !body.is_empty() {
            call.json(&body);
        }
        if !pages::select(&mut call, self.asked.page.as_ref(), turn) {
            return Err(Box::new(Facts::unsent(Kind::Integrity, "the link to the next page leaves the list")));
        }
        call.request()
    }

    /// What the entries of a list say: the one that holds the call's token decides, all others are for a person.
    fn judge_entries(&self, entries: &Entries, pages: &Pages) -> Reconciled {
        let stamp = |at: SystemTime| Timestamp::try_from(at).ok();
        let date = pages.replies.last().and_then(|reply| reply.header("date"));
        let theirs = date.and_then(|date| httpdate::parse_http_date(date).ok()).and_then(stamp);
        let wanted = Wanted::new(self.pending, entries, stamp(self.core.chain().time.clock.now()), theirs);
        // An entry moves to the next page if the list grows meanwhile.
        let (mut seen, mut found) = (HashSet::new(), Vec::new());
        for reply in &pages.replies {
            let items = pages::items(self, entries, reply);
            for item in items.iter().filter(|item| !seen.contains(item.text())) {
                let verdict = settled::judge_entry(self.asked, entries.items, *item);
                let candidate = wanted.weigh(*item, verdict.as_ref().map(|verdict| verdict.progress));
                found.extend(candidate.map(|candidate| (candidate, verdict, reply)));
            }
            seen.extend(items.iter().map(|item| item.text()));
        }
        if found.iter().any(|(candidate, ..)| candidate.is_hit()) {
            found.retain(|(candidate, ..)| candidate.is_hit());
        }
        if let [(candidate, verdict, reply)] = &found[..]
            && candidate.is_hit()
            && candidate.is_likely()
        {
            let listed = if entries.booked { Progress::Done } else { Progress::Pending };
            let progress = verdict.as_ref().map_or(listed, |verdict| verdict.progress);
            let comparisons = candidate.comparisons().to_vec();
            return Reconciled::of(
                progress,
                Found { reply: Reply::clone(reply), verdict: verdict.clone(), comparisons },
            );
        }
        let mut found: Vec<Candidate> = found.into_iter().map(|(candidate, ..)| candidate).collect();
        found.sort_by_cached_key(Candidate::rank);
        match pages.replies.first() {
            Some(first) => Reconciled::Candidates { found, complete: pages.complete, reply: first.clone() },
            // There is always a first page.
            None => self.absent(),
        }
    }

    /// What an answer says.
    fn judge(&self, reply: Reply) -> Reconciled {
        let comparisons = [
            (Compared::Amount, self.pending.amount(), self.lookup.amount),
            (Compared::Currency, self.pending.currency(), self.lookup.currency),
        ];
        let comparisons = comparisons.into_iter().filter(|(.., pointer)| !pointer.is_empty());
        let comparisons = comparisons.filter_map(|(what, sent, pointer)| {
            Some(Comparison::new(what, sent?, envelope::text_at(self.asked, &reply, pointer).as_deref()))
        });
        let account = (!self.lookup.account.is_empty())
            .then(|| envelope::text_at(self.asked, &reply, self.lookup.account))
            .and_then(|found| Comparison::of_account(self.pending, found.as_deref()));
        let comparisons = comparisons.chain(account).collect();
        let verdict = match &self.lookup.settled {
            None => settled::judge(self.asked, &reply),
            // What the answer says about itself is not what it says about this call.
            Some(own) => Some(progress::judge_by(own, |pointer| envelope::text_at(self.asked, &reply, pointer))),
        };
        // A state that may be older than the call says nothing about it.
        let is_older = |leg: &Leg| {
            leg.value().is_some_and(|value| self.lookup.before.iter().any(|older| progress::is_same(older, value)))
        };
        let progress = verdict.as_ref().map(|verdict| match verdict.legs.iter().any(is_older) {
            true => Progress::Pending,
            false => verdict.progress,
        });
        let found = Found { reply, verdict, comparisons };
        let is_decided = progress.is_some_and(|progress| progress != Progress::Pending);
        match progress {
            _ if found.contradicts() || is_decided && found.differs() => Reconciled::Differs(found),
            // Nothing more is said of a call that moves no money than that it is there.
            None if self.operation.effect != Effect::Money && found.differs() => Reconciled::Differs(found),
            None if self.operation.effect != Effect::Money => Reconciled::Done(found),
            progress => Reconciled::of(progress.unwrap_or(Progress::Pending), found),
        }
    }

    /// Whether a later answer cannot decide more than this one.
    fn says_no_more(&self) -> bool {
        self.lookup.entries.is_none() && self.lookup.settled.is_none() && progress::whole(self.asked).is_none()
    }

    /// What it means that the provider does not know the call.
    fn absent(&self) -> Reconciled {
        let now = jiff::Timestamp::try_from(self.core.chain().time.clock.now()).ok();
        let age = now.zip(self.pending.sent()).and_then(|(now, sent)| now.duration_since(sent).try_into().ok());
        let visible_after = Duration::from_secs(self.lookup.visible_after.into());
        let proven = self.lookup.absent == Absent::NotApplied && age.is_some_and(|age: Duration| age > visible_after);
        Reconciled::NotFound { proven, age: age.unwrap_or_default(), visible_after }
    }
}

/// Whether there is no point in asking again.
fn is_enough(patience: Patience, state: &Reconciled, case: &Case<'_>) -> bool {
    match state {
        // A lookup without `x-settled` will never say more.
        Reconciled::Pending(_) => patience == Patience::UntilFound || case.says_no_more(),
        Reconciled::NotFound { proven, .. } => *proven,
        Reconciled::Candidates { found, .. } => found.iter().any(|one| one.is_likely() || one.is_hit()),
        // What has ended but may be corrected later is final for now: the provider may take days.
        _ => true,
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

impl Found {
    /// Whether this is the call beyond doubt: all that could be compared agrees, the amount among it if the call names one.
    pub(crate) fn is_surely_the(&self, call: &Pending) -> bool {
        let has_amount = |comparison: &Comparison| comparison.what() == Compared::Amount;
        !self.differs() && (call.amount().is_none() || self.comparisons.iter().any(has_amount))
    }

    /// The answer for the caller of the call itself, after `attempts` sends.
    pub(crate) fn into_reply(self, attempts: u32) -> Reply {
        self.reply.after(attempts)
    }
}
