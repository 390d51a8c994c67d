//! What is known of the sends of a call, and whether it may be sent again.

use std::time::SystemTime;

use crate::model::kind::Kind;
use crate::model::operation::Effect;

/// What is known of a call's sends so far.
#[derive(Default)]
pub(super) struct Sends {
    pub(super) sends: u32,
    /// Sends that left this machine, or may have.
    pub(super) left: u32,
    /// Sends that may have taken effect: in flight, unanswered, accepted, or answered in a way that says nothing.
    pub(super) open: u32,
    /// It was sent again after a refusal other than for authentication or a one-time password, so a later refusal proves nothing.
    pub(super) doubtful: bool,
    /// Kind of the last answer that refused the call.
    pub(super) refusal: Option<Kind>,
    /// The one repeat after a refusal for missing authentication, or for a missing one-time password, has been used.
    pub(super) signed_in_again: bool,
    pub(super) gave_password: bool,
    /// New credentials, or a one-time password, have been asked for.
    pub(super) asked_to_sign_in: bool,
    pub(super) asked_for_password: bool,
    /// The caller's reference as it was sent first.
    pub(super) reference: Option<String>,
    pub(super) first_sent: Option<SystemTime>,
    pub(super) held_back: bool,
}

impl Sends {
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
        let would_pass = effect == Effect::Read || (self.refusal.is_some() && self.open == 0);
        let once = match kind {
            Kind::Unauthenticated => &mut self.asked_to_sign_in,
            Kind::OtpRequired => &mut self.asked_for_password,
            _ => return false,
        };
        would_pass && !std::mem::replace(once, true)
    }

    pub(super) fn allows_repeat(&mut self, effect: Effect, reference: Option<&str>) -> bool {
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
        self.open == 0 && !std::mem::replace(once, true)
    }

    /// Whether a call that failed may have taken effect.
    pub(super) fn verdict(&self, effect: Effect) -> Verdict {
        if self.left == 0 {
            Verdict::NotSent
        } else if effect != Effect::Read && (self.open > 0 || self.doubtful) {
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
