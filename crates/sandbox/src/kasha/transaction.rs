//! The one record behind sessions, payments and pay-outs.

use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::inputs::Method;
use super::verdict::Fault;
use crate::clock::after;
use crate::fate::Cause;
use crate::json::{Fields, Json};

/// How long a session lives.
const SESSION: Duration = Duration::from_secs(30 * 60);

/// Which way the money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    PayIn,
    PayOut,
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Init,
    UserCancel,
    Pending,
    Processing,
    Completed,
    Declined,
    Error,
    Expired,
    Refunded,
}

impl Status {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Init => "INIT",
            Self::UserCancel => "USER_CANCEL",
            Self::Pending => "PENDING",
            Self::Processing => "PROCESSING",
            Self::Completed => "COMPLETED",
            Self::Declined => "DECLINED",
            Self::Error => "ERROR",
            Self::Expired => "EXPIRED",
            Self::Refunded => "REFUNDED",
        }
    }
}

/// What a transaction waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Somebody to pay, while the session lives.
    Open,
    /// The customer, who was sent elsewhere, while the session lives.
    AtCustomer,
    /// The merchant's approval; then it ends so.
    Approval(Option<Fault>),
    /// The processor, which decides at this time.
    Processor(Timestamp, Option<Fault>),
    /// Its call's fate.
    Fated,
    /// Nothing any more.
    Final,
}

/// A payment or pay-out, from the opening of its session.
#[derive(Clone, Debug)]
pub(super) struct Transaction {
    pub(super) id: String,
    pub(super) session: String,
    pub(super) kind: Kind,
    pub(super) country: String,
    pub(super) currency: String,
    pub(super) amount: Decimal,
    pub(super) status: Status,
    pub(super) stage: Stage,
    pub(super) reference: String,
    pub(super) method: Option<&'static Method>,
    pub(super) fault: Option<Fault>,
    pub(super) user: Option<String>,
    /// What the request said and answers say again, by name.
    pub(super) said: Vec<(&'static str, Json)>,
    pub(super) notification_url: Option<String>,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    /// The call behind what moves last.
    pub(super) cause: Cause,
}

impl Transaction {
    /// A session that was opened just now.
    pub(super) fn opened(kind: Kind, id: &str, session: &str, money: (Decimal, &str), at: Timestamp) -> Self {
        let (amount, currency) = money;
        Self {
            id: id.to_owned(),
            session: session.to_owned(),
            kind,
            country: String::new(),
            currency: currency.to_owned(),
            amount,
            status: Status::Init,
            stage: Stage::Open,
            reference: String::new(),
            method: None,
            fault: None,
            user: None,
            said: Vec::new(),
            notification_url: None,
            created: at,
            updated: at,
            cause: Cause::default(),
        }
    }

    /// Whether the session has run out with nothing paid in it.
    pub(super) fn has_run_out(&self, now: Timestamp) -> bool {
        matches!(self.stage, Stage::Open | Stage::AtCustomer) && now >= after(self.created, SESSION)
    }

    /// Who pays or is paid, as movements name them.
    pub(super) fn customer(&self) -> &str {
        self.user.as_deref().unwrap_or("customer")
    }

    /// What the request said under a name.
    pub(super) fn said(&self, name: &str) -> Option<&Json> {
        self.said.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The customer's telephone; empty if it is not known.
    pub(super) fn phone(&self) -> String {
        let customer = self.said("customer").map(|customer| Fields::read(&customer.clone().into_text()));
        let customer = customer.unwrap_or_default();
        let number = || customer.integer("phone").map(|phone| phone.to_string());
        customer.text("phone").or_else(number).unwrap_or_default()
    }

    pub(super) fn turn(&mut self, status: Status, stage: Stage, now: Timestamp) {
        self.status = status;
        self.stage = stage;
        self.updated = now;
    }
}

/// Decimals of a currency: two, or eight for crypto.
pub(super) fn decimals(currency: &str) -> u32 {
    let is_crypto = ["BTC", "ETH", "LTC", "USDC", "USDT", "TRX", "SOL", "DOGE"].contains(&currency);
    if is_crypto { 8 } else { 2 }
}
