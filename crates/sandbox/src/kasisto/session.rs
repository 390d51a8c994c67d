//! Sessions: tokens, their renewal and end, and the one-time password.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::{EXPIRED_OTP, OTP};
use crate::random::Random;

/// A session that nobody has used for this long is over.
const IDLE: Duration = Duration::from_secs(15 * 60);
/// A one-time password is good for this long after the 450 that asked for it.
const OTP_LIFE: Duration = Duration::from_secs(5 * 60);
/// So many wrong passwords in a row end the session.
const OTP_FAILURES: u32 = 3;

/// All sessions of the bank.
#[derive(Debug)]
pub(super) struct Sessions {
    renew_after: Option<u32>,
    list: Vec<Session>,
    /// Every token ever handed out.
    tokens: HashMap<String, SessionId>,
}

/// Index of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionId(usize);

#[derive(Debug)]
struct Session {
    token: String,
    /// The token that the last renewal replaced, good for one more call.
    grace: Option<String>,
    last_used: Timestamp,
    /// Answered calls since the token was handed out.
    uses: u32,
    /// A one-time password was accepted: large amounts may move.
    raised: bool,
    otp_asked: Option<Timestamp>,
    otp_failures: u32,
    closed: bool,
}

/// A session let in by one of its tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Admitted {
    pub(super) session: SessionId,
    /// By the token in grace.
    graced: bool,
}

/// Why a token was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenFault {
    /// Never handed out by this bank.
    Unknown,
    /// Handed out once; expired, replaced or revoked since.
    Stale,
}

/// How a one-time password was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OtpResult {
    Accepted,
    Wrong,
    Expired,
    TooMany,
}

impl Sessions {
    pub(super) fn new(renew_after: Option<u32>) -> Self {
        Self { renew_after, list: Vec::new(), tokens: HashMap::new() }
    }

    /// Opens a session and hands out its first token.
    pub(super) fn open(&mut self, random: &mut Random, now: Timestamp) -> String {
        let token = random.token("tok-");
        self.tokens.insert(token.clone(), SessionId(self.list.len()));
        self.list.push(Session {
            token: token.clone(),
            grace: None,
            last_used: now,
            uses: 0,
            raised: false,
            otp_asked: None,
            otp_failures: 0,
            closed: false,
        });
        token
    }

    /// Lets a token in; one in grace is used up by it.
    pub(super) fn admit(&mut self, token: &str, now: Timestamp) -> Result<Admitted, TokenFault> {
        let id = *self.tokens.get(token).ok_or(TokenFault::Unknown)?;
        let session = &mut self.list[id.0];
        let idle = now.duration_since(session.last_used).unsigned_abs();
        if session.closed || idle > IDLE {
            return Err(TokenFault::Stale);
        }
        let graced = session.token != token;
        if graced && session.grace.take_if(|grace| grace == token).is_none() {
            return Err(TokenFault::Stale);
        }
        session.last_used = now;
        Ok(Admitted { session: id, graced })
    }

    /// Counts an answered call; gives the token to send along if there is a newer one.
    pub(super) fn renewal(&mut self, admitted: Admitted, random: &mut Random) -> Option<String> {
        let session = &mut self.list[admitted.session.0];
        if admitted.graced {
            // The call crossed a renewal: its caller may never have seen the new token.
            return Some(session.token.clone());
        }
        session.uses += 1;
        if session.closed || session.uses < self.renew_after? {
            return None;
        }
        let old = session.token.clone();
        let token = self.replace(admitted.session, random);
        self.list[admitted.session.0].grace = Some(old);
        Some(token)
    }

    /// Hands out a new token; all older ones end at once.
    pub(super) fn replace(&mut self, id: SessionId, random: &mut Random) -> String {
        let token = random.token("tok-");
        self.tokens.insert(token.clone(), id);
        let session = &mut self.list[id.0];
        session.token.clone_from(&token);
        session.grace = None;
        session.uses = 0;
        token
    }

    /// Ends the session, none of its tokens is let in again; gives the last one.
    pub(super) fn close(&mut self, id: SessionId) -> String {
        self.list[id.0].closed = true;
        self.list[id.0].token.clone()
    }

    /// Whether large amounts may move; if not, a one-time password counts as asked for.
    pub(super) fn raised(&mut self, id: SessionId, now: Timestamp) -> bool {
        let session = &mut self.list[id.0];
        if !session.raised {
            session.otp_asked = Some(now);
        }
        session.raised
    }

    /// Takes a one-time password.
    pub(super) fn take_otp(&mut self, id: SessionId, otp: &str, now: Timestamp) -> OtpResult {
        let session = &mut self.list[id.0];
        let is_late = |asked: Timestamp| now.duration_since(asked).unsigned_abs() > OTP_LIFE;
        if otp == EXPIRED_OTP || (otp == OTP && session.otp_asked.is_some_and(is_late)) {
            return OtpResult::Expired;
        }
        if otp == OTP {
            session.raised = true;
            session.otp_asked = None;
            session.otp_failures = 0;
            return OtpResult::Accepted;
        }
        session.otp_failures += 1;
        if session.otp_failures < OTP_FAILURES {
            return OtpResult::Wrong;
        }
        session.closed = true;
        OtpResult::TooMany
    }
}
