//! What all calls of a client share.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use reqwest::Request;

use super::budget::Budget;
use super::limits::Limits;
use super::memory::Memory;
use super::observer::Observer;
use crate::auth::Auth;
use crate::auth::account::Account;
use crate::journal::lease::Owner;
use crate::journal::{Journal, Until};
use crate::model::outcome::Pending;
use crate::time::Time;
use crate::wire::base::Base;
use crate::wire::connections::Connections;
use crate::wire::paths::Paths;
use crate::wire::provider::Provider;
use crate::wire::seal::Seal;
use crate::wire::transport::Transport;

/// The headers of a request that hold credentials.
pub(crate) type Sent = Vec<(HeaderName, HeaderValue)>;

/// What sees a request that is not sent.
pub(crate) type Rehearsal = Arc<dyn Fn(&Request) + Send + Sync>;

/// What all calls of a client share.
#[derive(Clone)]
pub(crate) struct Chain {
    pub(crate) provider: &'static Provider,
    pub(crate) base: Base,
    pub(crate) paths: Paths,
    pub(crate) connections: Arc<Connections>,
    /// Sends in place of the connections.
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) auth: Option<Arc<dyn Auth>>,
    pub(crate) seal: Option<Arc<dyn Seal>>,
    pub(crate) time: Time,
    pub(crate) limits: Arc<Limits>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    /// Shows requests instead of sending them.
    pub(crate) rehearsal: Option<Rehearsal>,
    pub(crate) journal: Option<Arc<dyn Journal>>,
    /// When the entry of an accepted call is closed.
    pub(crate) until: Until,
    /// Whose entries of the journal are those of this client.
    pub(crate) owner: Arc<Owner>,
    pub(crate) account: Account,
    /// Ids of answers that lookups of later calls ask for.
    pub(crate) memory: Arc<Memory>,
    pub(crate) response_cap: usize,
    pub(crate) request_cap: usize,
    /// Its calls serve other calls, which wait for them in their places.
    pub(crate) serves: bool,
}

impl Chain {
    /// Fingerprint of the origin and the account that calls are made with.
    pub(crate) fn account(&self) -> &str {
        self.account.fingerprint(self.provider.name, &self.base, self.auth.as_deref())
    }

    /// Whether a call was made with this origin and account. Earlier versions did not say.
    pub(crate) fn is_ours(&self, pending: &Pending) -> bool {
        pending.account().is_none_or(|account| account == self.account())
    }
}
