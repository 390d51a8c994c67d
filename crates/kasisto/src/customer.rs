//! What a client may know of one customer, so that a session helps itself.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bursar_runtime::{AuthError, BoxFuture, Credential, Refused, Secret};

use crate::types::CreateToken;

/// One customer of the bank: a token that is at hand, or how to get one, and who is asked for one-time passwords.
///
/// ```
/// use bursar_kasisto::{Customer, Secret, types::CreateToken};
///
/// # async fn ask_by_message(_: Option<String>) -> Option<Secret<String>> { None }
/// # fn example() -> Result<Customer, Box<dyn std::error::Error>> {
/// let login = CreateToken::builder().username("user-1").password("not-a-real-password").build()?;
/// // The session signs in by itself, and again when its token is over; it meets a request for a code by asking for it.
/// let customer = Customer::new().log_in(login).otp(|asked: bursar_kasisto::OtpRequest| ask_by_message(asked.details));
/// # Ok(customer)
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Customer {
    pub(crate) token: Option<Credential>,
    pub(crate) log_in: Option<Arc<dyn LogIn>>,
    pub(crate) otp: Option<Arc<dyn OtpProvider>>,
}

impl Customer {
    /// A customer of whom nothing is known yet: `create_token` signs in.
    pub fn new() -> Self {
        Self::default()
    }

    /// A token that is at hand.
    #[must_use]
    pub fn token(mut self, token: Credential) -> Self {
        self.token = Some(token);
        self
    }

    /// Where the customer's login comes from: the session signs in when it needs a token, and again when the bank says that the token is over.
    #[must_use]
    pub fn log_in(mut self, log_in: impl LogIn) -> Self {
        self.log_in = Some(Arc::new(log_in));
        self
    }

    /// Who is asked for one-time passwords: a call that the bank answers with 450 then asks, and repeats itself once.
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

/// Knows a customer's login. A [`CreateToken`] is one that keeps it; a closure may fetch it from where it is kept.
pub trait LogIn: Send + Sync + 'static {
    /// What `/token` is sent.
    ///
    /// # Errors
    ///
    /// The login cannot be had; the call that needs it fails with this.
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

/// Asks a customer for one-time passwords. An async closure from [`OtpRequest`] to `Option<Secret<String>>` is one.
pub trait OtpProvider: Send + Sync + 'static {
    /// The code, or `None` if the customer has none to give: the call then ends with the bank's 450.
    ///
    /// The call waits meanwhile, within its total timeout.
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

/// What the bank wants a one-time password for.
#[derive(Clone)]
#[non_exhaustive]
pub struct OtpRequest {
    /// Id of the operation that waits for the code.
    pub operation: &'static str,
    /// The bank's words about the code (`otp_details`), such as where it was sent. They may hold personal data.
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
