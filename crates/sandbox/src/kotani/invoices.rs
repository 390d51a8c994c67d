//! Invoices that are paid by mobile money and pay out at a bank.

use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::record::Record;
use super::refusal::Refusal;
use super::transaction::{Family, Kind, Step, Transaction};
use super::world::{self, World};
use crate::json::Object;

/// One invoice.
#[derive(Clone, Debug)]
pub(super) struct Invoice {
    pub(super) id: String,
    pub(super) reference: String,
    pub(super) amount: Decimal,
    pub(super) currency: String,
    /// Who is paid.
    pub(super) bank: Record,
}

pub(super) const BANK: &[&str] = &["accountName", "address", "phoneNumber", "accountNumber", "country"];

impl World {
    fn invoice(&self, reference: &str) -> Result<&Invoice, Refusal> {
        let found = self.invoices.iter().find(|invoice| invoice.reference == reference);
        found.ok_or_else(|| Refusal::not_found("Invoice not found"))
    }
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let reference = request.text("referenceId");
    if world.invoices.iter().any(|invoice| invoice.reference == reference) {
        return Err(Refusal::bad("Reference already used"));
    }
    let amount = world::fiat(request.fields.amount("amount"), "amount")?;
    let payee = request.object("bank");
    let mut bank = Record::read(&payee, BANK);
    if let Some(name) = payee.json("name") {
        bank.set("accountName", name);
    }
    // A number or a text on the way in; a text on the way out.
    let code = payee.text("bankCode").or_else(|| payee.json("bankCode").map(|code| code.into_text()));
    bank.set("bankCode", code.unwrap_or_default());
    let invoice =
        Invoice { id: world.random.reference("inv-"), reference, amount, currency: request.text("currency"), bank };
    let answer = Object::new()
        .with("id", invoice.id.as_str())
        .with("message", "Invoice created")
        .with("reference_id", invoice.reference.as_str())
        .with("reference_number", world.number());
    world.invoices.push(invoice);
    Ok(answer.into())
}

pub(super) fn get(world: &mut World, request: &Request) -> Reply {
    let invoice = world.invoice(request.id())?;
    let short = Object::new()
        .with("referenceId", invoice.reference.as_str())
        .with("invoiceId", invoice.id.as_str())
        .with("amount", invoice.amount)
        .with("currency", invoice.currency.as_str());
    let object = Object::new()
        .with("referenceId", invoice.reference.as_str())
        .with("amount", invoice.amount)
        .with("currency", invoice.currency.as_str());
    let names = [BANK, &["bankCode"]].concat();
    Ok(invoice.bank.append_to(object, &names).with("invoice", short).into())
}

pub(super) fn pay(world: &mut World, request: &Request) -> Reply {
    let reference = request.text("referenceId");
    let used = || Refusal::bad("Reference already used");
    let reference = world.reference(Some(reference), Family::Invoice, used)?;
    let invoice = world.invoice(&reference)?;
    let amount = world::fiat(request.fields.amount("amount"), "amount")?;
    if amount != invoice.amount || request.text("currency") != invoice.currency {
        return Err(Refusal::bad("Amount does not match the invoice"));
    }
    let mut payment = Transaction::new(Kind::Invoice, reference, amount, &invoice.currency, world.now());
    let payer = request.object("mobileMoney");
    payment.phone = payer.text("phoneNumber");
    payment.network = payer.text("providerNetwork");
    payment.party = invoice.bank.text("accountNumber").unwrap_or_default();
    let steps = world.plan(payment.phone.as_deref(), &[Step::Paid]);
    world.add(payment, "invoice-payment-", &steps);
    payment_of(world, &request.text("referenceId"))
}

/// The payment of an invoice; `NOT_INITIATED` while nobody has asked for it.
fn payment_of(world: &World, reference: &str) -> Reply {
    let invoice = world.invoice(reference)?;
    let payment = world.transaction(&[Kind::Invoice], reference).ok();
    let status = payment.map_or("NOT_INITIATED", |one| one.status);
    // The payer may have paid for what was never paid out.
    let is_collected = payment.is_some_and(|one| one.receipt.is_some());
    let paid = Object::new()
        .with("amount", invoice.amount.to_string())
        .with("currency", invoice.currency.as_str())
        .with("status", if is_collected { "PAID" } else { "PENDING" });
    let object = Object::new()
        .with("invoice", paid)
        .with("currency", invoice.currency.as_str())
        .with("amount", invoice.amount)
        .with("referenceId", invoice.reference.as_str())
        .with("status", status);
    Ok(object.into())
}

pub(super) fn payment(world: &mut World, request: &Request) -> Reply {
    payment_of(world, request.id())
}
