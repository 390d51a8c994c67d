//! A fake VaultsPay: users, KYC, wallets, transfers and cards with their whole life, all 53 operations.
//!
//! **Credentials.** [`CLIENT_ID`] and [`CLIENT_SECRET`] log in; a session is open from the start
//! ([`ACCESS_TOKEN`], [`REFRESH_TOKEN`]). `Authorization: Bearer` takes the access token, good for an hour,
//! in a session of five days; both can be set. Every call needs `x-device-os: SAAS` and a number as
//! `x-device-id` ([`DEVICE_ID`]). All bodies are plain JSON: the fake seals and opens nothing.
//!
//! **Time** starts at 2026-01-15T10:00:00Z and gains one second per call; so does [`Issuer::advance`]. A
//! transfer is `PENDING` for 5 seconds. The bank code of the payee's IBAN (its fifth to seventh character)
//! decides: `097` succeeds and is `REVERSED` a minute later, `098` is `FAILED`, `099` never settles, any
//! other succeeds. Bank `095` tells no account titles. Everybody else knows one.
//!
//! **Money.** An accepted transfer is held, and leaves the ledger when it succeeds, with its charges; what is
//! reversed comes back with them. The caller acts as user 501, whose agent is 100. Balances, ledger and
//! transfers are in minor units, transactions and limits in major ones, as in the samples. Movements name
//! accounts by their id, payees outside by their IBAN, and who takes the charges `vaultspay`. Nobody can use
//! a card through the API: [`Issuer::purchase`] and [`Issuer::withdraw`] do, under the card's rules.
//!
//! **KYC** stays `PENDING`, and open to changes, until [`Issuer::decide_kyc`]. Without personal data there is
//! neither card nor transfer (1035).
//!
//! **Refusals.** First the headers (500, 1018), then the token (401 1002 without one, 1003 expired, 1004 with
//! its session; 400, 1036 unknown), then the form (422, 1000; 400, 1401 for a place), then the business:
//! HTTP 500 with 1010, with 1035 if something has to be done first, with 1050 if a rule or a limit locks it.
//! An unknown id is 1010 as well. Calls are not counted: 429 never happens by itself. No events are posted.

mod accounts;
mod addresses;
mod cards;
mod contacts;
mod controls;
mod conversion;
mod desk;
mod faults;
mod issuance;
mod kyc;
mod opening;
mod pages;
mod places;
mod refusal;
mod reports;
mod rules;
mod sessions;
mod settings;
mod table;
mod terminal;
mod transactions;
mod transfers;
mod users;
mod world;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};
use rust_decimal::Decimal;

use self::desk::Desk;
use self::refusal::Refusal;
pub use self::settings::{Ping, Settings, Wrapper};
use self::transactions::Kind;
use crate::Movement;
use crate::clock::{self, Bound};
use crate::demo::Demo;
use crate::document::{Breach, Document, Formats, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Fate;
use crate::provider::Provider;

/// Client id of the app: with [`CLIENT_SECRET`] it logs in.
pub const CLIENT_ID: &str = "client-1";
/// Client secret of the app.
pub const CLIENT_SECRET: &str = "not-a-real-secret";
/// Access token of the session that is open from the start: `Authorization: Bearer`.
pub const ACCESS_TOKEN: &str = "access-token-1";
/// Refresh token of the session that is open from the start.
pub const REFRESH_TOKEN: &str = "refresh-token-1";
/// Id of the app: header `x-device-id`. Any other number is taken as well.
pub const DEVICE_ID: &str = "17";
/// Number of the cards that are there from the start, a well-known one for tests; their expiry is 12/29.
pub const PAN: &str = "5555555555554444";
/// Number of cards that are made later, unless they renew an old one.
pub const NEW_PAN: &str = "5105105105105100";
/// Verification value of all cards.
pub const CVV: &str = "123";

const NAME: &str = "vaultspay";

/// The user as whom the caller acts, and that user's agent.
const OWN_USER: u32 = 501;
const OWN_AGENT: u32 = 100;

/// When what never changes was made.
const MADE: &str = "2025-01-01T00:00:00.000+00:00";

const TEXT: &str = include_str!("../generated/vaultspay.json");

const FORMATS: Formats = &[("decimal", is_decimal), ("partial-date", is_moment)];

static DOCUMENT: LazyLock<Result<Document>> = LazyLock::new(|| Document::read(TEXT, FORMATS));

fn is_decimal(text: &str) -> bool {
    text.parse::<Decimal>().is_ok()
}

fn is_moment(text: &str) -> bool {
    clock::read(text, Bound::Start).is_some()
}

/// The fake card issuer; a [`Sandbox`](crate::Sandbox) serves it.
pub struct Issuer {
    document: &'static Document,
    desk: Mutex<Desk>,
}

impl Issuer {
    pub(crate) fn new(settings: &Settings, seed: u64) -> Result<Self> {
        let document = DOCUMENT.as_ref().map_err(|error| anyhow!("specs/vaultspay.yaml: {error:#}"))?;
        Ok(Self { document, desk: Mutex::new(Desk::new(settings, seed)) })
    }

    /// What really moved, in order.
    pub fn movements(&self) -> Vec<Movement> {
        self.desk().world.movements.clone()
    }

    /// What an account can spend, as decimal text in major units.
    pub fn balance(&self, account: u32) -> Option<String> {
        Some(self.desk().world.account(account).ok()?.available().to_string())
    }

    /// What pending transfers will take from an account, as decimal text in major units.
    pub fn held(&self, account: u32) -> Option<String> {
        Some(self.desk().world.account(account).ok()?.held.to_string())
    }

    /// Moves the provider's clock, which otherwise gains one second per call, and settles what is due.
    pub fn advance(&self, by: Duration) {
        self.desk().advance(by);
    }

    /// Sets a user's KYC to `VERIFIED` or `REJECTED`, as an administrator does; `false` if there is no such user.
    pub fn decide_kyc(&self, user: u32, is_verified: bool) -> bool {
        let mut desk = self.desk();
        let Ok(user) = desk.world.user_mut(user) else { return false };
        user.kyc = if is_verified { "VERIFIED" } else { "REJECTED" };
        true
    }

    /// Uses a card at a merchant's till, for an amount in major units. The id of the transaction, `SUCCESS` or
    /// `FAILED`; `None` if there is no such card, or the amount is not above zero with at most two decimals.
    pub fn purchase(&self, card: u32, amount: Decimal) -> Option<u32> {
        terminal::use_card(&mut self.desk().world, card, Kind::Purchase, amount)
    }

    /// Uses a card at a cash machine, like [`Issuer::purchase`].
    pub fn withdraw(&self, card: u32, amount: Decimal) -> Option<u32> {
        terminal::use_card(&mut self.desk().world, card, Kind::Withdrawal, amount)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").finish_non_exhaustive()
    }
}

impl Provider for Issuer {
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
            "create_direct_transfer" => &[
                Fate::Declined,
                Fate::Stuck,
                Fate::Reversed,
                Fate::CatchAllBefore,
                Fate::CatchAllAfter,
                Fate::Unlabelled,
            ],
            _ => &[],
        }
    }

    fn unknown(&self, call: &Call) -> Answer {
        Refusal::no_operation(&format!("{} {}", call.method, call.path)).answer()
    }

    fn movements(&self) -> Vec<Movement> {
        self.movements()
    }

    fn demo(&self, url: &str) -> Demo {
        Demo {
            title: "VaultsPay",
            keys: &[
                ("client id", CLIENT_ID),
                ("secret", CLIENT_SECRET),
                ("token", ACCESS_TOKEN),
                ("device id", DEVICE_ID),
                ("account", "701"),
                ("contact", "301"),
            ],
            command: format!(
                "curl -s {url}/be/api/v1/accounts/701 -H 'authorization: Bearer {ACCESS_TOKEN}' \
-H 'x-device-os: SAAS' -H 'x-device-id: {DEVICE_ID}'"
            ),
        }
    }

    fn advance(&self, by: Duration) {
        self.advance(by);
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
