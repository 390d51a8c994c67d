//! What happened on accounts and cards.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::accounts::{CURRENCY, period, reference};
use super::cards;
use super::desk::{Reply, Request};
use super::pages::page;
use super::world::{World, eight_places};
use crate::clock::extended_offset;
use crate::fate::Cause;
use crate::json::Object;

/// What moved, or was to move, money.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) id: u32,
    pub(super) uuid: String,
    pub(super) kind: Kind,
    pub(super) at: Timestamp,
    /// `PENDING`, `SUCCESS`, `FAILED` or `REVERSED`.
    pub(super) status: &'static str,
    /// In major units, as is the amount.
    pub(super) charges: Decimal,
    pub(super) amount: Decimal,
    pub(super) narration: String,
    /// Account that pays.
    pub(super) sender: u32,
    pub(super) payee: Payee,
    /// What a charge in another currency was: amount, currency, rate.
    pub(super) foreign: Option<(Decimal, &'static str, Decimal)>,
    /// The call behind it.
    pub(super) cause: Cause,
}

/// What kind of transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Transfer,
    Purchase,
    /// Cash at a machine.
    Withdrawal,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Transfer => "Transfer",
            Self::Purchase => "Purchase",
            Self::Withdrawal => "Withdrawal",
        }
    }
}

/// Who is paid.
#[derive(Clone, Debug)]
pub(super) enum Payee {
    Iban(String),
    /// The one merchant of this world, by a card.
    Merchant {
        card: u32,
    },
    /// The machine that the cash came from, by a card.
    Machine {
        card: u32,
    },
}

/// Name of the merchant at whose till cards are used.
pub(super) const MERCHANT: &str = "Corner Bakery";

impl Transaction {
    /// The card that was used.
    pub(super) fn card(&self) -> Option<u32> {
        match self.payee {
            Payee::Iban(_) => None,
            Payee::Merchant { card } | Payee::Machine { card } => Some(card),
        }
    }

    /// It is carried out, or may still be.
    pub(super) fn counts(&self) -> bool {
        matches!(self.status, "PENDING" | "SUCCESS")
    }

    fn concerns(&self, world: &World, account: u32) -> bool {
        let is_payee = |iban: &str| world.account_of(iban).is_some_and(|one| one.id == account);
        self.sender == account || matches!(&self.payee, Payee::Iban(iban) if is_payee(iban))
    }

    /// What list and detail have in common; a detail says more about the card.
    fn object(&self, world: &World, is_detail: bool) -> Object {
        let card = self.card().and_then(|id| world.cards.iter().find(|card| card.id == id));
        let receiver = match &self.payee {
            Payee::Iban(iban) => Some(match world.account_of(iban) {
                Some(account) => account.in_transaction(),
                None => Object::new().with("iban", iban.as_str()),
            }),
            _ => None,
        };
        let at_merchant = matches!(self.payee, Payee::Merchant { .. });
        let sender = world.account(self.sender).ok().map(|account| account.in_transaction());
        Object::new()
            .with("id", self.id)
            .with("transactionId", self.uuid.as_str())
            .with("transactionType", self.kind.name())
            .with("dateTime", extended_offset(self.at))
            .with("status", self.status)
            .with("totalCharges", eight_places(self.charges))
            .with("narration", self.narration.as_str())
            .with_some("card", card.map(|card| cards::in_transaction(card, is_detail)))
            .with("billingAmount", amount(self.amount, CURRENCY, "BILLING"))
            .with_some("senderAccount", sender)
            .with_some("receiverAccount", receiver)
            .with_some("location", card.map(|_| Object::new().with("id", 231u32).with("countryCode", "ARE")))
            .with_some("merchant", at_merchant.then(merchant))
    }

    fn detail(&self, world: &World) -> Object {
        let (paid, currency, rate) = self.foreign.unwrap_or((self.amount, CURRENCY, Decimal::ONE));
        let config = if self.kind == Kind::Transfer { "vp-acq" } else { cards::CONFIG };
        let charge = (!self.charges.is_zero()).then(|| {
            Object::new()
                .with("title", if self.foreign.is_some() { "Foreign exchange" } else { "Transfer" })
                .with("fixed", eight_places(self.charges))
                .with("value", eight_places(self.charges))
                .with("chargeType", "FIXED")
                .with("billingAmount", eight_places(self.charges))
                .with("inclusive", false)
        });
        self.object(world, true)
            .with("transactionAmount", amount(paid, currency, "TRANSACTION"))
            .with("conversions", Object::new().with("transactionToBillingCR", rate))
            .with("apiStatus", self.status)
            .with("thirdPartyConfigSlug", config)
            .with("charges", charge.into_iter().collect::<crate::json::Json>())
    }
}

fn amount(amount: Decimal, currency: &str, kind: &str) -> Object {
    Object::new().with("amount", eight_places(amount)).with("currencyCode", currency).with("amountType", kind)
}

fn merchant() -> Object {
    Object::new()
        .with("id", 71u32)
        .with("mcc", "5462")
        .with("name", MERCHANT)
        .with("city", "Dubai")
        .with("country", "United Arab Emirates")
        .with("countryCode", "ARE")
}

/// What a ledger and the list say about a card's use.
pub(super) fn narration(kind: Kind, id: u32) -> String {
    let place = if kind == Kind::Purchase { MERCHANT } else { "a machine" };
    format!("{} at {place} 4444 {}", kind.name(), reference(id))
}

/// The newest first.
pub(super) fn list(world: &mut World, request: &Request) -> Reply {
    let (from, to) = period(request)?;
    let is = |name: &str, value: &str| request.query(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(value));
    let (account, card) = (request.query_id("accountId"), request.query_id("cardId"));
    let found = world.transactions.iter().rev().filter(|one| {
        is("status", one.status)
            && is("transactionType", one.kind.name())
            && account.is_none_or(|account| one.concerns(world, account))
            && card.is_none_or(|card| one.card() == Some(card))
            && from.is_none_or(|from| one.at >= from)
            && to.is_none_or(|to| one.at <= to)
    });
    Ok(page(found.map(|one| one.object(world, false)).collect(), request))
}

pub(super) fn get(world: &mut World, request: &Request) -> Reply {
    world.transaction(request.id()).map(|one| one.detail(world).into())
}
