//! One renewal: claimed in the store, so that no other process spends the same refresh token, then asked of the provider.

use std::pin::pin;
use std::time::Duration;

use super::owner::{Basis, Owner, Whose};
use super::tokens::Record;
use super::{StoreError, Stored, TokenIssuer, TokenStore, Tokens};
use crate::auth::AuthError;
use crate::model::kind::Kind;
use crate::time::Time;

/// A renewal takes at most this long, and a claim on one holds for as long.
const LIMIT: Duration = Duration::from_secs(60);

/// How often a claimed store is looked at again.
const LOOK: Duration = Duration::from_millis(200);

/// A store that gives no answer for this long is given up. It is longer than a claim holds.
const STORE: Duration = Duration::from_secs(75);

/// Gets tokens.
pub(super) struct Renewal {
    pub(super) issuer: Box<dyn TokenIssuer>,
    pub(super) store: Option<Box<dyn TokenStore>>,
    pub(super) time: Time,
    pub(super) owner: Owner,
}

impl Renewal {
    /// The tokens after those of `basis`.
    pub(super) async fn run(&self, basis: Basis) -> Result<Tokens, AuthError> {
        let Some(store) = &self.store else { return self.ask(basis.held).await };
        let claimed =
            self.time.within(STORE, pin!(self.claim(&**store, &basis))).await.unwrap_or_else(|| Err(silent()));
        let (known, root, claim, earlier) = match claimed? {
            Claimed::ByUs { tokens, root, claim, earlier } => (tokens, root, claim, earlier),
            Claimed::Done(tokens) => return Ok(tokens),
        };
        // What is stored is at least as new as what is held: every renewal ends there.
        let result = self.ask(known.clone().or(basis.held)).await;
        let tokens = result.as_ref().ok().cloned().or(known);
        let record = Record { account: Some(self.owner.account().to_owned()), root, tokens, claimed: None }.write(None);
        // A configured token that brings nothing replaces nothing.
        let record = earlier.filter(|_| result.is_err()).unwrap_or(record);
        let written = pin!(store.swap(Some(&claim), &record));
        match self.time.within(STORE, written).await {
            Some(Ok(true)) => {}
            Some(Ok(false)) => {
                tracing::warn!("renewed tokens were not stored: the store was changed by another process")
            }
            Some(Err(error)) => tracing::warn!(%error, "renewed tokens could not be stored"),
            None => tracing::warn!("renewed tokens could not be stored: the token store did not respond in time"),
        }
        result
    }

    /// Whether there is any way to get others than these.
    pub(super) fn is_possible(&self, held: Option<&Tokens>) -> bool {
        self.store.is_some() || self.can_ask(held)
    }

    /// Whether the provider can be asked for others than these.
    fn can_ask(&self, held: Option<&Tokens>) -> bool {
        // A call that is not awaited sends nothing.
        held.is_some_and(|held| self.issuer.refresh(held).is_some()) || self.issuer.log_in().is_some()
    }

    /// Stores tokens that the caller gave, in the place of any other tokens of the same account.
    pub(super) async fn save(&self, tokens: Tokens, root: String) -> Result<(), AuthError> {
        let Some(store) = &self.store else { return Ok(()) };
        let account = Some(self.owner.account().to_owned());
        let new = Record { account, root: Some(root.clone()), tokens: Some(tokens), claimed: None }.write(None);
        let work = pin!(async {
            loop {
                let old = store.load().await.map_err(unusable)?;
                if let Some(old) = &old {
                    // What is no record at all is replaced: nobody's tokens are lost.
                    Record::read(old).ok().map_or(Ok(()), |record| self.owner.refuses(&record))?;
                }
                if store.swap(old.as_ref(), &new).await.map_err(unusable)? {
                    self.owner.place(&root);
                    return Ok(());
                }
            }
        });
        self.time.within(STORE, work).await.unwrap_or_else(|| Err(silent()))
    }

    /// Makes this the only renewal of all that share the store, or finds what another one has brought.
    async fn claim(&self, store: &dyn TokenStore, basis: &Basis) -> Result<Claimed, AuthError> {
        let held = basis.held.as_ref();
        loop {
            let stored = store.load().await.map_err(unusable)?;
            let record = stored.as_ref().map(Record::read).transpose()?;
            let whose = record.as_ref().map_or(Ok(Whose::Ours), |record| self.owner.whose(record, basis))?;
            let now = self.time.provider_now();
            let (tokens, root) = match (whose, record) {
                (Whose::Ours, Some(record)) => {
                    // A claim further ahead than any can be was made by a clock that is wrong.
                    let is_claimed = record.claimed.is_some_and(|until| now < until && until <= now + LIMIT);
                    let is_new =
                        |tokens: &&Tokens| held.is_none_or(|held| held.access.expose() != tokens.access.expose());
                    if let Some(tokens) = record.tokens.as_ref().filter(|tokens| tokens.is_good(now)).filter(is_new) {
                        return Ok(Claimed::Done(tokens.clone()));
                    }
                    if is_claimed {
                        self.time.sleep.sleep(LOOK + self.time.jitter(LOOK)).await;
                        continue;
                    }
                    (record.tokens, record.root.or_else(|| basis.root.clone()))
                }
                (Whose::Ours, None) => (None, basis.root.clone()),
                (Whose::Earlier, _) if !self.can_ask(held) => {
                    let fault = "the configured token is over, and the token store holds the tokens of another login, which \
                        were not used: leave the token out, or clear the store and log in again";
                    return Err(AuthError::new(Kind::Unauthenticated, fault));
                }
                // What the caller has given goes first.
                (Whose::Earlier, _) => (basis.held.clone(), basis.root.clone()),
            };
            let nonce = self.time.uuid().to_string();
            let account = Some(self.owner.account().to_owned());
            let claim = Record { account, root: root.clone(), tokens: tokens.clone(), claimed: Some(now + LIMIT) };
            let claim = claim.write(Some(&nonce));
            if store.swap(stored.as_ref(), &claim).await.map_err(unusable)? {
                if let Some(root) = root.as_ref().filter(|root| basis.root.as_ref() == Some(root)) {
                    self.owner.place(root);
                }
                if whose == Whose::Earlier {
                    tracing::warn!(
                        "the token store contained tokens of an earlier login: they are replaced by the configured ones"
                    );
                }
                let earlier = stored.filter(|_| whose == Whose::Earlier);
                return Ok(Claimed::ByUs { tokens, root, claim, earlier });
            }
        }
    }

    /// Refreshes, or logs in if there is nothing to refresh or the provider does not take it any more.
    async fn ask(&self, held: Option<Tokens>) -> Result<Tokens, AuthError> {
        let began = self.time.clock.elapsed();
        let work = pin!(async {
            let refresh = held.as_ref().and_then(|held| Some((held, self.issuer.refresh(held)?)));
            let refused = match refresh {
                Some((held, answer)) => match answer.await {
                    Ok(new) => return Ok(Tokens { refresh: new.refresh.or_else(|| held.refresh.clone()), ..new }),
                    Err(error) if !is_refusal(&error.kind) => return Err(error),
                    Err(error) => Some(error),
                },
                None => None,
            };
            match (self.issuer.log_in(), refused) {
                (Some(answer), _) => answer.await,
                (None, Some(error)) => Err(error),
                (None, None) if held.is_none() => Err(AuthError::new(Kind::Unauthenticated, "there is no token")),
                (None, None) => {
                    Err(AuthError::new(Kind::Unauthenticated, "the token has expired and cannot be renewed"))
                }
            }
        });
        match self.time.within(LIMIT, work).await {
            Some(result) => {
                // Counted back from now, because the answer may just have shown the provider's clock.
                let took = self.time.clock.elapsed().saturating_sub(began);
                let now = self.time.provider_now();
                result.map(|tokens| tokens.dated(now.checked_sub(took).unwrap_or(now)).issued(now))
            }
            None => Err(AuthError::new(Kind::Timeout, format!("no token was acquired within {LIMIT:?}"))),
        }
    }
}

/// What became of a claim.
enum Claimed {
    /// The renewal is ours: the tokens to begin with, what they stem from, what our claim looks like, and what it has replaced.
    ByUs { tokens: Option<Tokens>, root: Option<String>, claim: Stored, earlier: Option<Stored> },
    /// Somebody else has renewed.
    Done(Tokens),
}

fn unusable(error: StoreError) -> AuthError {
    AuthError::new(Kind::Config, "the token store cannot be used").caused_by(error)
}

fn silent() -> AuthError {
    AuthError::new(Kind::Timeout, format!("the token store did not respond within {STORE:?}"))
}

/// Whether the provider has said no, rather than nothing.
fn is_refusal(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Unauthenticated
            | Kind::Forbidden
            | Kind::Invalid { .. }
            | Kind::NotFound
            | Kind::Expired
            | Kind::Declined
            | Kind::Refused
    )
}
