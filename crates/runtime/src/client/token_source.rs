//! Token sources over the time and the account of a client.

use crate::auth::token::{Owner, TokenIssuer, TokenSource, TokenStore};
use crate::client::core::Core;

impl TokenSource {
    /// Creates a source for `issuer`, with the clock and random numbers of a client.
    pub fn new(core: &Core, issuer: impl TokenIssuer) -> Self {
        Self::of(core, Box::new(issuer), None)
    }

    /// Creates a source with a store, shared across restarts and processes.
    pub fn stored(core: &Core, issuer: impl TokenIssuer, store: impl TokenStore) -> Self {
        Self::of(core, Box::new(issuer), Some(Box::new(store)))
    }

    fn of(core: &Core, issuer: Box<dyn TokenIssuer>, store: Option<Box<dyn TokenStore>>) -> Self {
        let chain = core.chain();
        let identity = issuer.identity();
        let is_one = issuer.is_one_account();
        let owner = Owner::new(chain.provider.name, &chain.base, &chain.account, identity.as_ref(), is_one);
        Self::over(core.time().clone(), owner, issuer, store)
    }
}
