//! The customer's accounts: what they hold and what they may do.

use rust_decimal::Decimal;

use crate::money::exact_sum;

/// One account.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: &'static str,
    /// `account_type` on the wire.
    pub(super) kind: &'static str,
    pub(super) number: &'static str,
    pub(super) name: &'static str,
    pub(super) nickname: &'static str,
    pub(super) currency: &'static str,
    /// What the customer owns; below zero is debt, so a card with money owed on it is negative.
    pub(super) balance: Decimal,
    pub(super) interest_rate: Option<Decimal>,
    /// Set on cards.
    pub(super) credit: Option<Credit>,
    pub(super) transfer_to: bool,
    pub(super) transfer_from: bool,
    pub(super) pay_payee: bool,
    pub(super) active: bool,
}

/// What only a card has.
#[derive(Clone, Debug)]
pub(super) struct Credit {
    pub(super) limit: Decimal,
    /// Still to be paid of the last statement.
    pub(super) due: Decimal,
    pub(super) fee_waived: bool,
}

impl Account {
    /// How much may leave the account; `None` if the sum is beyond a decimal.
    pub(super) fn available(&self) -> Option<Decimal> {
        match &self.credit {
            Some(credit) => exact_sum(self.balance, credit.limit),
            None => Some(self.balance),
        }
    }

    /// Sets what the customer has on the account, or owes on a card.
    pub(super) fn set_opening(&mut self, amount: Decimal) {
        self.balance = if self.credit.is_some() { -amount } else { amount };
        if let Some(credit) = &mut self.credit {
            credit.due = amount.max(Decimal::ZERO);
        }
    }
}

/// The accounts at opening: one that does everything, savings, a card to activate, and one in euros.
pub(super) fn opening() -> Vec<Account> {
    let current = Account {
        id: "acc-checking",
        kind: "checking",
        number: "****0001",
        name: "Everyday checking",
        nickname: "Daily",
        currency: "USD",
        balance: Decimal::new(120_050, 2),
        interest_rate: None,
        credit: None,
        transfer_to: true,
        transfer_from: true,
        pay_payee: true,
        active: true,
    };
    let card = Account {
        id: "acc-card",
        kind: "credit_card",
        number: "****0003",
        name: "Rewards card",
        nickname: "Card",
        balance: Decimal::new(-32_010, 2),
        interest_rate: Some(Decimal::new(19_99, 2)),
        credit: Some(Credit { limit: Decimal::new(200_000, 2), due: Decimal::new(32_010, 2), fee_waived: false }),
        transfer_from: false,
        pay_payee: false,
        active: false,
        ..current.clone()
    };
    vec![
        current.clone(),
        Account {
            id: "acc-savings",
            kind: "savings",
            number: "****0002",
            name: "Savings",
            nickname: "Rainy day",
            balance: Decimal::new(125_000, 2),
            interest_rate: Some(Decimal::new(1_25, 2)),
            pay_payee: false,
            ..current.clone()
        },
        card,
        Account {
            id: "acc-euro",
            number: "****0004",
            name: "Euro account",
            nickname: "Holiday",
            currency: "EUR",
            balance: Decimal::new(80_000, 2),
            ..current
        },
    ]
}
