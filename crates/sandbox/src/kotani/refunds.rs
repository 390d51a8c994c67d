//! Crypto of off-ramps that goes back.

use super::desk::{Reply, Request};
use super::refusal::Refusal;
use super::transaction::{Kind, Step, Transaction};
use super::world::World;
use crate::fate::Fate;
use crate::json::{Json, Object};

/// So often at most a refund is tried again.
const RETRIES: u32 = 4;

fn refund_status(sale: &Transaction) -> Option<&'static str> {
    sale.refund.as_ref()?.status
}

pub(super) fn status(world: &mut World, request: &Request) -> Reply {
    let sale = world.transaction(&[Kind::Offramp], request.id())?;
    let refund = sale.refund.as_ref().filter(|refund| refund.status.is_some() || sale.status == "REFUND_PENDING");
    let refund = refund.ok_or_else(|| Refusal::not_found("Refund not found"))?;
    let crypto = sale.crypto.as_ref();
    let object = Object::new()
        .with("referenceId", sale.reference.as_str())
        .with_some("refundStatus", refund.status)
        .with_some("refundTransactionHash", refund.hash.as_deref())
        .with_some("refundAmount", crypto.map(|crypto| crypto.amount))
        .with_some("chain", crypto.map(|crypto| crypto.chain.as_str()))
        .with_some("token", crypto.map(|crypto| crypto.token.as_str()))
        .with_some("currency", crypto.map(|crypto| crypto.token.as_str()))
        .with_some("error", refund.error)
        .with("totalRetries", refund.retries);
    Ok(object.into())
}

/// Tries a refund that failed again, which succeeds at once.
fn again(world: &mut World, index: usize) -> Result<(), Refusal> {
    let (now, cause) = (world.now(), world.cause.clone());
    let sale = &mut world.transactions[index];
    let refund = sale.refund.as_mut().filter(|refund| refund.status == Some("FAILED") && refund.retries < RETRIES);
    let refund = refund.ok_or_else(|| Refusal::bad("Cannot retry refund"))?;
    refund.retries += 1;
    sale.cause = cause;
    if sale.cause.is(Fate::Declined) {
        return Ok(());
    }
    world.schedule(index, &[(now, Step::Refunded)]);
    world.settle();
    Ok(())
}

pub(super) fn retry(world: &mut World, request: &Request) -> Reply {
    let index = world.index(&[Kind::Offramp], request.id())?;
    again(world, index)?;
    Ok(Object::new().into())
}

/// Tries several; what cannot be tried is listed, and is no refusal of the rest.
fn all(world: &mut World, references: &[String]) -> Reply {
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for reference in references {
        let tried = world.index(&[Kind::Offramp], reference).and_then(|index| again(world, index));
        if tried.is_ok() { &mut done } else { &mut refused }.push(reference.as_str());
    }
    let list = |references: Vec<&str>| references.into_iter().collect::<Json>();
    Ok(Object::new().with("retried", list(done)).with("refused", list(refused)).into())
}

pub(super) fn retry_some(world: &mut World, request: &Request) -> Reply {
    all(world, &request.fields.texts("referenceIds").unwrap_or_default())
}

pub(super) fn retry_all(world: &mut World, _: &Request) -> Reply {
    let failed = world.transactions.iter().filter(|one| refund_status(one) == Some("FAILED"));
    let references: Vec<String> = failed.map(|one| one.reference.clone()).collect();
    all(world, &references)
}

/// Takes the Lightning invoice that a refund waits for, and pays it at once.
pub(super) fn submit_invoice(world: &mut World, request: &Request) -> Reply {
    let index = world.index(&[Kind::Offramp], request.id())?;
    let (now, cause) = (world.now(), world.cause.clone());
    let sale = &mut world.transactions[index];
    let refund = sale.refund.as_mut().filter(|refund| refund.status == Some("INVOICE_NEEDED"));
    let refund = refund.ok_or_else(|| Refusal::bad("No invoice is needed"))?;
    let invoice = request.text("invoice");
    if !invoice.to_ascii_lowercase().starts_with("lnbc") {
        return Err(Refusal::bad("Invalid invoice or payment details"));
    }
    refund.invoice = Some(invoice);
    sale.cause = cause;
    world.schedule(index, &[(now, Step::Refunded)]);
    world.settle();
    Ok(Object::new().into())
}
