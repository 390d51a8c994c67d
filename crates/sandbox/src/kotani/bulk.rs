//! Many pay-outs at once: a transaction has a batch per currency, and each batch payments.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::desk::{Reply, Request};
use super::pages::{count, page};
use super::phones::{self, DUPLICATE};
use super::record::Record;
use super::refusal::Refusal;
use super::transaction::{Family, Kind, Step, Transaction};
use super::world::{self, World};
use crate::clock::zulu;
use crate::fate::Fate;
use crate::json::{Fields, Json, Object};
use crate::money::exact_sum;

/// What was asked for in one call.
#[derive(Clone, Debug)]
pub(super) struct BulkTransaction {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) created: Timestamp,
    pub(super) batches: Vec<Batch>,
}

/// The payments of one currency.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) currency: String,
    pub(super) wallet: String,
    pub(super) total: Decimal,
    pub(super) payments: Vec<Payment>,
    pub(super) started: bool,
    /// The fate of the call that started it.
    pub(super) fate: Option<Fate>,
}

/// One payment: what was asked for, and its withdrawal once the batch was started.
#[derive(Clone, Debug)]
pub(super) struct Payment {
    pub(super) id: String,
    pub(super) amount: Decimal,
    pub(super) recipient: Record,
    /// Where the withdrawal is.
    pub(super) withdrawal: Option<usize>,
}

const RECIPIENT: &[&str] =
    &["recipientName", "recipientEmail", "recipientPhone", "amount", "currency", "reference", "network"];

/// Payments that were made, that failed, and all.
struct Counts {
    successful: usize,
    failed: usize,
    all: usize,
}

impl World {
    fn withdrawal(&self, payment: &Payment) -> Option<&Transaction> {
        self.transactions.get(payment.withdrawal?)
    }

    fn payment_status(&self, payment: &Payment) -> &'static str {
        match self.withdrawal(payment).map(|one| one.status) {
            None => "PENDING",
            Some("PENDING") => "PROCESSING",
            Some("SUCCESSFUL") => "SUCCESS",
            Some(_) => "FAILED",
        }
    }

    fn counts(&self, batch: &Batch) -> Counts {
        let with = |status: &str| batch.payments.iter().filter(|one| self.payment_status(one) == status).count();
        Counts { successful: with("SUCCESS"), failed: with("FAILED"), all: batch.payments.len() }
    }

    fn batch_status(&self, batch: &Batch) -> &'static str {
        let Counts { successful, failed, all } = self.counts(batch);
        match () {
            () if !batch.started => "pending",
            () if successful + failed < all => "processing",
            () if batch.fate == Some(Fate::FailsInPart) => "failed",
            () if batch.fate == Some(Fate::CancelledInPart) => "cancelled",
            () if failed == 0 => "completed",
            () if successful == 0 => "failed",
            () => "completed_with_errors",
        }
    }

    fn batches(&self) -> impl Iterator<Item = (&BulkTransaction, &Batch)> {
        self.bulk.iter().flat_map(|bulk| bulk.batches.iter().map(move |batch| (bulk, batch)))
    }

    fn batch(&self, id: &str) -> Result<(&BulkTransaction, &Batch), Refusal> {
        self.batches().find(|(_, batch)| batch.id == id).ok_or_else(|| Refusal::not_found("Batch not found"))
    }
}

fn render_batch(world: &World, bulk: &BulkTransaction, batch: &Batch) -> Object {
    let counts = world.counts(batch);
    let checked = Object::new()
        .with("step", "validation")
        .with("status", "completed")
        .with("message", "Checked")
        .with("startedAt", zulu(bulk.created))
        .with("completedAt", zulu(bulk.created))
        .with("details", Object::new());
    let is_running = world.batch_status(batch) == "processing";
    let paying = batch.started.then(|| {
        Object::new()
            .with("step", "payment_processing")
            .with("status", if is_running { "running" } else { "completed" })
            .with("message", "Paying")
    });
    Object::new()
        .with("id", batch.id.as_str())
        .with("batchName", batch.name.as_str())
        .with("status", world.batch_status(batch))
        .with("currency", batch.currency.as_str())
        .with("totalAmount", batch.total)
        .with("totalPayments", count(counts.all))
        .with("successfulPayments", count(counts.successful))
        .with("failedPayments", count(counts.failed))
        .with("pendingPayments", count(counts.all - counts.successful - counts.failed))
        .with("createdAt", zulu(bulk.created))
        .with("progress", std::iter::once(checked).chain(paying).collect::<Json>())
}

fn render_payment(world: &World, bulk: &BulkTransaction, payment: &Payment) -> Object {
    let withdrawal = world.withdrawal(payment);
    let phone = payment.recipient.text("recipientPhone");
    let customer = phone.and_then(|phone| world.customer_of(&phone)?.text("customer_key"));
    let done = withdrawal.filter(|one| one.receipt.is_some() || one.failure.is_some());
    let object = Object::new()
        .with("id", payment.id.as_str())
        .with("status", world.payment_status(payment))
        .with_some("customerKey", customer)
        .with_some("withdrawalId", withdrawal.map(|one| one.id.as_str()))
        .with_some("errorMessage", withdrawal.and_then(|one| Some(one.failure?.message)))
        .with("createdAt", zulu(bulk.created))
        .with("retryCount", 0u32)
        .with_some("telcoId", withdrawal.and_then(|one| one.receipt.as_deref()))
        .with_some("completedAt", done.map(|one| zulu(one.updated)));
    payment.recipient.append_to(object, RECIPIENT)
}

fn render_bulk(world: &World, bulk: &BulkTransaction) -> Object {
    let with = |wanted: &[&str]| bulk.batches.iter().filter(|one| wanted.contains(&world.batch_status(one))).count();
    let (done, failed) = (with(&["completed"]), with(&["failed", "completed_with_errors", "cancelled"]));
    let status = match (done + failed, with(&["pending"])) {
        (over, _) if over == bulk.batches.len() && failed > 0 => "completed_with_errors",
        (over, _) if over == bulk.batches.len() => "completed",
        (0, pending) if pending == bulk.batches.len() => "pending",
        _ => "processing",
    };
    let recipients: usize = bulk.batches.iter().map(|batch| batch.payments.len()).sum();
    let total = bulk.batches.iter().fold(Decimal::new(0, 2), |sum, batch| exact_sum(sum, batch.total).unwrap_or(sum));
    Object::new()
        .with("id", bulk.id.as_str())
        .with("transactionName", bulk.name.as_str())
        .with("description", bulk.description.as_str())
        .with("status", status)
        .with("totalBatches", count(bulk.batches.len()))
        .with("totalRecipients", count(recipients))
        .with("totalAmount", total)
        .with("currencies", bulk.batches.iter().map(|batch| batch.currency.as_str()).collect::<Json>())
        .with("completedBatches", count(done))
        .with("failedBatches", count(failed))
        .with("createdAt", zulu(bulk.created))
        .with("createdBy", "user-1")
}

/// The request as batches, one per currency; ids are still missing.
pub(super) fn read(world: &World, fields: &Fields) -> Result<Vec<Batch>, Refusal> {
    let name = fields.text("batchName").unwrap_or_default();
    let wallets = fields.objects("walletSelections");
    let mut batches: Vec<Batch> = Vec::new();
    for recipient in fields.objects("recipients") {
        let amount = world::fiat(recipient.amount("amount"), "recipients.amount")?;
        let currency = recipient.text("currency").unwrap_or_default();
        let payment =
            Payment { id: String::new(), amount, recipient: Record::read(&recipient, RECIPIENT), withdrawal: None };
        if let Some(batch) = batches.iter_mut().find(|batch| batch.currency == currency) {
            batch.total = exact_sum(batch.total, amount).ok_or_else(|| Refusal::bad("Amount is too large"))?;
            batch.payments.push(payment);
            continue;
        }
        let chosen = wallets.iter().find(|choice| choice.text("currency").as_ref() == Some(&currency));
        let chosen = chosen.and_then(|choice| choice.text("walletId")).unwrap_or_default();
        let wallet = world.open_wallet(&chosen)?;
        if wallet.currency != currency {
            return Err(Refusal::bad("Currency does not match the wallet"));
        }
        batches.push(Batch {
            id: String::new(),
            name: format!("{name} ({currency})"),
            currency,
            wallet: chosen,
            total: amount,
            payments: vec![payment],
            started: false,
            fate: None,
        });
    }
    match batches.is_empty() {
        true => Err(Refusal::invalid("recipients should not be empty")),
        false => Ok(batches),
    }
}

pub(super) fn create(world: &mut World, request: &Request) -> Reply {
    let mut batches = read(world, &request.fields)?;
    for batch in &mut batches {
        batch.id = world.random.reference("batch-");
        batch.payments.iter_mut().for_each(|payment| payment.id = world.random.reference("payment-"));
    }
    let bulk = BulkTransaction {
        id: world.random.reference("bulk-"),
        name: request.text("batchName"),
        description: request.text("batchDescription"),
        created: world.now(),
        batches,
    };
    let answer = bulk.batches.iter().map(|batch| render_batch(world, &bulk, batch)).collect();
    world.bulk.push(bulk);
    Ok(answer)
}

pub(super) fn preview(world: &mut World, request: &Request) -> Reply {
    let batches = read(world, &request.fields)?;
    let recipients: usize = batches.iter().map(|batch| batch.payments.len()).sum();
    let row = |batch: &Batch| {
        Object::new()
            .with("currency", batch.currency.as_str())
            .with("recipientCount", count(batch.payments.len()))
            .with("totalAmount", batch.total)
            .with("walletId", batch.wallet.as_str())
            .with("recipients", batch.payments.iter().map(|payment| Json::from(&payment.recipient)).collect::<Json>())
    };
    let object = Object::new()
        .with("totalBatches", count(batches.len()))
        .with("totalRecipients", count(recipients))
        .with("currencyBreakdown", batches.iter().map(row).collect::<Json>());
    Ok(object.into())
}

/// Starts a batch, once: its payments leave the wallet together, or not at all.
pub(super) fn process(world: &mut World, request: &Request) -> Reply {
    let (_, batch) = world.batch(request.id())?;
    if batch.started {
        return Err(Refusal::bad("Batch was already processed"));
    }
    let mut batch = batch.clone();
    let wallet = world.open_wallet(&batch.wallet)?;
    if exact_sum(wallet.balance, -batch.total).is_none_or(|left| left < Decimal::ZERO) {
        return Err(Refusal::bad("Insufficient funds in fiat wallet"));
    }
    batch.started = true;
    let (fate, last) = (world.cause.fate, batch.payments.len().saturating_sub(1));
    batch.fate = fate;
    for (index, payment) in batch.payments.iter_mut().enumerate() {
        world.cause.fate = match fate {
            Some(Fate::EndsWithErrors | Fate::FailsInPart) => Some(Fate::Declined).filter(|_| index == last),
            Some(Fate::CancelledInPart) => Some(Fate::Cancelled).filter(|_| index > 0),
            other => other,
        };
        payment.withdrawal = Some(pay(world, &batch.wallet, &batch.currency, payment)?);
    }
    world.cause.fate = fate;
    for bulk in &mut world.bulk {
        if let Some(known) = bulk.batches.iter_mut().find(|known| known.id == batch.id) {
            known.clone_from(&batch);
        }
    }
    let (bulk, batch) = world.batch(&batch.id)?;
    Ok(render_batch(world, bulk, batch).into())
}

/// Makes the withdrawal of a payment; one whose reference was used before fails, and takes nothing.
fn pay(world: &mut World, wallet: &str, currency: &str, payment: &Payment) -> Result<usize, Refusal> {
    let reference = payment.recipient.text("reference").unwrap_or_default();
    let is_used = world.is_used(Family::Withdrawal, &reference);
    let mut withdrawal = Transaction::new(Kind::Bulk, reference, payment.amount, currency, world.now());
    withdrawal.wallet = Some(wallet.to_owned());
    withdrawal.phone = payment.recipient.text("recipientPhone");
    withdrawal.network = payment.recipient.text("network");
    let phone = withdrawal.phone.clone().unwrap_or_default();
    withdrawal.customer = world.customer_of(&phone).and_then(|customer| customer.text("customer_key"));
    withdrawal.party = withdrawal.customer.clone().unwrap_or_else(|| phones::last_nine(&phone));
    let mut steps = Vec::new();
    if is_used {
        withdrawal.status = DUPLICATE.status;
        withdrawal.failure = Some(&DUPLICATE);
    } else {
        world.debit(&withdrawal)?;
        steps = world.plan(Some(&phone), &[Step::Paid]);
    }
    let withdrawal = world.add(withdrawal, "wd-id-", &steps).clone();
    if !is_used {
        world.withdrawn(&withdrawal);
    }
    Ok(world.transactions.len() - 1)
}

pub(super) fn batch(world: &mut World, request: &Request) -> Reply {
    world.batch(request.id()).map(|(bulk, batch)| render_batch(world, bulk, batch).into())
}

pub(super) fn batches(world: &mut World, request: &Request) -> Reply {
    let is = |name: &str, value: &str| request.query(name).is_none_or(|wanted| wanted == value);
    let found =
        world.batches().filter(|(_, batch)| is("currency", &batch.currency) && is("status", world.batch_status(batch)));
    let rows = found.map(|(bulk, batch)| render_batch(world, bulk, batch)).collect();
    Ok(page(rows, request, "limit"))
}

pub(super) fn payments(world: &mut World, request: &Request) -> Reply {
    let (bulk, batch) = world.batch(request.id())?;
    let is = |name: &str, value: &str| request.query(name).is_none_or(|wanted| wanted == value);
    let is_wanted = |payment: &&Payment| is("currency", &batch.currency) && is("status", world.payment_status(payment));
    let found = batch.payments.iter().filter(is_wanted);
    Ok(page(found.map(|payment| render_payment(world, bulk, payment)).collect(), request, "limit"))
}

pub(super) fn transaction(world: &mut World, request: &Request) -> Reply {
    let bulk = world.bulk.iter().find(|bulk| bulk.id == request.id());
    let bulk = bulk.ok_or_else(|| Refusal::not_found("Transaction not found"))?;
    let batches: Json = bulk.batches.iter().map(|batch| render_batch(world, bulk, batch)).collect();
    Ok(render_bulk(world, bulk).with("batches", batches).into())
}

pub(super) fn transactions(world: &mut World, request: &Request) -> Reply {
    let currency = request.query("currency");
    let has = |bulk: &&BulkTransaction| {
        currency.is_none_or(|wanted| bulk.batches.iter().any(|batch| batch.currency == wanted))
    };
    let rows = world.bulk.iter().filter(has).map(|bulk| render_bulk(world, bulk)).collect();
    Ok(page(rows, request, "limit"))
}

pub(super) fn statistics(world: &mut World, _: &Request) -> Reply {
    let mut totals: Vec<(&str, Decimal, usize, usize)> = Vec::new();
    let (mut batches, mut successful, mut failed, mut all) = (0usize, 0usize, 0usize, 0usize);
    for (_, batch) in world.batches() {
        let counts = world.counts(batch);
        batches += 1;
        successful += counts.successful;
        failed += counts.failed;
        all += counts.all;
        match totals.iter_mut().find(|(currency, ..)| *currency == batch.currency) {
            Some((_, amount, number, payments)) => {
                *amount = exact_sum(*amount, batch.total).unwrap_or(*amount);
                *number += 1;
                *payments += counts.all;
            }
            None => totals.push((&batch.currency, batch.total, 1, counts.all)),
        }
    }
    let ratio = |part: usize, whole: usize| match whole {
        0 => Decimal::ZERO,
        _ => (Decimal::from(count(part)) / Decimal::from(count(whole))).round_dp(2).normalize(),
    };
    let by_currency = totals.into_iter().fold(Object::new(), |object, (currency, amount, number, payments)| {
        let row = Object::new()
            .with("totalAmount", amount)
            .with("totalBatches", count(number))
            .with("totalPayments", count(payments));
        object.with(currency, row)
    });
    let object = Object::new()
        .with("totalBatches", count(batches))
        .with("totalSuccessfulPayments", count(successful))
        .with("totalFailedPayments", count(failed))
        .with("averageBatchSize", ratio(all, batches))
        .with("successRate", ratio(successful * 100, successful + failed))
        .with("currencyBreakdown", by_currency);
    Ok(object.into())
}
