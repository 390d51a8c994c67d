//! One renewal: claimed in the store, so that no other process spends the same refresh token, then asked of the provider.

use std::pin::pin;
use std::time::Duration;

use super::tokens::Record;
use super::{StoreError, Stored, TokenIssuer, TokenStore, Tokens};
use crate::auth::AuthError;
use crate::kind::Kind;
use crate::time::Time;

/// A renewal takes at most this long, and a claim on one holds for as long.
const LIMIT: Duration = Duration::from_secs(60);

/// How often a claimed store is looked at again.
const LOOK: Duration = Duration::from_millis(200);

/// Gets tokens.
pub(super) struct Renewal {
    pub(super) issuer: Box<dyn TokenIssuer>,
    pub(super) store: Option<Box<dyn TokenStore>>,
    pub(super) time: Time,
}

impl Renewal {
    /// The tokens after `held`.
    pub(super) async fn run(&self, held: Option<Tokens>) -> Result<Tokens, AuthError> {
        let Some(store) = &self.store else { return self.ask(held).await };
        let (known, claim) = match self.claim(&**store, held.as_ref()).await? {
            Claimed::ByUs(known, claim) => (known, claim),
            Claimed::Done(tokens) => return Ok(tokens),
        };
        // What is stored is at least as new as what is held: every renewal ends there.
        let result = self.ask(known.clone().or(held)).await;
        let tokens = result.as_ref().ok().cloned().or(known);
        let outcome = store.swap(Some(&claim), &Record { tokens, claimed: None }.write(None)).await;
        if let Err(error) = outcome {
            tracing::warn!(%error, "renewed tokens could not be stored");
        }
        result
    }

    /// Whether there is any way to get others than these.
    pub(super) fn is_possible(&self, held: Option<&Tokens>) -> bool {
        // A call that is not awaited sends nothing.
        self.store.is_some()
            || held.is_some_and(|held| self.issuer.refresh(held).is_some())
            || self.issuer.log_in().is_some()
    }

    /// Stores tokens, whatever was stored before.
    pub(super) async fn save(&self, tokens: Tokens) -> Result<(), AuthError> {
        let Some(store) = &self.store else { return Ok(()) };
        let new = Record { tokens: Some(tokens), claimed: None }.write(None);
        loop {
            let old = store.load().await.map_err(unusable)?;
            if store.swap(old.as_ref(), &new).await.map_err(unusable)? {
                return Ok(());
            }
        }
    }

    /// Makes this the only renewal of all that share the store, or finds what another one has brought.
    async fn claim(&self, store: &dyn TokenStore, held: Option<&Tokens>) -> Result<Claimed, AuthError> {
        loop {
            let stored = store.load().await.map_err(unusable)?;
            let record = stored.as_ref().map(Record::read).transpose()?;
            let (tokens, claimed) = record.map_or((None, None), |record| (record.tokens, record.claimed));
            let now = self.time.provider_now();
            if let Some(tokens) = tokens.as_ref().filter(|tokens| tokens.is_good(now)) {
                let is_new = held.is_none_or(|held| held.access.expose() != tokens.access.expose());
                if is_new {
                    return Ok(Claimed::Done(tokens.clone()));
                }
            }
            // A claim further ahead than any can be was made by a clock that is wrong.
            if claimed.is_some_and(|until| now < until && until <= now + LIMIT) {
                self.time.sleep.sleep(LOOK + self.time.jitter(LOOK)).await;
                continue;
            }
            let nonce = self.time.uuid().to_string();
            let claim = Record { tokens: tokens.clone(), claimed: Some(now + LIMIT) }.write(Some(&nonce));
            if store.swap(stored.as_ref(), &claim).await.map_err(unusable)? {
                return Ok(Claimed::ByUs(tokens, claim));
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
                (None, None) if held.is_none() => Err(AuthError::new(Kind::Unauthenticated, "nobody is logged in")),
                (None, None) => {
                    Err(AuthError::new(Kind::Unauthenticated, "the token is over, and nothing refreshes it"))
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
            None => Err(AuthError::new(Kind::Timeout, format!("no token came within {LIMIT:?}"))),
        }
    }
}

/// What became of a claim.
enum Claimed {
    /// The renewal is ours: what was stored, and what our claim looks like.
    ByUs(Option<Tokens>, Stored),
    /// Somebody else has renewed.
    Done(Tokens),
}

fn unusable(error: StoreError) -> AuthError {
    AuthError::new(Kind::Config, "the token store cannot be used").caused_by(error)
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
