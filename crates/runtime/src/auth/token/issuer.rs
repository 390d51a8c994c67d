//! What a provider crate implements to get tokens.

use super::Tokens;
use crate::auth::AuthError;
use crate::auth::Identity;
use crate::time::BoxFuture;

/// A call for tokens under way.
type Issued<'a> = BoxFuture<'a, Result<Tokens, AuthError>>;

/// Acquires tokens from a provider by ordinary calls of its client.
///
/// Use a client over [`Core::bare`](crate::Core::bare), with the credentials of the call itself set by [`Core::with_auth`](crate::Core::with_auth): a
/// client that uses the same [`TokenSource`](super::TokenSource) would wait for itself.
pub trait TokenIssuer: Send + Sync + 'static {
    /// Refreshes tokens; `None` without a refresh token or without such an operation.
    ///
    /// If the answer contains no refresh token, the old one stays in use.
    fn refresh<'a>(&'a self, tokens: &'a Tokens) -> Option<Issued<'a>> {
        let _ = tokens;
        None
    }

    /// The identity of the tokens' account, such as a client id.
    ///
    /// `None` if only the tokens identify it. Tokens in a store are used by clients of the same account only. Like
    /// [`Auth::identity`](crate::Auth::identity) it is durable. It is never a password, which could be guessed from its fingerprint.
    fn identity(&self) -> Option<Identity> {
        None
    }

    /// Whether the identity is that of one account; `false` for shared programs and keys.
    ///
    /// For shared identities a client uses stored tokens only if they derive from its own, or if it has none.
    fn is_one_account(&self) -> bool {
        true
    }

    /// Logs in, if there is nothing to refresh; `None` if only the caller can log in.
    fn log_in(&self) -> Option<Issued<'_>> {
        None
    }
}
