//! A fake Kontist: one customer with one account, orders with codes by SMS, tokens, devices; all 39 operations.
//!
//! **Credentials.** HTTP Basic with [`EMAIL`] and [`PASSWORD`] for what the document lists it for, or a token as bearer. Open from the
//! start: [`AUTH_TOKEN`] (JWT), [`OAUTH_TOKEN`], [`CONFIRMED_TOKEN`] and the refresh tokens. Access tokens end after an hour, refresh
//! tokens of the JWT kind after 30 days, of OAuth after a year. A known token of another kind than asked for is 403.
//!
//! **Time** starts at 2019-09-20T09:30:00Z and gains one second per call; [`Bank::advance`] moves it too. Timed orders are paid at 12:00 UTC
//! of their day, standing orders at midnight; one that the balance does not cover fails, or is left out.
//!
//! **Confirmation.** Every order waits for [`TAN`]; the third wrong code voids it. A transfer must be repeated exactly. It is booked, and
//! the money gone, the moment that it is accepted; a second confirmation of anything is 400 and pays nothing
//! ([`Settings::one_try`]: 404, and a wrong code is good for nothing but 403). A push challenge is answered
//! 5 seconds later, as [`Settings::customer`] says, or by `update_mfa_challenge`, and ends after 5 minutes. Signatures are not
//! computed: [`OTP_SIGNATURE`] binds a device, [`CHALLENGE_SIGNATURE`] answers its challenges.
//!
//! **Transactions** come in the version that `Accept` asks for, newest first; version 1 has no pages. One transaction alone shows neither
//! sign nor `from` and `to`, as in the documentation. The lists of transfers and of what is to come, whose items nobody has
//! written down, hold what the other answers about these orders hold.
//!
//! **Refusals** are problems with title and status: 401 and 403 for credentials, 404 for an unknown id, 410 for what has ended, 400 for the
//! rest; those of OAuth have no body. Calls are not counted: 429 never happens.

mod challenges;
mod dates;
mod desk;
mod devices;
mod jwt;
mod oauth;
mod opening;
mod order;
mod pages;
mod refusal;
mod settings;
mod standing;
mod table;
mod tan;
mod timed;
mod tokens;
mod transactions;
mod transfers;
mod user;
mod world;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};

use self::desk::Desk;
use self::refusal::Refusal;
pub use self::settings::{Customer, Settings};
use crate::Movement;
use crate::demo::Demo;
use crate::document::{Breach, Document, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Fate;
use crate::provider::Provider;

/// User name of the customer.
pub const EMAIL: &str = "alex@example.com";
/// Password of the customer.
pub const PASSWORD: &str = "not-a-real-password";
/// Auth token (JWT) that is open from the start.
pub const AUTH_TOKEN: &str = "auth-token-1";
/// Refresh token (JWT) that is open from the start.
pub const REFRESH_TOKEN: &str = "refresh-token-1";
/// OAuth access token that is open from the start.
pub const OAUTH_TOKEN: &str = "oauth-token-1";
/// OAuth refresh token that is open from the start.
pub const OAUTH_REFRESH_TOKEN: &str = "oauth-refresh-1";
/// Confirmed token that is open from the start.
pub const CONFIRMED_TOKEN: &str = "confirmed-token-1";
/// Id of the program that may use OAuth.
pub const CLIENT_ID: &str = "00000000-0000-4000-8000-0000000000c1";
/// Secret of that program.
pub const CLIENT_SECRET: &str = "not-a-real-secret";
/// Where that program gets its codes; a loopback address or a scheme of its own (`com.example.app:/callback`) is let in too.
pub const REDIRECT_URI: &str = "https://app.example.com/callback";
/// An authorization code for [`REDIRECT_URI`] without PKCE, good once within ten minutes from the start.
pub const CODE: &str = "code-1";
/// The code that comes by SMS, whatever it is for.
pub const TAN: &str = "012345";
/// Id of the customer's account.
pub const ACCOUNT_ID: i64 = 1001;
/// The signature under the one-time password that binds a device.
pub const OTP_SIGNATURE: &str = "30060201AA0201BB";
/// The signature under the text of a device's challenge.
pub const CHALLENGE_SIGNATURE: &str = "30060201CC0201DD";

const NAME: &str = "kontist";

static DOCUMENT: LazyLock<Result<Document>> =
    LazyLock::new(|| Document::read(include_str!("../generated/kontist.json"), &[]));

/// The fake bank; a [`Sandbox`](crate::Sandbox) serves it.
pub struct Bank {
    document: &'static Document,
    desk: Mutex<Desk>,
}

impl Bank {
    pub(crate) fn new(settings: &Settings, seed: u64) -> Result<Self> {
        let document = DOCUMENT.as_ref().map_err(|error| anyhow!("specs/kontist.yaml: {error:#}"))?;
        Ok(Self { document, desk: Mutex::new(Desk::new(settings, seed)) })
    }

    /// What really moved, in order.
    pub fn movements(&self) -> Vec<Movement> {
        self.desk().world.movements.clone()
    }

    /// What the customer's account holds, in euro cents.
    pub fn balance(&self) -> i64 {
        self.desk().world.balance
    }

    /// Moves the bank's clock, which otherwise gains one second per call, and pays what is due.
    pub fn advance(&self, by: Duration) {
        self.desk().advance(by);
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

    fn answer(&self, operation: &Operation, call: &Call, breaches: &[Breach]) -> Answer {
        self.desk().answer(operation, call, breaches)
    }

    fn fates(&self, operation: &str) -> &'static [Fate] {
        match operation {
            "confirm_transfer" => &[Fate::Reversed, Fate::Unlabelled],
            "confirm_timed_order" => &[Fate::Declined, Fate::Reversed, Fate::Unlabelled],
            _ => &[],
        }
    }

    fn unknown(&self, _: &Call) -> Answer {
        Refusal::not_found().problem()
    }

    fn movements(&self) -> Vec<Movement> {
        self.movements()
    }

    fn advance(&self, by: Duration) {
        self.advance(by);
    }

    fn demo(&self, url: &str) -> Demo {
        Demo {
            title: "Kontist",
            keys: &[
                ("token", OAUTH_TOKEN),
                ("tan", TAN),
                ("email", EMAIL),
                ("password", PASSWORD),
                ("account", "1001"),
                ("client id", CLIENT_ID),
                ("secret", CLIENT_SECRET),
                ("redirect uri", REDIRECT_URI),
                ("code", CODE),
            ],
            command: format!("curl -s {url}/api/accounts -H 'authorization: Bearer {OAUTH_TOKEN}'"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_schema_of_the_document_compiles() {
        let document = DOCUMENT.as_ref().unwrap();
        for schema in document.operations().iter().flat_map(|operation| operation.schemas()) {
            document.compiles(schema).unwrap();
        }
    }

    #[test]
    fn the_table_has_the_operations_of_the_document() {
        let document = DOCUMENT.as_ref().unwrap();
        let documented: BTreeSet<&str> = document.operations().iter().map(|one| one.id.as_str()).collect();
        let offered: BTreeSet<&str> = table::OPERATIONS.iter().map(|row| row.id).collect();
        assert_eq!(offered, documented);
    }
}
