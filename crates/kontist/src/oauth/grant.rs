//! The tokens of a program.

use std::time::Duration;

use bursar_runtime::{Credential, Secret, Tokens};

use super::{OauthError, Program, Scope};
use crate::requests::CreateOauthTokenBuilder;
use crate::{Client, types};

/// What a program was given. A client to which [`Builder::grant`](crate::Builder::grant) hands it refreshes it by itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Grant {
    /// The access token.
    pub access: Credential,
    /// Gets the next access token; it stays usable when it did.
    pub refresh: Option<Credential>,
    /// How long the access token is good from now on, as far as the answer says.
    pub expires_in: Option<Duration>,
    /// What was permitted, which may be less than was asked for.
    pub scopes: Vec<Scope>,
}

impl Grant {
    /// Asks for tokens.
    pub(super) async fn get(
        kontist: &Client,
        program: &Program,
        form: CreateOauthTokenBuilder,
    ) -> Result<Self, OauthError> {
        let form = form.build().map_err(|_| OauthError::Program)?;
        let answer = program.dress(kontist)?.create_oauth_token(&form).await?.into_inner();
        // Another kind of token proves its holder in another way than by being shown (RFC 6749, 7.1).
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

    /// What a refresh token brings.
    pub(crate) async fn next(kontist: &Client, program: &Program, refresh: &Credential) -> Result<Self, OauthError> {
        let form = program.form(types::GrantType::RefreshToken).refresh_token(refresh.expose());
        Self::get(kontist, program, form).await
    }

    /// The next access token. The refresh token of this grant is kept where the answer brings none.
    ///
    /// # Errors
    ///
    /// [`OauthError::NoRefreshToken`] if there is none; else as the call.
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
    /// Tokens for the customer's own name and password, where Kontist allows this to the program.
    ///
    /// # Errors
    ///
    /// As the call; a program that may not is refused.
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
