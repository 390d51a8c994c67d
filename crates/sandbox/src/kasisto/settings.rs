//! How the fake bank behaves where banks differ.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// The bank's rules; the defaults suit a demo.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) otp_limit: Decimal,
    pub(super) renew_after: Option<u32>,
    pub(super) not_offered: Vec<String>,
    pub(super) balances: BTreeMap<String, Decimal>,
    pub(super) strict_headers: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            otp_limit: Decimal::new(50_000, 2),
            renew_after: Some(5),
            not_offered: Vec::new(),
            balances: BTreeMap::new(),
            strict_headers: false,
        }
    }
}

impl Settings {
    /// The defaults: OTP above 500.00, a new token every 5 calls, every operation offered.
    pub fn new() -> Self {
        Self::default()
    }

    /// Amount above which a transfer or payment needs a one-time password; major units, in the
    /// currency of the account debited.
    #[must_use]
    pub fn otp_limit(mut self, limit: Decimal) -> Self {
        self.otp_limit = limit;
        self
    }

    /// Renew the token with every `calls`-th answer that can carry one; 0 is never.
    #[must_use]
    pub fn renew_after(mut self, calls: u32) -> Self {
        self.renew_after = (calls > 0).then_some(calls);
        self
    }

    /// Answer 501 to the operation at this path, such as `/offers`: the bank does not offer it.
    #[must_use]
    pub fn without(mut self, path: impl Into<String>) -> Self {
        self.not_offered.push(path.into());
        self
    }

    /// Refuse requests without `Date` and `request_id`, which version 1.0.0 did not know.
    #[must_use]
    pub fn strict_headers(mut self) -> Self {
        self.strict_headers = true;
        self
    }

    /// Opening balance of one of the bank's accounts, major units; on a card, what the customer owes.
    /// An account that the bank does not have is ignored.
    #[must_use]
    pub fn balance(mut self, account: impl Into<String>, amount: Decimal) -> Self {
        self.balances.insert(account.into(), amount);
        self
    }
}
