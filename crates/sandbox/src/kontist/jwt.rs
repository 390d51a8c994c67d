//! Tokens for e-mail and password.

use axum::http::StatusCode;

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::tokens::Bearer;
use super::world::World;
use crate::exchange::Answer;
use crate::json::Object;

fn issue(world: &mut World, bearer: Bearer) -> Answer {
    let now = world.now();
    let token = world.tokens.issue(bearer, &mut world.random, now);
    Answer::ok(Object::new().with("token", token))
}

pub(super) fn create_refresh_token(world: &mut World, request: &Request) -> Reply {
    if !request.has_login() {
        return Err(Refusal::unauthenticated());
    }
    Ok(issue(world, Bearer::JwtRefresh))
}

/// For a refresh token, or for e-mail and password.
pub(super) fn create_auth_token(world: &mut World, request: &Request) -> Reply {
    let is_refresh = world.tokens.bearer(&request.bearer, world.now()) == Some(&Bearer::JwtRefresh);
    if !is_refresh && !request.has_login() {
        return Err(Refusal::unauthenticated());
    }
    Ok(issue(world, Bearer::Jwt))
}

pub(super) fn delete_auth_token(world: &mut World, request: &Request) -> Reply {
    world.tokens.revoke(&request.bearer);
    Ok(Answer::empty(StatusCode::OK))
}

pub(super) fn delete_refresh_token(world: &mut World, _: &Request) -> Reply {
    world.tokens.revoke_refresh();
    Ok(Answer::empty(StatusCode::OK))
}
