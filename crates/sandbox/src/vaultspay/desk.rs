//! The way of a call: headers, token, form, business, and the wrapper of the answer.

use std::time::Duration;

use axum::http::StatusCode;

use super::faults;
use super::pages::Pagination;
use super::refusal::Refusal;
use super::settings::{Ping, Settings, Wrapper};
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
    wrapper: Wrapper,
    ping: Ping,
}

/// A call as the business sees it.
#[derive(Debug)]
pub(super) struct Request {
    /// The body's members.
    pub(super) fields: Fields,
    /// The value of the path's parameter; no operation has two.
    path: String,
    query: Vec<(String, String)>,
}

/// What an operation answers.
#[derive(Debug)]
pub(super) enum Payload {
    Whole(Json),
    Page(Json, Pagination),
}

impl<T: Into<Json>> From<T> for Payload {
    fn from(payload: T) -> Self {
        Self::Whole(payload.into())
    }
}

/// The payload of an answer, or why there is none.
pub(super) type Reply = Result<Payload, Refusal>;

impl Request {
    fn new(operation: &Operation, call: &Call) -> Self {
        let values = operation.path_values(&call.path).unwrap_or_default();
        Self {
            fields: Fields::read(call.text()),
            path: values.first().map(|(_, value)| decode(value)).unwrap_or_default(),
            query: pairs(&call.query),
        }
    }

    /// The id in the path; 0, which nothing has, if it is too large for one.
    pub(super) fn id(&self) -> u32 {
        self.path.parse().unwrap_or_default()
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// An id in the query; one that is too large for an id is 0, which nothing has.
    pub(super) fn query_id(&self, name: &str) -> Option<u32> {
        self.query(name).map(|text| text.parse().unwrap_or_default())
    }

    /// A text of the body; empty if there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.fields.text(name).unwrap_or_default()
    }

    /// An id of the body, as a number or as text; one that is no id is 0, which nothing has.
    pub(super) fn field_id(&self, name: &str) -> Option<u32> {
        let number = self.fields.integer(name).map(|number| u32::try_from(number).unwrap_or_default());
        number.or_else(|| self.fields.text(name).map(|text| text.parse().unwrap_or_default()))
    }

    /// An id that the document requires.
    pub(super) fn required_id(&self, name: &str) -> u32 {
        self.field_id(name).unwrap_or_default()
    }

    /// A text that may be absent, but not empty.
    pub(super) fn filled(&self, name: &str) -> Option<String> {
        self.fields.text(name).filter(|text| !text.trim().is_empty())
    }
}

impl Desk {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        Self { world: World::new(settings, seed), wrapper: settings.wrapper, ping: settings.ping }
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
        self.world.cause = call.cause.clone();
        let reply = self.admit(row, call).and_then(|()| {
            if !breaches.is_empty() {
                return Err(faults::of(breaches, call));
            }
            (row.handler)(&mut self.world, &Request::new(operation, call))
        });
        self.world.cause = Cause::default();
        match reply {
            Ok(_) if row.access == Access::Anyone => self.pong(),
            Ok(payload) => self.success(row, payload),
            Err(refusal) => refusal.answer(),
        }
    }

    fn admit(&self, row: &Row, call: &Call) -> Result<(), Refusal> {
        if call.header("x-device-os") != Some("SAAS") {
            return Err(Refusal::headers("x-device-os"));
        }
        if call.header("x-device-id").and_then(|id| id.parse::<u32>().ok()).is_none() {
            return Err(Refusal::headers("x-device-id"));
        }
        let bearer = call.credentials("Bearer");
        match row.access {
            Access::Anyone | Access::Login => Ok(()),
            Access::Session => self.world.sessions.admit(bearer.unwrap_or_default().trim(), self.world.now()),
        }
    }

    fn success(&self, row: &Row, payload: Payload) -> Answer {
        let payload = match payload {
            Payload::Whole(payload) => payload,
            Payload::Page(rows, pagination) => {
                return Answer::ok(Object::new().with("data", rows).with("pagination", pagination));
            }
        };
        let is_bare = match self.wrapper {
            Wrapper::Sampled => table::BARE.contains(&row.id),
            Wrapper::Always => false,
            Wrapper::Never => true,
        };
        if is_bare {
            return Answer { bare: true, ..Answer::ok(payload) };
        }
        Answer::ok(Object::new().with("data", payload))
    }

    fn pong(&self) -> Answer {
        const UP: &str = "Service is up and running!";
        match self.ping {
            Ping::Text => Answer::text(UP),
            Ping::Json => Answer::ok(UP),
            Ping::Object => Answer::ok(Object::new().with("data", UP)),
        }
    }
}
