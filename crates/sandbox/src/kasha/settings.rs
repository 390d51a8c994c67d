//! How the fake behaves where merchants' contracts differ.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// The fake's rules; the defaults suit a demo.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub(super) key_header: Option<String>,
    pub(super) signature_secret: Option<String>,
    pub(super) without_approval: bool,
    pub(super) balances: BTreeMap<String, Decimal>,
}

impl Settings {
    /// The defaults: key in `x-api-key`, no signatures, pay-outs wait for approval, 1000.00 in BRL, ARS, EUR, GBP and USD.
    pub fn new() -> Self {
        Self::default()
    }

    /// Take the API key from this header only.
    #[must_use]
    pub fn key_header(mut self, name: impl Into<String>) -> Self {
        self.key_header = Some(name.into());
        self
    }

    /// Sign webhooks with this secret, and answer 401 to bodies without its signature in `x-signature`.
    #[must_use]
    pub fn signature_secret(mut self, secret: impl Into<String>) -> Self {
        self.signature_secret = Some(secret.into());
        self
    }

    /// Hand pay-outs to the processor at once: the account manager has lifted the approval.
    #[must_use]
    pub fn without_approval(mut self) -> Self {
        self.without_approval = true;
        self
    }

    /// What the merchant has in a currency at the start, in major units.
    #[must_use]
    pub fn balance(mut self, currency: impl Into<String>, amount: Decimal) -> Self {
        self.balances.insert(currency.into(), amount);
        self
    }
}
