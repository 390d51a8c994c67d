//! Grants: the tokens of a program.

use std::time::Duration;

use bursar_runtime::{Credential, Secret, Tokens};

use super::{OauthError, Program, Scope};
use crate::requests::CreateOauthTokenBuilder;
use crate::{Client, types};

/// The tokens that a program was granted.
///
/// A client with [`Builder::grant`](crate::Builder::grant) refreshes them automatically.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Grant {
    /// The access token.
    pub access: Credential,
    /// The refresh token; it stays valid when it is used.
    pub refresh: Option<Credential>,
    /// Remaining lifetime of the access token, if the answer states it.
    pub expires_in: Option<Duration>,
    /// The granted scopes, which may be fewer than requested.
    pub scopes: Vec<Scope>,
}

impl Grant {
    /// Requests tokens.
    pub(super) async fn get(
        kontist: &Client,
        program: &Program,
        form: CreateOauthTokenBuilder,
    ) -> Result<Self, OauthError> {
        let form = form.build().map_err(|_| OauthError::Program)?;
        let answer = program.dress(kontist)?.create_oauth_token(&form).await?.into_inner();
        // Other token types are not sent as bearer tokens (RFC 6749, section 7.1).
        if answer.token_type.as_deref().is_some_and(|kind| !kind.trim().eq_ignore_ascii_case("bearer")) {
            return Err(OauthError::TokenType);
        }
        let expires_in = answer.expires_in.map(u64::try_from).transpose().map_err(|_| OauthError::Expiry)?;
        let credential =
            |token: Option<Secret<String>>| token.and_then(|token| Credential::new(token.expose().as_str()).ok());
        Ok(Self {
            access: credential(answer.access_token).ok_or(OauthError::NoToken)?,
            refresh: credential(answer.refresh_token),
            expires_in: expires_in.map(Duration::from_secs),
            scopes: answer.scope.as_deref().map(Scope::list).unwrap_or_default(),
        })
    }

    /// Exchanges a refresh token for tokens.
    pub(crate) async fn next(kontist: &Client, program: &Program, refresh: &Credential) -> Result<Self, OauthError> {
        let form = program.form(types::GrantType::RefreshToken).refresh_token(refresh.expose());
        Self::get(kontist, program, form).await
    }

    /// Refreshes the grant.
    ///
    /// If the answer contains no refresh token, the current one is kept.
    ///
    /// # Errors
    ///
    /// [`OauthError::NoRefreshToken`] if the grant has none; otherwise the error of the call.
    pub async fn refresh(&self, kontist: &Client, program: &Program) -> Result<Self, OauthError> {
        let token = self.refresh.as_ref().ok_or(OauthError::NoRefreshToken)?;
        let next = Self::next(kontist, program, token).await?;
        Ok(Self { refresh: next.refresh.clone().or_else(|| self.refresh.clone()), ..next })
    }
}

impl From<Grant> for Tokens {
    fn from(grant: Grant) -> Self {
        let mut tokens = Self::new(grant.access);
        if let Some(refresh) = grant.refresh {
            tokens = tokens.with_refresh(refresh);
        }
        match grant.expires_in {
            Some(life) => tokens.expires_in(life),
            None => tokens,
        }
    }
}

impl Program {
    /// Requests tokens with the customer's user name and password.
    ///
    /// Kontist permits this grant to some programs only.
    ///
    /// # Errors
    ///
    /// The error of the call; a program without the permission is refused.
    pub async fn password(
        &self,
        kontist: &Client,
        username: &str,
        password: &Credential,
        scopes: &[Scope],
    ) -> Result<Grant, OauthError> {
        let form = self.form(types::GrantType::Password).username(username).password(password.expose());
        Grant::get(kontist, self, form.scope(Scope::text(scopes))).await
    }
}
