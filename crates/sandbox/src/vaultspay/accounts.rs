//! Accounts and their ledger. Inside, money is in major units; the API shows it in minor ones here.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::pages::{count, page};
use super::refusal::Refusal;
use super::world::{World, eight_places, minor};
use super::{MADE, OWN_USER};
use crate::clock::{Bound, extended_offset, read};
use crate::json::{Json, Object};

/// What stands on nearly all configurations: wallets are the provider's own product.
const CONFIG: &str = "vp-acq";

/// The one currency of this world, with two decimals.
pub(super) const CURRENCY: &str = "AED";
const CURRENCY_ID: u32 = 2;

/// A wallet.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: u32,
    pub(super) user: u32,
    /// `DIGITAL`, or whatever it was made as.
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) iban: Option<String>,
    pub(super) is_primary: bool,
    /// What the ledger adds up to.
    pub(super) booked: Decimal,
    /// The part of it that pending transfers will take.
    pub(super) held: Decimal,
}

/// One line of a ledger.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: u32,
    pub(super) account: u32,
    pub(super) transaction: u32,
    /// Above zero for a credit, below for a debit.
    pub(super) amount: Decimal,
    /// What was booked after it.
    pub(super) balance: Decimal,
    pub(super) narration: String,
    pub(super) at: Timestamp,
}

impl Account {
    pub(super) fn available(&self) -> Decimal {
        self.booked - self.held
    }

    pub(super) fn number(&self) -> String {
        format!("3{:013}", self.id)
    }

    /// The first and the last four digits.
    fn masked_number(&self) -> String {
        let number = self.number();
        format!("{}******{}", &number[..4], &number[10..])
    }

    /// As accounts show themselves; a new one has no count of transactions.
    fn object(&self, transactions: Option<u32>) -> Object {
        Object::new()
            .with("id", self.id)
            .with("userId", self.user)
            .with("accountType", self.kind.as_str())
            .with("currencyCode", CURRENCY)
            .with("currency", currency())
            .with("accountTitle", self.title.as_str())
            .with("accountNumber", self.number())
            .with("balance", minor(self.available()))
            .with("balanceOnHold", minor(self.held))
            .with("totalTransactions", transactions.map_or_else(Json::null, Json::from))
            .with("status", "ACTIVE")
            .with("references", Vec::<Object>::new().into_iter().collect::<Json>())
            .with("iban", self.iban.as_deref().map_or_else(Json::null, Json::from))
            .with("isPrimary", self.is_primary)
            .with("creditLimit", 1000u32)
    }

    /// As transactions show it.
    pub(super) fn in_transaction(&self) -> Object {
        Object::new()
            .with("id", self.id)
            .with("userId", self.user)
            .with("accountTitle", self.title.as_str())
            .with("accountNumber", self.masked_number())
            .with("accountType", self.kind.as_str())
            .with_some("iban", self.iban.as_deref())
    }

    /// As cards show it.
    pub(super) fn in_card(&self, record: u32) -> Object {
        Object::new()
            .with("id", record)
            .with("accountId", self.id)
            .with("userId", self.user)
            .with("accountType", self.kind.as_str())
            .with("currencyCode", CURRENCY)
            .with("accountTitle", self.title.as_str())
            .with("accountNumber", self.number())
            .with("iban", self.iban.as_deref().map_or_else(Json::null, Json::from))
    }
}

fn currency() -> Object {
    Object::new()
        .with("createdAt", MADE)
        .with("createdBy", Json::null())
        .with("updatedAt", Json::null())
        .with("updatedBy", Json::null())
        .with("id", CURRENCY_ID)
        .with("name", "UAE dirham")
        .with("code", CURRENCY)
        .with("isoCode", 784u32)
        .with("decimalPoint", 2u32)
        .with("type", "FIAT")
        .with("symbol", Json::null())
        .with("icon", Json::null())
        .with("status", true)
}

fn shown(world: &World, account: &Account) -> Object {
    account.object(Some(count(world.ledger.iter().filter(|entry| entry.account == account.id).count())))
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let user = world.user(request.required_id("userId"))?.clone();
    if request.required_id("currencyId") != CURRENCY_ID {
        return Err(Refusal::business("Currency not found"));
    }
    let account = Account {
        id: world.free_account_id(),
        user: user.id,
        kind: request.text("accountType"),
        title: user.title(),
        iban: None,
        is_primary: !world.accounts.iter().any(|one| one.user == user.id),
        booked: Decimal::new(0, 2),
        held: Decimal::new(0, 2),
    };
    let answer = account.object(None);
    world.accounts.push(account);
    Ok(answer.into())
}

/// The newest first. Every account takes every type of transaction, so that filter leaves nothing out.
pub(super) fn list(world: &mut World, request: &Request) -> Reply {
    let is = |name: &str, value: &str| request.query(name).is_none_or(|wanted| wanted == value);
    let user = request.query_id("userId");
    let only_own = request.query("shownMyAccounts") == Some("true");
    let mut found: Vec<&Account> = world.accounts.iter().collect();
    found.retain(|account| {
        is("accountType", &account.kind)
            && is("currencyCode", CURRENCY)
            && is("thirdPartyConfigSlug", CONFIG)
            && user.is_none_or(|user| account.user == user)
            && (!only_own || account.user == OWN_USER)
    });
    found.sort_by_key(|account| std::cmp::Reverse(account.id));
    Ok(page(found.into_iter().map(|account| shown(world, account)).collect(), request))
}

pub(super) fn get(world: &mut World, request: &Request) -> Reply {
    let account = world.account(request.id())?;
    Ok(shown(world, account).into())
}

/// The oldest first; both dates are included.
pub(super) fn ledger(world: &mut World, request: &Request) -> Reply {
    let account = world.account(request.id())?;
    let (from, to) = period(request)?;
    let transaction = request.query_id("transactionId");
    let is_others = request.query_id("userId").is_some_and(|user| user != account.user);
    let found = world.ledger.iter().filter(|entry| {
        entry.account == account.id
            && !is_others
            && transaction.is_none_or(|wanted| entry.transaction == wanted)
            && from.is_none_or(|from| entry.at >= from)
            && to.is_none_or(|to| entry.at <= to)
    });
    let row = |entry: &Entry| {
        let (zero, size) = (Decimal::ZERO, entry.amount.abs());
        let (debit, credit) = if entry.amount < zero { (size, zero) } else { (zero, size) };
        Object::new()
            .with("id", entry.id)
            .with("transactionId", entry.transaction)
            .with("transactionRefId", reference(entry.transaction))
            .with("debit", eight_places(minor(debit)))
            .with("credit", eight_places(minor(credit)))
            .with("balance", eight_places(minor(entry.balance)))
            .with("narration", entry.narration.as_str())
            .with("date", extended_offset(entry.at))
    };
    Ok(found.map(row).collect::<Json>().into())
}

/// The 14 digits under which the ledger knows a transaction.
pub(super) fn reference(transaction: u32) -> Decimal {
    Decimal::from(10_000_000_000_000_u64 + u64::from(transaction))
}

/// First and last moment that a list is asked for.
pub(super) fn period(request: &Request) -> Result<(Option<Timestamp>, Option<Timestamp>), Refusal> {
    let moment = |name: &str, bound: Bound| match request.query(name) {
        Some(text) => {
            read(text, bound).map(Some).ok_or_else(|| Refusal::invalid(name, "The value is no date or time."))
        }
        None => Ok(None),
    };
    Ok((moment("startDate", Bound::Start)?, moment("endDate", Bound::End)?))
}
