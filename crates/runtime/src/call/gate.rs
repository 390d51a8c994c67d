//! The last place before the wire: nothing passes twice that may take effect twice, whichever layer asks.

use std::time::SystemTime;

use reqwest::Request;

use super::{Call, Failure, lease};
use crate::model::kind::Kind;
use crate::model::operation::{Effect, StatusMeaning};
use crate::wire::asked::Parts;
use crate::wire::envelope;
use crate::wire::reply::Reply;

/// What is known of a call's sends so far.
#[derive(Default)]
pub(super) struct Gate {
    sends: u32,
    /// Sends that left this machine, or may have.
    left: u32,
    /// Sends whose fate is open: under way, unanswered, or answered in a way that says nothing.
    open: u32,
    /// An answer said that the call was accepted.
    accepted: bool,
    /// It was sent again after a refusal other than for authentication or a one-time password, so a later refusal proves nothing.
    doubtful: bool,
    /// Kind of the last answer that refused the call.
    refusal: Option<Kind>,
    /// The one repeat after a refusal for missing authentication, or for a missing one-time password, has been used.
    signed_in_again: bool,
    gave_password: bool,
    /// New credentials, or a one-time password, have been asked for.
    asked_to_sign_in: bool,
    asked_for_password: bool,
    /// The caller's reference as it was sent first.
    reference: Option<String>,
    first_sent: Option<SystemTime>,
    held_back: bool,
}

/// Lets a request pass, or refuses a retry that may take effect twice.
pub(super) fn pass(call: &Call, request: &Request) -> Result<(), Failure> {
    // Checked a second time here, because credentials are on the request by now.
    if !call.chain.base.is_origin_of(request.url()) {
        return Err(Failure::refused(
            Kind::Config,
            "the source of the credentials changed the destination of the request",
        ));
    }
    // It was confirmed a moment ago; the process may have been paused since.
    if lease::is_over(call) {
        return Err(Failure::lease_over());
    }
    let reference = Parts::from(request).reference(&call.chain.base, call.operation);
    let mut gate = call.gate();
    if gate.sends > 0 && !gate.allows_repeat(call.operation.effect, reference.as_deref()) {
        gate.held_back = true;
        return Err(Failure::held_back());
    }
    if gate.sends == 0 {
        gate.reference = reference;
        gate.first_sent = Some(call.chain.time.clock.now());
    }
    let refusal = gate.refusal.take();
    gate.doubtful |= refusal.is_some_and(|kind| !matches!(kind, Kind::Unauthenticated | Kind::OtpRequired));
    gate.sends += 1;
    gate.left += 1;
    gate.open += 1;
    Ok(())
}

/// Notes what became of the request that passed last. One that is dropped on its way is never noted: its fate stays open.
pub(super) fn note(call: &Call, result: &Result<Reply, Failure>) {
    let fate = match result {
        Ok(reply) => Fate::of(call, reply),
        Err(failure) if failure.unsent => Fate::Unsent,
        Err(_) => Fate::Open,
    };
    let refusal = match (&fate, result) {
        (Fate::Refused, Ok(reply)) => Some(call.refusal_of(reply)),
        _ => None,
    };
    let mut gate = call.gate();
    gate.refusal = refusal;
    match fate {
        Fate::Open => {}
        Fate::Unsent => {
            gate.left -= 1;
            gate.open -= 1;
        }
        Fate::Refused => gate.open -= 1,
        Fate::Accepted => {
            gate.open -= 1;
            gate.accepted = true;
        }
    }
}

impl Gate {
    pub(super) fn sends(&self) -> u32 {
        self.sends
    }

    pub(super) fn may_have_left(&self) -> bool {
        self.left > 0
    }

    pub(super) fn is_keyed(&self) -> bool {
        self.reference.is_some()
    }

    /// When the first attempt went out, by the client's clock.
    pub(super) fn first_sent(&self) -> Option<SystemTime> {
        self.first_sent
    }

    pub(super) fn held_back(&self) -> bool {
        self.held_back
    }

    /// Whether the same request may go out again without another reason.
    pub(super) fn repeat_is_harmless(&self, effect: Effect) -> bool {
        effect == Effect::Read || self.left == 0 || self.reference.is_some()
    }

    /// Whether a refusal of this kind is worth asking for new credentials: once per call and kind, and only if a repeat would pass.
    pub(super) fn may_renew(&mut self, effect: Effect, kind: &Kind) -> bool {
        let would_pass = effect == Effect::Read || (self.refusal.is_some() && self.open == 0 && !self.accepted);
        let once = match kind {
            Kind::Unauthenticated => &mut self.asked_to_sign_in,
            Kind::OtpRequired => &mut self.asked_for_password,
            _ => return false,
        };
        would_pass && !std::mem::replace(once, true)
    }

    fn allows_repeat(&mut self, effect: Effect, reference: Option<&str>) -> bool {
        if effect == Effect::Read || self.left == 0 {
            return true;
        }
        // A layer that makes up a new reference for each attempt has made it another call.
        if reference.is_some() && reference == self.reference.as_deref() {
            return true;
        }
        let once = match self.refusal {
            Some(Kind::Unauthenticated) => &mut self.signed_in_again,
            Some(Kind::OtpRequired) => &mut self.gave_password,
            _ => return false,
        };
        self.open == 0 && !self.accepted && !std::mem::replace(once, true)
    }

    /// Whether a call that failed may have taken effect.
    pub(super) fn verdict(&self, effect: Effect) -> Verdict {
        if self.left == 0 {
            Verdict::NotSent
        } else if effect != Effect::Read && (self.open > 0 || self.accepted || self.doubtful) {
            Verdict::Unknown
        } else {
            Verdict::Refused
        }
    }
}

/// Whether a call that failed may have taken effect, before it is said how to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    NotSent,
    Refused,
    Unknown,
}

impl Verdict {
    /// As [`Outcome::name`](crate::Outcome::name).
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// What became of one send.
enum Fate {
    /// Nothing left this machine.
    Unsent,
    /// The provider refused.
    Refused,
    /// The provider accepted.
    Accepted,
    /// Nobody can tell.
    Open,
}

impl Fate {
    /// What an answer says: by the document, otherwise by the default of the status; a code with an unknown outcome overrides both.
    fn of(call: &Call, reply: &Reply) -> Self {
        let operation = call.operation;
        let status = reply.status().as_u16();
        let success = reply.status().is_success();
        if success && !envelope::reports_failure(operation, reply) {
            return Self::Accepted;
        }
        // Who used the reference before, perhaps this very call, is for the lookup to say.
        if (call.chain.provider.kind)(reply) == Some(Kind::OutcomeUnknown) || call.is_duplicate(reply) {
            return Self::Open;
        }
        // What works only once is refused afterwards because it worked.
        let one_time = operation.idempotency.as_ref().is_some_and(|key| key.one_time.contains(&status));
        let covers = |(first, last, _): &&(u16, u16, StatusMeaning)| (*first..=*last).contains(&status);
        let stated = operation.outcomes.iter().find(covers).map(|(_, _, meaning)| meaning);
        let refused = match stated {
            Some(StatusMeaning::Unknown) => false,
            Some(StatusMeaning::RefusedIf { pointer, codes }) => {
                reply.text_at(pointer).is_some_and(|code| codes.contains(&code.as_ref()))
            }
            Some(StatusMeaning::RefusedIfAny(conditions)) => conditions.iter().any(|(pointer, values)| {
                let is_one = |text: &str| values.iter().any(|value| value.eq_ignore_ascii_case(text.trim()));
                reply.text_at(pointer).is_some_and(|text| is_one(&text))
            }),
            _ if one_time => false,
            Some(StatusMeaning::Refused) => true,
            None if success => true,
            None => matches!(status, 400..=404 | 406 | 410 | 415 | 422 | 429 | 450..=459),
        };
        if refused { Self::Refused } else { Self::Open }
    }
}
