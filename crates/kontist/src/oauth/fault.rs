//! Errors of OAuth2 logins.

use std::error::Error as StdError;
use std::{fmt, io};

use bursar_runtime::Error;

use crate::responses::CreateOauthTokenError;

/// The error of a login; never contains a code, token or address.
#[derive(Debug)]
#[non_exhaustive]
pub enum OauthError {
    /// The program's redirect address or id is invalid.
    Program,
    /// The redirect has the `state` of another login or none; it was ignored.
    State,
    /// The customer denied the permission.
    Denied,
    /// Kontist refused the login with another error.
    Refused,
    /// The redirect contains no code.
    NoCode,
    /// The answer contains no access token, or one that cannot be sent.
    NoToken,
    /// The token type is not `Bearer`, which is the only supported one.
    TokenType,
    /// The answer's `expires_in` is negative.
    Expiry,
    /// The browser was not redirected in time.
    Late,
    /// There is no refresh token: the scope `offline` was not requested or not granted.
    NoRefreshToken,
    /// The call for the token failed.
    Call(Error<CreateOauthTokenError>),
    /// Listening for the browser failed.
    Listen(io::Error),
}

impl fmt::Display for OauthError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Program => "the redirect address, the base URL or the client id is invalid: correct it",
            Self::State => "the redirect belongs to another login: start a new login",
            Self::Denied => "the customer denied the permission: request it again, or fewer scopes",
            Self::Refused => "Kontist refused the login: check the program's id, scopes and redirect address",
            Self::NoCode => "the redirect contains no code: start a new login",
            Self::NoToken => "the answer contains no valid access token: start a new login",
            Self::TokenType => "the token type is not bearer, which is not supported: ask Kontist for bearer tokens",
            Self::Expiry => "the answer's token has a negative lifetime: start a new login",
            Self::Late => "the browser was not redirected in time: start a new login",
            Self::NoRefreshToken => "there is no refresh token: request the scope `offline`",
            Self::Call(error) => return error.fmt(out),
            Self::Listen(_) => "cannot listen for the browser's redirect: choose another port",
        })
    }
}

impl StdError for OauthError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            Self::Listen(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error<CreateOauthTokenError>> for OauthError {
    fn from(error: Error<CreateOauthTokenError>) -> Self {
        Self::Call(error)
    }
}
