//! Authentication: login with client id and secret, refresh before expiry, and a new login after the session has ended.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bursar_runtime::{
    Auth, AuthError, BoxFuture, Core, Credential, Credentials, Identity, Kind, Operation, Refused, Request, Response,
    Secret, TokenIssuer, TokenSource, TokenStore, Tokens,
};

use crate::Client;
use crate::codes::{Code, Repeat};
use crate::types::{AccessToken, CreateAccessToken, RefreshAccessToken};

/// Name of the security scheme of the access token.
pub(crate) const BEARER: &str = "bearer";

/// Client id and secret, from the dashboard under API Keys, Apps.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) id: Credential,
    pub(crate) secret: Credential,
}

/// A session that logs in automatically, and again after it has ended.
pub(crate) struct Session {
    credentials: Credentials,
    source: TokenSource,
    ended: Ended,
}

/// The refresh token of a session that the provider has ended.
type Ended = Arc<Mutex<Option<Credential>>>;

impl Session {
    /// Creates a session. Its own calls are encrypted and have the device headers, like all others.
    pub(crate) fn new(
        core: &Core,
        app: Option<App>,
        tokens: Option<Tokens>,
        store: Option<Arc<dyn TokenStore>>,
    ) -> Self {
        let ended = Ended::default();
        let issuer = Issuer { client: Client::from_core(core.bare()), app, ended: Arc::clone(&ended) };
        let source = match store {
            None => TokenSource::new(core, issuer),
            Some(store) => TokenSource::stored(core, issuer, store),
        };
        if let Some(tokens) = tokens {
            source.set(tokens);
        }
        Self { credentials: Credentials::new().with_source(BEARER, source.clone()), source, ended }
    }
}

impl Auth for Session {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.credentials.authorize(operation, request)
    }

    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        // Only 1003 calls for a refresh; the other authentication codes call for a login.
        if Code::in_reply(refused.reply()).is_some_and(|code| code.repeat == Repeat::LogIn)
            && let Some(tokens) = self.source.tokens()
            && refused
                .operation()
                .auth
                .iter()
                .flat_map(|schemes| *schemes)
                .any(|scheme| refused.sent(scheme) == Some(tokens.access().expose()))
        {
            *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = tokens.refresh().cloned();
        }
        self.credentials.renew(refused)
    }

    /// The app, identified by its client id, which is stable when the secret is rotated.
    fn identity(&self) -> Option<Identity> {
        self.source.identity()
    }
}

/// Logs in and refreshes.
struct Issuer {
    client: Client,
    app: Option<App>,
    ended: Ended,
}

impl TokenIssuer for Issuer {
    fn identity(&self) -> Option<Identity> {
        self.app.as_ref().map(|app| Identity::of_credential("client_id", &app.id))
    }

    fn refresh<'a>(&'a self, tokens: &'a Tokens) -> Option<BoxFuture<'a, Result<Tokens, AuthError>>> {
        let token = tokens.refresh()?;
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.as_ref().is_some_and(|ended| ended.expose() == token.expose()) {
            return None;
        }
        Some(Box::pin(async move {
            let body = RefreshAccessToken { refresh_token: Secret::new(token.expose().to_owned()) };
            match self.client.refresh_access_token(&body).await {
                Ok(answer) => issued(&answer),
                Err(error) => Err(AuthError::failed("the access token could not be refreshed", error)),
            }
        }))
    }

    fn log_in(&self) -> Option<BoxFuture<'_, Result<Tokens, AuthError>>> {
        let App { id, secret } = self.app.as_ref()?;
        Some(Box::pin(async move {
            let body = CreateAccessToken {
                client_id: id.expose().to_owned(),
                client_secret: Secret::new(secret.expose().to_owned()),
            };
            match self.client.create_access_token(&body).await {
                Ok(answer) => issued(&answer),
                Err(error) => Err(AuthError::failed("the login with client id and secret failed", error)),
            }
        }))
    }
}

/// The tokens of an answer. Without a valid expiry the access token is used until it is refused.
fn issued(answer: &Response<AccessToken>) -> Result<Tokens, AuthError> {
    let credential = |secret: &Secret<String>| Credential::new(secret.expose().as_str());
    let missing = || AuthError::new(Kind::Decode, "the answer to the login or refresh contains no access token");
    let mut tokens = Tokens::new(credential(answer.access_token.as_ref().ok_or_else(missing)?)?);
    if let Some(refresh) = &answer.refresh_token {
        tokens = tokens.with_refresh(credential(refresh)?);
    }
    let expiry = answer.access_token_expiry.as_ref().and_then(|expiry| expiry.timestamp().ok());
    Ok(match expiry {
        Some(expiry) => tokens.expires_at(SystemTime::from(expiry)),
        None => tokens,
    })
}
