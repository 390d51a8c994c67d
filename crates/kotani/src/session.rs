//! Authentication: API keys, and sessions opened by a mailed link.

use std::borrow::Cow;

use bursar_runtime::{
    Auth, AuthError, BoxFuture, Core, Credential, Credentials, Identity, Kind, Operation, Refused, Reply, Request,
    Secret, TokenIssuer, TokenSource, TokenStore, Tokens,
};

use crate::signing::Signer;
use crate::types::{SendMagicLink, SessionTokens};
use crate::{Client, operations};

/// Name of the security scheme of the API key.
pub(crate) const API_KEY: &str = "api_key";

/// Name of the security scheme of a session's access token.
const ACCESS_TOKEN: &str = "access_token";

/// Name of the security scheme of a session's refresh token.
const REFRESH_TOKEN: &str = "refresh_token";

/// Settings of a client under construction.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) credentials: Credentials,
    pub(crate) access: Option<Credential>,
    pub(crate) refresh: Option<Credential>,
    pub(crate) signing: Option<Credential>,
    pub(crate) store: Option<Box<dyn TokenStore>>,
}

/// The credentials of a client.
pub(crate) struct Session {
    credentials: Credentials,
    tokens: TokenSource,
    signer: Option<Signer>,
}

impl Session {
    pub(crate) fn new(core: &Core, settings: Settings) -> Self {
        let Settings { credentials, access, refresh, signing, store } = settings;
        let issuer = Issuer { core: core.bare(), key: credentials.identity_of(&[API_KEY]) };
        let has_store = store.is_some();
        let tokens = match store {
            Some(store) => TokenSource::stored(core, issuer, store),
            None => TokenSource::new(core, issuer),
        };
        let session = Self { credentials, tokens, signer: signing.map(|secret| Signer::new(core, &secret)) };
        match (access, refresh) {
            (Some(access), Some(refresh)) => session.open(Tokens::new(access).with_refresh(refresh)),
            (Some(access), None) => session.open(Tokens::new(access)),
            (None, Some(refresh)) => session.open(Tokens::to_refresh(refresh)),
            (None, None) if has_store => session.credentials.set_source(ACCESS_TOKEN, session.tokens.clone()),
            (None, None) => {}
        }
        session
    }

    /// Uses these tokens from now on.
    fn open(&self, tokens: Tokens) {
        self.tokens.set(tokens);
        self.credentials.set_source(ACCESS_TOKEN, self.tokens.clone());
    }
}

impl Auth for Session {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        Box::pin(async move {
            // A refresh by the caller uses the newest refresh token too.
            if let Some(refresh) = self.tokens.tokens().and_then(|tokens| tokens.refresh().cloned()) {
                self.credentials.set(REFRESH_TOKEN, refresh);
            }
            self.credentials.authorize(operation, request).await?;
            // The secret was issued with the API key, so calls with the key are signed (inferred).
            let takes_key = operation.auth.iter().any(|schemes| schemes.iter().any(|scheme| scheme.name == API_KEY));
            match &self.signer {
                Some(signer) if takes_key && self.credentials.has(API_KEY) => signer.sign(request),
                _ => Ok(()),
            }
        })
    }

    /// Adopts the tokens of a login or refresh by the caller.
    fn observe(&self, operation: &'static Operation, reply: &Reply) {
        let brings_tokens =
            [operations::VERIFY_MAGIC_LINK.id, operations::VERIFY_HUMAN.id, operations::REFRESH_TOKEN.id];
        if !reply.status().is_success() || !brings_tokens.contains(&operation.id) {
            return;
        }
        // The envelope is optional.
        let text = |name: &str| {
            let found = reply.text_at(&format!("/data/{name}")).or_else(|| reply.text_at(&format!("/{name}")));
            found.map(Cow::into_owned)
        };
        if let Ok(Some(tokens)) = tokens(text("token").as_deref(), text("refresh_token").as_deref()) {
            self.open(tokens);
        }
    }

    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        self.credentials.renew(refused)
    }

    /// The integrator or user, identified by the API key; session tokens are short-lived.
    fn identity(&self) -> Option<Identity> {
        self.credentials.identity_of(&[API_KEY])
    }
}

/// Refreshes tokens, with the refresh token as bearer.
struct Issuer {
    core: Core,
    /// The API key of the client; its sessions may belong to different people.
    key: Option<Identity>,
}

impl TokenIssuer for Issuer {
    fn identity(&self) -> Option<Identity> {
        self.key.clone()
    }

    fn is_one_account(&self) -> bool {
        false
    }

    fn refresh<'a>(&'a self, held: &'a Tokens) -> Option<BoxFuture<'a, Result<Tokens, AuthError>>> {
        let refresh = held.refresh()?.clone();
        Some(Box::pin(async {
            let client = Client::from_core(self.core.with_auth(Credentials::new().with(REFRESH_TOKEN, refresh)));
            let answer = client.refresh_token().await;
            let answer = answer.map_err(|error| AuthError::failed("the session could not be refreshed", error))?;
            let text = |secret: &Option<Secret<String>>| secret.as_ref().map(|secret| secret.expose().clone());
            tokens(text(&answer.token).as_deref(), text(&answer.refresh_token).as_deref())?.ok_or_else(no_token)
        }))
    }
}

fn no_token() -> AuthError {
    AuthError::new(Kind::Decode, "the answer contains no token")
}

/// The tokens of an answer, if it contains any.
fn tokens(access: Option<&str>, refresh: Option<&str>) -> Result<Option<Tokens>, AuthError> {
    let credential = |text: &str| {
        Credential::new(text).map_err(|_| AuthError::new(Kind::Decode, "the answer's token cannot be sent in a header"))
    };
    let Some(access) = access else { return Ok(None) };
    let tokens = Tokens::new(credential(access)?);
    Ok(Some(match refresh {
        Some(refresh) => tokens.with_refresh(credential(refresh)?),
        None => tokens,
    }))
}

impl Client {
    /// Requests a sign-in link by mail, for [`sign_in`](Self::sign_in).
    ///
    /// # Errors
    ///
    /// The address is unknown, or the call fails.
    pub async fn mail_sign_in_link(&self, email: &str) -> Result<(), AuthError> {
        let mail = SendMagicLink::builder().email(email).build();
        let mail =
            mail.map_err(|error| AuthError::new(Kind::INVALID, "the e-mail address is missing").caused_by(error))?;
        let sent = self.send_magic_link(&mail).await;
        sent.map(drop).map_err(|error| AuthError::failed("the link could not be mailed", error))
    }

    /// Signs in with the mailed link, or with its `hash`.
    ///
    /// The link is valid for an hour. The client uses the session's tokens, saves them in its token store if it has one, and refreshes them
    /// automatically. Only the hash of the link is used: the call goes to the client's own base URL.
    ///
    /// # Errors
    ///
    /// The link contains no hash or has expired, or the tokens cannot be stored.
    pub async fn sign_in(&self, link: &str) -> Result<(), AuthError> {
        let hash =
            Secret::new(hash_of(link).ok_or_else(|| AuthError::new(Kind::INVALID, "the link contains no hash"))?);
        let answer = self.verify_magic_link(&hash).await;
        let answer = answer.map_err(|error| AuthError::failed("the sign-in with the link failed", error))?;
        self.keep(&answer).await
    }

    /// Signs in with a verification token, after a mail scanner opened the link.
    ///
    /// The page of the opened link shows the verification token.
    ///
    /// # Errors
    ///
    /// As [`sign_in`](Self::sign_in).
    pub async fn sign_in_as_human(&self, verification_token: &str) -> Result<(), AuthError> {
        let body = crate::types::VerifyHuman::builder().verification_token(verification_token).build();
        let body = body.map_err(|error| AuthError::new(Kind::INVALID, "the token is missing").caused_by(error))?;
        let answer = self.verify_human(&body).await;
        let answer =
            answer.map_err(|error| AuthError::failed("the sign-in with the verification token failed", error))?;
        self.keep(&answer).await
    }

    /// Stores the tokens of a sign-in, which are in use already.
    async fn keep(&self, answer: &SessionTokens) -> Result<(), AuthError> {
        let text = |secret: &Option<Secret<String>>| secret.as_ref().map(|secret| secret.expose().clone());
        let tokens = tokens(text(&answer.token).as_deref(), text(&answer.refresh_token).as_deref())?;
        let tokens = tokens.ok_or_else(no_token)?;
        match self.core().auth::<Session>() {
            Some(session) => session.tokens.save(tokens).await,
            None => Ok(()),
        }
    }
}

/// The hash in a link, or the hash itself.
fn hash_of(link: &str) -> Option<String> {
    let link = link.trim();
    let hash = match bursar_runtime::reqwest::Url::parse(link) {
        Ok(url) => url.query_pairs().find(|(name, _)| name == "hash")?.1.into_owned(),
        Err(_) => link.to_owned(),
    };
    (!hash.is_empty()).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_found_in_a_link_and_by_itself() {
        for link in ["https://api.example/api/v3/auth/verify?x=1&hash=a%2Bb", " a+b\n"] {
            assert_eq!(hash_of(link).as_deref(), Some("a+b"));
        }
        for link in ["", "https://api.example/verify", "https://api.example/verify?hash="] {
            assert_eq!(hash_of(link), None);
        }
    }
}
