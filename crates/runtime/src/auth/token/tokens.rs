//! A set of tokens, and how it is written down.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Stored, jwt_expiry};
use crate::auth::Credential;
use crate::model::fault::ConfigError;

/// No access token lives longer: ten years.
const LONGEST_LIFE: Duration = Duration::from_secs(10 * 366 * 86_400);

/// An access token with its refresh token and expiry.
#[derive(Clone)]
pub struct Tokens {
    pub(super) access: Credential,
    pub(super) refresh: Option<Credential>,
    pub(super) ends: Ends,
}

/// When an access token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// The answer does not say: it is used until it is refused.
    Unsaid,
    /// So long after it was asked for.
    After(Duration),
    /// At this time by the provider's clock.
    At(SystemTime),
}

impl Tokens {
    /// Creates tokens from an access token. A JWT expires at its `exp`.
    pub fn new(access: Credential) -> Self {
        let ends = jwt_expiry(access.expose()).map_or(Ends::Unsaid, Ends::At);
        Self { access, refresh: None, ends }
    }

    /// Creates tokens from a refresh token alone, which the first call refreshes.
    pub fn to_refresh(refresh: Credential) -> Self {
        // An access token that has ended long ago is never sent.
        Self { access: refresh.clone(), refresh: Some(refresh), ends: Ends::At(UNIX_EPOCH) }
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh(mut self, refresh: Credential) -> Self {
        self.refresh = Some(refresh);
        self
    }

    /// Sets the lifetime of the access token. More than ten years is ignored.
    #[must_use]
    pub fn expires_in(mut self, life: Duration) -> Self {
        self.ends = if life <= LONGEST_LIFE { Ends::After(life) } else { Ends::Unsaid };
        self
    }

    /// Sets the expiry of the access token by the provider's clock.
    #[must_use]
    pub fn expires_at(mut self, end: SystemTime) -> Self {
        self.ends = Ends::At(end);
        self
    }

    /// The access token.
    pub fn access(&self) -> &Credential {
        &self.access
    }

    /// The refresh token, if there is one.
    pub fn refresh(&self) -> Option<&Credential> {
        self.refresh.as_ref()
    }

    /// The same with an end by the provider's clock, which read `asked` when they were asked for.
    pub(super) fn dated(mut self, asked: SystemTime) -> Self {
        if let Ends::After(life) = self.ends {
            self.ends = asked.checked_add(life).map_or(Ends::Unsaid, Ends::At);
        }
        self
    }

    /// The same as just issued. Nobody hands out a token that has ended: if the clocks disagree so much, it is used until it is refused.
    pub(super) fn issued(mut self, now: SystemTime) -> Self {
        if !self.is_good(now) {
            self.ends = Ends::Unsaid;
        }
        self
    }

    /// When the access token ends by the provider's clock, if that is known.
    pub(super) fn end(&self) -> Option<SystemTime> {
        match self.ends {
            Ends::At(end) => Some(end),
            Ends::Unsaid | Ends::After(_) => None,
        }
    }

    pub(super) fn is_good(&self, now: SystemTime) -> bool {
        self.end().is_none_or(|end| now < end)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refresh = self.refresh.is_some();
        out.debug_struct("Tokens").field("ends", &self.ends).field("refresh", &refresh).finish_non_exhaustive()
    }
}

/// What a store holds: tokens, whose they are, and who is getting the next ones.
pub(super) struct Record {
    /// Fingerprint of provider, origin and account; `None` in what an earlier version wrote.
    pub(super) account: Option<String>,
    /// Fingerprint of the token that a caller gave and these stem from; `None` after a login of the client's own.
    pub(super) root: Option<String>,
    pub(super) tokens: Option<Tokens>,
    /// Until when somebody has claimed the next renewal, by the provider's clock.
    pub(super) claimed: Option<SystemTime>,
}

/// The record's form in JSON; times in milliseconds since 1970. A nonce makes every claim different from all others.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    account: Option<Plain<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    root: Option<Plain<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    access: Option<Plain<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    refresh: Option<Plain<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed: Option<u64>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    nonce: Option<Plain<'a>>,
}

/// Text that holds nothing JSON would escape, so that no second copy of it is made.
type Plain<'a> = std::borrow::Cow<'a, str>;

impl Record {
    pub(super) fn write(&self, nonce: Option<&str>) -> Stored {
        let millis = |at: SystemTime| {
            let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        };
        let tokens = self.tokens.as_ref();
        let written = Written {
            account: self.account.as_deref().map(Into::into),
            root: self.root.as_deref().map(Into::into),
            access: tokens.map(|tokens| tokens.access.expose().into()),
            refresh: tokens.and_then(|tokens| tokens.refresh.as_ref()).map(|token| token.expose().into()),
            ends: tokens.and_then(Tokens::end).map(millis),
            claimed: self.claimed.map(millis),
            nonce: nonce.map(Into::into),
        };
        // Text and numbers always make JSON.
        Stored::new(serde_json::to_vec(&written).unwrap_or_default())
    }

    pub(super) fn read(stored: &Stored) -> Result<Self, ConfigError> {
        let unfit =
            || ConfigError::new("the content of the token store is not a token: clear the store and log in again");
        let written: Written = serde_json::from_slice(stored.as_bytes()).map_err(|_| unfit())?;
        let time = |millis: u64| UNIX_EPOCH.checked_add(Duration::from_millis(millis));
        let credential = |text: Plain| Credential::new(Zeroizing::new(text.into_owned()).as_str()).map_err(|_| unfit());
        let refresh = written.refresh.map(credential).transpose()?;
        let tokens = match written.access.map(credential).transpose()? {
            Some(access) => {
                let ends = written.ends.and_then(time).map_or(Ends::Unsaid, Ends::At);
                Some(Tokens { access, refresh, ends })
            }
            None => None,
        };
        let text = |text: Plain| text.into_owned();
        Ok(Self {
            account: written.account.map(text),
            root: written.root.map(text),
            tokens,
            claimed: written.claimed.and_then(time),
        })
    }
}
