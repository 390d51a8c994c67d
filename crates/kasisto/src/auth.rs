//! The shared secret and the customer's token: two plain headers, the second of which the bank renews as it likes.

use std::borrow::Cow;
use std::sync::Arc;

use bursar_runtime::{Auth, AuthError, BoxFuture, Credential, Credentials, Operation, Reply};

use crate::operations;

/// Name of the scheme, and of the answer header, that carries the customer's token.
pub(crate) const TOKEN: &str = "token";

/// Name of the scheme that carries the shared secret.
pub(crate) const SECRET: &str = "secret";

/// One customer's credentials.
pub(crate) struct Session {
    secret: Credential,
    credentials: Credentials,
}

impl Session {
    pub(crate) fn new(secret: Credential, token: Option<Credential>) -> Self {
        let credentials = Credentials::new().with(SECRET, secret.clone());
        if let Some(token) = token {
            credentials.set(TOKEN, token);
        }
        Self { secret, credentials }
    }
}

impl Auth for Session {
    fn authorize<'a>(
        &'a self,
        operation: &'static Operation,
        request: &'a mut bursar_runtime::Request,
    ) -> BoxFuture<'a, Result<(), AuthError>> {
        self.credentials.authorize(operation, request)
    }

    fn session(&self) -> Option<Arc<dyn Auth>> {
        Some(Arc::new(Self::new(self.secret.clone(), None)))
    }

    /// A token in a success replaces the one before: in the header of any answer, in the body where a token is what was asked for.
    fn observe(&self, operation: &'static Operation, reply: &Reply) {
        if !reply.status().is_success() {
            return;
        }
        let issued = [operations::CREATE_TOKEN.id, operations::VALIDATE_OTP.id].contains(&operation.id);
        let body = if issued { reply.text_at("/token").map(Cow::into_owned) } else { None };
        let renewed = reply.header(TOKEN).map(str::to_owned).or(body);
        // What no header could carry is no token; the call that needs one says that it is missing.
        if let Some(Ok(token)) = renewed.map(Credential::new) {
            self.credentials.set(TOKEN, token);
        }
    }
}
