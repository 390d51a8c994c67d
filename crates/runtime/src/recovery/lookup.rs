//! Asks the lookup of a call until it knows enough, with growing waits.

use std::time::Duration;

use super::case::{Case, Turn};
use super::reconcile::Reconciled;
use crate::error::Facts;
use crate::model::kind::Kind;

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

impl Case<'_> {
    pub(super) async fn run(self, patience: Patience, limit: Duration) -> Result<Reconciled, Facts> {
        let missing = self.lookup.parameters.iter().any(|parameter| self.pending.value(parameter.to.name()).is_none());
        if missing {
            return Ok(Reconciled::Undecidable { reason: "the call has no value for a parameter of the lookup" });
        }
        let time = &self.ask.chain().time;
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
