//! The state of one call, shared by all its attempts, whichever layer asks for them.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use http::HeaderValue;

use super::gate::Gate;
use super::{Chain, Failure, retry};
use crate::error::{Facts, Outcome, Phase};
use crate::kind::Kind;
use crate::operation::Operation;
use crate::options::Options;
use crate::reply::Reply;

/// One call: its operation, its options, and what is known of it so far.
pub(crate) struct Call {
    pub(super) chain: Arc<Chain>,
    pub(super) operation: &'static Operation,
    pub(super) options: Options,
    /// When the total timeout is over, by the client's clock.
    deadline: Duration,
    uuid: OnceLock<HeaderValue>,
    gate: Mutex<Gate>,
    /// What the chain last said to the caller's middleware, in case they make something else of it.
    last: Mutex<Option<Result<Reply, Failure>>>,
}

impl Call {
    pub(crate) fn new(operation: &'static Operation, options: Options, chain: &Arc<Chain>) -> Arc<Self> {
        Arc::new(Self {
            chain: Arc::clone(chain),
            operation,
            deadline: chain.time.clock.elapsed().saturating_add(options.total()),
            options,
            uuid: OnceLock::new(),
            gate: Mutex::default(),
            last: Mutex::default(),
        })
    }

    /// What is called.
    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Time until the total timeout.
    pub(super) fn remaining(&self) -> Duration {
        self.deadline.saturating_sub(self.chain.time.clock.elapsed())
    }

    /// The call's UUID, the same in every attempt.
    pub(super) fn uuid(&self) -> HeaderValue {
        let random = || HeaderValue::from_str(self.chain.time.uuid().hyphenated().encode_lower(&mut [0; 36]));
        // Hexadecimal digits and dashes always make a header value.
        self.uuid.get_or_init(|| random().unwrap_or(HeaderValue::from_static(""))).clone()
    }

    pub(super) fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what the chain says to the caller's middleware.
    pub(super) fn remember(&self, result: Result<Reply, Failure>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }

    /// What the chain last said to the caller's middleware.
    pub(super) fn recall(&self) -> Option<Result<Reply, Failure>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The kind of an error answer: the provider's own codes first, then the status.
    pub(super) fn kind_of(&self, reply: &Reply) -> Kind {
        let status = reply.status();
        let duplicate = self.operation.idempotency.as_ref().is_some_and(|key| key.duplicate.contains(&status.as_u16()));
        match (self.chain.provider.kind)(reply) {
            Some(kind) => kind,
            None if duplicate => Kind::Duplicate,
            None => Kind::of(status),
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
        self.gate().sends()
    }

    /// The kind of a refusal as far as a repeat goes: an answer that the credentials' source calls their end counts as a 401.
    pub(super) fn refusal_of(&self, reply: &Reply) -> Kind {
        let ended = self.chain.auth.as_ref().is_some_and(|auth| auth.has_ended(self.operation, reply));
        if ended { Kind::Unauthenticated } else { self.kind_of(reply) }
    }

    /// Everything there is to say about the failed call.
    pub(crate) fn facts(&self, failure: Failure) -> Facts {
        let gate = self.gate();
        let outcome = gate.outcome(self.operation.effect);
        let Failure { kind, phase, status, message, source, reply, wait, .. } = failure;
        let kind = match kind.or_else(|| reply.as_ref().map(|reply| self.kind_of(reply))) {
            // The status alone says nothing, but the document does, or nothing could happen.
            Some(Kind::OutcomeUnknown) if outcome != Outcome::Unknown => Kind::INVALID,
            kind => kind.unwrap_or(Kind::OutcomeUnknown),
        };
        Facts {
            provider: self.operation.provider,
            operation: self.operation.id,
            kind,
            phase: phase.unwrap_or(if gate.may_have_left() { Phase::NoAnswer } else { Phase::NotSent }),
            outcome,
            status: status.or_else(|| reply.as_ref().map(|reply| reply.status())),
            retry_after: wait.or_else(|| reply.as_ref().and_then(|reply| retry::asked_wait(self, reply))),
            attempts: gate.sends(),
            keyed: gate.is_keyed(),
            held_back: gate.held_back(),
            reply: reply.map(|reply| *reply),
            message,
            source,
        }
    }
}
