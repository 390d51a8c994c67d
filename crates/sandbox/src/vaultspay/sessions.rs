//! Tokens: the login, the refresh, and their end.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::settings::Settings;
use super::world::World;
use super::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN};
use crate::clock::{after, extended_offset};
use crate::json::Object;

/// Everything that lets somebody in.
#[derive(Debug)]
pub(super) struct Sessions {
    access_life: Duration,
    refresh_life: Duration,
    access: HashMap<String, Access>,
    /// Refresh tokens, and when each session ends.
    refresh: HashMap<String, Timestamp>,
}

/// How long an access token is good, and its session can be refreshed.
#[derive(Clone, Copy, Debug)]
struct Access {
    ends: Timestamp,
    session_ends: Timestamp,
}

impl Sessions {
    /// With one session that is open from the start.
    pub(super) fn new(settings: &Settings, now: Timestamp) -> Self {
        let mut sessions = Self {
            access_life: settings.access_life,
            refresh_life: settings.refresh_life,
            access: HashMap::new(),
            refresh: HashMap::new(),
        };
        let session_ends = after(now, settings.refresh_life);
        sessions.refresh.insert(REFRESH_TOKEN.to_owned(), session_ends);
        sessions.hand_out(ACCESS_TOKEN.to_owned(), session_ends, now);
        sessions
    }

    /// Makes an access token good for its time, but not longer than its session.
    fn hand_out(&mut self, token: String, session_ends: Timestamp, now: Timestamp) -> Timestamp {
        let ends = after(now, self.access_life).min(session_ends);
        self.access.insert(token, Access { ends, session_ends });
        ends
    }

    /// Whether the bearer is let in.
    pub(super) fn admit(&self, bearer: &str, now: Timestamp) -> Result<(), Refusal> {
        if bearer.is_empty() {
            return Err(Refusal::unauthenticated());
        }
        match self.access.get(bearer) {
            None => Err(Refusal::invalid_token()),
            Some(access) if now < access.ends => Ok(()),
            Some(access) if now < access.session_ends => Err(Refusal::token_expired()),
            Some(_) => Err(Refusal::session_expired()),
        }
    }
}

pub(super) fn login(world: &mut World, request: &Request) -> Reply {
    if (request.text("clientId").as_str(), request.text("clientSecret").as_str()) != (CLIENT_ID, CLIENT_SECRET) {
        return Err(Refusal::unauthenticated());
    }
    let (access, refresh) = (world.random.token("access-"), world.random.token("refresh-"));
    let now = world.now();
    let session_ends = after(now, world.sessions.refresh_life);
    world.sessions.refresh.insert(refresh.clone(), session_ends);
    let ends = world.sessions.hand_out(access.clone(), session_ends, now);
    let tokens = Object::new()
        .with("accessToken", access)
        .with("accessTokenExpiry", extended_offset(ends))
        .with("refreshToken", refresh)
        .with("refreshTokenExpiry", extended_offset(session_ends));
    Ok(tokens.into())
}

/// A further access token. Those before stay good until they end: that they would not is not documented.
pub(super) fn refresh(world: &mut World, request: &Request) -> Reply {
    let now = world.now();
    let known = world.sessions.refresh.get(&request.text("refreshToken")).copied();
    let session_ends = known.ok_or_else(Refusal::invalid_token)?;
    if now >= session_ends {
        return Err(Refusal::session_expired());
    }
    let access = world.random.token("access-");
    let ends = world.sessions.hand_out(access.clone(), session_ends, now);
    Ok(Object::new().with("accessToken", access).with("accessTokenExpiry", extended_offset(ends)).into())
}
