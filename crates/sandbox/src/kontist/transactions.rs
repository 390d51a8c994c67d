//! Transactions, in the versions that the API has of them.

use jiff::Timestamp;

use super::desk::{Reply, Request};
use super::order::Order;
use super::pages::page;
use super::refusal::Refusal;
use super::world::World;
use super::{ACCOUNT_ID, dates};
use crate::exchange::Answer;
use crate::json::{Json, Object};

/// One movement on the account.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) id: i64,
    pub(super) is_outgoing: bool,
    /// Euro cents, above zero.
    pub(super) cents: i64,
    pub(super) name: String,
    pub(super) iban: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) e2e_id: Option<String>,
    pub(super) booked: Timestamp,
    pub(super) valuta: Option<Timestamp>,
    pub(super) booking_type: Option<&'static str>,
    /// Digits and currency of a payment abroad.
    pub(super) original: Option<(&'static str, &'static str)>,
    pub(super) payment_method: &'static str,
}

/// How names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    Camel,
    Snake,
}

impl Transaction {
    /// What an order leaves behind; the bank makes an end-to-end id up where the order has none.
    pub(super) fn outgoing(id: i64, order: &Order, made_up: impl FnOnce() -> String, at: Timestamp) -> Self {
        let booked = dates::booked(at);
        Self {
            id,
            is_outgoing: true,
            cents: order.cents,
            name: order.recipient.clone(),
            iban: Some(order.iban.clone()),
            purpose: order.note.clone(),
            e2e_id: Some(order.e2e_id.clone().unwrap_or_else(made_up)),
            booked,
            valuta: Some(booked),
            booking_type: Some("SEPA_CREDIT_TRANSFER"),
            original: None,
            payment_method: "bank_account",
        }
    }

    /// The same money, sent back by the payee's bank.
    pub(super) fn returned(self, id: i64, at: Timestamp) -> Self {
        let booked = dates::booked(at);
        Self {
            id,
            is_outgoing: false,
            booked,
            valuta: Some(booked),
            booking_type: Some("SEPA_CREDIT_TRANSFER"),
            ..self
        }
    }

    /// Version 2.1: signed, camelCase, without `from` and `to`.
    fn signed(&self) -> Object {
        let cents = if self.is_outgoing { -self.cents } else { self.cents };
        self.with_invoice(self.common(Object::new().with("id", self.id), cents, Names::Camel))
    }

    /// One transaction alone: the documentation shows it without sign, `from` and `to`.
    fn alone(&self) -> Object {
        self.with_invoice(self.common(Object::new().with("id", self.id), self.cents, Names::Camel))
    }

    /// Versions 1 and 2: unsigned, with `from` and `to`.
    fn unsigned(&self, names: Names) -> Object {
        let (from, to) = if self.is_outgoing { (Some(ACCOUNT_ID), None) } else { (None, Some(ACCOUNT_ID)) };
        let start = Object::new().with("id", self.id).with("from", from).with("to", to);
        self.common(start, self.cents, names)
    }

    fn common(&self, start: Object, cents: i64, names: Names) -> Object {
        let name = |camel: &'static str, snake: &'static str| match names {
            Names::Camel => camel,
            Names::Snake => snake,
        };
        start
            .with("amount", cents)
            .with("type", Json::null())
            .with("category", Json::null())
            .with("name", self.name.as_str())
            .with("iban", self.iban.as_deref())
            .with("purpose", self.purpose.as_deref())
            .with(name("e2eId", "e2e_id"), self.e2e_id.as_deref())
            .with(name("bookingDate", "booking_date"), dates::seconds(self.booked))
            .with(name("valutaDate", "valuta_date"), self.valuta.map(dates::seconds))
            .with(name("bookingType", "booking_type"), self.booking_type)
            .with(name("originalAmount", "original_amount"), self.original.map(|(digits, _)| digits))
            .with(name("foreignCurrency", "foreign_currency"), self.original.map(|(_, currency)| currency))
            .with("paymentMethod", self.payment_method)
    }

    fn with_invoice(&self, object: Object) -> Object {
        const LATER: [&str; 6] = [
            "invoiceNumber",
            "invoicePreviewUrl",
            "invoiceDownloadUrl",
            "userSelectedBookingDate",
            "documentType",
            "mandateNumber",
        ];
        LATER.iter().fold(object, |object, name| object.with(name, Json::null()))
    }
}

pub(super) fn list(world: &mut World, request: &Request) -> Reply {
    let rows = world.ledger.iter().rev().map(Transaction::signed).collect();
    let media_type = "application/vnd.kontist.transactionlist.v2.1+json";
    Ok(Answer { media_type, ..page(world, request, rows)? })
}

pub(super) fn list_v2(world: &mut World, request: &Request) -> Reply {
    let names = if world.settings.early_names { Names::Snake } else { Names::Camel };
    let rows = world.ledger.iter().rev().map(|one| one.unsigned(names)).collect();
    let media_type = "application/vnd.kontist.transactionlist.v2+json";
    Ok(Answer { media_type, ..page(world, request, rows)? })
}

pub(super) fn list_v1(world: &mut World, _: &Request) -> Reply {
    let row = |one: &Transaction| {
        let extra = ["date", "debitoor_invoice_id", "debitoor_invoice_number", "pending_from"];
        extra.iter().fold(one.unsigned(Names::Snake), |object, name| object.with(name, Json::null()))
    };
    Ok(Answer::ok(world.ledger.iter().rev().map(row).collect::<Json>()))
}

pub(super) fn get(world: &mut World, request: &Request) -> Reply {
    let wanted = request.number("transaction_id");
    let found = world.ledger.iter().find(|one| Some(one.id) == wanted).ok_or(Refusal::not_found())?;
    Ok(Answer::ok(found.alone()))
}
