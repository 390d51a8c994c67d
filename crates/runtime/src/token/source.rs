//! The one place that hands out a token, however many callers ask.

use std::error::Error as StdError;
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use super::renewal::Renewal;
use super::{TokenIssuer, TokenStore, Tokens};
use crate::auth::{AuthError, Credential};
use crate::core::Core;
use crate::error::BoxError;
use crate::kind::Kind;
use crate::time::Time;

/// A token is renewed up to this long before its end, or up to a quarter of its life if that is shorter. The moment is drawn anew for each
/// token, so that many processes do not renew at once.
const EARLY: Duration = Duration::from_secs(60);

/// After a failed renewal the next one waits this long at first, twice as long each further time, and never longer than [`LONGEST`].
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// If a new token is refused this soon, a newer one would be too.
const SOON: Duration = Duration::from_secs(10);

/// Hands out tokens that end, and gets new ones: once, however many calls need them.
///
/// * A token is renewed ahead of its end, while calls still go out with the old one; it stays in use until its end if that fails.
/// * A renewal runs on its own: a caller that gives up does not stop it.
/// * After a failed renewal no other is tried for a second, then two, up to half a minute.
///
/// Clones share their tokens. Hand it to [`Credentials::with_source`](crate::Credentials::with_source).
#[derive(Clone)]
pub struct TokenSource(Arc<Shared>);

struct Shared {
    renewal: Renewal,
    time: Time,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    flight: Option<watch::Receiver<Option<Landed>>>,
    /// When a renewal that a refusal asked for last brought tokens, by the client's clock.
    refused: Option<Duration>,
    failure: Option<Pause>,
}

/// The tokens in use.
struct Held {
    tokens: Tokens,
    /// From when on they are renewed, by the provider's clock.
    due: Option<SystemTime>,
}

/// The time after a failed renewal.
struct Pause {
    failure: Failed,
    length: Duration,
    /// By the client's clock.
    until: Duration,
}

type Landed = Result<Tokens, Failed>;

/// An [`AuthError`] that every waiting caller gets.
#[derive(Clone)]
struct Failed {
    kind: Kind,
    message: std::borrow::Cow<'static, str>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl From<AuthError> for Failed {
    fn from(error: AuthError) -> Self {
        Self { kind: error.kind, message: error.message, source: error.source.map(Arc::from) }
    }
}

impl From<Failed> for AuthError {
    fn from(failed: Failed) -> Self {
        let source = failed.source.map(|source| -> BoxError { Box::new(source) });
        Self { kind: failed.kind, message: failed.message, source }
    }
}

impl TokenSource {
    /// A source whose tokens come from `issuer`, over the clock, waits and randomness of a client.
    pub fn new(core: &Core, issuer: impl TokenIssuer) -> Self {
        Self::over(core, Box::new(issuer), None)
    }

    /// A source that keeps its tokens in a store too: a restart finds them there, and processes that share it share their renewals.
    pub fn stored(core: &Core, issuer: impl TokenIssuer, store: impl TokenStore) -> Self {
        Self::over(core, Box::new(issuer), Some(Box::new(store)))
    }

    fn over(core: &Core, issuer: Box<dyn TokenIssuer>, store: Option<Box<dyn TokenStore>>) -> Self {
        let time = core.time().clone();
        let renewal = Renewal { issuer, store, time: time.clone() };
        Self(Arc::new(Shared { renewal, time, state: Mutex::default() }))
    }

    /// Uses these tokens from now on, without storing them. They are taken as just asked for.
    pub fn set(&self, tokens: Tokens) {
        let tokens = tokens.dated(self.0.time.provider_now());
        let held = self.0.held(tokens);
        self.0.state().held = Some(held);
    }

    /// Uses these tokens from now on and stores them, after a login that the caller has made.
    ///
    /// # Errors
    ///
    /// The store cannot be read or written; the tokens are in use all the same.
    pub async fn save(&self, tokens: Tokens) -> Result<(), AuthError> {
        let tokens = tokens.dated(self.0.time.provider_now());
        self.set(tokens.clone());
        self.0.renewal.save(tokens).await
    }

    /// Forgets the tokens in use; those in a store stay.
    pub fn forget(&self) {
        let mut state = self.0.state();
        state.held = None;
        state.refused = None;
    }

    /// Whether there are tokens, good or not.
    pub fn is_set(&self) -> bool {
        self.0.state().held.is_some()
    }

    /// The tokens in use, good or not.
    pub fn tokens(&self) -> Option<Tokens> {
        self.0.state().held.as_ref().map(|held| held.tokens.clone())
    }

    /// An access token that is good now, a new one if need be.
    ///
    /// # Errors
    ///
    /// None could be had, or the last try is too fresh for another one.
    pub async fn token(&self) -> Result<Credential, AuthError> {
        let now = self.0.time.provider_now();
        let flight = {
            let mut state = self.0.state();
            let good = state.held.as_ref().filter(|held| held.tokens.is_good(now));
            if let Some((access, due)) = good.map(|held| (held.tokens.access.clone(), held.due)) {
                if due.is_some_and(|due| due <= now) {
                    // Nobody waits for it, so nobody hears how it ends; a failure shows when the token has ended.
                    self.join(&mut state, false).ok();
                }
                return Ok(access);
            }
            self.join(&mut state, false)?
        };
        Ok(landed(flight).await?.access)
    }

    /// Gets new tokens because this access token was refused; `true` if there are other ones now.
    ///
    /// `None` stands for the token in use. `false` if there is no way to get others, or if the one that is refused now was got for the same
    /// reason less than ten seconds ago.
    ///
    /// # Errors
    ///
    /// None could be had.
    pub async fn renew(&self, refused: Option<&str>) -> Result<bool, AuthError> {
        let flight = {
            let mut state = self.0.state();
            let in_use = state.held.as_ref().map(|held| held.tokens.access.expose());
            if refused.is_some() && in_use.is_some() && refused != in_use {
                return Ok(true);
            }
            if !self.0.renewal.is_possible(state.held.as_ref().map(|held| &held.tokens)) {
                return Ok(false);
            }
            let now = self.0.time.clock.elapsed();
            let joins = state.flight.is_some();
            if !joins && !self.is_paused(&state) && state.refused.is_some_and(|began| now < began + SOON) {
                return Ok(false);
            }
            self.join(&mut state, true)?
        };
        landed(flight).await.map(|_| true)
    }

    /// Whether the last failure is too fresh for another try.
    fn is_paused(&self, state: &State) -> bool {
        state.failure.as_ref().is_some_and(|pause| self.0.time.clock.elapsed() < pause.until)
    }

    /// The renewal under way, or one that begins now.
    fn join(&self, state: &mut State, refused: bool) -> Result<watch::Receiver<Option<Landed>>, AuthError> {
        if let Some(flight) = &state.flight {
            return Ok(flight.clone());
        }
        if let Some(pause) = state.failure.as_ref().filter(|_| self.is_paused(state)) {
            return Err(pause.failure.clone().into());
        }
        let (done, flight) = watch::channel(None);
        state.flight = Some(flight.clone());
        let held = state.held.as_ref().map(|held| held.tokens.clone());
        // On its own, because a caller that gives up would take a refresh token with it that is used up already.
        let shared = Arc::clone(&self.0);
        let landing = Landing { shared: Arc::clone(&self.0), done, refused };
        tokio::spawn(async move {
            let result = pin!(shared.renewal.run(held)).await;
            landing.land(result.map_err(Failed::from));
        });
        Ok(flight)
    }
}

/// The result of a renewal, once it is there.
async fn landed(mut flight: watch::Receiver<Option<Landed>>) -> Result<Tokens, AuthError> {
    let cut_short = || AuthError::new(Kind::Config, "the renewal of the token was cut short");
    let landed = flight.wait_for(Option::is_some).await.map_err(|_| cut_short())?;
    landed.clone().ok_or_else(cut_short)?.map_err(AuthError::from)
}

/// Ends a renewal, even one that panics or is dropped with its runtime.
struct Landing {
    shared: Arc<Shared>,
    done: watch::Sender<Option<Landed>>,
    /// It began because a token was refused.
    refused: bool,
}

impl Landing {
    fn land(self, result: Landed) {
        {
            let mut state = self.shared.state();
            match &result {
                Ok(tokens) => {
                    state.held = Some(self.shared.held(tokens.clone()));
                    state.failure = None;
                    if self.refused {
                        state.refused = Some(self.shared.time.clock.elapsed());
                    }
                }
                Err(failure) => {
                    let length = state.failure.as_ref().map_or(FIRST, |pause| (pause.length * 2).min(LONGEST));
                    let until = self.shared.time.clock.elapsed() + length;
                    state.failure = Some(Pause { failure: failure.clone(), length, until });
                }
            }
            state.flight = None;
        }
        self.done.send_replace(Some(result));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        // Another one may be under way already.
        if state.flight.as_ref().is_some_and(|flight| flight.same_channel(&self.done.subscribe())) {
            state.flight = None;
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tokens in use, with the moment from which on they are renewed.
    fn held(&self, tokens: Tokens) -> Held {
        let due = tokens.end().map(|end| {
            let left = end.duration_since(self.time.provider_now()).unwrap_or_default();
            let early = EARLY.min(left / 4);
            end.checked_sub(early / 2 + self.time.jitter(early / 2)).unwrap_or(end)
        });
        Held { tokens, due }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("TokenSource").field("tokens", &self.tokens()).finish_non_exhaustive()
    }
}
