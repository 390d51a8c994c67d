//! A fake Kasisto bank: tokens, one-time passwords, balances, and a ledger that agrees with them.
//!
//! A missing or unknown token is 401; one that was handed out and has expired, or was replaced, revoked
//! or locked, is 403, as is another customer's `user_id`. After every fifth answer that may carry it, a
//! header `token` replaces the token; the old one is good for one more call. Transfers and payments
//! above the limit wait with 450 for `/validate_otp`: a wrong password is 451, a late one 452, the third
//! wrong one 453 and the end of the session. A request that breaks the document is 500 `INVALID_REQUEST`.
//!
//! The bank decides in this order: `secret`, whether it offers the operation, `token`, the request's
//! form, the customer, the one-time password, and only then the business itself. What the business
//! refuses (no funds, an unknown account, the wrong currency) is an answer 200 with status `failed`
//! and a `reason` in `meta`: the API has no status for it, and a 5xx would leave open whether money moved.

mod account;
mod conversation;
mod directory;
mod handlers;
mod history;
mod refusal;
mod render;
mod session;
mod settings;
mod world;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};
use axum::http::Method;

use self::conversation::Conversations;
use self::handlers::Desk;
use self::refusal::Refusal;
use self::session::Sessions;
pub use self::settings::Settings;
use self::world::World;
use crate::Movement;
use crate::clock::{self, Bound, Clock};
use crate::demo::Demo;
use crate::document::{Breach, Document, Formats, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::{Cause, Fate};
use crate::provider::Provider;
use crate::random::Random;

/// The shared key that proves a caller to be the assistant: header `secret`.
pub const SECRET: &str = "demo-secret";
/// Login name of the demo customer.
pub const USERNAME: &str = "user-1";
/// Login password of the demo customer.
pub const PASSWORD: &str = "not-a-real-password";
/// Bank-side id of the demo customer.
pub const USER_ID: &str = "user-1";
/// The one-time password that the bank accepts.
pub const OTP: &str = "123456";
/// A one-time password that has always expired.
pub const EXPIRED_OTP: &str = "000000";

const NAME: &str = "kasisto";

/// The document's own formats; a bank may write either form in either place.
const FORMATS: Formats = &[("kasisto-date", is_moment), ("kasisto-date-time", is_moment)];

static DOCUMENT: LazyLock<Result<Document>> =
    LazyLock::new(|| Document::read(include_str!("../generated/kasisto.json"), FORMATS));

fn is_moment(text: &str) -> bool {
    clock::read(text, Bound::Start).is_some()
}

/// The fake bank; a [`Sandbox`](crate::Sandbox) serves it.
pub struct Bank {
    document: &'static Document,
    not_offered: Vec<String>,
    strict_headers: bool,
    desk: Mutex<Desk>,
}

impl Bank {
    pub(crate) fn new(settings: &Settings, seed: u64) -> Result<Self> {
        let document = DOCUMENT.as_ref().map_err(|error| anyhow!("specs/kasisto.yaml: {error:#}"))?;
        let clock = Clock::new();
        let mut random = Random::new(seed);
        let desk = Desk {
            world: World::new(settings, &mut random, clock.now()),
            sessions: Sessions::new(settings.renew_after),
            otp_limit: settings.otp_limit,
            clock,
            random,
            conversations: Conversations::default(),
            cause: Cause::default(),
        };
        Ok(Self {
            document,
            not_offered: settings.not_offered.clone(),
            strict_headers: settings.strict_headers,
            desk: Mutex::new(desk),
        })
    }

    /// What really moved, in order.
    pub fn movements(&self) -> Vec<Movement> {
        self.desk().world.movements.clone()
    }

    /// What the customer has on an account, as decimal text in major units of the account's currency;
    /// below zero is debt. `None` if the bank has no such account.
    pub fn balance(&self, account_id: &str) -> Option<String> {
        Some(self.desk().world.account(account_id)?.balance.to_string())
    }

    /// Moves the bank's clock, which otherwise gains one second per call: sessions end after 15
    /// minutes without a call, one-time passwords 5 minutes after they were asked for, and dated
    /// orders are booked when their date has come.
    pub fn advance(&self, by: Duration) {
        let mut desk = self.desk();
        desk.clock.advance(by);
        desk.settle();
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Bank {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bank").finish_non_exhaustive()
    }
}

impl Provider for Bank {
    fn name(&self) -> &'static str {
        NAME
    }

    fn document(&self) -> &Document {
        self.document
    }

    fn optional_headers(&self) -> &'static [&'static str] {
        if self.strict_headers { &[] } else { &["Date", "request_id"] }
    }

    fn fates(&self, operation: &str) -> &'static [Fate] {
        match operation {
            "create_transfer" | "create_payment" => {
                &[Fate::Declined, Fate::Stuck, Fate::Reversed, Fate::DatedLater, Fate::WithFee, Fate::Unlabelled]
            }
            _ => &[],
        }
    }

    fn answer(&self, operation: &Operation, call: &Call, breaches: &[Breach]) -> Answer {
        if call.header("secret") != Some(SECRET) {
            return Refusal::Authentication.answer();
        }
        if self.not_offered.contains(&call.path) {
            return Refusal::NotOffered.answer();
        }
        self.desk().answer(operation, call, breaches)
    }

    fn unknown(&self, call: &Call) -> Answer {
        match call.method {
            Method::POST => Refusal::NotOffered.answer(),
            _ => Refusal::NotPost.answer(),
        }
    }

    fn movements(&self) -> Vec<Movement> {
        self.movements()
    }

    fn demo(&self, url: &str) -> Demo {
        let body = format!(r#"{{"username":"{USERNAME}","password":"{PASSWORD}"}}"#);
        Demo {
            title: "Kasisto bank",
            keys: &[
                ("secret", SECRET),
                ("username", USERNAME),
                ("password", PASSWORD),
                ("otp", OTP),
                ("user", USER_ID),
                ("accounts", "acc-checking, acc-savings, acc-card, acc-euro"),
                ("payees", "payee-1"),
            ],
            command: format!(
                "curl -s {url}/token -H 'secret: {SECRET}' -H 'content-type: application/json' -d '{body}'"
            ),
        }
    }

    fn advance(&self, by: Duration) {
        self.advance(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_of_the_document_compiles() {
        let document = DOCUMENT.as_ref().unwrap();
        let schemas = document.operations().iter().flat_map(|operation| operation.schemas());
        let mut count = 0;
        for schema in schemas {
            document.compiles(schema).unwrap();
            count += 1;
        }
        assert!(count > 100, "only {count} schemas");
    }
}
