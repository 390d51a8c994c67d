//! Whose tokens a store holds: they are used by clients of the same provider, origin and account only.

use std::sync::{Mutex, PoisonError};

use super::Tokens;
use super::tokens::Record;
use crate::auth::AuthError;
use crate::auth::Identity;
use crate::auth::account::Account;
use crate::model::kind::Kind;
use crate::wire::base::Base;

/// The account that a source gets tokens for.
pub(crate) struct Owner {
    provider: &'static str,
    base: Base,
    /// Fingerprint of provider, origin and account.
    account: String,
    /// Whether the fingerprint tells this account from others at the same origin.
    is_told: bool,
    /// What stands in the store by our doing.
    placed: Mutex<Option<String>>,
}

/// The tokens in use before a renewal, and what they stem from.
#[derive(Clone, Default)]
pub(super) struct Basis {
    pub(super) held: Option<Tokens>,
    /// Fingerprint of the token that the caller gave; `None` if the tokens are of a store or a login.
    pub(super) root: Option<String>,
}

/// What a client may do with the tokens in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Use them.
    Ours,
    /// Replace them: they are of the same account, from before it was configured with other ones.
    Earlier,
}

impl Owner {
    pub(crate) fn new(
        provider: &'static str,
        base: &Base,
        account: &Account,
        identity: Option<&Identity>,
        is_one: bool,
    ) -> Self {
        Self {
            provider,
            base: base.clone(),
            account: account.of(provider, base, identity),
            is_told: account.is_named() || (identity.is_some() && is_one),
            placed: Mutex::default(),
        }
    }

    pub(super) fn account(&self) -> &str {
        &self.account
    }

    /// Fingerprint of a token that a caller gave: of its refresh token, which outlives many access tokens.
    pub(super) fn root(&self, tokens: &Tokens) -> String {
        let token = tokens.refresh.as_ref().unwrap_or(&tokens.access);
        let identity = Identity::of_credential("token", token);
        Account::default().of(self.provider, &self.base, Some(&identity))
    }

    /// Notes that the store holds what stems from this token by our doing.
    pub(super) fn place(&self, root: &str) {
        *self.placed.lock().unwrap_or_else(PoisonError::into_inner) = Some(root.to_owned());
    }

    /// An error if the tokens belong to another provider, origin or account, or do not say to which.
    pub(super) fn refuses(&self, record: &Record) -> Result<(), AuthError> {
        let refuse = |fault: &'static str| Err(AuthError::new(Kind::Config, fault));
        match &record.account {
            Some(account) if *account == self.account => Ok(()),
            Some(_) => refuse(
                "the token store holds the tokens of another provider, address or account, which were not used: give \
                 each account a store of its own, or clear the store and log in again",
            ),
            None => refuse(
                "the token store was written by an earlier version, which did not note whose tokens they are: clear \
                 the store and log in again",
            ),
        }
    }

    /// Whether tokens in the store are ours to use or to replace.
    ///
    /// # Errors
    ///
    /// They are another account's, or cannot be shown to be ours.
    pub(super) fn whose(&self, record: &Record, basis: &Basis) -> Result<Whose, AuthError> {
        self.refuses(record)?;
        let Some(root) = &basis.root else { return Ok(Whose::Ours) };
        if record.root.as_ref() == Some(root) {
            self.place(root);
            return Ok(Whose::Ours);
        }
        let is_placed = self.placed.lock().unwrap_or_else(PoisonError::into_inner).as_ref() == Some(root);
        let can_refresh = basis.held.as_ref().is_some_and(|held| held.refresh.is_some());
        match (self.is_told, is_placed) {
            // Somebody has logged in anew for this very account, or what the caller gave is used up.
            (true, true) => Ok(Whose::Ours),
            (true, false) if !can_refresh => Ok(Whose::Ours),
            (_, false) => Ok(Whose::Earlier),
            (false, true) => Err(AuthError::new(
                Kind::Config,
                "another login has written to the token store, and nothing says that it is for the same account: give \
                 each client a store of its own, or name its account",
            )),
        }
    }
}
