//! How the fake behaves where the real one has moods.

use std::collections::BTreeMap;
use std::time::Duration;

use rust_decimal::Decimal;

use super::world::hundredths;

/// The fake's rules; the defaults suit a demo.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(super) wrapper: Wrapper,
    pub(super) ping: Ping,
    pub(super) access_life: Duration,
    pub(super) refresh_life: Duration,
    pub(super) settlement: Duration,
    pub(super) charges: Decimal,
    pub(super) balances: BTreeMap<u32, Decimal>,
}

/// Which successes stand in `data`. A page always does, beside its `pagination`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrapper {
    /// All but those whose samples come bare: the login, and personal data.
    Sampled,
    /// All of them: the general rule, and the form that the document describes.
    #[default]
    Always,
    /// None of them.
    Never,
}

/// What the ping is answered with, which is not on record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ping {
    /// Plain text.
    #[default]
    Text,
    /// A JSON text.
    Json,
    /// The JSON text in `data`.
    Object,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            wrapper: Wrapper::default(),
            ping: Ping::default(),
            access_life: Duration::from_secs(60 * 60),
            refresh_life: Duration::from_secs(5 * 24 * 60 * 60),
            settlement: Duration::from_secs(5),
            charges: Decimal::new(100, 2),
            balances: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// The defaults: answers as in the samples, tokens of an hour in sessions of five days, transfers that
    /// settle after five seconds and cost 1.00.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which successes stand in `data`.
    #[must_use]
    pub fn wrapper(mut self, wrapper: Wrapper) -> Self {
        self.wrapper = wrapper;
        self
    }

    /// What the ping is answered with.
    #[must_use]
    pub fn ping(mut self, ping: Ping) -> Self {
        self.ping = ping;
        self
    }

    /// How long an access token is good.
    #[must_use]
    pub fn access_life(mut self, life: Duration) -> Self {
        self.access_life = life;
        self
    }

    /// How long a session can be refreshed after its login.
    #[must_use]
    pub fn refresh_life(mut self, life: Duration) -> Self {
        self.refresh_life = life;
        self
    }

    /// How long a transfer is `PENDING`.
    #[must_use]
    pub fn settlement(mut self, time: Duration) -> Self {
        self.settlement = time;
        self
    }

    /// What a transfer costs its sender, in major units: up to a million, with two decimals.
    #[must_use]
    pub fn charges(mut self, charges: Decimal) -> Self {
        self.charges = hundredths(charges.clamp(Decimal::ZERO, Decimal::from(1_000_000)));
        self
    }

    /// Opening balance of one of the accounts, in major units with two decimals. An unknown account is ignored.
    #[must_use]
    pub fn balance(mut self, account: u32, amount: Decimal) -> Self {
        self.balances.insert(account, amount);
        self
    }
}
