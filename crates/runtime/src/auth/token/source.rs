//! The one place that hands out a token, however many callers ask.

use std::error::Error as StdError;
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::owner::{Basis, Owner};
use super::renewal::Renewal;
use super::{TokenIssuer, TokenStore, Tokens};
use crate::auth::Identity;
use crate::auth::{AuthError, Credential};
use crate::model::fault::BoxError;
use crate::model::kind::Kind;
use crate::time::Time;
use crate::time::runtimes;

/// A token is renewed up to this long before its end, or up to a quarter of its life if that is shorter. The moment is drawn anew for each
/// token, so that many processes do not renew at once.
const EARLY: Duration = Duration::from_secs(60);

/// After a failed renewal the next one waits this long at first, twice as long each further time, and never longer than [`LONGEST`].
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// How often a runtime that renews for another one is looked after.
const LOOK: Duration = Duration::from_secs(1);

/// If a new token is refused this soon, a newer one would be too.
const SOON: Duration = Duration::from_secs(10);

/// Provides access tokens and renews them, once for all concurrent calls.
///
/// * A token is renewed before it expires, while calls use the old one. If the renewal fails, the old one is used until it expires.
/// * A renewal runs in its own task: cancelling a caller does not cancel it. If its tokio runtime has stopped, it is started again.
/// * After a failed renewal the next one waits one second, then two, up to 30 seconds.
///
/// Clones share their tokens. Pass it to [`Credentials::with_source`](crate::Credentials::with_source).
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
    flight: Option<Flight>,
    /// Fingerprint of the token that the caller gave and the tokens in use stem from.
    root: Option<String>,
    /// When a renewal that a refusal asked for last brought tokens, by the client's clock.
    refused: Option<Duration>,
    failure: Option<Pause>,
}

/// A renewal under way.
#[derive(Clone)]
struct Flight {
    landing: watch::Receiver<Option<Landed>>,
    runtime: Handle,
    task: AbortHandle,
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
    pub(crate) fn over(
        time: Time,
        owner: Owner,
        issuer: Box<dyn TokenIssuer>,
        store: Option<Box<dyn TokenStore>>,
    ) -> Self {
        let renewal = Renewal { issuer, store, time: time.clone(), owner };
        Self(Arc::new(Shared { renewal, time, state: Mutex::default() }))
    }

    /// Replaces the tokens without storing them.
    ///
    /// Their lifetime starts now. They take precedence over older tokens in the store, which their renewal replaces.
    pub fn set(&self, tokens: Tokens) {
        let tokens = tokens.dated(self.0.time.provider_now());
        let root = self.0.renewal.store.is_some().then(|| self.0.renewal.owner.root(&tokens));
        let held = self.0.held(tokens);
        let mut state = self.0.state();
        state.held = Some(held);
        state.root = root;
    }

    /// The identity of the tokens' account, if it is known.
    pub fn identity(&self) -> Option<Identity> {
        self.0.renewal.issuer.identity()
    }

    /// Replaces and stores the tokens, after a login by the caller.
    ///
    /// # Errors
    ///
    /// The store cannot be read or written, or contains the tokens of another account; the new tokens are used nevertheless.
    pub async fn save(&self, tokens: Tokens) -> Result<(), AuthError> {
        let tokens = tokens.dated(self.0.time.provider_now());
        self.set(tokens.clone());
        let root = self.0.renewal.owner.root(&tokens);
        self.0.renewal.save(tokens, root).await
    }

    /// Removes the current tokens; the store is unchanged.
    pub fn forget(&self) {
        let mut state = self.0.state();
        state.held = None;
        state.refused = None;
        state.root = None;
    }

    /// Whether there are tokens, valid or not.
    pub fn is_set(&self) -> bool {
        self.0.state().held.is_some()
    }

    /// The current tokens, valid or not.
    pub fn tokens(&self) -> Option<Tokens> {
        self.0.state().held.as_ref().map(|held| held.tokens.clone())
    }

    /// Returns a valid access token, renewed if necessary.
    ///
    /// # Errors
    ///
    /// No token could be acquired, or the last attempt is too recent for another one.
    pub async fn token(&self) -> Result<Credential, AuthError> {
        let now = self.0.time.provider_now();
        let join = |state: &mut State| {
            let good = state.held.as_ref().filter(|held| held.tokens.is_good(now));
            if let Some((access, due)) = good.map(|held| (held.tokens.access.clone(), held.due)) {
                if due.is_some_and(|due| due <= now) {
                    // Nobody waits for it, so nobody hears how it ends; a failure shows when the token has ended.
                    self.join(state, false).ok();
                }
                return Ok(Joined::Done(access));
            }
            self.join(state, false).map(Joined::Waits)
        };
        self.landed(join, |tokens| tokens.access).await
    }

    /// Acquires new tokens after a refusal of the access token; `true` if successful.
    ///
    /// `None` is the current token. `false` if no tokens can be acquired, or if the refused token was acquired for the same reason less than ten seconds
    /// ago.
    ///
    /// # Errors
    ///
    /// No token could be acquired.
    pub async fn renew(&self, refused: Option<&str>) -> Result<bool, AuthError> {
        let join = |state: &mut State| {
            let in_use = state.held.as_ref().map(|held| held.tokens.access.expose());
            if refused.is_some() && in_use.is_some() && refused != in_use {
                return Ok(Joined::Done(true));
            }
            if !self.0.renewal.is_possible(state.held.as_ref().map(|held| &held.tokens)) {
                return Ok(Joined::Done(false));
            }
            let now = self.0.time.clock.elapsed();
            let is_soon = state.refused.is_some_and(|began| now < began + SOON);
            if state.flight.is_none() && !self.is_paused(state) && is_soon {
                return Ok(Joined::Done(false));
            }
            self.join(state, true).map(Joined::Waits)
        };
        self.landed(join, |_| true).await
    }

    /// Whether the last failure is too fresh for another try.
    fn is_paused(&self, state: &State) -> bool {
        state.failure.as_ref().is_some_and(|pause| self.0.time.clock.elapsed() < pause.until)
    }

    /// The renewal under way, or one that begins now.
    fn join(&self, state: &mut State, refused: bool) -> Result<Flight, AuthError> {
        if let Some(flight) = &state.flight {
            return Ok(flight.clone());
        }
        if let Some(pause) = state.failure.as_ref().filter(|_| self.is_paused(state)) {
            return Err(pause.failure.clone().into());
        }
        let (done, landing) = watch::channel(None);
        let held = state.held.as_ref().map(|held| held.tokens.clone());
        let basis = Basis { held, root: state.root.clone() };
        // On its own, because a caller that gives up would take a refresh token with it that is used up already.
        let shared = Arc::clone(&self.0);
        let end = Landing { shared: Arc::clone(&self.0), done, refused };
        let task = tokio::spawn(async move {
            let result = pin!(shared.renewal.run(basis)).await;
            end.land(result.map_err(Failed::from));
        });
        let flight = Flight { landing, runtime: Handle::current(), task: task.abort_handle() };
        state.flight = Some(flight.clone());
        Ok(flight)
    }

    /// What comes of a renewal, once it is there. One that was cut short with its runtime is begun once more.
    async fn landed<R>(
        &self,
        join: impl Fn(&mut State) -> Result<Joined<R>, AuthError>,
        read: impl FnOnce(Tokens) -> R,
    ) -> Result<R, AuthError> {
        for _ in 0..2 {
            let joined = join(&mut self.0.state())?;
            let flight = match joined {
                Joined::Done(result) => return Ok(result),
                Joined::Waits(flight) => flight,
            };
            let landed = if Handle::try_current().is_ok_and(|here| here.id() != flight.runtime.id()) {
                Box::pin(self.landed_elsewhere(flight)).await
            } else {
                flight.landed().await
            };
            if let Some(landed) = landed {
                return landed.map(read).map_err(AuthError::from);
            }
        }
        Err(AuthError::new(Kind::Config, "the renewal of the token was cancelled"))
    }

    /// The result of a renewal that another runtime runs; `None` if that does not run any more.
    async fn landed_elsewhere(&self, flight: Flight) -> Option<Landed> {
        let (runtime, task) = (flight.runtime.clone(), flight.task.clone());
        let mut landing = pin!(flight.landed());
        while runtimes::answers(&runtime, &self.0.time).await {
            if let Some(landed) = self.0.time.within(LOOK, landing.as_mut()).await {
                return landed;
            }
        }
        // It may never run again: what it would have done is done here.
        task.abort();
        let mut state = self.0.state();
        if state.flight.as_ref().is_some_and(|under_way| under_way.task.id() == task.id()) {
            state.flight = None;
        }
        None
    }
}

/// What a caller that needs a token has to do.
enum Joined<R> {
    Done(R),
    Waits(Flight),
}

impl Flight {
    /// The result, once it is there; `None` if the renewal was cut short.
    async fn landed(mut self) -> Option<Landed> {
        self.landing.wait_for(Option::is_some).await.ok()?.clone()
    }
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
            if state.flight.as_ref().is_some_and(|flight| flight.landing.same_channel(&self.done.subscribe())) {
                state.flight = None;
            }
        }
        self.done.send_replace(Some(result));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        // Another one may be under way already.
        if state.flight.as_ref().is_some_and(|flight| flight.landing.same_channel(&self.done.subscribe())) {
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
