//! A fake Kotani Pay: customers, wallets, money in and out, crypto both ways, all 99 operations.
//!
//! **Credentials.** [`API_KEY`], or the access token of a session, as `Authorization: Bearer`. A session is
//! open from the start ([`ACCESS_TOKEN`], [`REFRESH_TOKEN`]); [`MAGIC_HASH`] and [`VERIFICATION_TOKEN`] open
//! others. Access tokens end after an hour. Making keys takes an access token: an API key gets 403.
//!
//! **Time** starts at 2026-03-02T10:00:00Z and gains one second per call, so that polling moves it; so does
//! [`Gateway::advance`]. What is `PENDING` settles 5 seconds after it was asked for (a step on a chain 5
//! seconds after the one before). The telephone decides, by its last nine digits: `700000010` has not enough
//! funds, `...011` no account, `...012` hits a limit, `...013` is cancelled by the customer (`CANCELLED`, the
//! others are `FAILED`), `...020` never settles, `...021` takes 60 seconds; any other succeeds. That is so for
//! bank and card as well, where the request names a telephone.
//!
//! **Money.** A deposit credits the wallet's deposit balance when it settles. A withdrawal debits the main
//! balance at once, and a failed one comes back as a refund. The fee of a deposit is the payer's, on top;
//! withdrawals are free. An off-ramp's crypto arrives by itself; if the payout fails, it goes back after five
//! minutes, on Lightning once an invoice was given. Quotes end (60 seconds, on-ramp 30 minutes) except the
//! three of the demo; a bridge quote is good once. Movements name wallets by their id, a deposit balance as
//! `<id>/deposits`, customers by their key, and the provider `kotani`, so that they add up to the balances.
//!
//! **Refusals.** First the credential (401, 403), then the request's form (400), then the business: a used
//! reference is 400 (on-chain deposits: 409), whatever else it says; an unknown id is 404, or 400 where the
//! document knows no 404. A second mobile-money withdrawal to a telephone within 60 seconds is refused, held
//! or let through, as [`Settings::same_minute`] says. Calls are not counted: 429 never happens by itself.

mod accounts;
mod auth;
mod bridge;
mod bulk;
mod countries;
mod csv;
mod customers;
mod deposits;
mod desk;
mod fates;
mod integrators;
mod invoices;
mod kyc;
mod offramp;
mod onramp;
mod opening;
mod pages;
mod phones;
mod quotes;
mod rates;
mod refunds;
mod refusal;
mod settings;
mod settle;
mod table;
mod transaction;
mod wallets;
mod withdrawals;
mod world;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};

use self::desk::Desk;
use self::refusal::Refusal;
pub use self::settings::{Errors, SameMinute, Settings};
use crate::Movement;
use crate::demo::Demo;
use crate::document::{Breach, Document, Formats, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Fate;
use crate::provider::Provider;
use crate::record;

/// The integrator's API key: `Authorization: Bearer`.
pub const API_KEY: &str = "sandbox-key-1";
/// Access token of the session that is open from the start.
pub const ACCESS_TOKEN: &str = "access-token-1";
/// Refresh token of the session that is open from the start.
pub const REFRESH_TOKEN: &str = "refresh-token-1";
/// What a magic link carries; good for an hour from the start, and from every mail that is sent.
pub const MAGIC_HASH: &str = "magic-hash-1";
/// Proves that a person opened the magic link.
pub const VERIFICATION_TOKEN: &str = "verification-token-1";
/// Address to which magic links are sent.
pub const EMAIL: &str = "alex@example.com";
/// What the settling partner signs its reports with: header `X-Kotani-Signature`. The fake takes this one
/// text for every payload and computes nothing.
pub const SETTLEMENT_SIGNATURE: &str = "demo-settlement-signature";

const NAME: &str = "kotani";

const FORMATS: Formats = &[("decimal", is_decimal)];

static DOCUMENT: LazyLock<Result<Document>> =
    LazyLock::new(|| Document::read(include_str!("../generated/kotani.json"), FORMATS));

fn is_decimal(text: &str) -> bool {
    text.parse::<rust_decimal::Decimal>().is_ok()
}

/// The fake payment provider; a [`Sandbox`](crate::Sandbox) serves it.
pub struct Gateway {
    document: &'static Document,
    desk: Mutex<Desk>,
}

impl Gateway {
    pub(crate) fn new(settings: &Settings, seed: u64) -> Result<Self> {
        let document = DOCUMENT.as_ref().map_err(|error| anyhow!("specs/kotani.yaml: {error:#}"))?;
        Ok(Self { document, desk: Mutex::new(Desk::new(settings, seed)) })
    }

    /// What really moved, in order.
    pub fn movements(&self) -> Vec<Movement> {
        self.desk().world.movements.clone()
    }

    /// What a wallet holds, fiat (main balance) or crypto, as decimal text in major units or whole tokens.
    pub fn balance(&self, wallet: &str) -> Option<String> {
        self.desk().world.balance(wallet).map(|amount| amount.to_string())
    }

    /// What came in to a fiat wallet and was not moved to its main balance yet.
    pub fn deposit_balance(&self, wallet: &str) -> Option<String> {
        Some(self.desk().world.fiat_wallet(wallet)?.deposits.to_string())
    }

    /// Moves the provider's clock, which otherwise gains one second per call, and settles what is due.
    pub fn advance(&self, by: Duration) {
        self.desk().advance(by);
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").finish_non_exhaustive()
    }
}

impl Provider for Gateway {
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
        fates::of(operation)
    }

    fn unknown(&self, call: &Call) -> Answer {
        let desk = self.desk();
        let refusal = Refusal::not_found(format!("Cannot {} {}", call.method, call.path));
        refusal.answer(desk.errors, desk.world.now())
    }

    fn movements(&self) -> Vec<Movement> {
        self.movements()
    }

    fn demo(&self, url: &str) -> Demo {
        Demo {
            title: "Kotani Pay",
            keys: &[
                ("API key", API_KEY),
                ("access token", ACCESS_TOKEN),
                ("refresh", REFRESH_TOKEN),
                ("customer", "cust-1"),
                ("wallets", "wallet-kes, wallet-polygon"),
                ("signature", SETTLEMENT_SIGNATURE),
            ],
            command: format!("curl -s {url}/api/v3/wallet/fiat/wallet-kes -H 'authorization: Bearer {API_KEY}'"),
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
