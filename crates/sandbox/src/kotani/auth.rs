//! Keys, and the sessions that a magic link opens.

use std::time::Duration;

use jiff::Timestamp;

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use super::{ACCESS_TOKEN, API_KEY, EMAIL, MAGIC_HASH, REFRESH_TOKEN, VERIFICATION_TOKEN};
use crate::clock::after;
use crate::json::{Json, Object};

/// Life of an access token, and of a magic link.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// What a bearer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    Key,
    Access,
    Refresh,
}

/// Everything that lets somebody in.
#[derive(Debug)]
pub(super) struct Sessions {
    keys: Vec<String>,
    /// Access tokens, and when each ends.
    access: Vec<(String, Timestamp)>,
    /// Refresh tokens, each with its session. None ends: that one would is not documented.
    refresh: Vec<(String, String)>,
    link_ends: Timestamp,
}

impl Sessions {
    pub(super) fn new(now: Timestamp) -> Self {
        let ends = after(now, HOUR);
        Self {
            keys: vec![API_KEY.to_owned()],
            access: vec![(ACCESS_TOKEN.to_owned(), ends)],
            refresh: vec![(REFRESH_TOKEN.to_owned(), "session-1".to_owned())],
            link_ends: ends,
        }
    }

    /// What the bearer is; `None` if it is unknown or over.
    pub(super) fn credential(&self, bearer: &str, now: Timestamp) -> Option<Credential> {
        if self.keys.iter().any(|key| key == bearer) {
            return Some(Credential::Key);
        }
        if self.access.iter().any(|(token, ends)| token == bearer && now < *ends) {
            return Some(Credential::Access);
        }
        self.refresh.iter().any(|(token, _)| token == bearer).then_some(Credential::Refresh)
    }
}

fn key(world: &mut World) -> String {
    let key = world.random.token("key-");
    world.sessions.keys.push(key.clone());
    key
}

pub(super) fn create_key(world: &mut World, _: &Request) -> Reply {
    let key = key(world);
    Ok(Object::new().with("key", key).with("secret", world.random.token("secret-")).into())
}

pub(super) fn create_plain_key(world: &mut World, _: &Request) -> Reply {
    Ok(Object::new().with("key", key(world)).into())
}

pub(super) fn send_magic_link(world: &mut World, request: &Request) -> Reply {
    if !request.text("email").eq_ignore_ascii_case(EMAIL) {
        return Err(Refusal::not_found("User not found"));
    }
    world.sessions.link_ends = after(world.now(), HOUR);
    Ok(Object::new().into())
}

pub(super) fn verify_magic_link(world: &mut World, request: &Request) -> Reply {
    if request.query("hash") != Some(MAGIC_HASH) || world.now() >= world.sessions.link_ends {
        return Err(Refusal::bad("Invalid or expired magic link"));
    }
    Ok(open(world))
}

pub(super) fn verify_human(world: &mut World, request: &Request) -> Reply {
    if request.text("verificationToken") != VERIFICATION_TOKEN {
        return Err(Refusal::bad("Invalid verification token"));
    }
    Ok(open(world))
}

/// Hands out a new pair of tokens. The old refresh token stays good: that it ends is not documented.
pub(super) fn refresh(world: &mut World, request: &Request) -> Reply {
    let known = world.sessions.refresh.iter().find(|(token, _)| *token == request.bearer);
    let session = known.map(|(_, session)| session.clone()).ok_or_else(Refusal::unauthenticated)?;
    Ok(tokens(world, &session, Object::new().with("user_id", "user-1").with("session_id", session.as_str())).into())
}

fn open(world: &mut World) -> Json {
    let session = world.random.reference("session-");
    let object = Object::new()
        .with("user_id", "user-1")
        .with("session_id", session.as_str())
        .with("token_id", world.random.reference("token-"));
    tokens(world, &session, object).into()
}

fn tokens(world: &mut World, session: &str, object: Object) -> Object {
    let access = world.random.token("access-");
    let refresh = world.random.token("refresh-");
    let ends = after(world.now(), HOUR);
    world.sessions.access.push((access.clone(), ends));
    world.sessions.refresh.push((refresh.clone(), session.to_owned()));
    object.with("token", access).with("refresh_token", refresh)
}
