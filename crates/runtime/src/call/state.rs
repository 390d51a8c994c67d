//! The state of one call, shared by all its attempts, whichever layer asks for them.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use reqwest::Request;

use super::asked_wait::asked_wait;
use super::chain::Chain;
use super::failure::Failure;
use super::options::Options;
use super::sends::{Sends, Verdict};
use crate::error::{Facts, Phase};
use crate::journal::lease::Held;
use crate::model::kind::Kind;
use crate::model::operation::{Effect, LookupParameter, Operation, Remembered, Slot};
use crate::model::outcome::{Outcome, Pending};
use crate::wire::asked::Parts;
use crate::wire::compare::{Comparison, contradictions};
use crate::wire::envelope;
use crate::wire::pending::pending;
use crate::wire::reply::Reply;

/// Message for a refused operation that succeeds only once.
const USED_UP: &str = "refused, but the operation succeeds only once, and an earlier attempt may have succeeded";

/// One call: its operation, its options, and what is known of it so far.
pub(crate) struct CallState {
    pub(super) chain: Arc<Chain>,
    pub(super) operation: &'static Operation,
    pub(super) options: Options,
    /// When the total timeout is over, by the client's clock.
    deadline: Duration,
    uuid: OnceLock<HeaderValue>,
    sent: Mutex<Sends>,
    /// What the pipeline last said to the caller's middleware, in case they make something else of it.
    last: Mutex<Option<Result<Reply, Failure>>>,
    /// The request as it was first asked for, kept if the call may take effect.
    asked: OnceLock<Request>,
    /// The call's entry in the journal.
    entry: OnceLock<Held>,
    /// The lookup whose answer counts as that of the call.
    lookup: OnceLock<&'static Operation>,
    /// What the lookup said if the reference belongs to another call.
    another: OnceLock<String>,
}

impl CallState {
    pub(crate) fn new(operation: &'static Operation, options: Options, chain: &Arc<Chain>) -> Arc<Self> {
        Arc::new(Self {
            chain: Arc::clone(chain),
            operation,
            deadline: chain.time.clock.elapsed().saturating_add(options.total()),
            options,
            uuid: OnceLock::new(),
            sent: Mutex::default(),
            last: Mutex::default(),
            asked: OnceLock::new(),
            entry: OnceLock::new(),
            lookup: OnceLock::new(),
            another: OnceLock::new(),
        })
    }

    /// Takes over the request of a call that may take effect, because what became of it may have to be found out; leaves any other.
    pub(super) fn keep(&self, request: &mut Option<Request>) {
        if self.operation.effect != Effect::Read
            && self.asked.get().is_none()
            && let Some(request) = request.take()
        {
            self.asked.get_or_init(|| request);
        }
    }

    /// The request as it was first asked for, if the call may take effect.
    pub(crate) fn asked(&self) -> Option<&Request> {
        self.asked.get()
    }

    pub(super) fn entry(&self) -> &OnceLock<Held> {
        &self.entry
    }

    /// What is needed to find out what became of the call.
    pub(super) fn pending(&self, sent_at: SystemTime) -> Pending {
        let (asked, account) = (self.asked().map(Parts::from), self.chain.account());
        let mut pending = pending(self.operation, &self.chain.base, asked, sent_at, account);
        if let Some(held) = self.entry.get() {
            pending.set_entry(held.id().to_owned());
        }
        pending.set_wrong_clock(self.chain.time.is_wrong());
        let lookup = self.operation.idempotency.as_ref().and_then(|idempotency| idempotency.lookup.as_ref());
        for parameter in lookup.map_or(&[][..], |lookup| lookup.parameters) {
            let name = parameter.to.name();
            let given = self.options.lookup_value_of(name).map(str::to_owned);
            if let Some(value) = given.or_else(|| self.recalled(parameter)) {
                pending.set_value(name, &value);
            }
        }
        pending
    }

    /// What is needed to follow the call after its answer.
    pub(crate) fn followed(&self) -> Pending {
        let sent_at = self.sent().first_sent();
        self.pending(sent_at.unwrap_or_else(|| self.chain.time.clock.now()))
    }

    /// An id that an earlier answer gave for what the call names.
    fn recalled(&self, parameter: &LookupParameter) -> Option<String> {
        let named = Parts::from(self.asked()?).text(&self.chain.base, self.operation, parameter.from);
        match parameter.remembered {
            "" => None,
            name => self.chain.memory.find(name, &named?),
        }
    }

    /// Remembers the ids that an answer gives for later calls.
    pub(crate) fn learn(&self, reply: &Reply) {
        for Remembered { name, by, by_answer, value } in self.operation.remembers {
            let asked = || Parts::from(self.asked()?).text(&self.chain.base, self.operation, Slot::Body(by));
            let of = if *by_answer { envelope::text_at(self.operation, reply, by) } else { asked() };
            if let Some((of, id)) = of.zip(envelope::text_at(self.operation, reply, value)) {
                self.chain.memory.keep(name, of, id);
            }
        }
    }

    /// Whether an answer says that the provider has something under this call's reference, or has done already what works only once.
    ///
    /// That may be an attempt of this call, a call of an earlier process, or another call: the answer does not tell them apart.
    pub(super) fn is_duplicate(&self, reply: &Reply) -> bool {
        let Some(_) = &self.operation.idempotency else { return false };
        let may_move = self.operation.effect == Effect::Money;
        let is_error = !reply.status().is_success() || envelope::reports_failure(self.operation, reply);
        is_error && self.kind_of(reply) == Kind::Duplicate && (may_move || self.sent().is_keyed())
    }

    /// What to look up before an answer that says "duplicate" means anything.
    pub(crate) fn duplicate(&self, reply: &Reply) -> Option<Pending> {
        let sent_at = self.is_duplicate(reply).then(|| self.sent().first_sent()).flatten()?;
        Some(self.pending(sent_at))
    }

    /// What to look up after an answer that says "too soon after a similar call": that may have been this very call, of an earlier process.
    pub(crate) fn similar(&self, reply: &Reply) -> Option<Pending> {
        let is_error = !reply.status().is_success();
        let is_similar = is_error && matches!(self.kind_of(reply), Kind::TooSoon { .. }) && self.sent().is_keyed();
        let sent_at = is_similar.then(|| self.sent().first_sent()).flatten()?;
        Some(self.pending(sent_at))
    }

    /// The lookup has found something under the reference. If it shows another amount, currency or account, this call was never applied.
    pub(crate) fn belongs_to_another(&self, differing: &[String]) {
        if differing.is_empty() {
            return;
        }
        self.another.get_or_init(|| format!("the reference belongs to another call: {}", differing.join("; ")));
    }

    /// The operation whose answer there is: the call's own, or the lookup that found it.
    pub(crate) fn answering(&self) -> &'static Operation {
        self.lookup.get().copied().unwrap_or(self.operation)
    }

    pub(crate) fn is_looked_up(&self) -> bool {
        self.lookup.get().is_some()
    }

    /// Takes the answer of a lookup for that of the call.
    pub(crate) fn answered_by(&self, lookup: &'static Operation, reply: Reply) -> Reply {
        self.lookup.get_or_init(|| lookup);
        reply.after(self.sent().sends())
    }

    /// What the answer contradicts, where the document says that both are equal. A lookup's answer has been compared before.
    pub(crate) fn contradictions(&self, reply: &Reply) -> Vec<Comparison> {
        if self.is_looked_up() {
            return Vec::new();
        }
        let asked = self.asked().map(Parts::from);
        asked.map(|asked| contradictions(self.operation, &self.chain.base, asked, reply)).unwrap_or_default()
    }

    /// Time until the total timeout.
    pub(crate) fn remaining(&self) -> Duration {
        self.deadline.saturating_sub(self.chain.time.clock.elapsed())
    }

    /// The call's UUID, the same in every attempt.
    pub(super) fn uuid(&self) -> HeaderValue {
        let random = || HeaderValue::from_str(self.chain.time.uuid().hyphenated().encode_lower(&mut [0; 36]));
        // Hexadecimal digits and dashes always make a header value.
        self.uuid.get_or_init(|| random().unwrap_or(HeaderValue::from_static(""))).clone()
    }

    pub(super) fn sent(&self) -> MutexGuard<'_, Sends> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what the pipeline says to the caller's middleware.
    pub(super) fn remember(&self, result: Result<Reply, Failure>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }

    /// What the pipeline last said to the caller's middleware.
    pub(super) fn recall(&self) -> Option<Result<Reply, Failure>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The kind of an error answer: the provider's own codes first, then the status.
    pub(super) fn kind_of(&self, reply: &Reply) -> Kind {
        let status = reply.status();
        let duplicate = self.operation.idempotency.as_ref().is_some_and(|key| key.duplicate.contains(&status.as_u16()));
        let effect = self.operation.effect;
        match (self.chain.provider.kind)(reply) {
            Some(kind) => kind.fitting(effect),
            None if duplicate => Kind::Duplicate,
            None => Kind::of(status, effect),
        }
    }

    /// Status and kind of what an attempt, or the whole chain, came to; no kind for a success.
    pub(super) fn verdict(&self, result: &Result<Reply, Failure>) -> (Option<u16>, Option<Kind>) {
        match result {
            Ok(reply) if reply.status().is_success() => (Some(reply.status().as_u16()), None),
            Ok(reply) => (Some(reply.status().as_u16()), Some(self.kind_of(reply))),
            Err(failure) => (failure.status.map(|status| status.as_u16()), failure.kind.clone()),
        }
    }

    /// Time since the call began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.options.total().saturating_sub(self.remaining())
    }

    /// How many times the call was sent so far.
    pub(crate) fn sends(&self) -> u32 {
        self.sent().sends()
    }

    /// The kind of a refusal as far as a repeat goes: an answer that the credentials' source calls their end counts as a 401.
    pub(super) fn refusal_of(&self, reply: &Reply) -> Kind {
        let ended = self.chain.auth.as_ref().is_some_and(|auth| auth.has_ended(self.operation, reply));
        if ended { Kind::Unauthenticated } else { self.kind_of(reply) }
    }

    /// Everything there is to say about the failed call.
    pub(crate) fn facts(&self, failure: Failure) -> Facts {
        let sent = self.sent();
        let another = self.another.get();
        let verdict = if another.is_some() { Verdict::Refused } else { sent.verdict(self.operation.effect) };
        let Failure { kind, phase, status, message, source, reply, wait, .. } = failure;
        let is_used_up = verdict == Verdict::Unknown
            && self.operation.works_once()
            && reply.as_ref().is_some_and(|reply| reply.status().is_client_error());
        let used_up = is_used_up.then_some(USED_UP.into());
        let message = another.map(|said| said.clone().into()).or(message).or(used_up);
        let kind = match kind.or_else(|| reply.as_ref().map(|reply| self.kind_of(reply))) {
            // The status alone says nothing, but the document does, or nothing could happen.
            Some(Kind::OutcomeUnknown) if verdict != Verdict::Unknown => Kind::INVALID,
            Some(kind) if verdict == Verdict::Unknown => {
                if is_used_up && kind != Kind::Duplicate {
                    Kind::OutcomeUnknown
                } else {
                    kind.doubted()
                }
            }
            kind => kind.unwrap_or(Kind::OutcomeUnknown),
        };
        let sent_at = sent.first_sent().unwrap_or_else(|| self.chain.time.clock.now());
        let outcome = match verdict {
            Verdict::NotSent => Outcome::NotSent,
            Verdict::Refused => Outcome::Refused,
            Verdict::Unknown => Outcome::Unknown(self.pending(sent_at)),
        };
        let asked = || reply.as_ref().and_then(|reply| asked_wait(&self.chain, reply));
        let retry_after = wait.or_else(asked).or_else(|| kind.wait());
        Facts {
            code: reply.as_ref().and_then(|reply| reply.code()),
            row: Some(self.operation),
            provider: self.operation.provider,
            operation: self.operation.id,
            kind,
            phase: phase.unwrap_or(if sent.may_have_left() { Phase::NoAnswer } else { Phase::NotSent }),
            outcome,
            status: status.or_else(|| reply.as_ref().map(|reply| reply.status())),
            retry_after,
            attempts: sent.sends(),
            keyed: sent.is_keyed(),
            held_back: sent.held_back(),
            reply: reply.map(|reply| *reply),
            message,
            source,
        }
    }
}
