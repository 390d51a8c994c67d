//! What a provider crate implements to get tokens.

use super::Tokens;
use crate::auth::AuthError;
use crate::auth::Identity;
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

    /// What identifies the account whose tokens these are, such as the client id of a login; `None` if only the tokens do.
    ///
    /// Tokens in a store are used by clients of the same account only. As in [`Auth::identity`](crate::Auth::identity), it lasts, and it is
    /// never a password: what a person can remember can be guessed from its fingerprint.
    fn identity(&self) -> Option<Identity> {
        None
    }

    /// Whether the identity is that of one account; `false` for a program or key that serves many.
    ///
    /// Where it is not, a client goes on with stored tokens only if they stem from its own, or if it was given none.
    fn is_one_account(&self) -> bool {
        true
    }

    /// The first tokens, and the next ones when nothing can be refreshed; `None` if only the caller can log in.
    fn log_in(&self) -> Option<Issued<'_>> {
        None
    }
}
