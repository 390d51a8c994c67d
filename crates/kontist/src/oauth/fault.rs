//! Why a login came to nothing.

use std::error::Error as StdError;
use std::{fmt, io};

use bursar_runtime::Error;

use crate::responses::CreateOauthTokenError;

/// Why a login came to nothing. No message holds a code, a token or an address.
#[derive(Debug)]
#[non_exhaustive]
pub enum OauthError {
    /// The program's address or id makes no request.
    Program,
    /// The browser came back with another login's `state`, or none: somebody else's answer, of which nothing was used.
    State,
    /// The customer said no.
    Denied,
    /// The browser came back with another error than the customer's no.
    Refused,
    /// The browser came back without a code.
    NoCode,
    /// The answer holds no access token, or one that no header can carry.
    NoToken,
    /// The answer's token is of another kind than `Bearer`, which this client cannot send.
    TokenType,
    /// The answer says that the token ended before it was issued.
    Expiry,
    /// The browser did not come back in time.
    Late,
    /// There is no refresh token: the scope `offline` was not asked for or not given.
    NoRefreshToken,
    /// The call for the token failed.
    Call(Error<CreateOauthTokenError>),
    /// Listening for the browser failed.
    Listen(io::Error),
}

impl fmt::Display for OauthError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Program => "the redirect address or the base URL makes no address for the browser: correct it",
            Self::State => "the browser came back with another login's state: start the login anew",
            Self::Denied => "the customer refused the permission: ask again, or for less",
            Self::Refused => "Kontist refused the login: check the program's id, scopes and redirect address",
            Self::NoCode => "the browser came back without a code: start the login anew",
            Self::NoToken => "the answer holds no usable access token: start the login anew",
            Self::TokenType => "the answer's token is no bearer token: ask Kontist why",
            Self::Expiry => "the answer's token has a negative life: start the login anew",
            Self::Late => "the browser did not come back in time: start the login anew",
            Self::NoRefreshToken => "there is no refresh token: ask for the scope `offline`",
            Self::Call(error) => return error.fmt(out),
            Self::Listen(_) => "cannot listen for the browser on this machine: choose another port",
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
