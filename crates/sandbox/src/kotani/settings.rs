//! How the fake behaves where the real one has moods.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// The fake's rules; the defaults suit a demo.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub(super) bare: bool,
    pub(super) created: bool,
    pub(super) errors: Errors,
    pub(super) same_minute: SameMinute,
    pub(super) balances: BTreeMap<String, Decimal>,
}

/// The shapes in which refusals are on record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Errors {
    /// `{success, message, error_code, data}`, the code being the HTTP status: captures and the newest guide.
    #[default]
    Numbered,
    /// `{success, message, data}`: the specification.
    Plain,
    /// `{statusCode, message, error, data}`: the newest guide, and the flow pages.
    Stated,
    /// `{status, message, error_code, timestamp}`, the code being a text: an older guide.
    Coded,
}

/// What becomes of a second mobile-money withdrawal to the same telephone within 60 seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameMinute {
    /// Refused with 400.
    #[default]
    Refuse,
    /// Accepted, but it waits as `DUPLICATE_PENDING` until it is resolved.
    Hold,
    /// Carried out like any other.
    Allow,
}

impl Settings {
    /// The defaults: answers in their envelope, 200 for what was created, numbered errors.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answer successes without the envelope.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Answer 201 where the document has it beside 200.
    #[must_use]
    pub fn created(mut self) -> Self {
        self.created = true;
        self
    }

    /// Shape of the refusals.
    #[must_use]
    pub fn errors(mut self, errors: Errors) -> Self {
        self.errors = errors;
        self
    }

    /// What to do with a second mobile-money withdrawal to the same telephone within 60 seconds.
    #[must_use]
    pub fn same_minute(mut self, rule: SameMinute) -> Self {
        self.same_minute = rule;
        self
    }

    /// Opening balance of one of the wallets: the main balance of a fiat one. An unknown wallet is ignored.
    #[must_use]
    pub fn balance(mut self, wallet: impl Into<String>, amount: Decimal) -> Self {
        self.balances.insert(wallet.into(), amount);
        self
    }
}
