//! A fake Kasha: pay-ins and pay-outs by session, refunds, and the status of all of them; all 12 operations.
//!
//! **Credentials.** [`API_KEY`] in the header `x-api-key` ([`Settings::key_header`] names another), else 401. Signatures are checked only
//! if [`Settings::signature_secret`] is set, and then on every body.
//!
//! **Time** starts at 2026-03-02T10:00:00Z and gains one second per call; so does [`Cashier::advance`]. A session that nobody paid in ends
//! after 30 minutes. What is handed to the processor (`PROCESSING`) is decided 3 seconds later.
//!
//! **Declines** are 200 with `resultType` error. The last four digits of the deciding input (card number, else the telephone) are the
//! code: `4000000000003000` has not enough funds, `4000000000000999` fails for any other reason, `...2005` has a code of the processor's
//! own. `...1100` is the trap: an error whose outcome nobody knows, and 60 seconds later it is `COMPLETED`. A card that has expired is 3007,
//! the verification value `000` 3004, and no option pays in the currency `XXX` (995). For pay-outs 1100 and the codes from 3000 on come
//! from the processor, after the approval.
//!
//! **The customer.** Card [`CARD_3DS`] redirects first, and so does bank `b_1`; `b_2` gives a receipt, `b_3` a request to build, `b_4`
//! instructions, PIX (in Brazil) a QR code. There, as with every link, [`Cashier::customer_pays`] is the customer.
//!
//! **Money.** The merchant has a balance per currency. A pay-in credits it when it completes, a pay-out debits it (one that it does not
//! cover is declined), a refund gives a completed pay-in back, once and whole. Movements name the merchant `merchant` and the customer by
//! `userId`, else `customer`.
//!
//! **Refusals.** Key and signature (401), form (400), then the business (400, and 404 for what does not exist). A session is good once:
//! the second payment is 400, and so is a used `merchantReference`, a second approval and a second refund.

mod desk;
mod fates;
mod inputs;
mod opening;
mod payin;
mod payout;
mod refusal;
mod render;
mod settings;
mod signature;
mod transaction;
mod verdict;
mod world;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};

use self::desk::Desk;
use self::refusal::Refusal;
pub use self::settings::Settings;
pub use self::world::Webhook;
use crate::Movement;
use crate::demo::Demo;
use crate::document::{Breach, Document, Operation};
use crate::exchange::{Answer, Call};
use crate::fate::Fate;
use crate::provider::Provider;

/// The merchant's API key: header `x-api-key`.
pub const API_KEY: &str = "sandbox+key/1==.0a1b-2c3d";
/// A card that pays, whatever else is filled in rightly.
pub const CARD: &str = "4111111111111111";
/// A card that redirects to 3-D Secure first.
pub const CARD_3DS: &str = "5200000000000007";

const NAME: &str = "kasha";

static DOCUMENT: LazyLock<Result<Document>> =
    LazyLock::new(|| Document::read(include_str!("../generated/kasha.json"), &[]));

/// The fake cashier; a [`Sandbox`](crate::Sandbox) serves it.
pub struct Cashier {
    document: &'static Document,
    desk: Mutex<Desk>,
}

impl Cashier {
    pub(crate) fn new(settings: &Settings, seed: u64) -> Result<Self> {
        let document = DOCUMENT.as_ref().map_err(|error| anyhow!("specs/kasha.yaml: {error:#}"))?;
        Ok(Self { document, desk: Mutex::new(Desk::new(settings, seed)) })
    }

    /// What really moved, in order.
    pub fn movements(&self) -> Vec<Movement> {
        self.desk().world.movements.clone()
    }

    /// The merchant's money in a currency, as decimal text in major units.
    pub fn balance(&self, currency: &str) -> String {
        self.desk().world.balance(currency).to_string()
    }

    /// Moves the provider's clock, which otherwise gains one second per call, and settles what is due.
    pub fn advance(&self, by: Duration) {
        self.desk().advance(by);
    }

    /// The customer follows a link of this session and pays, or asks to be paid. `false` if the session does not wait for that.
    pub fn customer_pays(&self, session: &str) -> bool {
        self.desk().world.customer_pays(session)
    }

    /// The customer gives up on this session. `false` if the session does not wait for the customer.
    pub fn customer_cancels(&self, session: &str) -> bool {
        self.desk().world.customer_cancels(session)
    }

    /// The webhooks that the provider has sent, in order: one per final status.
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.desk().world.webhooks.clone()
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Cashier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cashier").finish_non_exhaustive()
    }
}

impl Provider for Cashier {
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
        Refusal::not_found(format!("Cannot {} {}", call.method, call.path)).answer()
    }

    fn movements(&self) -> Vec<Movement> {
        self.movements()
    }

    fn demo(&self, url: &str) -> Demo {
        Demo {
            title: "Kasha",
            keys: &[
                ("API key", API_KEY),
                ("card", CARD),
                ("card (3DS)", CARD_3DS),
                ("sessions", "session-payin, session-payout"),
                ("paid orders", "order-paid, order-refund"),
            ],
            command: format!("curl -s {url}/payments/txn-paid -H 'x-api-key: {API_KEY}'"),
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
        for schema in document.operations().iter().flat_map(|operation| operation.schemas()) {
            document.compiles(schema).unwrap();
        }
    }

    #[test]
    fn every_operation_of_the_document_is_offered() {
        let document = DOCUMENT.as_ref().unwrap();
        assert_eq!(document.operations().len(), 12);
        for operation in document.operations() {
            assert!(desk::handler(&operation.id).is_some(), "{}", operation.id);
        }
    }
    #[test]
    fn webhooks_are_as_the_document_describes_them() {
        let cashier = Cashier::new(&Settings::new().signature_secret("secret"), 0).unwrap();
        assert!(cashier.customer_pays("session-hybrid") && cashier.customer_cancels("session-payin"));
        cashier.advance(Duration::from_secs(3600));
        let webhooks = cashier.webhooks();
        let statuses = webhooks.iter().map(|webhook| {
            let body: serde_json::Value = serde_json::from_str(&webhook.body).unwrap();
            let breaches = cashier.document.check("/components/schemas/TransactionNotification", &body);
            assert!(breaches.is_empty(), "{breaches:?}");
            assert_eq!(webhook.signature.as_deref(), Some(&*signature::of(webhook.body.as_bytes(), "secret")));
            body["status"].as_str().unwrap().to_owned()
        });
        assert_eq!(statuses.collect::<Vec<_>>(), ["USER_CANCEL", "COMPLETED", "EXPIRED"]);
    }
}
