//! Authentication: the shared secret and the customer's token, two headers; any answer may renew the token.

use std::borrow::Cow;
use std::sync::Arc;

use bursar_runtime::{
    Auth, AuthError, BoxFuture, Core, Credential, Credentials, Identity, Kind, Operation, Place, Refused, Reply,
    Request, Scheme, Secret, TokenIssuer, TokenSource, Tokens,
};
use tokio::sync::Mutex;

use crate::customer::{Customer, LogIn, OtpProvider, OtpRequest};
use crate::types::ValidateOtp;
use crate::{Client, operations};

/// The security scheme and answer header of the customer's token.
const TOKEN: Scheme = Scheme { name: "token", place: Place::Header("token"), scopes: &[] };

/// Name of the security scheme of the shared secret.
const SECRET: &str = "secret";

/// The credentials of one customer.
pub(crate) struct Session {
    /// The client without credentials, for the session's own calls.
    core: Core,
    secret: Credential,
    credentials: Credentials,
    tokens: Tokening,
    otp: Option<Arc<dyn OtpProvider>>,
    /// Name of the customer, if the caller gave one.
    name: Option<Arc<str>>,
    /// The token in use when a one-time password was last accepted. Locked during the prompt, so that concurrent calls share one prompt.
    raised_from: Mutex<Option<String>>,
}

/// Where the customer's token comes from.
enum Tokening {
    /// From the caller, or from a call of the caller.
    Given,
    /// From the session's own login.
    Fetched(TokenSource),
}

impl Session {
    pub(crate) fn new(core: &Core, secret: Credential, customer: Customer) -> Self {
        let core = core.bare();
        let credentials = Credentials::new().with(SECRET, secret.clone());
        let (credentials, tokens) = match customer.log_in {
            None => (credentials, Tokening::Given),
            Some(customer) => {
                let bank = Client::from_core(core.with_auth(Credentials::new().with(SECRET, secret.clone())));
                let source = TokenSource::new(&core, Issuer { bank, customer });
                (credentials.with_source(TOKEN.name, source.clone()), Tokening::Fetched(source))
            }
        };
        let (otp, name) = (customer.otp, customer.name);
        let session = Self { core, secret, credentials, tokens, otp, name, raised_from: Mutex::default() };
        if let Some(token) = customer.token {
            session.set(token);
        }
        session
    }

    /// A session of another customer.
    pub(crate) fn of(&self, customer: Customer) -> Self {
        Self::new(&self.core, self.secret.clone(), customer)
    }

    fn set(&self, token: Credential) {
        match &self.tokens {
            Tokening::Given => self.credentials.set(TOKEN.name, token),
            Tokening::Fetched(source) => source.set(Tokens::new(token)),
        }
    }

    /// Asks the customer for the one-time password and validates it with the bank.
    async fn raise(&self, otp: &dyn OtpProvider, refused: Refused<'_>) -> Result<bool, AuthError> {
        let Some(sent) = refused.sent(&TOKEN) else { return Ok(false) };
        let mut raised_from = self.raised_from.lock().await;
        if raised_from.as_deref() == Some(sent) {
            // A concurrent call with the same 450 has already validated a code.
            return Ok(true);
        }
        let Some(code) = otp.code(OtpRequest::of(refused)).await else { return Ok(false) };
        let token = match &self.tokens {
            Tokening::Fetched(source) => source.token().await?,
            Tokening::Given => credential(sent)?,
        };
        let before = token.expose().to_owned();
        let credentials = Credentials::new().with(SECRET, self.secret.clone()).with(TOKEN.name, token);
        let bank = Client::from_core(self.core.with_auth(credentials));
        let body = ValidateOtp { otp: Some(code), ..ValidateOtp::default() };
        let answer = bank.validate_otp(&body).await;
        let answer = answer.map_err(|error| AuthError::failed("the one-time password was not accepted", error))?;
        if let Some(token) = issued(answer.token.as_ref())? {
            self.set(token);
        }
        *raised_from = Some(before);
        Ok(true)
    }
}

impl Auth for Session {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.credentials.authorize(operation, request)
    }

    fn session(&self) -> Option<Arc<dyn Auth>> {
        Some(Arc::new(self.of(Customer::new())))
    }

    /// Replaces the token by that of a successful answer: in the header, or in the body of the token operations.
    fn observe(&self, operation: &'static Operation, reply: &Reply) {
        if !reply.status().is_success() {
            return;
        }
        let issued = [operations::CREATE_TOKEN.id, operations::VALIDATE_OTP.id].contains(&operation.id);
        let body = if issued { reply.text_at("/token").map(Cow::into_owned) } else { None };
        let renewed = reply.header(TOKEN.name).map(str::to_owned).or(body);
        // An invalid token is ignored; the next call that needs a token reports that it is missing.
        if let Some(Ok(token)) = renewed.map(Credential::new) {
            self.set(token);
        }
    }

    /// 403 means "token invalid or expired: get another and retry" among other things, so it counts once, and only with automatic login.
    fn has_ended(&self, operation: &'static Operation, reply: &Reply) -> bool {
        let has_token = operation.auth.iter().any(|schemes| schemes.iter().any(|scheme| scheme.name == TOKEN.name));
        matches!(self.tokens, Tokening::Fetched(_)) && has_token && reply.status().as_u16() == 403
    }

    fn renew<'a>(&'a self, refused: Refused<'a>) -> BoxFuture<'a, Result<bool, AuthError>> {
        Box::pin(async move {
            // A code is valid only in the session that requested it.
            if refused.operation().id == operations::VALIDATE_OTP.id {
                return Ok(false);
            }
            match (refused.kind(), &self.otp) {
                (Kind::OtpRequired, Some(otp)) => self.raise(&**otp, refused).await,
                _ => self.credentials.renew(refused).await,
            }
        })
    }

    /// The program, identified by the shared secret, and the customer, if it has a name.
    fn identity(&self) -> Option<Identity> {
        let program = Identity::of_credential(SECRET, &self.secret);
        Some(match &self.name {
            Some(name) => program.and("customer", name),
            None => program,
        })
    }
}

/// Logs a customer in.
struct Issuer {
    bank: Client,
    customer: Arc<dyn LogIn>,
}

impl TokenIssuer for Issuer {
    fn log_in(&self) -> Option<BoxFuture<'_, Result<Tokens, AuthError>>> {
        Some(Box::pin(async {
            let login = self.customer.login().await?;
            let answer = self.bank.create_token(&login).await;
            let answer = answer.map_err(|error| AuthError::failed("the customer could not be logged in", error))?;
            let token = issued(answer.token.as_ref())?;
            token.map(Tokens::new).ok_or_else(|| AuthError::new(Kind::Decode, "the bank's answer contains no token"))
        }))
    }
}

/// The token of an answer, if there is one.
fn issued(token: Option<&Secret<String>>) -> Result<Option<Credential>, AuthError> {
    token.map(|token| credential(token.expose())).transpose()
}

fn credential(token: &str) -> Result<Credential, AuthError> {
    Credential::new(token).map_err(|_| AuthError::new(Kind::Decode, "the bank's token cannot be sent in a header"))
}
