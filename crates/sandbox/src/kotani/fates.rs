//! What becomes of transactions whose call has a fate, and which operations know which.

use std::time::Duration;

use jiff::Timestamp;

use super::phones::{CANCELLED, Failure, NO_ACCOUNT, USUAL};
use super::transaction::Step;
use super::world::World;
use crate::clock::after;
use crate::fate::Fate;

/// When what ended is corrected to done.
const CORRECTION: Duration = Duration::from_secs(24 * 60 * 60);
/// How long what was done lasts until it is reversed.
const REVERSAL: Duration = Duration::from_secs(60 * 60);

const DECLINED: Failure =
    Failure { status: "FAILED", code: "DECLINED", message: "Declined by the network", onchain: "CANCELLED" };
const DECLINED_FIRST: Failure =
    Failure { status: "DECLINED", code: "DECLINED", message: "Declined by the payer", onchain: "PENDING" };
const EXPIRED: Failure =
    Failure { status: "EXPIRED", code: "EXPIRED", message: "Transaction expired", onchain: "CANCELLED" };
/// Why nothing was delivered for what was collected.
pub(super) const NOT_DELIVERED: Failure = Failure {
    status: "SUCCESSFUL",
    code: "ONCHAIN_FAILED",
    message: "The transfer on the chain failed",
    onchain: "FAILED",
};

/// The fates that an operation knows.
pub(super) fn of(operation: &str) -> &'static [Fate] {
    use Fate::{
        Cancelled, CancelledInPart, CancelledThenPaid, Declined, DeclinedPending, DeliveryFails, EndsWithErrors,
        Expires, ExpiresThenPaid, FailsInPart, ReturnFails, Returned, Reversed, Stuck,
    };
    const ONE_LEG: &[Fate] = &[Declined, Stuck, Expires, ExpiresThenPaid, Cancelled, CancelledThenPaid, Reversed];
    const TWO_LEGS: &[Fate] =
        &[Declined, DeclinedPending, Stuck, Expires, ExpiresThenPaid, Cancelled, CancelledThenPaid, DeliveryFails];
    match operation {
        "create_mobile_money_deposit"
        | "create_bank_checkout"
        | "create_card_deposit"
        | "create_mobile_money_withdrawal"
        | "create_bank_withdrawal_v1"
        | "create_bank_withdrawal"
        | "create_lipa_na_mpesa_withdrawal"
        | "create_paybill_withdrawal" => ONE_LEG,
        "resolve_duplicate_withdrawal" => &[Declined, Stuck, Reversed],
        "create_onchain_deposit" | "create_onramp" => TWO_LEGS,
        "send_crypto" => &[Declined, Stuck],
        "create_offramp" => &[Stuck, Expires, Cancelled, Returned, ReturnFails],
        "create_crypto_bridge_deposit" => &[Declined, Stuck, DeliveryFails, Returned, ReturnFails],
        "pay_invoice" => &[Declined, Stuck, Expires, ExpiresThenPaid, DeliveryFails],
        "process_bulk_batch" => &[Declined, Stuck, EndsWithErrors, FailsInPart, CancelledInPart],
        "retry_refund" => &[Declined],
        _ => &[],
    }
}

impl World {
    /// What will become of a transaction: these steps one after the other, unless the call's fate or else its telephone says otherwise.
    pub(super) fn plan(&self, phone: Option<&str>, steps: &[Step]) -> Vec<(Timestamp, Step)> {
        let soon = after(self.now(), USUAL);
        let fails = |failure| vec![(soon, Step::Failed(failure))];
        let corrected = |failure| {
            let later = after(soon, CORRECTION);
            let again = [(soon, Step::Failed(failure)), (later, Step::Again)];
            again.into_iter().chain(course(later, steps)).collect()
        };
        let Some(fate) = self.cause.fate else { return self.plan_of(phone, steps) };
        let mut planned = course(soon, steps);
        match fate {
            Fate::Declined => return fails(&DECLINED),
            Fate::DeclinedPending => return fails(&DECLINED_FIRST),
            Fate::Stuck => return Vec::new(),
            Fate::Expires => return fails(&EXPIRED),
            Fate::Cancelled => return fails(&CANCELLED),
            Fate::ExpiresThenPaid => return corrected(&EXPIRED),
            Fate::CancelledThenPaid => return corrected(&CANCELLED),
            Fate::Reversed => {
                let last = planned.last().map_or(soon, |(at, _)| *at);
                planned.push((after(last, REVERSAL), Step::Reversed));
            }
            Fate::DeliveryFails => set_last(&mut planned, Step::NotDelivered),
            Fate::Returned | Fate::ReturnFails if steps.contains(&Step::Sent) => {
                let last = planned.last().map_or(soon, |(at, _)| *at);
                planned.push((after(last, USUAL), Step::Unsettled));
            }
            Fate::Returned | Fate::ReturnFails => set_last(&mut planned, Step::Failed(&NO_ACCOUNT)),
            _ => {}
        }
        planned
    }
}

/// These steps one after the other.
pub(super) fn course(mut at: Timestamp, steps: &[Step]) -> Vec<(Timestamp, Step)> {
    let mut planned = Vec::new();
    for step in steps {
        planned.push((at, *step));
        at = after(at, USUAL);
    }
    planned
}

fn set_last(planned: &mut [(Timestamp, Step)], step: Step) {
    if let Some(last) = planned.last_mut() {
        last.1 = step;
    }
}
