//! Devices that confirm by signature. Signatures are fixed texts: nothing is computed.

use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::world::World;
use super::{CHALLENGE_SIGNATURE, OTP_SIGNATURE, challenges};
use crate::clock::after;
use crate::exchange::Answer;
use crate::json::Object;

/// How long there is to bind a device.
const BINDING: Duration = Duration::from_secs(180);

/// Hexadecimal digits of an uncompressed point on secp256r1 with its first byte.
const KEY_DIGITS: usize = 130;

#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) id: String,
    pub(super) is_bound: bool,
    /// The challenge whose one-time password went out by SMS, and until when it can be signed; for ever if that is open.
    pub(super) binding: Option<(String, Option<Timestamp>)>,
    /// Challenges that wait for their signature.
    pub(super) challenges: Vec<String>,
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let key = request.text("key");
    let is_point = key.len() == KEY_DIGITS && key.starts_with("04") && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_point {
        return Err(Refusal::bad("Invalid key"));
    }
    let (id, challenge) = (world.uuid(), world.uuid());
    let body = Object::new().with("deviceId", id.as_str()).with("challengeId", challenge.as_str());
    let end = after(world.now(), BINDING);
    let binding = Some((challenge, Some(end)));
    world.devices.push(Device { id, is_bound: false, binding, challenges: Vec::new() });
    Ok(Answer::ok(body))
}

fn find<'a>(world: &'a mut World, request: &Request) -> Result<&'a mut Device, Refusal> {
    let wanted = request.path("device_id");
    world.devices.iter_mut().find(|one| one.id == wanted).ok_or(Refusal::not_found())
}

pub(super) fn verify(world: &mut World, request: &Request) -> Reply {
    let now = world.now();
    let device = find(world, request)?;
    let wanted = request.text("challengeId");
    let (_, end) = device.binding.as_ref().filter(|(id, _)| *id == wanted).ok_or(Refusal::not_found())?;
    if end.is_some_and(|end| end <= now) {
        return Err(Refusal::expired());
    }
    if request.text("signature") != OTP_SIGNATURE {
        return Err(Refusal::bad("Invalid signature"));
    }
    device.binding = None;
    device.is_bound = true;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

pub(super) fn challenge(world: &mut World, request: &Request) -> Reply {
    let (id, text) = (world.uuid(), world.uuid());
    let device = find(world, request)?;
    if !device.is_bound {
        return Err(Refusal::bad("The device is not bound"));
    }
    device.challenges.push(id.clone());
    Ok(Answer::ok(Object::new().with("id", id).with("stringToSign", text)))
}

pub(super) fn answer(world: &mut World, request: &Request) -> Reply {
    let device = find(world, request)?;
    let wanted = request.path("challenge_id");
    let index = device.challenges.iter().position(|id| id == wanted).ok_or(Refusal::not_found())?;
    if request.text("signature") != CHALLENGE_SIGNATURE {
        return Err(Refusal::bad("Invalid signature"));
    }
    device.challenges.remove(index);
    Ok(challenges::confirmed(world))
}
