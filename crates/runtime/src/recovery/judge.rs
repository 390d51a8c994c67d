//! What the answer to a lookup says about the call.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::candidates::{Candidate, Wanted};
use super::case::Case;
use super::pages::{self, Pages};
use super::reconcile::{Found, Reconciled};
use crate::model::operation::{Absent, Effect, Entries};
use crate::model::progress::{self, Leg, Progress};
use crate::wire::compare::{Compared, Comparison};
use crate::wire::envelope;
use crate::wire::reply::Reply;
use crate::wire::settled;

impl Case<'_> {
    /// What the entries of a list say: the one that holds the call's token decides, all others are for a person.
    pub(super) fn judge_entries(&self, entries: &Entries, pages: &Pages) -> Reconciled {
        let stamp = |at: SystemTime| Timestamp::try_from(at).ok();
        let date = pages.replies.last().and_then(|reply| reply.header("date"));
        let theirs = date.and_then(|date| httpdate::parse_http_date(date).ok()).and_then(stamp);
        let wanted = Wanted::new(self.pending, entries, stamp(self.ask.chain().time.clock.now()), theirs);
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
                Found { reply: Reply::clone(reply), verdict: verdict.clone(), comparisons, waits: false },
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
    pub(super) fn judge(&self, reply: Reply) -> Reconciled {
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
        let is_before = verdict.as_ref().is_some_and(|verdict| verdict.legs.iter().any(is_older));
        let progress = verdict.as_ref().map(|verdict| if is_before { Progress::Pending } else { verdict.progress });
        let waits = is_before && self.operation.works_once();
        let found = Found { reply, verdict, comparisons, waits };
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
    pub(super) fn says_no_more(&self) -> bool {
        self.lookup.entries.is_none() && self.lookup.settled.is_none() && progress::whole(self.asked).is_none()
    }

    /// What it means that the provider does not know the call.
    pub(super) fn absent(&self) -> Reconciled {
        let now = jiff::Timestamp::try_from(self.ask.chain().time.clock.now()).ok();
        let age = now.zip(self.pending.sent()).and_then(|(now, sent)| now.duration_since(sent).try_into().ok());
        let visible_after = Duration::from_secs(self.lookup.visible_after.into());
        let proven = self.lookup.absent == Absent::NotApplied && age.is_some_and(|age: Duration| age > visible_after);
        Reconciled::NotFound { proven, age: age.unwrap_or_default(), visible_after }
    }
}
