//! What time does to transactions.

use std::time::Duration;

use rust_decimal::Decimal;

use super::bridge::SETTLEMENT_FAILED;
use super::fates::NOT_DELIVERED;
use super::phones::Failure;
use super::transaction::{Crypto, Kind, Step, Transaction};
use super::world::World;
use crate::MovementKind;
use crate::clock::after;
use crate::fate::Fate;
use crate::money::exact_sum;

/// How long after a failed payout the crypto goes back.
const REFUND_AFTER: Duration = Duration::from_secs(5 * 60);
/// Name of the provider itself in movements.
pub(super) const PROVIDER: &str = "kotani";

/// Name of a wallet's deposit balance in movements.
pub(super) fn deposits_of(wallet: &str) -> String {
    format!("{wallet}/deposits")
}

impl World {
    /// Takes every step whose time has come, in order of time.
    pub(super) fn settle(&mut self) {
        while let Some((at, index, step)) = self.due() {
            let mut transaction = self.transactions[index].clone();
            transaction.updated = at;
            self.take(index, &mut transaction, step);
            self.transactions[index] = transaction;
        }
    }

    fn take(&mut self, index: usize, one: &mut Transaction, step: Step) {
        match step {
            Step::Collected => self.collected(one),
            Step::Paid => self.paid(one),
            Step::Arrived => {
                one.status = "CRYPTO_RECEIVED";
                one.onchain = "SUCCESSFUL";
                self.crypto_in(one);
            }
            Step::Sent => self.sent(one),
            Step::Failed(failure) => self.failed(index, one, failure),
            Step::Refunded => self.refunded(one),
            Step::RefundFailed => refund_failed(one),
            Step::NotDelivered => self.not_delivered(one),
            Step::Unsettled => self.unsettled(index, one),
            Step::Again => self.again(one),
            Step::Reversed => self.reversed(one),
        }
    }

    fn collected(&mut self, one: &mut Transaction) {
        one.status = match one.kind {
            Kind::Bridge => "DEPOSIT_CONFIRMED",
            _ => "SUCCESSFUL",
        };
        one.receipt = Some(self.random.reference("RCPT"));
        let to = match one.kind {
            Kind::MobileMoney | Kind::Checkout | Kind::Card => self.credit_deposit(one),
            _ => None,
        };
        if to.is_none() {
            one.onchain = "IN_PROGRESS";
        }
        let to = to.unwrap_or_else(|| PROVIDER.to_owned());
        self.moved(MovementKind::Deposit, one, &one.party, &to, (one.amount, &one.currency));
    }

    /// What was credited, as movements name it; `None` if the transaction has no wallet.
    fn credit_deposit(&mut self, one: &mut Transaction) -> Option<String> {
        let id = one.wallet.clone()?;
        let wallet = self.fiat.iter_mut().find(|wallet| wallet.id == id)?;
        let credited = sum(wallet.deposits, one.amount);
        one.balances = Some((wallet.deposits, credited));
        wallet.deposits = credited;
        Some(deposits_of(&id))
    }

    fn paid(&mut self, one: &mut Transaction) {
        one.status = "SUCCESSFUL";
        one.receipt = Some(self.random.reference("RCPT"));
        // A withdrawal left its wallet when it was asked for.
        let kind = match one.kind {
            Kind::Offramp => MovementKind::Withdrawal,
            Kind::Invoice => MovementKind::Payment,
            _ => return,
        };
        let from = one.phone.as_deref().filter(|_| one.kind == Kind::Invoice).unwrap_or(PROVIDER);
        let paid = one.amount - one.cost;
        self.moved(kind, one, from, &one.party, (paid, &one.currency));
    }

    /// Crypto of the outside world, or of a wallet that was debited before, is here.
    fn crypto_in(&mut self, one: &mut Transaction) {
        let hash = self.random.token("0x");
        let Some(crypto) = &mut one.crypto else { return };
        crypto.hash = Some(hash);
        let crypto = crypto.clone();
        if crypto.wallet.is_none() {
            let what = (crypto.amount, crypto.token.as_str());
            self.moved(MovementKind::CryptoIn, one, &crypto.address, PROVIDER, what);
        }
    }

    fn sent(&mut self, one: &mut Transaction) {
        one.onchain = "SUCCESSFUL";
        match one.kind {
            Kind::Bridge => one.status = "PAYMENT_SENT",
            _ => one.status = "SUCCESSFUL",
        }
        let hash = self.random.token("0x");
        let Some(crypto) = &mut one.crypto else { return };
        crypto.hash = Some(hash);
        // What a wallet sends left it when it was asked for.
        if one.kind == Kind::Send {
            return;
        }
        let crypto = crypto.clone();
        let to = crypto.wallet.clone().unwrap_or_else(|| crypto.address.clone());
        self.credit_crypto(&crypto);
        self.moved(MovementKind::CryptoOut, one, PROVIDER, &to, (crypto.amount, &crypto.token));
    }

    fn failed(&mut self, index: usize, one: &mut Transaction, failure: &'static Failure) {
        one.failure = Some(failure);
        let has_arrived = one.hash().is_some();
        one.onchain = failure.onchain;
        one.status = match one.kind {
            Kind::Bridge => "FAILED",
            _ => failure.status,
        };
        match one.kind {
            Kind::Withdrawal | Kind::BankWithdrawal | Kind::Bulk => self.give_back(one),
            Kind::Offramp if has_arrived => self.refund_later(index, one),
            Kind::Offramp => {
                one.status = if failure.status == "EXPIRED" { "TIMEOUT" } else { failure.status };
                if let Some(crypto) = one.crypto.clone().filter(|crypto| crypto.wallet.is_some()) {
                    self.crypto_back(one, &crypto);
                }
            }
            Kind::Send => self.sending_back(one),
            _ => {}
        }
    }

    /// Puts a withdrawal's money back into its wallet.
    fn give_back(&mut self, one: &Transaction) {
        let Some(id) = one.wallet.as_deref() else { return };
        if let Some(wallet) = self.fiat.iter_mut().find(|wallet| wallet.id == id) {
            wallet.balance = sum(wallet.balance, one.amount);
        }
        self.moved_back(MovementKind::Refund, one, &one.party, id, (one.amount, &one.currency));
    }

    /// Puts crypto that was to be sent back into its wallet.
    fn sending_back(&mut self, one: &Transaction) {
        let Some((crypto, wallet)) = one.crypto.as_ref().and_then(|crypto| Some((crypto, crypto.wallet.as_ref()?)))
        else {
            return;
        };
        self.credit_crypto(crypto);
        self.moved_back(MovementKind::Refund, one, &one.party, wallet, (one.amount, &one.currency));
    }

    fn not_delivered(&mut self, one: &mut Transaction) {
        one.failure = Some(&NOT_DELIVERED);
        one.onchain = "FAILED";
        match one.kind {
            Kind::Bridge => one.status = "FAILED",
            Kind::Invoice => {
                one.status = "FAILED";
                one.receipt = Some(self.random.reference("RCPT"));
                let payer = one.phone.clone().unwrap_or_default();
                self.moved(MovementKind::Deposit, one, &payer, PROVIDER, (one.amount, &one.currency));
            }
            _ => {}
        }
    }

    /// The partner says that it cannot settle.
    fn unsettled(&mut self, index: usize, one: &mut Transaction) {
        one.status = "FAILED";
        one.failure = Some(&SETTLEMENT_FAILED);
        if let Some(bridge) = &mut one.bridge {
            bridge.settled = Some("FAILED");
        }
        if !one.cause.is(Fate::ReturnFails) {
            self.schedule(index, &[(after(one.updated, REFUND_AFTER), Step::Refunded)]);
        }
    }

    /// Takes up again what had ended; a withdrawal leaves its wallet once more.
    fn again(&mut self, one: &mut Transaction) {
        one.failure = None;
        one.status = "PENDING";
        one.onchain = "PENDING";
        if matches!(one.kind, Kind::Withdrawal | Kind::BankWithdrawal | Kind::Bulk) && self.debit(one).is_ok() {
            self.withdrawn(one);
        }
    }

    /// Undoes what was done.
    fn reversed(&mut self, one: &mut Transaction) {
        one.status = "REVERSED";
        let wallet = self.fiat.iter_mut().find(|wallet| Some(&wallet.id) == one.wallet.as_ref());
        match (one.kind, wallet) {
            (Kind::MobileMoney | Kind::Checkout | Kind::Card, Some(wallet)) => {
                wallet.deposits = sum(wallet.deposits, -one.amount);
            }
            (Kind::Withdrawal | Kind::BankWithdrawal | Kind::Bulk, Some(wallet)) => {
                wallet.balance = sum(wallet.balance, one.amount);
            }
            _ => {}
        }
        self.all_moved_back(one);
    }

    fn refund_later(&mut self, index: usize, one: &mut Transaction) {
        if one.cause.is(Fate::ReturnFails) {
            one.status = "FAILED";
            one.onchain = "SUCCESSFUL";
            self.schedule(index, &[(after(one.updated, REFUND_AFTER), Step::RefundFailed)]);
            return;
        }
        one.status = "REFUND_PENDING";
        one.onchain = "SUCCESSFUL";
        let refund = one.refund.get_or_insert_default();
        let is_lightning = one.crypto.as_ref().is_some_and(|crypto| crypto.chain == "LIGHTNING");
        if is_lightning && refund.invoice.is_none() {
            refund.status = Some("INVOICE_NEEDED");
        } else {
            self.schedule(index, &[(after(one.updated, REFUND_AFTER), Step::Refunded)]);
        }
    }

    fn refunded(&mut self, one: &mut Transaction) {
        let hash = self.random.token("0x");
        if one.kind == Kind::Offramp {
            one.status = if one.cause.is(Fate::Returned) { "REFUNDED" } else { "REVERSED" };
            let refund = one.refund.get_or_insert_default();
            refund.status = Some("SUCCESSFUL");
            refund.error = None;
            refund.hash = Some(hash);
        } else {
            one.status = "REFUNDED";
        }
        if let Some(crypto) = one.crypto.clone() {
            self.crypto_back(one, &crypto);
        }
        if one.kind == Kind::Bridge && one.cause.is(Fate::Returned) {
            self.all_moved_back(one);
        }
    }

    /// Gives crypto back to where it came from.
    pub(super) fn crypto_back(&mut self, one: &Transaction, crypto: &Crypto) {
        let other = crypto.wallet.as_deref().unwrap_or(&crypto.address);
        self.credit_crypto(crypto);
        // What a bridge sent comes back from its partner; what a sale took goes back to its seller.
        let (from, to) = if one.kind == Kind::Bridge { (other, PROVIDER) } else { (PROVIDER, other) };
        self.moved_back(MovementKind::Refund, one, from, to, (crypto.amount, &crypto.token));
    }

    fn credit_crypto(&mut self, crypto: &Crypto) {
        let Some(id) = &crypto.wallet else { return };
        if let Some(wallet) = self.crypto.iter_mut().find(|wallet| wallet.id == *id) {
            wallet.balance = sum(wallet.balance, crypto.amount);
        }
    }
}

fn refund_failed(one: &mut Transaction) {
    one.status = "REFUND_FAILED";
    let refund = one.refund.get_or_insert_default();
    refund.status = Some("FAILED");
    refund.error = Some("Insufficient funds for gas");
}

/// The sum; the left side alone where a digit of it would be lost, for which amounts are too small.
fn sum(left: Decimal, right: Decimal) -> Decimal {
    exact_sum(left, right).unwrap_or(left)
}
