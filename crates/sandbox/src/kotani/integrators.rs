//! The business that calls.

use super::EMAIL;
use super::desk::{Reply, Request};
use super::record::Record;
use super::refusal::Refusal;
use super::world::World;
use crate::json::Json;

/// What is shown of an integrator; the webhook's secret never is.
pub(super) const SHOWN: &[&str] =
    &["organization", "first_name", "last_name", "email", "phone", "webhook_url", "webhook_events"];

/// Signs somebody up. The fake knows one integrator, so that nobody can sign in as the new one.
pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    if request.text("email").eq_ignore_ascii_case(EMAIL) {
        return Err(Refusal::bad("Integrator already exists"));
    }
    let mut integrator = Record::default().with("id", world.random.reference("integrator-"));
    integrator.merge(&request.fields, SHOWN);
    Ok(Json::from(&integrator))
}

pub(super) fn get(world: &mut World, _: &Request) -> Reply {
    Ok(Json::from(&world.integrator))
}

pub(super) fn update_webhook(world: &mut World, request: &Request) -> Reply {
    world.integrator.merge(&request.fields, &["webhook_url", "webhook_events"]);
    Ok(Json::from(&world.integrator))
}
