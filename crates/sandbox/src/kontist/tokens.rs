//! Tokens of all kinds: what each is for, and until when.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::after;
use crate::random::Random;

/// How long access tokens live.
pub(super) const ACCESS_LIFE: Duration = Duration::from_secs(3600);

/// How long refresh tokens of the JWT kind live.
const JWT_REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long refresh tokens of OAuth live, by a note of 2024.
const OAUTH_REFRESH_LIFE: Duration = Duration::from_secs(365 * 24 * 3600);

/// What a token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bearer {
    Jwt,
    Oauth,
    Confirmed,
    JwtRefresh,
    OauthRefresh(Grant),
}

/// What a refresh token of OAuth gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) scope: String,
    pub(super) is_confirmed: bool,
    /// It was given to a program that cannot keep a secret, and needs none.
    pub(super) is_public: bool,
}

/// All tokens that are good, or were.
#[derive(Debug)]
pub(super) struct Tokens {
    access_life: Duration,
    known: HashMap<String, (Bearer, Timestamp)>,
}

impl Tokens {
    /// No tokens, of which the access tokens will live so long.
    pub(super) fn new(access_life: Duration) -> Self {
        Self { access_life, known: HashMap::new() }
    }

    /// Lets a token in from the start.
    pub(super) fn with(mut self, text: &str, bearer: Bearer, now: Timestamp) -> Self {
        self.put(text, bearer, now);
        self
    }

    fn put(&mut self, text: &str, bearer: Bearer, now: Timestamp) {
        let life = match bearer {
            Bearer::Jwt | Bearer::Oauth | Bearer::Confirmed => self.access_life,
            Bearer::JwtRefresh => JWT_REFRESH_LIFE,
            Bearer::OauthRefresh(_) => OAUTH_REFRESH_LIFE,
        };
        self.known.insert(text.to_owned(), (bearer, after(now, life)));
    }

    /// A new token.
    pub(super) fn issue(&mut self, bearer: Bearer, random: &mut Random, now: Timestamp) -> String {
        let name = match bearer {
            Bearer::Jwt => "auth-token-",
            Bearer::Oauth => "oauth-token-",
            Bearer::Confirmed => "confirmed-token-",
            Bearer::JwtRefresh => "refresh-token-",
            Bearer::OauthRefresh(_) => "oauth-refresh-",
        };
        let text = random.token(name);
        self.put(&text, bearer, now);
        text
    }

    /// What a token is for; `None` if it is unknown, revoked or has ended.
    pub(super) fn bearer(&self, text: &str, now: Timestamp) -> Option<&Bearer> {
        self.known.get(text).filter(|(_, end)| *end > now).map(|(bearer, _)| bearer)
    }

    pub(super) fn revoke(&mut self, text: &str) {
        self.known.remove(text);
    }

    /// Revokes the refresh tokens of the JWT kind.
    pub(super) fn revoke_refresh(&mut self) {
        self.known.retain(|_, (bearer, _)| *bearer != Bearer::JwtRefresh);
    }
}
