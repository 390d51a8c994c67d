//! The way of a call: credential, form, account, business.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::refusal::Refusal;
use super::settings::Settings;
use super::table::{self, Access};
use super::tokens::Bearer;
use super::world::World;
use super::{ACCOUNT_ID, EMAIL, PASSWORD};
use crate::document::{Breach, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Cause;
use crate::json::Fields;
use crate::validate::{decode, pairs};

/// The bank's state; one call at a time.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) world: World,
}

/// A call as the business sees it.
#[derive(Debug)]
pub(super) struct Request {
    /// The body's members, if it is JSON.
    pub(super) fields: Fields,
    /// Path as it was called.
    pub(super) address: String,
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    /// What came as bearer; empty if nothing did.
    pub(super) bearer: String,
    /// Id and secret of a program that came by HTTP Basic (RFC 6749, 2.3.1).
    basic: Option<(String, String)>,
}

/// An answer, or why there is none.
pub(super) type Reply = Result<Answer, Refusal>;

impl Request {
    fn new(operation: &Operation, call: &Call) -> Self {
        let values = operation.path_values(&call.path).unwrap_or_default();
        let bearer = call.credentials("Bearer");
        let is_form =
            call.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        Self {
            fields: Fields::read(call.text()),
            address: call.path.clone(),
            path: values.into_iter().map(|(name, value)| (name.to_owned(), decode(value))).collect(),
            query: pairs(&call.query),
            form: if is_form { pairs(call.text()) } else { Vec::new() },
            bearer: bearer.unwrap_or_default().to_owned(),
            basic: call.credentials("Basic").and_then(pair),
        }
    }

    /// A parameter of the path.
    pub(super) fn path(&self, name: &str) -> &str {
        of(&self.path, name).unwrap_or_default()
    }

    /// A parameter of the path that is a number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.path(name).parse().ok()
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        of(&self.query, name)
    }

    /// A member of a form.
    pub(super) fn form(&self, name: &str) -> Option<&str> {
        of(&self.form, name)
    }

    /// Id of the program, from the form or by HTTP Basic.
    pub(super) fn client_id(&self) -> Option<&str> {
        self.basic.as_ref().map(|(id, _)| id.as_str()).or_else(|| self.form("client_id"))
    }

    /// Secret of the program, from the form or by HTTP Basic.
    pub(super) fn client_secret(&self) -> Option<&str> {
        self.basic.as_ref().map(|(_, secret)| secret.as_str()).or_else(|| self.form("client_secret"))
    }

    /// A text of the body; empty if there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.fields.text(name).unwrap_or_default()
    }

    /// Whether the body names the customer and the password.
    pub(super) fn has_login(&self) -> bool {
        self.text("email") == EMAIL && self.text("password") == PASSWORD
    }
}

/// Id and secret of HTTP Basic, each encoded like a form's value before.
fn pair(credentials: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(credentials).ok()?;
    let (id, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    let plain = |text: &str| decode(&text.replace('+', " "));
    Some((plain(id), plain(secret)))
}

fn of<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

impl Desk {
    pub(super) fn new(settings: &Settings, seed: u64) -> Self {
        Self { world: World::new(settings, seed) }
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
        let reply = match self.admit(row.access, call, &request) {
            Ok(()) if !breaches.is_empty() => Err(Refusal::not_as_described(breaches)),
            Ok(()) if is_elsewhere(&request) => Err(Refusal::not_found()),
            Ok(()) => (row.handler)(&mut self.world, &request),
            Err(refusal) => Err(refusal),
        };
        self.world.cause = Cause::default();
        reply.unwrap_or_else(|refusal| refusal.answer(operation))
    }

    fn admit(&self, access: Access, call: &Call, request: &Request) -> Result<(), Refusal> {
        if access == Access::Anyone {
            return Ok(());
        }
        let bearer = self.world.tokens.bearer(&request.bearer, self.world.now());
        match (access, bearer) {
            (Access::Bank | Access::Token, Some(Bearer::Jwt | Bearer::Oauth | Bearer::Confirmed))
            | (Access::Jwt, Some(Bearer::Jwt))
            | (Access::Confirmed, Some(Bearer::Confirmed)) => Ok(()),
            (_, Some(_)) => Err(Refusal::forbidden()),
            (_, None) if !is_basic(call) => Err(Refusal::unauthenticated()),
            (Access::Bank, None) => Ok(()),
            (_, None) => Err(Refusal::forbidden()),
        }
    }
}

/// Whether the path names an account that the customer has not.
fn is_elsewhere(request: &Request) -> bool {
    of(&request.path, "account_id").is_some() && request.number("account_id") != Some(ACCOUNT_ID)
}

/// Whether the customer's name and password came by HTTP Basic.
fn is_basic(call: &Call) -> bool {
    let pair = STANDARD.encode(format!("{EMAIL}:{PASSWORD}"));
    call.credentials("Basic") == Some(pair.as_str())
}
