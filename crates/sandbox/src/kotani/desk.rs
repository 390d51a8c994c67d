//! The way of a call: credential, form, business, and the mood of the answer.

use std::time::Duration;

use axum::http::StatusCode;

use super::auth::Credential;
use super::refusal::Refusal;
use super::settings::{Errors, Settings};
use super::table::{self, Access, Row};
use super::world::World;
use crate::document::{Breach, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Cause;
use crate::json::{Fields, Json, Object};
use crate::validate::{decode, pairs};

/// The provider's state, and its mood; one call at a time.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) world: World,
    bare: bool,
    created: bool,
    pub(super) errors: Errors,
}

/// A call as the business sees it.
#[derive(Debug)]
pub(super) struct Request {
    /// The body's members.
    pub(super) fields: Fields,
    /// The values of the path's parameters, in order.
    pub(super) path: Vec<String>,
    query: Vec<(String, String)>,
    /// What came as bearer.
    pub(super) bearer: String,
    /// The body as text, and its media type, for what is no JSON.
    pub(super) text: String,
    pub(super) media_type: String,
}

/// The payload of an answer, or why there is none.
pub(super) type Reply = Result<Json, Refusal>;

impl Request {
    fn new(operation: &Operation, call: &Call) -> Self {
        let values = operation.path_values(&call.path).unwrap_or_default();
        let bearer = call.credentials("Bearer");
        Self {
            fields: Fields::read(call.text()),
            path: values.into_iter().map(|(_, value)| decode(value)).collect(),
            query: pairs(&call.query),
            bearer: bearer.unwrap_or_default().trim().to_owned(),
            text: call.text().to_owned(),
            media_type: call.header("content-type").unwrap_or_default().to_owned(),
        }
    }

    /// The first parameter of the path, which is its only one nearly everywhere.
    pub(super) fn id(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A text of the body; empty if there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.fields.text(name).unwrap_or_default()
    }

    /// An object of the body; without members if there is none.
    pub(super) fn object(&self, name: &str) -> Fields {
        self.fields.object(name).unwrap_or_default()
    }
}

impl Desk {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        Self {
            world: World::new(settings, seed),
            bare: settings.bare,
            created: settings.created,
            errors: settings.errors,
        }
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.world.clock.advance(by);
        self.world.settle();
    }

    pub(super) fn answer(&mut self, operation: &Operation, call: &Call, breaches: &[Breach]) -> Answer {
        self.world.clock.tick();
        self.world.settle();
        let Some(row) = table::row_of(&operation.id) else {
            return Answer::empty(StatusCode::NOT_IMPLEMENTED);
        };
        let request = Request::new(operation, call);
        self.world.cause = call.cause.clone();
        let admitted = self.admit(row, call, &request);
        let reply = match admitted {
            Ok(()) if !breaches.is_empty() => Err(Refusal::not_as_described(breaches)),
            Ok(()) => (row.handler)(&mut self.world, &request),
            Err(refusal) => Err(refusal),
        };
        self.world.cause = Cause::default();
        match reply {
            Ok(payload) => self.success(operation, payload),
            Err(refusal) => refusal.with_documented_status(operation).answer(self.errors, self.world.now()),
        }
    }

    fn admit(&self, row: &Row, call: &Call, request: &Request) -> Result<(), Refusal> {
        let credential = self.world.sessions.credential(&request.bearer, self.world.now());
        match (row.access, credential) {
            (Access::Anyone, _)
            | (Access::Caller, Some(Credential::Key | Credential::Access))
            | (Access::Session, Some(Credential::Access))
            | (Access::Refresh, Some(Credential::Refresh)) => Ok(()),
            (Access::Partner, _) if call.header("x-kotani-signature") == Some(super::SETTLEMENT_SIGNATURE) => Ok(()),
            (Access::Partner, _) => Err(Refusal::bad("Invalid signature")),
            (Access::Refresh, None) if !request.bearer.is_empty() => {
                Err(Refusal::not_found("Invalid Refresh Token Passed"))
            }
            (_, None) => Err(Refusal::unauthenticated()),
            // A credential that is known, but of another kind.
            (_, Some(_)) => Err(Refusal::forbidden()),
        }
    }

    fn success(&self, operation: &Operation, payload: Json) -> Answer {
        let has = |status: StatusCode| operation.reply(status.as_u16()).is_some();
        let created = has(StatusCode::CREATED) && (self.created || !has(StatusCode::OK));
        let status = if created { StatusCode::CREATED } else { StatusCode::OK };
        if self.bare {
            return Answer { bare: true, ..Answer::json(status, payload) };
        }
        // The one operation whose envelope has another name for it.
        let flag = if operation.id == "list_supported_chains" { "status" } else { "success" };
        let body = Object::new().with(flag, true).with("message", "Operation completed successfully");
        Answer::json(status, body.with("data", payload))
    }
}
