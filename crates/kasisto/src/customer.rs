//! Customers: tokens, automatic login and one-time passwords of a session.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bursar_runtime::{AuthError, BoxFuture, Credential, Refused, Secret};

use crate::types::CreateToken;

/// A customer of the bank, with optional token, login and one-time passwords.
///
/// ```
/// use bursar_kasisto::{Customer, Secret, types::CreateToken};
///
/// # async fn ask_by_message(_: Option<String>) -> Option<Secret<String>> { None }
/// # fn example() -> Result<Customer, Box<dyn std::error::Error>> {
/// let login = CreateToken::builder().username("user-1").password("not-a-real-password").build()?;
/// // The session logs in automatically, again after its token expires, and asks for one-time passwords.
/// let customer = Customer::new().log_in(login).otp(|asked: bursar_kasisto::OtpRequest| ask_by_message(asked.details));
/// # Ok(customer)
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Customer {
    pub(crate) token: Option<Credential>,
    pub(crate) log_in: Option<Arc<dyn LogIn>>,
    pub(crate) otp: Option<Arc<dyn OtpProvider>>,
    pub(crate) name: Option<Arc<str>>,
}

impl Customer {
    /// Creates a customer without credentials; `create_token` acquires a token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an existing token.
    #[must_use]
    pub fn token(mut self, token: Credential) -> Self {
        self.token = Some(token);
        self
    }

    /// Enables automatic login.
    ///
    /// The session logs in when it needs a token, and again when the bank reports that the token has expired.
    #[must_use]
    pub fn log_in(mut self, log_in: impl LogIn) -> Self {
        self.log_in = Some(Arc::new(log_in));
        self
    }

    /// Sets a name for the customer, such as the user id at the bank.
    ///
    /// All customers of a bank share its secret, and tokens expire, so without a name all customers are one account: `recover` of one client
    /// looks up the journal entries of the others. Set a name if several customers share a journal.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the source of one-time passwords.
    ///
    /// A call that the bank answers with 450 requests a code from it and is repeated once.
    #[must_use]
    pub fn otp(mut self, otp: impl OtpProvider) -> Self {
        self.otp = Some(Arc::new(otp));
        self
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Customer").finish_non_exhaustive()
    }
}

/// Provides a customer's login.
///
/// Implemented by [`CreateToken`], which stores the login, and by async closures, which can load it.
pub trait LogIn: Send + Sync + 'static {
    /// Returns the login, the body of `create_token`.
    ///
    /// # Errors
    ///
    /// The login is not available; the call that needs it fails with this error.
    fn login(&self) -> BoxFuture<'_, Result<CreateToken, AuthError>>;
}

impl LogIn for CreateToken {
    fn login(&self) -> BoxFuture<'_, Result<CreateToken, AuthError>> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

impl<F, A> LogIn for F
where
    F: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<CreateToken, AuthError>> + Send + 'static,
{
    fn login(&self) -> BoxFuture<'_, Result<CreateToken, AuthError>> {
        Box::pin(self())
    }
}

/// Provides one-time passwords.
///
/// Implemented by async closures from [`OtpRequest`] to `Option<Secret<String>>`.
pub trait OtpProvider: Send + Sync + 'static {
    /// Returns the code, or `None` to fail the call with the bank's 450.
    ///
    /// The call waits for it, within its total timeout.
    fn code(&self, asked: OtpRequest) -> BoxFuture<'_, Option<Secret<String>>>;
}

impl<F, A> OtpProvider for F
where
    F: Fn(OtpRequest) -> A + Send + Sync + 'static,
    A: Future<Output = Option<Secret<String>>> + Send + 'static,
{
    fn code(&self, asked: OtpRequest) -> BoxFuture<'_, Option<Secret<String>>> {
        Box::pin(self(asked))
    }
}

/// A request of the bank for a one-time password.
#[derive(Clone)]
#[non_exhaustive]
pub struct OtpRequest {
    /// Id of the operation that waits for the code.
    pub operation: &'static str,
    /// The bank's text about the code (`otp_details`), such as its destination. It may contain personal data.
    pub details: Option<String>,
}

impl OtpRequest {
    pub(crate) fn of(refused: Refused<'_>) -> Self {
        let details = refused.reply().text_at("/otp_details").map(Cow::into_owned);
        Self { operation: refused.operation().id, details }
    }
}

impl fmt::Debug for OtpRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("OtpRequest").field("operation", &self.operation).finish_non_exhaustive()
    }
}
