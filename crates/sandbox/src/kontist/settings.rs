//! How the fake behaves where versions and customers differ.

use std::time::Duration;

use super::tokens::ACCESS_LIFE;

/// The fake's rules; the defaults suit a demo.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) balance: i64,
    pub(super) page_size: usize,
    pub(super) early_names: bool,
    pub(super) customer: Customer,
    pub(super) password_grant: bool,
    pub(super) access_life: Duration,
    pub(super) one_try: bool,
}

/// What the customer does who is asked for permission, in the browser or by push message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Customer {
    /// Allows it; push messages after 5 seconds.
    #[default]
    Agrees,
    /// Says no; to push messages after 5 seconds.
    Refuses,
    /// Allows programs in the browser, but never looks at push messages.
    Ignores,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            balance: 250_000,
            page_size: 2,
            early_names: false,
            customer: Customer::Agrees,
            password_grant: true,
            access_life: ACCESS_LIFE,
            one_try: false,
        }
    }
}

impl Settings {
    /// The defaults: 2500.00 EUR, two transactions per page, an agreeing customer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opening balance in euro cents.
    #[must_use]
    pub fn balance(mut self, cents: i64) -> Self {
        self.balance = cents;
        self
    }

    /// Items per page, at least one; the documentation does not state it.
    #[must_use]
    pub fn page_size(mut self, items: usize) -> Self {
        self.page_size = items.max(1);
        self
    }

    /// Answer version 2 of the transactions in snake_case, as in 2018. Version 1 always is.
    #[must_use]
    pub fn early_names(mut self) -> Self {
        self.early_names = true;
        self
    }

    /// What the customer does when asked.
    #[must_use]
    pub fn customer(mut self, customer: Customer) -> Self {
        self.customer = customer;
        self
    }

    /// How long access tokens are good; an hour by default.
    #[must_use]
    pub fn access_life(mut self, life: Duration) -> Self {
        self.access_life = life;
        self
    }

    /// Destroy what waits for a code by its first confirmation, right or wrong, as the bank behind does: a wrong code is 403, and every
    /// later confirmation 404.
    #[must_use]
    pub fn one_try(mut self) -> Self {
        self.one_try = true;
        self
    }

    /// Refuse the password grant, which not every program may use.
    #[must_use]
    pub fn without_password_grant(mut self) -> Self {
        self.password_grant = false;
        self
    }
}
