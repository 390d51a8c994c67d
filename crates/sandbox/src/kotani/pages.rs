//! Lists by page: deposits and withdrawals, and what bulk payments share with them.

use jiff::Timestamp;

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::transaction::{Family, Kind, Transaction};
use super::world::World;
use crate::clock::{Bound, read, zulu};
use crate::json::{Json, Object};

/// Rows per page where the caller does not say, and at most.
const USUAL: usize = 20;
const MOST: usize = 100;

/// The page that the request asks for; `size` names its parameter for the rows per page.
pub(super) fn page(rows: Vec<Object>, request: &Request, size: &str) -> Json {
    let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
    let size = number(size).unwrap_or(USUAL).clamp(1, MOST);
    let page = number("page").unwrap_or(1).max(1);
    let total = rows.len();
    let meta = Object::new()
        .with("total", count(total))
        .with("page", count(page))
        .with("per_page", count(size))
        .with("total_pages", count(total.div_ceil(size)));
    let rows: Json = rows.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect();
    Object::new().with("data", rows).with("meta", meta).into()
}

/// A count as JSON has it; there are never more than it can hold.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn row(one: &Transaction) -> Object {
    let cost = if one.kind.family() == Family::Deposit { one.cost } else { Default::default() };
    let is_done = one.receipt.is_some() || one.failure.is_some();
    Object::new()
        .with("id", one.id.as_str())
        .with("reference_id", one.reference.as_str())
        .with("reference_number", one.number)
        .with("status", one.status)
        .with("amount", one.amount)
        .with("transaction_amount", one.amount + cost)
        .with("transaction_cost", one.cost)
        .with("currency", one.currency.as_str())
        .with_some("country", one.country.as_deref())
        .with_some("network", one.network.as_deref())
        .with_some("customer_key", one.customer.as_deref())
        .with_some("telco_id", one.receipt.as_deref())
        .with_some("completed_at", is_done.then(|| zulu(one.updated)))
        .with_some("error_message", one.failure.map(|failure| failure.message))
        .with("created_at", zulu(one.created))
}

/// The newest first.
fn list(world: &World, request: &Request, kinds: &[Kind]) -> Reply {
    let moment = |name: &str, bound: Bound| -> Result<Option<Timestamp>, Refusal> {
        match request.query(name) {
            Some(text) => read(text, bound).map(Some).ok_or_else(|| Refusal::bad("Invalid query parameters")),
            None => Ok(None),
        }
    };
    let from = moment("start_date", Bound::Start)?;
    let to = moment("end_date", Bound::End)?;
    let is = |name: &str, value: Option<&str>| request.query(name).is_none_or(|wanted| value == Some(wanted));
    let mut found: Vec<&Transaction> = world.transactions.iter().filter(|one| kinds.contains(&one.kind)).collect();
    found.retain(|one| {
        is("status", Some(one.status))
            && is("currency", Some(&one.currency))
            && is("telco_id", one.receipt.as_deref())
            && from.is_none_or(|from| one.created >= from)
            && to.is_none_or(|to| one.created <= to)
    });
    Ok(page(found.into_iter().rev().map(row).collect(), request, "per_page"))
}

pub(super) fn deposits(world: &mut World, request: &Request) -> Reply {
    list(world, request, &[Kind::MobileMoney])
}

pub(super) fn withdrawals(world: &mut World, request: &Request) -> Reply {
    list(world, request, &[Kind::Withdrawal, Kind::BankWithdrawal, Kind::Bulk])
}
