//! The way of a call: key, signature, form, business.

use std::time::Duration;

use super::refusal::Refusal;
use super::settings::Settings;
use super::world::World;
use super::{API_KEY, payin, payout, signature};
use crate::document::{Breach, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Cause;
use crate::json::{Fields, Json};
use crate::validate::decode;

/// The provider's state; one call at a time.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) world: World,
    key_header: String,
    secret: Option<String>,
}

/// A call as the business sees it.
#[derive(Debug)]
pub(super) struct Request {
    /// The body's members.
    pub(super) fields: Fields,
    /// The parameter of the path; empty if there is none.
    pub(super) id: String,
}

/// The body of a success, or why there is none.
pub(super) type Reply = Result<Json, Refusal>;

type Handler = fn(&mut World, &Request) -> Reply;

impl Request {
    fn new(operation: &Operation, call: &Call) -> Self {
        let values = operation.path_values(&call.path).unwrap_or_default();
        let id = values.into_iter().next().map(|(_, value)| decode(value)).unwrap_or_default();
        Self { fields: Fields::read(call.text()), id }
    }

    /// A text of the body; empty if there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.fields.text(name).unwrap_or_default()
    }

    /// The chosen suboption, as text or as a number.
    pub(super) fn option_id(&self) -> Option<String> {
        let number = || self.fields.integer("optionId").map(|id| id.to_string());
        self.fields.text("optionId").or_else(number)
    }

    /// What the customer filled in.
    pub(super) fn extra_data(&self) -> Fields {
        self.fields.object("extraData").unwrap_or_default()
    }
}

/// What answers an operation.
pub(super) fn handler(operation: &str) -> Option<Handler> {
    Some(match operation {
        "create_payment_session" => payin::create_session,
        "create_hybrid_payment" => payin::create_hybrid,
        "get_payment_options" => payin::options,
        "get_payment_suboptions" => payin::suboptions,
        "create_direct_payment" => payin::pay,
        "create_payout_session" => payout::create_session,
        "get_payout_options" => payout::options,
        "get_payout_suboptions" => payout::suboptions,
        "create_payout" => payout::create,
        "settle_payout" => payout::settle,
        "refund_by_reference" => payin::refund,
        "get_transaction" => payin::transaction,
        _ => return None,
    })
}

impl Desk {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        Self {
            world: World::new(settings, seed),
            key_header: settings.key_header.clone().unwrap_or_else(|| "x-api-key".to_owned()),
            secret: settings.signature_secret.clone(),
        }
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.world.clock.advance(by);
        self.world.settle();
    }

    pub(super) fn answer(&mut self, operation: &Operation, call: &Call, breaches: &[Breach]) -> Answer {
        self.world.clock.tick();
        self.world.settle();
        self.world.cause = call.cause.clone();
        let reply = match handler(&operation.id) {
            _ if !self.admits(call) => Err(Refusal::unauthorized()),
            _ if !breaches.is_empty() => Err(Refusal::not_as_described(breaches)),
            Some(handler) => handler(&mut self.world, &Request::new(operation, call)),
            None => Err(Refusal::not_found("there is no such operation")),
        };
        self.world.cause = Cause::default();
        reply.map_or_else(Refusal::answer, Answer::ok)
    }

    fn admits(&self, call: &Call) -> bool {
        let is_signed = |secret: &String| {
            call.body.is_empty() || call.header("x-signature") == Some(&signature::of(&call.body, secret))
        };
        call.header(&self.key_header) == Some(API_KEY) && self.secret.as_ref().is_none_or(is_signed)
    }
}
