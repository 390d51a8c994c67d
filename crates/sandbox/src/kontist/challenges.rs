//! Push challenges, which make a token a confirmed one.

use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::settings::Customer;
use super::tokens::{Bearer, Grant};
use super::world::World;
use crate::clock::{after, extended_offset};
use crate::exchange::Answer;
use crate::json::{Json, Object};

/// How long a challenge waits.
pub(super) const LIFE: Duration = Duration::from_secs(300);

/// How long the customer takes.
const THINKING: Duration = Duration::from_secs(5);

/// A question to the customer.
#[derive(Clone, Debug)]
pub(super) struct Challenge {
    pub(super) id: String,
    pub(super) end: Timestamp,
    /// Whether and when it will be verified, or is.
    pub(super) answer: Option<(bool, Timestamp)>,
    /// The confirmed token was handed out.
    pub(super) is_used: bool,
}

impl Challenge {
    fn answered(&self, now: Timestamp) -> Option<bool> {
        self.answer.filter(|(_, at)| *at <= now).map(|(verified, _)| verified)
    }

    fn object(&self, now: Timestamp) -> Object {
        let status = match self.answered(now) {
            None => "PENDING",
            Some(true) => "VERIFIED",
            Some(false) => "DENIED",
        };
        let end = extended_offset(self.end);
        Object::new().with("id", self.id.as_str()).with("status", status).with("expiresAt", end)
    }
}

fn find<'a>(world: &'a mut World, request: &Request) -> Result<&'a mut Challenge, Refusal> {
    let wanted = request.path("challenge_id");
    world.challenges.iter_mut().find(|one| one.id == wanted).ok_or(Refusal::not_found())
}

pub(super) fn create(world: &mut World, _: &Request) -> Reply {
    let now = world.now();
    let at = after(now, THINKING);
    let answer = match world.settings.customer {
        Customer::Agrees => Some((true, at)),
        Customer::Refuses => Some((false, at)),
        Customer::Ignores => None,
    };
    let challenge = Challenge { id: world.uuid(), end: after(now, LIFE), answer, is_used: false };
    let reply = Answer::ok(challenge.object(now));
    world.challenges.push(challenge);
    Ok(reply)
}

pub(super) fn list(world: &mut World, _: &Request) -> Reply {
    let now = world.now();
    let waiting = world.challenges.iter().filter(|one| one.answered(now).is_none() && one.end > now);
    Ok(Answer::ok(waiting.map(|one| one.object(now)).collect::<Json>()))
}

pub(super) fn get(world: &mut World, request: &Request) -> Reply {
    let now = world.now();
    Ok(Answer::ok(find(world, request)?.object(now)))
}

pub(super) fn update(world: &mut World, request: &Request) -> Reply {
    let now = world.now();
    let verified = request.text("status") == "VERIFIED";
    let challenge = find(world, request)?;
    match challenge.answered(now) {
        Some(before) if before == verified => {}
        Some(_) => return Err(Refusal::bad("The challenge was answered before")),
        None if challenge.end <= now => return Err(Refusal::expired()),
        None => challenge.answer = Some((verified, now)),
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

pub(super) fn token(world: &mut World, request: &Request) -> Reply {
    let now = world.now();
    let challenge = find(world, request)?;
    if challenge.end <= now {
        return Err(Refusal::expired());
    }
    match challenge.answered(now) {
        Some(true) if challenge.is_used => return Err(Refusal::bad("The challenge was used before")),
        Some(true) => challenge.is_used = true,
        Some(false) => return Err(Refusal::forbidden()),
        None => return Err(Refusal::bad("The challenge is not verified")),
    }
    Ok(confirmed(world))
}

/// A confirmed token, and one to refresh it.
pub(super) fn confirmed(world: &mut World) -> Answer {
    let now = world.now();
    let grant = Grant { scope: "auth".to_owned(), is_confirmed: true, is_public: false };
    let token = world.tokens.issue(Bearer::Confirmed, &mut world.random, now);
    let refresh = world.tokens.issue(Bearer::OauthRefresh(grant), &mut world.random, now);
    Answer::ok(Object::new().with("token", token).with("refresh_token", refresh))
}
