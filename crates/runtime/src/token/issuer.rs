//! What a provider crate implements to get tokens.

use super::Tokens;
use crate::auth::AuthError;
use crate::time::BoxFuture;

/// A call for tokens under way.
type Issued<'a> = BoxFuture<'a, Result<Tokens, AuthError>>;

/// Gets tokens from a provider, as ordinary calls of its client.
///
/// Make them with a client over [`Core::bare`](crate::Core::bare), to which [`Core::with_auth`](crate::Core::with_auth) gives what the call itself
/// needs: a client that asks the very [`TokenSource`](super::TokenSource) would wait for itself.
pub trait TokenIssuer: Send + Sync + 'static {
    /// The next tokens for the refresh token of these; `None` if they have none or the provider knows no such call.
    ///
    /// An answer without a refresh token leaves the old one in use.
    fn refresh<'a>(&'a self, tokens: &'a Tokens) -> Option<Issued<'a>> {
        let _ = tokens;
        None
    }

    /// The first tokens, and the next ones when nothing can be refreshed; `None` if only the caller can log in.
    fn log_in(&self) -> Option<Issued<'_>> {
        None
    }
}
